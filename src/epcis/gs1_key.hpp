// GS1 identification keys: what an EPC URN, a Digital Link URI and the ledger's canonical form say
// about a thing, as one value. Two keys are equal if they name the same thing, however they came.
// Source: GS1 General Specifications, section 3; EPC Tag Data Standard 1.13, sections 6 and 8.
// docs/spec/gs1.md has the grammar of the canonical form.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "epcis/application_identifier.hpp"
#include "epcis/gs1_error.hpp"

namespace tally::epcis {

/// The longest text that is read as an identifier.
inline constexpr std::size_t kUriBytesMax = 2048;

/// Where canonical Digital Link URIs live.
inline constexpr std::string_view kGs1Host = "https://id.gs1.org";

/// Append-only numbers. In brackets: application identifiers, then the EPC scheme.
enum class KeyKind : std::uint8_t {
  gtin = 1,          ///< a trade item's class [01, idpat sgtin]
  sgtin = 2,         ///< one trade item [01 + 21, sgtin]
  lgtin = 3,         ///< a lot [01 + 10, class lgtin]
  upui = 4,          ///< one package with a third party's serial [01 + 235, upui]
  sscc = 5,          ///< a logistic unit [00, sscc]
  gln = 6,           ///< a place [414, sgln with extension 0]
  sgln = 7,          ///< a place within a place [414 + 254, sgln]
  pgln = 8,          ///< a party [417, pgln]
  grai = 9,          ///< a returnable asset, or its type if without serial [8003, grai]
  giai = 10,         ///< an individual asset [8004, giai]
  gdti = 11,         ///< a document, or its type [253, gdti]
  gcn = 12,          ///< a coupon, or its type [255, sgcn]
  ginc = 13,         ///< a consignment [401, ginc]
  gsin = 14,         ///< a shipment [402, gsin]
  itip = 15,         ///< a piece of a trade item, as a class [8006, idpat itip]
  itip_serial = 16,  ///< one such piece [8006 + 21, itip]
  itip_lot = 17,     ///< a lot of such pieces [8006 + 10]
  cpi = 18,          ///< a component or part, as a class [8010, idpat cpi]
  cpi_serial = 19,   ///< one component [8010 + 8011, cpi]
  gmn = 20,          ///< a model [8013]
  gsrnp = 21,        ///< a service's provider [8017, gsrnp]
  gsrn = 22,         ///< a service's recipient [8018, gsrn]
  pay_to = 23,       ///< a payment slip [415 + 8020]
};

/// One key. `primary` and `qualifier` are plain text, never escaped.
struct Gs1Key {
  KeyKind kind{};
  std::string primary;  ///< GTIN padded to 14 digits, GRAI to its 14; check digit included
  std::string
      qualifier;  ///< serial, lot, extension: of the second AI or behind the digits; or none
  std::uint8_t prefix_digits = 0;  ///< length of the GS1 company prefix, 0 if not known

  /// The ledger's form, a path without host: `01/09506000134352/21/ABC123`. `literal`: characters
  /// to leave unescaped beside RFC 3986's unreserved ones; none on the ledger.
  [[nodiscard]] std::string canonical(std::string_view literal = {}) const;

  /// The URI under `host`: `https://id.gs1.org/01/09506000134352/21/ABC123`.
  [[nodiscard]] std::string digital_link(std::string_view host = kGs1Host) const;

  /// The EPC URN, for a company prefix of `prefix_digits` digits (of this key if 0 is given).
  /// Errors: bad_prefix_length (not 6 to 12, or not known), no_such_form.
  [[nodiscard]] std::expected<std::string, Gs1Fault> epc_urn(std::uint8_t digits = 0) const;

  /// True for what names one thing: an item of the ledger, not a class, place or party.
  [[nodiscard]] bool is_item() const;

  /// The company prefix's digits, if their count is known.
  [[nodiscard]] std::optional<std::string_view> company_prefix() const;

  /// True if the key was given out under `prefix`, digits of a GS1 company prefix; works whether or
  /// not the prefix's length is known. A key with a prefix of another length is under no other.
  [[nodiscard]] bool is_under(std::string_view prefix) const;

  /// The same thing? How long the company prefix is plays no part.
  bool operator==(const Gs1Key& other) const {
    return kind == other.kind && primary == other.primary && qualifier == other.qualifier;
  }
};

/// Checks the parts and puts them together. Errors: of check_ai_value() for the primary
/// identifier, then for the qualifier; bad_qualifier if the kind takes none or needs one.
std::expected<Gs1Key, Gs1Fault> make_key(KeyKind kind, std::string primary, std::string qualifier,
                                         CheckDigits check_digits = CheckDigits::verify);

/// Reads the ledger's form. Errors: those of parse_digital_link(), then not_canonical if the text
/// is not what canonical() of the key prints.
std::expected<Gs1Key, Gs1Fault> parse_canonical(std::string_view text);

/// Reads `urn:epc:id:`, `urn:epc:class:` and `urn:epc:idpat:` (with `*` as the last field). Errors:
/// too_long, unknown_scheme, bad_prefix_length, bad_length, bad_escape, bad_character, then those
/// of make_key().
std::expected<Gs1Key, Gs1Fault> parse_epc_urn(std::string_view text);

/// Reads an EPC URN or a Digital Link URI on any host, whichever it is. Errors: as the two.
std::expected<Gs1Key, Gs1Fault> parse_key_uri(std::string_view text);

}  // namespace tally::epcis
