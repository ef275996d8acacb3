// The header of an XML document: master data as JSON-LD has it, the rest as extensions.
#include "epcis/xml_event.hpp"

namespace tally::epcis {

namespace {

/// A member for an attribute, if it is there.
void add_attribute(const XmlElement& element, std::string_view name, Json& out) {
  const std::string* value = attribute_of(element, name);
  if (value != nullptr) out.add(std::string(name), Json::string(*value));
}

Json attribute_value(const XmlElement& attribute, XmlNames& names) {
  Json out = Json::object();
  add_attribute(attribute, "id", out);
  XmlElement content = attribute;
  std::erase_if(content.attributes, [](const XmlAttribute& a) { return a.name.local == "id"; });
  out.add("attribute", extension_value(content, names));
  return out;
}

Json element_value(const XmlElement& element, XmlNames& names) {
  Json out = Json::object();
  add_attribute(element, "id", out);
  Json attributes = Json::array();
  for (const XmlElement* child : children_of(element)) {
    if (child->name.local == "attribute") {
      attributes.items.push_back(attribute_value(*child, names));
    }
  }
  if (!attributes.items.empty()) out.add("attributes", std::move(attributes));
  if (const XmlElement* children = child_of(element, "children")) {
    Json ids = Json::array();
    for (const XmlElement* id : children_of(*children)) {
      ids.items.push_back(simple_value(*id, names));
    }
    out.add("children", std::move(ids));
  }
  return out;
}

Json vocabulary_value(const XmlElement& vocabulary, XmlNames& names) {
  Json out = Json::object();
  add_attribute(vocabulary, "type", out);
  const XmlElement* list = child_of(vocabulary, "VocabularyElementList");
  if (list == nullptr) return out;
  Json elements = Json::array();
  for (const XmlElement* element : children_of(*list)) {
    elements.items.push_back(element_value(*element, names));
  }
  out.add("vocabularyElementList", std::move(elements));
  return out;
}

}  // namespace

Json json_of_header(const XmlElement& header, XmlNames& names) {
  Json out = Json::object();
  for (const XmlElement* child : children_of(header)) {
    if (child->name.local != "EPCISMasterData" || !child->name.space.empty()) {
      out.add(names.of(child->name), extension_value(*child, names));
      continue;
    }
    Json master = Json::object();
    if (const XmlElement* list = child_of(*child, "VocabularyList")) {
      Json vocabularies = Json::array();
      for (const XmlElement* vocabulary : children_of(*list)) {
        vocabularies.items.push_back(vocabulary_value(*vocabulary, names));
      }
      master.add("vocabularyList", std::move(vocabularies));
    }
    out.add("epcisMasterData", std::move(master));
  }
  return merged(std::move(out));
}

}  // namespace tally::epcis
