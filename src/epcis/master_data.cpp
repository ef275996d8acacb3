// The header of a document: master data is checked as the JSON schema says and kept as it came.
// Source: EPCIS 2.0, section 7.2, and the JSON schema.
#include "epcis/field_reader.hpp"

namespace tally::epcis {

namespace {

/// Goes through a list of objects, if there is one.
template <typename Check>
void each(FieldReader& fields, std::string_view name, Check check) {
  const Json* list = fields.take(name, Json::Kind::array);
  if (list == nullptr) return;
  const std::string pointer = pointer_to(fields.pointer(), name);
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    FieldReader inner = fields.within(list->items[i], pointer_to(pointer, i));
    check(inner);
  }
}

void require_uri(FieldReader& fields, std::string_view name) {
  if (!fields.uri(name)) fields.fault(DocumentError::missing_field, name);
}

void check_attribute(FieldReader& attribute) {
  require_uri(attribute, "id");
  const Json* value = attribute.json().find("attribute");
  if (value == nullptr) return;
  const auto kind = value->kind;
  if (kind != Json::Kind::string && kind != Json::Kind::number && kind != Json::Kind::object) {
    attribute.fault(DocumentError::wrong_type, "attribute");
  }
}

void check_element(FieldReader& element) {
  require_uri(element, "id");
  each(element, "attributes", check_attribute);
  (void)element.uris("children");
}

void check_vocabulary(FieldReader& vocabulary) {
  require_uri(vocabulary, "type");
  each(vocabulary, "vocabularyElementList", check_element);
}

}  // namespace

void check_header(FieldReader& header) {
  if (const Json* data = header.take("epcisMasterData", Json::Kind::object)) {
    FieldReader master = header.within(*data, pointer_to(header.pointer(), "epcisMasterData"));
    each(master, "vocabularyList", check_vocabulary);
  }
  (void)header.finish();
}

}  // namespace tally::epcis
