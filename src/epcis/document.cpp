#include "epcis/document.hpp"

#include <algorithm>
#include <set>

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

/// `2`, `2.0`, `2.0.1`: the schema's pattern, and this version of the standard.
bool is_version_2(std::string_view text) {
  if (!text.starts_with('2') || text.ends_with('.') || text.contains("..")) return false;
  return text.find_first_not_of("0123456789.") == text.npos && (text.size() == 1 || text[1] == '.');
}

void read_context(FieldReader& fields, Context& out, FaultSink& sink) {
  const Json* context = fields.json().find("@context");
  if (context == nullptr) {
    fields.fault(DocumentError::missing_field, "@context");
    return;
  }
  (void)fields.take("@context", context->kind);
  auto parsed = parse_context(*context, "/@context");
  if (parsed) {
    out = std::move(*parsed);
  } else {
    sink.add(parsed.error().code, parsed.error().pointer);
  }
}

/// The object `name` in `fields`, as a reader; an empty one after a fault.
FieldReader descend(FieldReader& fields, std::string_view name) {
  static const Json kNothing = Json::object();
  const Json* json = fields.require(name, Json::Kind::object);
  return fields.within(json != nullptr ? *json : kNothing, pointer_to(fields.pointer(), name));
}

/// What only an EPCISDocument has.
void read_header(FieldReader& fields, std::vector<JsonMember>& out) {
  for (const std::string_view name : {"instanceIdentifier", "sender", "receiver"}) {
    const Json* value = fields.take(name, Json::Kind::string);
    if (value != nullptr) out.push_back({std::string(name), *value});
  }
  if (const Json* header = fields.take("epcisHeader", Json::Kind::object)) {
    FieldReader inner = fields.within(*header, pointer_to(fields.pointer(), "epcisHeader"));
    check_header(inner);
    out.push_back({"epcisHeader", *header});
  }
}

/// The event list of either kind of document, or null after a fault.
const Json* read_body(FieldReader& fields, bool query, std::string& list_pointer) {
  FieldReader body = descend(fields, "epcisBody");
  if (!query) {
    list_pointer = pointer_to(body.pointer(), "eventList");
    return body.require("eventList", Json::Kind::array);
  }
  FieldReader results = descend(body, "queryResults");
  (void)body.finish();
  (void)results.require("queryName", Json::Kind::string);
  (void)results.take("subscriptionID", Json::Kind::string);
  FieldReader inner = descend(results, "resultsBody");
  (void)results.finish();
  list_pointer = pointer_to(inner.pointer(), "eventList");
  const Json* events = inner.require("eventList", Json::Kind::array);
  (void)inner.take("vocabularyList", Json::Kind::array);
  (void)inner.finish();
  return events;
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
  read_context(fields, out.context, sink);
  const auto version = fields.text("schemaVersion");
  if (!version && !query) fields.fault(DocumentError::missing_field, "schemaVersion");
  if (version && !is_version_2(*version)) {
    fields.fault(DocumentError::unsupported_version, "schemaVersion");
  }
  out.creation_date = fields.time("creationDate");
  if (!out.creation_date && !query) fields.fault(DocumentError::missing_field, "creationDate");
  out.id = fields.uri("id");
  if (!query) read_header(fields, out.header);
  const Json* events = read_body(fields, query, list_pointer);
  for (JsonMember& extension : fields.finish()) out.header.push_back(std::move(extension));
  if (events != nullptr && events->items.size() > limits.events_max) {
    sink.add(DocumentError::too_many_events, list_pointer);
  }
  return sink.first ? nullptr : events;
}

}  // namespace

std::expected<Context, DocumentFault> parse_context(const Json& json, std::string_view pointer) {
  Context out;
  out.json = json;
  for (const auto& [prefix, uri] : kStandardPrefixes) out.prefixes.emplace_back(prefix, uri);
  const auto refuse = [](DocumentError code, std::string at) {
    return std::unexpected(DocumentFault{code, {}, std::move(at)});
  };
  if (!json.is_array() && !add_prefixes(json, out)) {
    return refuse(DocumentError::bad_context, std::string(pointer));
  }
  std::set<std::string> seen;
  for (std::size_t i = 0; i < json.items.size(); ++i) {
    const bool repeated = !seen.insert(print_json(json.items[i])).second;
    if (repeated || !add_prefixes(json.items[i], out)) {
      return refuse(DocumentError::bad_context, pointer_to(pointer, i));
    }
  }
  if (out.prefixes.size() > kPrefixesMax + std::size(kStandardPrefixes)) {
    return refuse(DocumentError::too_many_prefixes, std::string(pointer));
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
  return read_document(*json, limits);
}

std::expected<Document, DocumentFaults> read_document(const Json& json,
                                                      const DocumentLimits& limits) {
  Document out;
  FaultSink sink;
  std::string list_pointer;
  const Json* events = read_envelope(json, out, sink, list_pointer, limits);
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
    case DocumentError::not_xml:
      return "not_xml";
    case DocumentError::doctype_refused:
      return "doctype_refused";
    case DocumentError::wrong_document_type:
      return "wrong_document_type";
    case DocumentError::unsupported_version:
      return "unsupported_version";
    case DocumentError::bad_context:
      return "bad_context";
    case DocumentError::too_many_events:
      return "too_many_events";
    case DocumentError::too_many_prefixes:
      return "too_many_prefixes";
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
    case DocumentError::bad_hex:
      return "bad_hex";
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
