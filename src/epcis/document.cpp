#include "epcis/document.hpp"

#include "epcis/field_reader.hpp"

namespace tally::epcis {

namespace {

// What the standard's own context defines, whether or not a document repeats it.
constexpr std::pair<std::string_view, std::string_view> kStandardPrefixes[] = {
    {"cbv", "https://ref.gs1.org/cbv/"},
    {"cbvmda", "urn:epcglobal:cbv:mda:"},
    {"epcis", "https://ref.gs1.org/epcis/"},
    {"gs1", "https://gs1.org/voc/"},
};

DocumentError code_of(JsonError error) {
  switch (error) {
    case JsonError::too_large:
      return DocumentError::too_large;
    case JsonError::syntax:
      return DocumentError::not_json;
    case JsonError::too_deep:
      return DocumentError::too_deep;
    case JsonError::too_many:
      return DocumentError::too_many_values;
    case JsonError::duplicate_name:
      return DocumentError::duplicate_name;
    case JsonError::string_too_long:
      return DocumentError::string_too_long;
  }
  return DocumentError::not_json;
}

bool add_prefixes(const Json& json, Context& out) {
  if (json.is_string()) return is_uri(json.text);
  if (!json.is_object()) return false;
  for (const JsonMember& member : json.members) {
    const Json* id = member.value.is_object() ? member.value.find("@id") : &member.value;
    if (id != nullptr && id->is_string() && !member.name.starts_with('@')) {
      out.prefixes.emplace_back(member.name, id->text);
    }
  }
  return true;
}

/// Descends through objects, each of which must be there.
const Json* descend(FieldReader& fields, std::string_view name, FaultSink& sink, bool query) {
  const Json* body = fields.require(name, Json::Kind::object);
  std::string pointer = pointer_to(fields.pointer(), name);
  for (const std::string_view step : {"queryResults", "resultsBody"}) {
    if (!query || body == nullptr) break;
    pointer = pointer_to(pointer, step);
    body = body->find(step);
    if (body == nullptr) sink.add(DocumentError::missing_field, pointer);
  }
  return body;
}

/// Reads all but the events and returns the event list, or null after a fault.
const Json* read_envelope(const Json& json, Document& out, FaultSink& sink,
                          std::string& list_pointer, const DocumentLimits& limits) {
  FieldReader fields(json, "", sink, limits);
  const Json* type = fields.require("type", Json::Kind::string);
  const bool query = type != nullptr && type->text == "EPCISQueryDocument";
  if (type != nullptr && !query && type->text != "EPCISDocument") {
    fields.fault(DocumentError::wrong_document_type, "type");
  }
  const Json* context = json.find("@context");
  if (context == nullptr) {
    fields.fault(DocumentError::missing_field, "@context");
  } else {
    fields.take("@context", context->kind);
    auto parsed = parse_context(*context, "/@context");
    if (parsed) {
      out.context = std::move(*parsed);
    } else {
      sink.add(parsed.error().code, parsed.error().pointer);
    }
  }
  const auto version = fields.text("schemaVersion");
  if (!version && !query) fields.fault(DocumentError::missing_field, "schemaVersion");
  if (version && *version != "2" && !version->starts_with("2.")) {
    fields.fault(DocumentError::unsupported_version, "schemaVersion");
  }
  out.creation_date = fields.time("creationDate");
  if (!out.creation_date && !query) fields.fault(DocumentError::missing_field, "creationDate");
  out.id = fields.uri("id");
  for (const std::string_view name : {"instanceIdentifier", "sender", "receiver", "epcisHeader"}) {
    const Json* value = json.find(name);
    if (value == nullptr) continue;
    fields.take(name, name == "epcisHeader" ? Json::Kind::object : Json::Kind::string);
    out.header.push_back({std::string(name), *value});
  }
  const Json* body = descend(fields, "epcisBody", sink, query);
  for (JsonMember& extension : fields.finish()) out.header.push_back(std::move(extension));
  list_pointer = query ? "/epcisBody/queryResults/resultsBody/eventList" : "/epcisBody/eventList";
  const Json* events = body != nullptr ? body->find("eventList") : nullptr;
  if (events == nullptr) {
    sink.add(DocumentError::missing_field, list_pointer);
  } else if (!events->is_array()) {
    sink.add(DocumentError::wrong_type, list_pointer);
  } else if (events->items.size() > limits.events_max) {
    sink.add(DocumentError::too_many_events, list_pointer);
  }
  return sink.first ? nullptr : events;
}

}  // namespace

std::expected<Context, DocumentFault> parse_context(const Json& json, std::string_view pointer) {
  Context out;
  out.json = json;
  for (const auto& [prefix, uri] : kStandardPrefixes) out.prefixes.emplace_back(prefix, uri);
  const auto refuse = [](std::string at) {
    return std::unexpected(DocumentFault{DocumentError::bad_context, {}, std::move(at)});
  };
  if (!json.is_array()) {
    if (!add_prefixes(json, out)) return refuse(std::string(pointer));
    return out;
  }
  for (std::size_t i = 0; i < json.items.size(); ++i) {
    if (!add_prefixes(json.items[i], out)) return refuse(pointer_to(pointer, i));
  }
  return out;
}

std::expected<Document, DocumentFaults> parse_document(std::string_view text,
                                                       const DocumentLimits& limits) {
  const auto json = parse_json(text, limits.json);
  if (!json) {
    return std::unexpected(
        DocumentFaults{{code_of(json.error().code), std::nullopt, json.error().pointer}});
  }
  Document out;
  FaultSink sink;
  std::string list_pointer;
  const Json* events = read_envelope(*json, out, sink, list_pointer, limits);
  if (events == nullptr) return std::unexpected(DocumentFaults{std::move(*sink.first)});
  DocumentFaults faults;
  out.events.reserve(events->items.size());
  for (std::size_t i = 0; i < events->items.size(); ++i) {
    auto event = parse_event(events->items[i], pointer_to(list_pointer, i), limits);
    if (event) {
      out.events.push_back(std::move(*event));
    } else {
      faults.push_back(std::move(event.error()));
      faults.back().event = static_cast<std::uint32_t>(i);
    }
  }
  if (!faults.empty()) return std::unexpected(std::move(faults));
  return out;
}

std::string print_document(const Document& document) {
  Json out = Json::object();
  out.add("@context", document.context.json);
  out.add("type", Json::string("EPCISDocument"));
  print_text("id", document.id, out);
  out.add("schemaVersion", Json::string("2.0"));
  if (document.creation_date) {
    out.add("creationDate", Json::string(document.creation_date->iso()));
  }
  for (const JsonMember& member : document.header) out.members.push_back(member);
  Json list = Json::array();
  for (const Event& event : document.events) list.items.push_back(to_json(event));
  Json body = Json::object();
  body.add("eventList", std::move(list));
  out.add("epcisBody", std::move(body));
  return print_json(out);
}

std::string_view to_string(DocumentError code) {
  switch (code) {
    case DocumentError::too_large:
      return "too_large";
    case DocumentError::not_json:
      return "not_json";
    case DocumentError::too_deep:
      return "too_deep";
    case DocumentError::too_many_values:
      return "too_many_values";
    case DocumentError::duplicate_name:
      return "duplicate_name";
    case DocumentError::string_too_long:
      return "string_too_long";
    case DocumentError::wrong_document_type:
      return "wrong_document_type";
    case DocumentError::unsupported_version:
      return "unsupported_version";
    case DocumentError::bad_context:
      return "bad_context";
    case DocumentError::too_many_events:
      return "too_many_events";
    case DocumentError::wrong_type:
      return "wrong_type";
    case DocumentError::missing_field:
      return "missing_field";
    case DocumentError::unknown_field:
      return "unknown_field";
    case DocumentError::empty_field:
      return "empty_field";
    case DocumentError::bad_time:
      return "bad_time";
    case DocumentError::bad_zone_offset:
      return "bad_zone_offset";
    case DocumentError::bad_action:
      return "bad_action";
    case DocumentError::unknown_word:
      return "unknown_word";
    case DocumentError::not_a_uri:
      return "not_a_uri";
    case DocumentError::bad_uom:
      return "bad_uom";
    case DocumentError::duplicate_identifier:
      return "duplicate_identifier";
    case DocumentError::too_many_identifiers:
      return "too_many_identifiers";
    case DocumentError::unsupported_event_type:
      return "unsupported_event_type";
    case DocumentError::nothing_happened_to:
      return "nothing_happened_to";
    case DocumentError::ilmd_not_allowed:
      return "ilmd_not_allowed";
    case DocumentError::parent_missing:
      return "parent_missing";
  }
  return "unknown";
}

}  // namespace tally::epcis
