// Small steps into a JSON object, shared by what checks and what reads parameters.
#pragma once

#include <string>
#include <string_view>

#include <boost/json.hpp>

namespace tally::market::json_access {

inline std::string_view view(const boost::json::string& text) { return {text.data(), text.size()}; }

// RFC 6901: `~` and `/` of a name are escaped.
inline std::string join(const std::string& path, std::string_view name) {
  auto out = path + '/';
  for (const char c : name) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

inline const boost::json::value* present(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

}  // namespace tally::market::json_access
