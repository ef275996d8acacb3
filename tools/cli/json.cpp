#include "cli/json.hpp"

#include "market/values.hpp"

namespace tally::cli {

const json::value* find(const json::value& value, std::string_view path) {
  const auto* at = &value;
  while (!path.empty()) {
    const auto dot = std::min(path.find('.'), path.size());
    const auto* object = at->if_object();
    if (object == nullptr) return nullptr;
    at = object->if_contains(path.substr(0, dot));
    if (at == nullptr) return nullptr;
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  return at;
}

std::optional<std::string> text_at(const json::value& value, std::string_view path) {
  const auto* at = find(value, path);
  const auto* text = at == nullptr ? nullptr : at->if_string();
  if (text == nullptr) return std::nullopt;
  return std::string(text->data(), text->size());
}

std::optional<std::uint64_t> number_at(const json::value& value, std::string_view path) {
  const auto* at = find(value, path);
  if (at == nullptr) return std::nullopt;
  if (at->is_uint64()) return at->get_uint64();
  if (at->is_int64() && at->get_int64() >= 0) return static_cast<std::uint64_t>(at->get_int64());
  const auto* text = at->if_string();
  if (text == nullptr) return std::nullopt;
  return market::parse_number(std::string_view(text->data(), text->size()));
}

std::optional<bool> bool_at(const json::value& value, std::string_view path) {
  const auto* at = find(value, path);
  const auto* flag = at == nullptr ? nullptr : at->if_bool();
  return flag == nullptr ? std::nullopt : std::optional(*flag);
}

const json::array* array_at(const json::value& value, std::string_view path) {
  const auto* at = find(value, path);
  return at == nullptr ? nullptr : at->if_array();
}

std::string plain(const json::value& value) {
  if (value.is_null()) return {};
  if (const auto* text = value.if_string()) return std::string(text->data(), text->size());
  if (const auto* flag = value.if_bool()) return *flag ? "yes" : "no";
  if (const auto* list = value.if_array()) {
    std::string out;
    for (const auto& element : *list) out += (out.empty() ? "" : ", ") + plain(element);
    return out;
  }
  return json::serialize(value);
}

}  // namespace tally::cli
