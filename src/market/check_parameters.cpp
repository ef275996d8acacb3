#include "market/check_parameters.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/nearest.hpp"
#include "market/json_access.hpp"
#include "market/values.hpp"

namespace tally::market {
namespace {

namespace json = boost::json;
using contracts::ErrorCode;
using json_access::join;
using json_access::present;
using json_access::view;

bool is_whole(const json::value& value) {
  if (value.is_string()) return parse_number(view(value.get_string())).has_value();
  return value.is_uint64() || (value.is_int64() && value.get_int64() >= 0);
}

// Whether the value has the JSON form of the type; what it means is read later.
bool has_form(const json::value& value, const ParameterSchema& schema) {
  switch (schema.type) {
    case ParameterType::text:
    case ParameterType::key:
    case ParameterType::account:
    case ParameterType::asset:
    case ParameterType::amount:
    case ParameterType::gs1_key:
    case ParameterType::order:
    case ParameterType::hash:
      return value.is_string();
    case ParameterType::word:
      return value.is_string() &&
             std::ranges::find(schema.words, view(value.get_string())) != schema.words.end();
    case ParameterType::number:
      return is_whole(value);
    case ParameterType::time:
    case ParameterType::duration:
      return value.is_string() || is_whole(value);
    case ParameterType::boolean:
      return value.is_bool();
    case ParameterType::attributes:
    case ParameterType::lock:
    case ParameterType::object:
      return value.is_object();
  }
  return false;
}

std::string expected_form(const ParameterSchema& schema) {
  if (schema.type == ParameterType::word) {
    return fmt::format("expected one of {}", fmt::join(schema.words, ", "));
  }
  return fmt::format("expected {}, as {}", name(schema.type), schema.example);
}

void check_value(const json::value& value, const ParameterSchema& schema, const std::string& path,
                 Reading& reading) {
  if (!has_form(value, schema)) {
    return reading.refuse(ErrorCode::bad_parameter, path, expected_form(schema));
  }
  if (schema.type == ParameterType::object) {
    check_parameters(value.get_object(), schema.members, path, reading);
  }
}

void check_unknown(const json::object& object, std::span<const ParameterSchema> schema,
                   const std::string& path, Reading& reading) {
  for (const auto& member : object) {
    const std::string_view name(member.key().data(), member.key().size());
    if (std::ranges::find(schema, name, &ParameterSchema::name) != schema.end()) continue;
    std::vector<std::string_view> known;
    for (const auto& parameter : schema) known.push_back(parameter.name);
    const auto nearest = nearest_word(name, known);
    return reading.refuse(
        ErrorCode::unknown_parameter, join(path, name),
        nearest.empty() ? "there are no parameters here"
                        : fmt::format("there is no such parameter; did you mean {}?", nearest));
  }
}

// A parameter, the ones that may stand for it, and whether too many or none of them are there.
void check_presence(const json::object& object, const ParameterSchema& parameter,
                    std::span<const ParameterSchema> schema, const std::string& path,
                    Reading& reading) {
  if (!parameter.instead_of.empty()) return;
  std::size_t count = present(object, parameter.name) != nullptr ? 1 : 0;
  auto names = std::string(parameter.name);
  for (const auto& other : schema) {
    if (other.instead_of != parameter.name) continue;
    if (present(object, other.name) != nullptr) ++count;
    names += fmt::format(" or {}", other.name);
  }
  if (count > 1) {
    reading.refuse(ErrorCode::bad_parameter, join(path, parameter.name),
                   fmt::format("give only one: {}", names));
  }
  if (count == 0 && parameter.required) {
    reading.refuse(ErrorCode::field_missing, join(path, parameter.name),
                   fmt::format("it needs {}", names));
  }
}

}  // namespace

void check_parameters(const json::object& object, std::span<const ParameterSchema> schema,
                      const std::string& path, Reading& reading) {
  check_unknown(object, schema, path, reading);
  for (const auto& parameter : schema) {
    if (!reading.ok()) return;
    const auto* value = present(object, parameter.name);
    if (value == nullptr) continue;
    const auto here = join(path, parameter.name);
    if (!parameter.list) {
      check_value(*value, parameter, here, reading);
    } else if (const auto* array = value->if_array(); array == nullptr) {
      reading.refuse(ErrorCode::bad_parameter, here, "expected a list");
    } else {
      for (std::size_t i = 0; i < array->size() && reading.ok(); ++i) {
        check_value((*array)[i], parameter, fmt::format("{}/{}", here, i), reading);
      }
    }
  }
  for (const auto& parameter : schema) check_presence(object, parameter, schema, path, reading);
}

}  // namespace tally::market
