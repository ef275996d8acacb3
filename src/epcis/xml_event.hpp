// From XML elements to the JSON of EPCIS. Internal to src/epcis. Nothing here fails: an element of
// the wrong build becomes JSON of the wrong kind, and the reader of the JSON says so.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "epcis/json.hpp"
#include "epcis/xml.hpp"

namespace tally::epcis {

/// Gives the names of other namespaces their JSON-LD form, `prefix:local`, and keeps the prefixes
/// that this takes. A prefix that stands for two namespaces gets a number the second time.
class XmlNames {
 public:
  std::string of(const XmlName& name);
  /// (prefix, namespace), in the order of their first use.
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& prefixes() const {
    return prefixes_;
  }

 private:
  std::vector<std::pair<std::string, std::string>> prefixes_;
  std::map<std::string, std::string> by_space_;
  std::map<std::string, std::size_t> numbers_;  // of each wanted prefix, the last one given out
  std::set<std::string> taken_;
};

/// `xsi:type` and its kin, which belong to XML and not to EPCIS.
bool is_schema_instance(const XmlName& name);

/// The value of an attribute without namespace, or null.
const std::string* attribute_of(const XmlElement& element, std::string_view name);

/// The children, those of `extension` and `baseExtension` elements, which only make room for later
/// versions of the schema, in place of these.
std::vector<const XmlElement*> children_of(const XmlElement& element);

/// The first of these without namespace and with that name, or null.
const XmlElement* child_of(const XmlElement& element, std::string_view name);

/// The object with members of one name made into one, a list of their values. To be done once for
/// each object: looking for the name at each member would take the square of the time.
Json merged(Json object);

/// The trimmed text of an element that has nothing else. Of any other, an object.
Json simple_value(const XmlElement& element, XmlNames& names);

/// An element that the standard does not define: its text, or an object of its attributes, elements
/// and, as `#text`, its text.
Json extension_value(const XmlElement& element, XmlNames& names);

Json json_of_event(const XmlElement& element, XmlNames& names);
Json json_of_header(const XmlElement& header, XmlNames& names);

}  // namespace tally::epcis
