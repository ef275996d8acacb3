// GS1 Digital Link URIs: `https://host/stem/01/{gtin}/10/{lot}/21/{serial}?17=261231`.
// Source: GS1 Digital Link Standard: URI Syntax 1.4, sections 4 and 5; where that is silent, what
// the GS1 syntax engine does (no mixed-case scheme, no IPv6 zone, `;` separates like `&`).
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "epcis/gs1_key.hpp"

namespace tally::epcis {

/// An application identifier with its value, unescaped.
struct AiValue {
  std::string ai;
  std::string value;

  bool operator==(const AiValue&) const = default;
};

/// A link taken apart. `key` is the finest identification in it: with a serial and a lot in the
/// path it is the serialised one.
struct DigitalLink {
  Gs1Key key;
  std::vector<AiValue> path;        ///< the primary key, then its qualifiers in their order
  std::vector<AiValue> attributes;  ///< from the query, in the order given

  /// The URI below `stem`, which has no slash at its end.
  [[nodiscard]] std::string uri(std::string_view stem = kGs1Host) const;

  /// The GS1 element string, `^` standing for FNC1: `^010952012345678810ABC1^2112345`.
  [[nodiscard]] std::string element_string() const;
};

/// What may be forgiven. The default forgives nothing.
struct LinkOptions {
  CheckDigits check_digits = CheckDigits::verify;
  bool pad_gtin = false;        ///< take GTIN-8, -12 and -13 as they are printed, without zeros
  bool trailing_slash = false;  ///< ignore one at the end of the path
  bool short_names = false;     ///< `gtin` for 01, `ser` for 21, and so on (Digital Link 1.1)
};

/// What a resolver forgives in the address that a person typed or a phone scanned.
inline constexpr LinkOptions kResolverOptions{CheckDigits::verify, true, true, false};

/// Reads a whole URI. Query parameters that are not application identifiers are left out. Errors:
/// too_long, bad_character (not a URI character), unknown_scheme, bad_host, then as
/// parse_link_path().
std::expected<DigitalLink, Gs1Fault> parse_digital_link(std::string_view uri,
                                                        const LinkOptions& options = {});

/// Reads the path and query of a URI, as an HTTP request has them. Errors: too_long, bad_character,
/// no_primary_key, bad_escape, unknown_ai (in the path; in the query if all digits), bad_qualifier,
/// duplicate_ai, not_an_attribute, qualifier_in_query, then those of check_ai_value() in order.
std::expected<DigitalLink, Gs1Fault> parse_link_path(std::string_view path_and_query,
                                                     const LinkOptions& options = {});

/// Puts a link together from identifiers in any order: the first that is a primary key becomes the
/// key, qualifiers that fit go into the path, the rest into the query. A repeated identical
/// identifier counts once. Errors: no_primary_key, duplicate_ai, not_an_attribute, then those of
/// check_ai_value().
std::expected<DigitalLink, Gs1Fault> make_digital_link(std::span<const AiValue> elements);

}  // namespace tally::epcis
