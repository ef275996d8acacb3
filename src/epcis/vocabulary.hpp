// The Core Business Vocabulary: standard values in their three spellings, brought to one.
// `receiving`, `urn:epcglobal:cbv:bizstep:receiving` and
// `https://ref.gs1.org/cbv/BizStep-receiving` are the same step; the bare word is kept. Source:
// CBV 2.0 (ISO/IEC 19988:2024), section 7.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tally::epcis {

enum class Vocabulary : std::uint8_t {
  biz_step,
  disposition,
  biz_transaction_type,
  source_destination_type,
  error_reason,
  measurement,  ///< type of a sensor report
  alert,        ///< exception of a sensor report
  component,    ///< of a sensor report
};

/// The bare word of a standard value however spelt; any other URI as it is. Nothing for a bare word
/// that the vocabulary does not have, and for any other `urn:epcglobal:cbv:` value: the JSON schema
/// refuses those, but not the Web URIs of words that a later version may add.
std::optional<std::string> normalise(Vocabulary vocabulary, std::string_view text);

/// The Web URI of a bare word; anything with a colon comes back as it is, but for the URN and
/// CURIE spellings of standard values, which become the Web one.
std::string web_uri(Vocabulary vocabulary, std::string_view text);

/// Rewrites an `urn:epcglobal:cbv:` value of any vocabulary as its Web URI, all else unchanged.
std::string web_uri_of_urn(std::string_view text);

/// Has the shape of an absolute URI (RFC 3986) or a CURIE, whose prefix may hold `_`: a scheme, a
/// colon, and no white space or other character that no URI holds. Beyond ASCII all are let in.
bool is_uri(std::string_view text);

}  // namespace tally::epcis
