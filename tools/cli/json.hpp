// Reading JSON that a node or a file gave: nothing is taken for granted. All functions are pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

namespace tally::cli {

namespace json = boost::json;

/// The value at a path of members, as `asset.issuer`; null if there is none.
[[nodiscard]] const json::value* find(const json::value& value, std::string_view path);

/// A string member's text; nothing if it is absent or no string.
[[nodiscard]] std::optional<std::string> text_at(const json::value& value, std::string_view path);

/// A whole number, as a number or as a string of digits.
[[nodiscard]] std::optional<std::uint64_t> number_at(const json::value& value,
                                                     std::string_view path);

[[nodiscard]] std::optional<bool> bool_at(const json::value& value, std::string_view path);

/// The elements of an array member; null if it is none.
[[nodiscard]] const json::array* array_at(const json::value& value, std::string_view path);

/// A value as people read it: lists with commas, objects as JSON, null as nothing.
[[nodiscard]] std::string plain(const json::value& value);

}  // namespace tally::cli
