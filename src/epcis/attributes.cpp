#include "epcis/attributes.hpp"

#include <algorithm>
#include <map>
#include <optional>

namespace tally::epcis {

namespace {

std::string_view local_name(std::string_view name) {
  const std::size_t at = name.find_last_of(":/#");
  return at == std::string_view::npos ? name : name.substr(at + 1);
}

std::optional<std::string_view> attribute_of(std::string_view local) {
  static constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"model", "model"},
      {"modelName", "model"},
      {"modelNumber", "model"},
      {"colour", "colour"},
      {"color", "colour"},
      {"colourCode", "colour"},
      {"colorCode", "colour"},
      {"colourDescription", "colour"},
      {"colorDescription", "colour"},
      {"size", "size"},
      {"sizeCode", "size"},
  };
  for (const auto& [name, attribute] : kNames) {
    if (name == local) return attribute;
  }
  return std::nullopt;
}

std::string canonical_text(std::string_view text) {
  std::string out;
  bool gap = false;
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      gap = !out.empty();
      continue;
    }
    if (gap) out += ' ';
    gap = false;
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> attributes(const Event& event) {
  const Extensions* ilmd = nullptr;
  if (const auto* object = std::get_if<ObjectEvent>(&event.what)) ilmd = &object->ilmd;
  if (const auto* made = std::get_if<TransformationEvent>(&event.what)) ilmd = &made->ilmd;
  if (ilmd == nullptr) return {};
  std::map<std::string, std::optional<std::string>, std::less<>> found;
  for (const JsonMember& member : *ilmd) {
    const auto name = attribute_of(local_name(member.name));
    const bool scalar = member.value.is_string() || member.value.kind == Json::Kind::number;
    if (!name || !scalar) continue;
    const std::string value = canonical_text(member.value.text);
    if (value.empty()) continue;
    const auto [at, is_new] = found.try_emplace(std::string(*name), value);
    if (!is_new && at->second != value) at->second.reset();
  }
  std::vector<std::pair<std::string, std::string>> out;
  for (auto& [name, value] : found) {
    if (value) out.emplace_back(name, std::move(*value));
  }
  return out;
}

}  // namespace tally::epcis
