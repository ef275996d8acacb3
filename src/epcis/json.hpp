// A JSON value that keeps what others lose: the order of members and the digits of numbers, which
// the event hash and printing back need. Reading is strict: RFC 8259, UTF-8, no name twice in an
// object (two readers would see two different documents), and bounded in size, depth and count.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace tally::epcis {

struct JsonMember;

struct Json {
  enum class Kind : std::uint8_t { null, boolean, number, string, array, object };

  Kind kind = Kind::null;
  bool flag = false;                ///< of a boolean
  std::string text;                 ///< of a string, unescaped; of a number, as it was written
  std::vector<Json> items;          ///< of an array
  std::vector<JsonMember> members;  ///< of an object, in their order

  static Json string(std::string text);
  static Json object();
  static Json array();

  [[nodiscard]] bool is_string() const { return kind == Kind::string; }
  [[nodiscard]] bool is_array() const { return kind == Kind::array; }
  [[nodiscard]] bool is_object() const { return kind == Kind::object; }

  /// The member of that name, or null; also if this is no object.
  [[nodiscard]] const Json* find(std::string_view name) const;

  /// Appends a member; the name must be new.
  void add(std::string name, Json value);

  /// Equal content: members in any order, numbers as they are written.
  friend bool operator==(const Json& a, const Json& b);
};

struct JsonMember {
  std::string name;
  Json value;
};

struct JsonLimits {
  std::size_t bytes_max = 16u << 20;
  std::size_t depth_max = 32;  ///< a lone value has depth 0, an empty array 1
  std::size_t values_max = 400'000;
  std::size_t string_bytes_max = 64u << 10;
};

enum class JsonError : std::uint16_t {
  too_large = 1,        ///< more than bytes_max bytes
  syntax = 2,           ///< not JSON, or not UTF-8
  too_deep = 3,         ///< nesting beyond depth_max
  too_many = 4,         ///< more than values_max values
  duplicate_name = 5,   ///< a name twice in one object
  string_too_long = 6,  ///< a string or name longer than string_bytes_max
};

struct JsonFault {
  JsonError code{};
  std::size_t offset = 0;  ///< in bytes, about where reading stopped
  std::string pointer;     ///< RFC 6901, to the value being read

  bool operator==(const JsonFault&) const = default;
};

/// Reads one value that takes up all of `text`.
std::expected<Json, JsonFault> parse_json(std::string_view text, const JsonLimits& limits = {});

/// Writes without white space; numbers as they were read.
std::string print_json(const Json& value);

/// One step further down a JSON pointer, with RFC 6901's escapes.
std::string pointer_to(std::string_view pointer, std::string_view name);
std::string pointer_to(std::string_view pointer, std::size_t index);

}  // namespace tally::epcis
