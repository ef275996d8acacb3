// What is wrong with a GS1 identifier, exactly: a code, the application identifier, the place.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tally::epcis {

/// Append-only numbers; they appear in API answers.
enum class Gs1Error : std::uint16_t {
  empty = 1,                ///< no text, or an empty value
  too_long = 2,             ///< beyond kUriBytesMax
  unknown_scheme = 3,       ///< neither an EPC URN nor an http(s) URI
  bad_host = 4,             ///< the authority of a URI is missing or malformed
  bad_escape = 5,           ///< `%` without two hexadecimal digits, or %00
  bad_character = 6,        ///< a character that the value may not hold
  bad_length = 7,           ///< a value or component shorter or longer than its rule
  wrong_check_digit = 8,    ///< `expected` is the right one
  bad_prefix_length = 9,    ///< GS1 company prefix not of 6 to 12 digits, or of unknown length
  bad_value = 10,           ///< right characters and length, impossible value (a date, a zero)
  unknown_ai = 11,          ///< no such application identifier
  no_primary_key = 12,      ///< no primary identification key in the path
  bad_qualifier = 13,       ///< a qualifier that the key does not take, or out of order
  qualifier_in_query = 14,  ///< it belongs in the path
  not_an_attribute = 15,    ///< may not stand in a query string
  duplicate_ai = 16,        ///< the same application identifier twice
  no_such_form = 17,        ///< the key has no form of the kind asked for
  not_canonical = 18,       ///< a valid key that is not written in the ledger's form
};

/// The code's name, for API answers and logs.
std::string_view to_string(Gs1Error code);

/// One fault. `at` counts bytes from the start of the value of `ai`, or of the whole text while no
/// application identifier is known (`ai` empty).
struct Gs1Fault {
  Gs1Error code{};
  std::string ai{};
  std::uint32_t at = 0;
  char expected = 0;  ///< the right check digit, for wrong_check_digit alone

  bool operator==(const Gs1Fault&) const = default;
};

}  // namespace tally::epcis
