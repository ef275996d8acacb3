#include "epcis/field_commitments.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <map>
#include <optional>
#include <set>

#include "base/check.hpp"
#include "crypto/hash.hpp"
#include "crypto/merkle.hpp"

namespace tally::epcis {

namespace {

constexpr std::size_t kLeavesMin = 16;

// The member whose own members are fields, rather than itself.
constexpr std::string_view kIlmd = "ilmd";

struct Field {
  std::string pointer;
  const Json* value;
};

/// Each member, the entries of a list, the members of ilmd. What is empty is a field as a whole.
std::vector<Field> fields_of(const Json& event) {
  std::vector<Field> out;
  for (const JsonMember& member : event.members) {
    const std::string pointer = pointer_to("", member.name);
    const Json& value = member.value;
    if (value.is_array() && !value.items.empty()) {
      for (std::size_t i = 0; i < value.items.size(); ++i) {
        out.push_back({pointer_to(pointer, i), &value.items[i]});
      }
    } else if (member.name == kIlmd && !value.members.empty()) {
      for (const JsonMember& inner : value.members) {
        out.push_back({pointer_to(pointer, inner.name), &inner.value});
      }
    } else {
      out.push_back({pointer, &value});
    }
  }
  return out;
}

Json sorted(const Json& json) {
  Json out = json;
  for (Json& item : out.items) item = sorted(item);
  for (JsonMember& member : out.members) member.value = sorted(member.value);
  std::ranges::sort(out.members, {}, &JsonMember::name);
  return out;
}

Hash32 salt_of(const Hash32& seed, std::string_view pointer) {
  static const crypto::TaggedHasher hasher("tally/event-field-salt");
  return hasher({seed, as_bytes(pointer)});
}

std::array<std::uint8_t, 4> big_endian(std::size_t value) {
  return {static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
          static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}

Hash32 leaf_of(const Hash32& salt, std::string_view pointer, const Json& value) {
  static const crypto::TaggedHasher hasher("tally/event-field");
  const std::string text = print_json(sorted(value));
  return hasher({salt, big_endian(pointer.size()), as_bytes(pointer), as_bytes(text)});
}

/// What fills the leaves up to a power of two.
std::vector<Hash32> decoys_for(std::size_t fields, const Hash32& seed) {
  static const crypto::TaggedHasher hasher("tally/event-decoy");
  CHECK(fields <= kEventFieldsMax / 2);
  std::vector<Hash32> out(std::max(std::bit_ceil(fields), kLeavesMin) - fields);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = hasher({seed, big_endian(i)});
  return out;
}

std::optional<std::size_t> index_of(std::string_view text) {
  std::size_t out = 0;
  if (text.size() > 1 && text.starts_with('0')) return std::nullopt;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return out;
}

/// One or two steps of a pointer, unescaped; nothing if it is no field's.
std::optional<std::vector<std::string>> steps_of(std::string_view pointer) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    const char c = pointer[i];
    if (c == '/') {
      out.emplace_back();
    } else if (out.empty()) {
      return std::nullopt;
    } else if (c == '~') {
      const char next = i + 1 < pointer.size() ? pointer[++i] : 0;
      if (next != '0' && next != '1') return std::nullopt;
      out.back() += next == '0' ? '~' : '/';
    } else {
      out.back() += c;
    }
  }
  if (out.empty() || out.size() > 2) return std::nullopt;
  return out;
}

/// Puts the shown part of an event together.
class Assembly {
 public:
  /// False if the field contradicts an earlier one, or cannot be one.
  bool add(const ShownField& field) {
    const auto steps = steps_of(field.pointer);
    if (!steps) return false;
    const std::string& name = steps->front();
    if (steps->size() == 1) return parts_.try_emplace(name, Part{&field.value, {}, {}}).second;
    Part& part = parts_[name];
    if (part.whole != nullptr) return false;
    if (name == kIlmd) return part.members.emplace(steps->back(), &field.value).second;
    const auto index = index_of(steps->back());
    return index && part.items.emplace(*index, &field.value).second;
  }

  [[nodiscard]] Json json() const {
    Json out = Json::object();
    for (const auto& [name, part] : parts_) {
      if (part.whole != nullptr) {
        out.add(name, *part.whole);
      } else if (name == kIlmd) {
        Json ilmd = Json::object();
        for (const auto& [inner, value] : part.members) ilmd.add(inner, *value);
        out.add(name, std::move(ilmd));
      } else {
        Json list = Json::array();
        for (const auto& [index, value] : part.items) list.items.push_back(*value);
        out.add(name, std::move(list));
      }
    }
    return out;
  }

 private:
  struct Part {
    const Json* whole = nullptr;
    std::map<std::size_t, const Json*> items;
    std::map<std::string, const Json*> members;
  };
  std::map<std::string, Part> parts_;
};

std::optional<Hash32> hash_from(const Json* json) {
  if (json == nullptr || !json->is_string()) return std::nullopt;
  const auto bytes = array_from_hex<32>(json->text);
  if (!bytes) return std::nullopt;
  return Hash32(*bytes);
}

}  // namespace

std::vector<std::string> field_pointers(const Json& event) {
  std::vector<std::string> out;
  for (Field& field : fields_of(event)) out.push_back(std::move(field.pointer));
  return out;
}

Hash32 field_root(const Json& event, const Hash32& seed) {
  const auto fields = fields_of(event);
  std::vector<Hash32> leaves = decoys_for(fields.size(), seed);
  for (const Field& field : fields) {
    leaves.push_back(leaf_of(salt_of(seed, field.pointer), field.pointer, *field.value));
  }
  std::ranges::sort(leaves);
  return crypto::merkle_root(leaves);
}

RedactedEvent redact(const Json& event, const Hash32& seed, std::span<const std::string> shown) {
  const std::set<std::string_view> wanted(shown.begin(), shown.end());
  const auto fields = fields_of(event);
  RedactedEvent out;
  out.hidden = decoys_for(fields.size(), seed);
  for (const Field& field : fields) {
    const Hash32 salt = salt_of(seed, field.pointer);
    const std::string_view whole =
        std::string_view(field.pointer).substr(0, field.pointer.find('/', 1));
    if (wanted.contains(field.pointer) || wanted.contains(whole)) {
      out.shown.push_back({field.pointer, salt, *field.value});
    } else {
      out.hidden.push_back(leaf_of(salt, field.pointer, *field.value));
    }
  }
  std::ranges::sort(out.hidden);
  return out;
}

std::expected<Json, RedactionError> verify_redacted(const RedactedEvent& redacted,
                                                    const Hash32& root) {
  if (redacted.shown.size() + redacted.hidden.size() > kEventFieldsMax) {
    return std::unexpected(RedactionError::too_large);
  }
  Assembly assembly;
  std::vector<Hash32> leaves = redacted.hidden;
  for (const ShownField& field : redacted.shown) {
    if (!assembly.add(field)) return std::unexpected(RedactionError::bad_pointer);
    leaves.push_back(leaf_of(field.salt, field.pointer, field.value));
  }
  std::ranges::sort(leaves);
  if (std::ranges::adjacent_find(leaves) != leaves.end()) {
    return std::unexpected(RedactionError::repeated);
  }
  if (crypto::merkle_root(leaves) != root) return std::unexpected(RedactionError::wrong_root);
  return assembly.json();
}

std::string print_redacted(const RedactedEvent& redacted) {
  Json shown = Json::array();
  for (const ShownField& field : redacted.shown) {
    Json json = Json::object();
    json.add("pointer", Json::string(field.pointer));
    json.add("salt", Json::string(to_hex(field.salt)));
    json.add("value", sorted(field.value));
    shown.items.push_back(std::move(json));
  }
  Json hidden = Json::array();
  for (const Hash32& leaf : redacted.hidden) hidden.items.push_back(Json::string(to_hex(leaf)));
  Json out = Json::object();
  out.add("shown", std::move(shown));
  out.add("hidden", std::move(hidden));
  return print_json(out);
}

std::expected<RedactedEvent, RedactionError> parse_redacted(std::string_view text,
                                                            const JsonLimits& limits) {
  const auto malformed = [] { return std::unexpected(RedactionError::malformed); };
  const auto json = parse_json(text, limits);
  if (!json || json->members.size() != 2) return malformed();
  const Json* shown = json->find("shown");
  const Json* hidden = json->find("hidden");
  if (shown == nullptr || !shown->is_array() || hidden == nullptr || !hidden->is_array()) {
    return malformed();
  }
  if (shown->items.size() + hidden->items.size() > kEventFieldsMax) {
    return std::unexpected(RedactionError::too_large);
  }
  RedactedEvent out;
  for (const Json& field : shown->items) {
    const Json* pointer = field.find("pointer");
    const auto salt = hash_from(field.find("salt"));
    const Json* value = field.find("value");
    if (pointer == nullptr || !pointer->is_string() || !salt || value == nullptr ||
        field.members.size() != 3) {
      return malformed();
    }
    out.shown.push_back({pointer->text, *salt, *value});
  }
  for (const Json& item : hidden->items) {
    const auto leaf = hash_from(&item);
    if (!leaf) return malformed();
    out.hidden.push_back(*leaf);
  }
  return out;
}

std::string_view to_string(RedactionError code) {
  switch (code) {
    case RedactionError::malformed:
      return "malformed";
    case RedactionError::too_large:
      return "too_large";
    case RedactionError::bad_pointer:
      return "bad_pointer";
    case RedactionError::repeated:
      return "repeated";
    case RedactionError::wrong_root:
      return "wrong_root";
  }
  return "unknown";
}

}  // namespace tally::epcis
