// The acts of the story, one file each: start here.
//
//   0 the network is prepared      3 money and store credit   6 a grant, and its end
//   1 the brand's document         4 Bo buys the bag          7 what must fail
//   2 two appraisers               5 Bo sells it to Cai       8 what must heal
//
// Each act takes the stage as the one before left it. People are named as their development keys.
#pragma once

#include <string>
#include <vector>

#include "contracts/order.hpp"
#include "story/sample.hpp"
#include "story/stage.hpp"

namespace tally::story {

// People beside operator-1 … operator-3. Partners of the document that do not get the story's bag
// are partner-2, partner-3, ….
inline const std::string kMaison = "maison";
inline const std::string kBoutique = "boutique";
inline const std::string kIssuer = "issuer";
inline const std::string kAna = "ana";
inline const std::string kBo = "bo";
inline const std::string kCai = "cai";
inline const std::string kMallory = "mallory";
inline const std::string kTill = "till";  ///< Pays while the node is killed.

inline constexpr std::string_view kTokenSymbol = "EURT";
inline constexpr std::string_view kCreditSymbol = "OMBRECREDIT";
inline constexpr std::string_view kPointsSymbol = "OMBREPOINTS";

/// What the acts hand on.
struct Story {
  Stage& stage;
  Sample sample;
  contracts::AssetId token{};
  contracts::AssetId credit{};
  contracts::AssetId points{};
  std::string brand_capture_token{};
  std::string boutique_capture_token{};
  std::vector<std::string> bags{};  ///< The boutique's, by GS1 key; the story's bag is the first.
  /// The title to the story's bag as it was before the boutique sold it.
  std::optional<Owned> sold_title{};
};

// Each throws StoryBroken if it cannot go on.
void prepare_network(Story& story);
void capture_provenance(Story& story);
void attest(Story& story);
void issue_money(Story& story);
void sell_bag(Story& story);
void resell_bag(Story& story);
void grant_profile(Story& story);
void refuse_money(Story& story);
void refuse_goods(Story& story);
void heal(Story& story);

/// The story's people whose keys become members, partners of the document included.
[[nodiscard]] std::vector<std::string> people(const Sample& sample);

// ---- What several acts do. ----

/// Where a person scans the item: "/01/…/21/…".
[[nodiscard]] std::string scan_path(const std::string& gs1_key);

/// A hash that stands for a document of the story: tagged_hash("tally/story-document", text).
[[nodiscard]] Hash32 document_hash(std::string_view text);

/// Captures an EPCIS document and waits until the job is done; the job as the node tells of it.
Answer capture(Stage& stage, const std::string& document, const std::string& token);

/// One scored side of a public reputation: "as_seller" or "as_buyer".
[[nodiscard]] std::uint64_t score(Stage& stage, const std::string& name, std::string_view side);

}  // namespace tally::story
