#include "epcis/json.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <optional>

namespace tally::epcis {

namespace {

namespace bj = boost::json;

/// Builds the tree from Boost.JSON's events. The parser keeps no stack of its own on the heap, and
/// this one's depth is bounded by the parser.
class Builder {
 public:
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  explicit Builder(const JsonLimits& limits) : limits_(limits) {}

  [[nodiscard]] Json take() { return std::move(root_); }
  [[nodiscard]] std::optional<JsonError> error() const { return error_; }

  /// Where reading stands, as a JSON pointer.
  [[nodiscard]] std::string pointer() const {
    std::string out;
    for (const Json* value : stack_) {
      if (value->is_object()) {
        if (value->members.empty()) break;
        out = pointer_to(out, value->members.back().name);
      } else {
        if (value->items.empty()) break;
        out = pointer_to(out, value->items.size() - 1);
      }
    }
    return out;
  }

  bool on_document_begin(bj::error_code&) { return true; }
  bool on_document_end(bj::error_code&) { return true; }
  bool on_object_begin(bj::error_code& ec) { return open(Json::Kind::object, ec); }
  bool on_array_begin(bj::error_code& ec) { return open(Json::Kind::array, ec); }
  bool on_array_end(std::size_t, bj::error_code&) { return close(); }
  bool on_object_end(std::size_t, bj::error_code& ec) {
    const Json& object = *stack_.back();
    std::vector<std::string_view> names;
    names.reserve(object.members.size());
    for (const JsonMember& member : object.members) names.push_back(member.name);
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice != names.end()) {
      // Puts the culprit last, so that pointer() names it.
      auto& members = stack_.back()->members;
      std::string name(*twice);
      members.push_back({std::move(name), {}});
      return refuse(JsonError::duplicate_name, ec);
    }
    return close();
  }

  bool on_key_part(bj::string_view part, std::size_t, bj::error_code& ec) {
    return append(part, ec);
  }
  bool on_key(bj::string_view part, std::size_t, bj::error_code& ec) {
    if (!append(part, ec)) return false;
    stack_.back()->members.push_back({std::move(text_), {}});
    text_.clear();
    return true;
  }
  bool on_string_part(bj::string_view part, std::size_t, bj::error_code& ec) {
    return append(part, ec);
  }
  bool on_string(bj::string_view part, std::size_t, bj::error_code& ec) {
    return append(part, ec) && put_text(Json::Kind::string, ec);
  }
  bool on_number_part(bj::string_view part, bj::error_code& ec) { return append(part, ec); }
  bool on_int64(std::int64_t, bj::string_view part, bj::error_code& ec) {
    return append(part, ec) && put_text(Json::Kind::number, ec);
  }
  bool on_uint64(std::uint64_t, bj::string_view part, bj::error_code& ec) {
    return append(part, ec) && put_text(Json::Kind::number, ec);
  }
  bool on_double(double, bj::string_view part, bj::error_code& ec) {
    return append(part, ec) && put_text(Json::Kind::number, ec);
  }
  bool on_bool(bool flag, bj::error_code& ec) {
    Json* value = put(Json::Kind::boolean, ec);
    if (value != nullptr) value->flag = flag;
    return value != nullptr;
  }
  bool on_null(bj::error_code& ec) { return put(Json::Kind::null, ec) != nullptr; }
  bool on_comment_part(bj::string_view, bj::error_code&) { return true; }
  bool on_comment(bj::string_view, bj::error_code&) { return true; }

 private:
  bool refuse(JsonError error, bj::error_code& ec) {
    error_ = error;
    ec = bj::error::exception;
    return false;
  }

  bool append(bj::string_view part, bj::error_code& ec) {
    if (text_.size() + part.size() > limits_.string_bytes_max) {
      return refuse(JsonError::string_too_long, ec);
    }
    text_.append(part.data(), part.size());
    return true;
  }

  /// A new value in the innermost open container. Pointers on the stack stay valid: a container
  /// grows only while it is the innermost one.
  Json* put(Json::Kind kind, bj::error_code& ec) {
    if (++count_ > limits_.values_max) {
      refuse(JsonError::too_many, ec);
      return nullptr;
    }
    Json* place = &root_;
    if (!stack_.empty()) {
      Json& parent = *stack_.back();
      place = parent.is_object() ? &parent.members.back().value : &parent.items.emplace_back();
    }
    place->kind = kind;
    return place;
  }

  bool put_text(Json::Kind kind, bj::error_code& ec) {
    Json* value = put(kind, ec);
    if (value == nullptr) return false;
    value->text = std::move(text_);
    text_.clear();
    return true;
  }

  bool open(Json::Kind kind, bj::error_code& ec) {
    Json* value = put(kind, ec);
    if (value == nullptr) return false;
    stack_.push_back(value);
    return true;
  }

  bool close() {
    stack_.pop_back();
    return true;
  }

  const JsonLimits limits_;
  Json root_;
  std::vector<Json*> stack_;
  std::string text_;
  std::size_t count_ = 0;
  std::optional<JsonError> error_;
};

void print_text(std::string_view text, std::string& out) {
  out += bj::serialize(bj::string_view(text.data(), text.size()));
}

void print(const Json& value, std::string& out) {
  switch (value.kind) {
    case Json::Kind::null:
      out += "null";
      return;
    case Json::Kind::boolean:
      out += value.flag ? "true" : "false";
      return;
    case Json::Kind::number:
      out += value.text;
      return;
    case Json::Kind::string:
      print_text(value.text, out);
      return;
    case Json::Kind::array:
      out += '[';
      for (std::size_t i = 0; i < value.items.size(); ++i) {
        if (i > 0) out += ',';
        print(value.items[i], out);
      }
      out += ']';
      return;
    case Json::Kind::object:
      out += '{';
      for (std::size_t i = 0; i < value.members.size(); ++i) {
        if (i > 0) out += ',';
        print_text(value.members[i].name, out);
        out += ':';
        print(value.members[i].value, out);
      }
      out += '}';
      return;
  }
}

}  // namespace

Json Json::string(std::string text) {
  Json out;
  out.kind = Kind::string;
  out.text = std::move(text);
  return out;
}

Json Json::object() {
  Json out;
  out.kind = Kind::object;
  return out;
}

Json Json::array() {
  Json out;
  out.kind = Kind::array;
  return out;
}

const Json* Json::find(std::string_view name) const {
  for (const JsonMember& member : members) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

void Json::add(std::string name, Json value) {
  members.push_back({std::move(name), std::move(value)});
}

bool operator==(const Json& a, const Json& b) {
  if (a.kind != b.kind || a.flag != b.flag || a.text != b.text || a.items != b.items ||
      a.members.size() != b.members.size()) {
    return false;
  }
  return std::all_of(a.members.begin(), a.members.end(), [&](const JsonMember& member) {
    const Json* other = b.find(member.name);
    return other != nullptr && *other == member.value;
  });
}

std::expected<Json, JsonFault> parse_json(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.bytes_max) {
    return std::unexpected(JsonFault{JsonError::too_large, limits.bytes_max, {}});
  }
  bj::parse_options options;
  options.max_depth = limits.depth_max;
  bj::basic_parser<Builder> parser(options, limits);
  bj::error_code ec;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), ec);
  Builder& builder = parser.handler();
  if (ec || read < text.size()) {
    const auto code = builder.error().value_or(ec == bj::error::too_deep ? JsonError::too_deep
                                                                         : JsonError::syntax);
    return std::unexpected(JsonFault{code, read, builder.pointer()});
  }
  return builder.take();
}

std::string print_json(const Json& value) {
  std::string out;
  print(value, out);
  return out;
}

std::string pointer_to(std::string_view pointer, std::string_view name) {
  std::string out(pointer);
  out += '/';
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

std::string pointer_to(std::string_view pointer, std::size_t index) {
  return std::string(pointer) + "/" + std::to_string(index);
}

}  // namespace tally::epcis
