// JSON in and out. Boost.JSON is the library; reading is stricter than its defaults, because two
// readers that disagree on a document are an attack (CVE-2017-12635: duplicate keys).
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include "http/problem.hpp"
#include "http/response.hpp"

namespace tally::http {

enum class JsonError : std::uint16_t {
  kTooLarge = 1,
  kSyntax = 2,  ///< also invalid UTF-8, trailing text, comments, trailing commas
  kTooDeep = 3,
  kTooManyKeys = 4,   ///< in one object
  kDuplicateKey = 5,  ///< in one object, after unescaping
  kNumberRange = 6,   ///< beyond ±2^53: such numbers travel as strings
};

struct JsonFault {
  JsonError error;
  std::size_t offset = 0;  ///< bytes into the text, where known
  std::string key;         ///< the duplicate key
};

struct JsonLimits {
  std::size_t bytes_max = 1 << 20;
  std::size_t depth_max = 16;
  std::size_t keys_max = 1024;
};

/// Parses one document. The first fault in the text is reported, kTooLarge before all.
std::expected<boost::json::value, JsonFault> parse_json_strict(std::string_view text,
                                                               const JsonLimits& limits = {});

/// Problem `json_invalid` (413 `request_too_large` for kTooLarge), with what was wrong as `detail`.
Problem problem_of(const JsonFault& fault);

/// An `application/json` answer.
Response json_response(int status, const boost::json::value& value);

/// Amounts, sums and all numbers beyond 32 bits travel as strings of decimal digits.
inline boost::json::string json_number(std::uint64_t value) {
  return boost::json::string(std::to_string(value));
}

}  // namespace tally::http
