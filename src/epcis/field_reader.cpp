#include "epcis/field_reader.hpp"

#include <algorithm>
#include <set>

namespace tally::epcis {

namespace {

bool is_uom(std::string_view text) {
  return (text.size() == 2 || text.size() == 3) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

/// What keeps the value from being a URI, if anything does.
std::optional<DocumentError> uri_fault(const Json& json) {
  if (!json.is_string()) return DocumentError::wrong_type;
  if (json.text.size() > kUriBytesMax) return DocumentError::string_too_long;
  if (!is_uri(json.text)) return DocumentError::not_a_uri;
  return std::nullopt;
}

}  // namespace

FieldReader::FieldReader(const Json& json, std::string pointer, FaultSink& sink,
                         const DocumentLimits& limits)
    : json_(json), pointer_(std::move(pointer)), sink_(sink), limits_(limits) {
  if (!json.is_object()) sink_.add(DocumentError::wrong_type, pointer_);
}

void FieldReader::fault(DocumentError code, std::string_view name) {
  sink_.add(code, pointer_to(pointer_, name));
}

void FieldReader::fault_at(DocumentError code, std::string pointer) {
  sink_.add(code, std::move(pointer));
}

const Json* FieldReader::take(std::string_view name, Json::Kind kind) {
  known_.push_back(name);
  const Json* value = json_.find(name);
  if (value == nullptr) return nullptr;
  if (value->kind != kind) {
    fault(DocumentError::wrong_type, name);
    return nullptr;
  }
  return value;
}

const Json* FieldReader::require(std::string_view name, Json::Kind kind) {
  const Json* value = take(name, kind);
  if (value == nullptr) fault(DocumentError::missing_field, name);
  return value;
}

std::optional<std::string> FieldReader::text(std::string_view name) {
  const Json* value = take(name, Json::Kind::string);
  if (value == nullptr) return std::nullopt;
  if (value->text.empty()) fault(DocumentError::empty_field, name);
  return value->text;
}

std::optional<std::string> FieldReader::uri(std::string_view name) {
  const Json* value = take(name, Json::Kind::string);
  if (value == nullptr) return std::nullopt;
  if (const auto code = uri_fault(*value)) {
    fault(*code, name);
    return std::nullopt;
  }
  return value->text;
}

std::optional<std::string> FieldReader::word(std::string_view name, Vocabulary vocabulary) {
  const Json* value = take(name, Json::Kind::string);
  if (value == nullptr) return std::nullopt;
  auto out = normalise(vocabulary, value->text);
  if (!out) fault(DocumentError::unknown_word, name);
  return out;
}

std::optional<Timestamp> FieldReader::time(std::string_view name) {
  const Json* value = take(name, Json::Kind::string);
  if (value == nullptr) return std::nullopt;
  const auto out = parse_timestamp(value->text);
  if (!out) fault(DocumentError::bad_time, name);
  return out;
}

Action FieldReader::action() {
  const Json* value = require("action", Json::Kind::string);
  if (value != nullptr) {
    for (const Action action : {Action::observe, Action::add, Action::remove}) {
      if (value->text == to_string(action)) return action;
    }
    fault(DocumentError::bad_action, "action");
  }
  return Action::observe;
}

const std::vector<Json>* FieldReader::list(std::string_view name) {
  const Json* value = take(name, Json::Kind::array);
  if (value == nullptr) return nullptr;
  if (value->items.size() > limits_.identifiers_max) {
    fault(DocumentError::too_many_identifiers, name);
    return nullptr;
  }
  return &value->items;
}

std::vector<std::string> FieldReader::words(std::string_view name, Vocabulary vocabulary) {
  std::vector<std::string> out;
  const auto* items = list(name);
  if (items == nullptr) return out;
  if (items->empty()) fault(DocumentError::empty_field, name);
  std::set<std::string_view> texts;
  std::set<std::string> seen;
  for (std::size_t i = 0; i < items->size(); ++i) {
    const Json& item = (*items)[i];
    auto word = item.is_string() ? normalise(vocabulary, item.text) : std::nullopt;
    auto code = item.is_string() ? DocumentError::unknown_word : DocumentError::wrong_type;
    if (word && !texts.insert(item.text).second) code = DocumentError::duplicate_identifier;
    if (!word || code == DocumentError::duplicate_identifier) {
      sink_.add(code, pointer_to(pointer_to(pointer_, name), i));
    } else if (seen.insert(*word).second) {  // one word in two spellings is one word
      out.push_back(std::move(*word));
    }
  }
  return out;
}

std::vector<std::string> FieldReader::uris(std::string_view name) {
  std::vector<std::string> out;
  const auto* items = list(name);
  if (items == nullptr) return out;
  for (std::size_t i = 0; i < items->size(); ++i) {
    const Json& item = (*items)[i];
    if (const auto code = uri_fault(item)) {
      sink_.add(*code, pointer_to(pointer_to(pointer_, name), i));
      return out;
    }
    out.push_back(item.text);
  }
  return out;
}

std::vector<Identifier> FieldReader::identifiers(std::string_view name, Repeats repeats) {
  std::vector<Identifier> out;
  const auto* items = list(name);
  if (items == nullptr) return out;
  std::set<std::string_view> seen;
  out.reserve(items->size());
  for (std::size_t i = 0; i < items->size(); ++i) {
    const Json& item = (*items)[i];
    auto code = uri_fault(item);
    if (!code && repeats == Repeats::refused && !seen.insert(item.text).second) {
      code = DocumentError::duplicate_identifier;
    }
    if (code) {
      sink_.add(*code, pointer_to(pointer_to(pointer_, name), i));
      return out;
    }
    out.push_back(Identifier::of(item.text));
  }
  return out;
}

std::vector<QuantityElement> FieldReader::quantities(std::string_view name) {
  std::vector<QuantityElement> out;
  const auto* items = list(name);
  if (items == nullptr) return out;
  for (std::size_t i = 0; i < items->size(); ++i) {
    FieldReader fields = within((*items)[i], pointer_to(pointer_to(pointer_, name), i));
    auto epc_class = fields.uri("epcClass");
    if (!epc_class) fields.fault(DocumentError::missing_field, "epcClass");
    QuantityElement element{Identifier::of(epc_class.value_or("")), {}, {}};
    if (const Json* quantity = fields.take("quantity", Json::Kind::number)) {
      element.quantity = quantity->text;
    }
    element.uom = fields.text("uom");
    if (element.uom && !is_uom(*element.uom)) fields.fault(DocumentError::bad_uom, "uom");
    fields.finish_closed();
    out.push_back(std::move(element));
  }
  return out;
}

std::vector<TypedIdentifier> FieldReader::typed(std::string_view name, std::string_view member,
                                                Vocabulary vocabulary, bool type_required) {
  std::vector<TypedIdentifier> out;
  const auto* items = list(name);
  if (items == nullptr) return out;
  for (std::size_t i = 0; i < items->size(); ++i) {
    FieldReader fields = within((*items)[i], pointer_to(pointer_to(pointer_, name), i));
    auto type = fields.word("type", vocabulary);
    if (type_required && !type) fields.fault(DocumentError::missing_field, "type");
    auto id = fields.uri(member);
    if (!id) fields.fault(DocumentError::missing_field, member);
    fields.finish_closed();
    out.push_back({std::move(type), Identifier::of(id.value_or(""))});
  }
  return out;
}

std::optional<Place> FieldReader::place(std::string_view name) {
  const Json* value = take(name, Json::Kind::object);
  if (value == nullptr) return std::nullopt;
  FieldReader fields = within(*value, pointer_to(pointer_, name));
  auto id = fields.uri("id");
  if (!id) fields.fault(DocumentError::missing_field, "id");
  return Place{Identifier::of(id.value_or("")), fields.finish()};
}

Extensions FieldReader::ilmd() {
  const Json* value = take("ilmd", Json::Kind::object);
  return value != nullptr ? within(*value, pointer_to(pointer_, "ilmd")).finish() : Extensions{};
}

Extensions FieldReader::finish() {
  Extensions out = rest();
  for (const JsonMember& member : out) {
    if (!is_uri(member.name)) fault(DocumentError::unknown_field, member.name);
  }
  return out;
}

void FieldReader::finish_closed() {
  for (const JsonMember& member : rest()) fault(DocumentError::unknown_field, member.name);
}

Extensions FieldReader::rest() const {
  Extensions out;
  for (const JsonMember& member : json_.members) {
    if (std::find(known_.begin(), known_.end(), member.name) == known_.end()) out.push_back(member);
  }
  return out;
}

}  // namespace tally::epcis
