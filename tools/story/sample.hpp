// The EPCIS document of the story, as far as the story must know it: whose goods, to whom they go.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace tally::story {

struct Sample {
  std::string text;
  std::size_t events = 0;
  std::string brand_prefix;
  /// Company prefixes of those who become owners, each once. The first gets the story's bag.
  std::vector<std::string> partner_prefixes;
  std::vector<std::string> commissioned;          ///< Canonical GS1 keys, in the document's order.
  std::map<std::string, std::string> attributes;  ///< Of the first of them: name to value.
};

/// Reads a document. Throws std::runtime_error that says what the story misses in it.
///
/// Which digits of a Digital Link are the company prefix it does not say. An EPC URN says it; where
/// there is none, the brand's is what its GTINs have in common, and a partner's the first 9 digits
/// of its GLN, or all 12 where partners share those.
[[nodiscard]] Sample read_sample(const std::filesystem::path& file);

}  // namespace tally::story
