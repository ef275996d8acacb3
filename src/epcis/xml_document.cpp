#include "epcis/xml_document.hpp"

#include "epcis/xml.hpp"
#include "epcis/xml_event.hpp"

namespace tally::epcis {

namespace {

constexpr std::string_view kContextUri =
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld";

DocumentError code_of(XmlError error) {
  switch (error) {
    case XmlError::too_large:
      return DocumentError::too_large;
    case XmlError::syntax:
      return DocumentError::not_xml;
    case XmlError::doctype:
      return DocumentError::doctype_refused;
    case XmlError::too_deep:
      return DocumentError::too_deep;
    case XmlError::too_many:
      return DocumentError::too_many_values;
    case XmlError::string_too_long:
      return DocumentError::string_too_long;
  }
  return DocumentError::not_xml;
}

/// `1`, `1.2`, `2.0`.
bool is_known_version(std::string_view text) {
  return text == "1" || text == "2" || text.starts_with("1.") || text.starts_with("2.");
}

enum class Kind : std::uint8_t { none, document, query };

Kind kind_of(const XmlElement& root) {
  const std::string& space = root.name.space;
  if (root.name.local == "EPCISDocument" &&
      (space == "urn:epcglobal:epcis:xsd:1" || space == "urn:epcglobal:epcis:xsd:2")) {
    return Kind::document;
  }
  if (root.name.local == "EPCISQueryDocument" &&
      (space == "urn:epcglobal:epcis-query:xsd:1" || space == "urn:epcglobal:epcis-query:xsd:2")) {
    return Kind::query;
  }
  return Kind::none;
}

/// The text of a simple element as a member, if the element is there.
void add_text(const XmlElement* element, std::string name, XmlNames& names, Json& out) {
  if (element != nullptr) out.add(std::move(name), simple_value(*element, names));
}

Json list_of_events(const XmlElement& list, XmlNames& names) {
  Json out = Json::array();
  for (const XmlElement* event : children_of(list)) {
    out.items.push_back(json_of_event(*event, names));
  }
  return out;
}

Json body_of(const XmlElement& body, bool query, XmlNames& names) {
  Json out = Json::object();
  if (!query) {
    const XmlElement* list = child_of(body, "EventList");
    if (list != nullptr) out.add("eventList", list_of_events(*list, names));
    return out;
  }
  const XmlElement* results = child_of(body, "QueryResults");
  if (results == nullptr) return out;
  Json query_results = Json::object();
  add_text(child_of(*results, "queryName"), "queryName", names, query_results);
  add_text(child_of(*results, "subscriptionID"), "subscriptionID", names, query_results);
  if (const XmlElement* inner = child_of(*results, "resultsBody")) {
    Json results_body = Json::object();
    const XmlElement* list = child_of(*inner, "EventList");
    if (list != nullptr) results_body.add("eventList", list_of_events(*list, names));
    query_results.add("resultsBody", std::move(results_body));
  }
  out.add("queryResults", std::move(query_results));
  return out;
}

/// Extensions of the document: elements and attributes of other namespaces.
void add_document_extensions(const XmlElement& root, XmlNames& names, Json& out) {
  for (const XmlAttribute& attribute : root.attributes) {
    if (attribute.name.space.empty() || is_schema_instance(attribute.name)) continue;
    out.add(names.of(attribute.name), Json::string(attribute.value));
  }
  for (const XmlElement* child : children_of(root)) {
    if (!child->name.space.empty()) {
      out.add(names.of(child->name), extension_value(*child, names));
    }
  }
}

Json context_of(const XmlNames& names) {
  Json out = Json::array();
  out.items.push_back(Json::string(std::string(kContextUri)));
  if (names.prefixes().empty()) return out;
  Json prefixes = Json::object();
  for (const auto& [prefix, space] : names.prefixes()) prefixes.add(prefix, Json::string(space));
  out.items.push_back(std::move(prefixes));
  return out;
}

Json json_of(const XmlElement& root, bool query) {
  XmlNames names;
  Json out = Json::object();
  out.add("@context", Json{});  // filled in when all names are known
  out.add("type", Json::string(query ? "EPCISQueryDocument" : "EPCISDocument"));
  if (attribute_of(root, "schemaVersion") != nullptr) {
    out.add("schemaVersion", Json::string("2.0"));
  }
  const std::string* date = attribute_of(root, "creationDate");
  if (date != nullptr) out.add("creationDate", Json::string(*date));
  // A query's answer has no header in JSON.
  const XmlElement* header = query ? nullptr : child_of(root, "EPCISHeader");
  if (header != nullptr) out.add("epcisHeader", json_of_header(*header, names));
  const XmlElement* body = child_of(root, "EPCISBody");
  if (body != nullptr) out.add("epcisBody", body_of(*body, query, names));
  add_document_extensions(root, names, out);
  out.members.front().value = context_of(names);
  return merged(std::move(out));
}

/// JSON has levels and values that XML has not, for lists; what is kept of it must be readable.
std::optional<DocumentError> check_bounds(const Json& json, const JsonLimits& limits,
                                          std::size_t depth, std::size_t& count) {
  if (++count > limits.values_max) return DocumentError::too_many_values;
  const bool holds = json.is_array() || json.is_object();
  if (holds && depth >= limits.depth_max) return DocumentError::too_deep;
  for (const Json& item : json.items) {
    if (const auto error = check_bounds(item, limits, depth + 1, count)) return error;
  }
  for (const JsonMember& member : json.members) {
    if (const auto error = check_bounds(member.value, limits, depth + 1, count)) return error;
  }
  return std::nullopt;
}

}  // namespace

std::expected<Json, DocumentFault> json_of_xml(std::string_view text,
                                               const DocumentLimits& limits) {
  const auto refuse = [](DocumentError code, std::string path) {
    return std::unexpected(DocumentFault{code, std::nullopt, std::move(path)});
  };
  const auto root = parse_xml(text, limits.json);
  if (!root) return refuse(code_of(root.error().code), root.error().path);
  const Kind kind = kind_of(*root);
  if (kind == Kind::none) return refuse(DocumentError::wrong_document_type, "/*");
  const std::string* version = attribute_of(*root, "schemaVersion");
  if (version != nullptr && !is_known_version(*version)) {
    return refuse(DocumentError::unsupported_version, "/" + root->name.local + "/@schemaVersion");
  }
  Json out = json_of(*root, kind == Kind::query);
  std::size_t count = 0;
  if (const auto error = check_bounds(out, limits.json, 0, count)) {
    return refuse(*error, "/" + root->name.local);
  }
  return out;
}

std::expected<Document, DocumentFaults> parse_xml_document(std::string_view text,
                                                           const DocumentLimits& limits) {
  const auto json = json_of_xml(text, limits);
  if (!json) return std::unexpected(DocumentFaults{json.error()});
  auto out = read_document(*json, limits);
  if (out) return out;
  const Json* type = json->find("type");
  const bool query = type != nullptr && type->text == "EPCISQueryDocument";
  for (DocumentFault& fault : out.error()) fault.pointer = xml_path(fault.pointer, query);
  return out;
}

}  // namespace tally::epcis
