// GS1 application identifiers: the rules for their values and their places in a Digital Link.
// Source: GS1 General Specifications, section 3; GS1 Barcode Syntax Dictionary; GS1 Digital Link
// Standard: URI Syntax, sections 4.3 to 4.9.
#pragma once

#include <expected>
#include <string_view>

#include "epcis/gs1_error.hpp"

namespace tally::epcis {

/// One application identifier, or a row of them that differ in their last digits.
struct AiRule {
  std::string_view first;  ///< without the last digit where `tail` is set
  std::string_view last;
  char tail;                ///< greatest last digit of four-digit identifiers with decimals, or 0
  std::string_view format;  ///< components: N, X or Y, length, checks; see the .cpp
  enum class Role : std::uint8_t { attribute, key, qualifier } role;
  std::string_view qualifiers;  ///< of a key: alternatives by `|`, each an ordered list by `,`
};

enum class CheckDigits : std::uint8_t { verify, ignore };

/// The rule for `ai` (its digits), or null if there is no such application identifier.
const AiRule* find_ai(std::string_view ai);

/// True if the value's length is fixed by the first two digits, so that no separator follows it in
/// an element string (GS1 General Specifications, figure 7.8.5-2).
bool has_predefined_length(std::string_view ai);

/// The check digit that belongs behind `digits` (modulo 10, weights 3 and 1 from the right).
char check_digit(std::string_view digits);

/// Checks a value. Errors in the order in which the value is read: unknown_ai; then for each
/// component empty, bad_length, bad_character, wrong_check_digit, bad_value.
std::expected<void, Gs1Fault> check_ai_value(std::string_view ai, std::string_view value,
                                             CheckDigits check_digits = CheckDigits::verify);

}  // namespace tally::epcis
