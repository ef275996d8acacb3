// The table behind gs1_key.hpp: how each kind of key is written. Internal to src/epcis.
#pragma once

#include <string_view>

#include "epcis/gs1_key.hpp"

namespace tally::epcis {

/// How the fields of an EPC URN make up the primary identifier.
enum class UrnShape : std::uint8_t {
  none,        ///< no URN form
  lead_digit,  ///< prefix.Dref: D moves to the front, check digit at the end (GTIN, SSCC)
  plain,       ///< prefix.ref, check digit at the end (GLN, GDTI, GCN, GSIN, GSRN)
  zero,        ///< prefix.ref behind a filling 0, check digit at the end (GRAI)
  whole,       ///< prefix.ref with no check digit, ref of any length (GIAI, GINC, CPI)
  pieces,      ///< prefix.Dref.piece.total: as lead_digit, then four digits (ITIP)
};

struct KindRow {
  KeyKind kind;
  std::string_view ai;            ///< primary
  std::string_view qualifier_ai;  ///< empty: the qualifier, if any, follows the primary's digits
  std::string_view scheme;        ///< of the EPC URN
  std::string_view urn_class;     ///< id, class or idpat
  UrnShape shape;
  std::uint8_t primary_digits;  ///< length of `primary`, 0 if it varies
};

/// The row of a kind. Every kind has one.
const KindRow& kind_row(KeyKind kind);

/// The row for a primary AI with a qualifying AI (or none), or null.
const KindRow* find_kind(std::string_view ai, std::string_view qualifier_ai);

/// The row whose URN form has this class and scheme, or null.
const KindRow* find_urn(std::string_view urn_class, std::string_view scheme);

}  // namespace tally::epcis
