#include "epcis/xml_event.hpp"

#include <algorithm>
#include <numeric>

#include "epcis/vocabulary.hpp"

namespace tally::epcis {

namespace {

std::string_view trim(std::string_view text) {
  static constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t from = text.find_first_not_of(kSpace);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(kSpace) - from + 1);
}

/// How a standard element is built.
struct ElementRule {
  enum class Form : std::uint8_t {
    text,
    texts,       ///< a list of `item`s, which are text
    quantities,  ///< a list of `item`s with epcClass, quantity, uom
    typed,       ///< a list of `item`s, which are text with a `type`
    fields,      ///< text elements and extensions
    persistent,  ///< `set` and `unset`, any number of them
    error,       ///< errorDeclaration
    sensors,
    many,  ///< may be repeated
  } form;
  std::string_view name;
  std::string_view item = {};
};

using enum ElementRule::Form;

constexpr ElementRule kEvent[] = {
    {text, "eventTime"},
    {text, "recordTime"},
    {text, "eventTimeZoneOffset"},
    {text, "eventID"},
    {error, "errorDeclaration"},
    {many, "certificationInfo"},
    {texts, "epcList", "epc"},
    {texts, "childEPCs", "epc"},
    {texts, "inputEPCList", "epc"},
    {texts, "outputEPCList", "epc"},
    {quantities, "quantityList", "quantityElement"},
    {quantities, "childQuantityList", "quantityElement"},
    {quantities, "inputQuantityList", "quantityElement"},
    {quantities, "outputQuantityList", "quantityElement"},
    {text, "action"},
    {text, "parentID"},
    {text, "transformationID"},
    {text, "bizStep"},
    {text, "disposition"},
    {persistent, "persistentDisposition"},
    {fields, "readPoint"},
    {fields, "bizLocation"},
    {typed, "bizTransactionList", "bizTransaction"},
    {typed, "sourceList", "source"},
    {typed, "destinationList", "destination"},
    {sensors, "sensorElementList", "sensorElement"},
    {fields, "ilmd"},
};

constexpr std::string_view kNumbers[] = {"quantity", "value",     "minValue", "maxValue",
                                         "sDev",     "meanValue", "percRank", "percValue"};

bool is_standard(const XmlElement& element) { return element.name.space.empty(); }

/// Text besides elements, or attributes, where the schema has neither.
bool is_overfull(const XmlElement& element) {
  const bool attributes = std::ranges::any_of(element.attributes, [](const auto& attribute) {
    return !is_schema_instance(attribute.name);
  });
  return attributes || element.mixed || (!element.children.empty() && !trim(element.text).empty());
}

/// A decimal number of XML Schema as JSON writes it: no plus, no zeros in front, digits on both
/// sides of the point. Text if it is none: INF and NaN are numbers there, but not in EPCIS.
Json number_value(std::string_view text) {
  text = trim(text);
  Json out = Json::string(std::string(text));
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const std::size_t exponent_at = std::min(text.find_first_of("eE"), text.size());
  const std::string_view exponent = text.substr(exponent_at);
  std::string_view whole = text.substr(0, exponent_at);
  const std::size_t point = std::min(whole.find('.'), whole.size());
  const std::string_view fraction = whole.substr(std::min(point + 1, whole.size()));
  whole = whole.substr(0, point);
  const auto all_digits = [](std::string_view part) {
    return part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  if (!all_digits(whole) || !all_digits(fraction) || (whole.empty() && fraction.empty())) {
    return out;
  }
  if (!exponent.empty()) {
    std::string_view digits = exponent.substr(1);
    if (digits.starts_with('-') || digits.starts_with('+')) digits.remove_prefix(1);
    if (digits.empty() || !all_digits(digits)) return out;
  }
  whole.remove_prefix(std::min(whole.find_first_not_of('0'), whole.size()));
  out.kind = Json::Kind::number;
  out.text = std::string(negative ? "-" : "") + (whole.empty() ? "0" : std::string(whole));
  if (!fraction.empty()) out.text += "." + std::string(fraction);
  out.text += exponent;
  return out;
}

Json boolean_value(std::string_view text) {
  text = trim(text);
  if (text != "true" && text != "false" && text != "1" && text != "0") {
    return Json::string(std::string(text));
  }
  Json out;
  out.kind = Json::Kind::boolean;
  out.flag = text == "true" || text == "1";
  return out;
}

/// An attribute or simple element by its name.
Json scalar_value(std::string_view name, std::string_view text) {
  if (std::ranges::find(kNumbers, name) != std::end(kNumbers)) return number_value(text);
  if (name == "booleanValue") return boolean_value(text);
  return Json::string(std::string(trim(text)));
}

/// The items of a list. What else stands in it is null, which no list of EPCIS takes.
template <typename Convert>
Json list_value(const XmlElement& element, std::string_view item, Convert convert) {
  Json out = Json::array();
  for (const XmlElement* child : children_of(element)) {
    const bool is_item = is_standard(*child) && child->name.local == item;
    out.items.push_back(is_item ? convert(*child) : Json{});
  }
  if (is_overfull(element)) out.items.emplace_back();
  return out;
}

void add_attributes(const XmlElement& element, XmlNames& names, Json& out) {
  for (const auto& [name, value] : element.attributes) {
    if (is_schema_instance(name)) continue;
    Json json = name.space.empty() ? scalar_value(name.local, value) : Json::string(value);
    out.add(names.of(name), std::move(json));
  }
}

/// Simple elements by their names, and extensions.
Json fields_value(const XmlElement& element, XmlNames& names) {
  Json out = Json::object();
  add_attributes(element, names, out);
  for (const XmlElement* child : children_of(element)) {
    if (!is_standard(*child)) {
      out.add(names.of(child->name), extension_value(*child, names));
      continue;
    }
    const bool nil =
        child->text.empty() && std::ranges::any_of(child->attributes, [](const auto& a) {
          return is_schema_instance(a.name) && a.name.local == "nil";
        });
    if (nil) continue;
    Json value = simple_value(*child, names);
    if (value.is_string()) value = scalar_value(child->name.local, value.text);
    out.add(child->name.local, std::move(value));
  }
  if (!trim(element.text).empty() || element.mixed) {
    out.add("#text", Json::string(std::string(trim(element.text))));
  }
  return merged(std::move(out));
}

/// `<source type="…">…</source>`.
Json typed_value(const XmlElement& element, XmlNames& names) {
  Json out = Json::object();
  add_attributes(element, names, out);
  out.add(element.name.local, Json::string(std::string(trim(element.text))));
  for (const XmlElement* child : children_of(element)) {
    out.add(names.of(child->name), extension_value(*child, names));
  }
  return merged(std::move(out));
}

Json persistent_value(const XmlElement& element, XmlNames& names) {
  Json out = Json::object();
  add_attributes(element, names, out);
  for (const std::string_view name : {"set", "unset"}) {
    Json list = Json::array();
    for (const XmlElement* child : children_of(element)) {
      if (child->name.local == name) list.items.push_back(simple_value(*child, names));
    }
    if (!list.items.empty()) out.add(std::string(name), std::move(list));
  }
  for (const XmlElement* child : children_of(element)) {
    const std::string& name = child->name.local;
    if (name != "set" && name != "unset") out.add(names.of(child->name), Json{});
  }
  return merged(std::move(out));
}

Json error_value(const XmlElement& element, XmlNames& names) {
  Json out = fields_value(element, names);
  const XmlElement* ids = child_of(element, "correctiveEventIDs");
  if (ids == nullptr) return out;
  for (JsonMember& member : out.members) {
    if (member.name != "correctiveEventIDs" || member.value.is_array()) continue;
    member.value = list_value(*ids, "correctiveEventID",
                              [&](const XmlElement& id) { return simple_value(id, names); });
  }
  return out;
}

Json sensor_value(const XmlElement& element, XmlNames& names) {
  Json out = Json::object();
  add_attributes(element, names, out);
  Json reports = Json::array();
  for (const XmlElement* child : children_of(element)) {
    if (!is_standard(*child)) {
      out.add(names.of(child->name), extension_value(*child, names));
    } else if (child->name.local == "sensorReport") {
      reports.items.push_back(fields_value(*child, names));
    } else {
      out.add(child->name.local, fields_value(*child, names));
    }
  }
  if (!reports.items.empty()) out.add("sensorReport", std::move(reports));
  return merged(std::move(out));
}

Json standard_value(const ElementRule& rule, const XmlElement& element, XmlNames& names) {
  const auto text_of = [&](const XmlElement& item) { return simple_value(item, names); };
  switch (rule.form) {
    case text:
    case many:
      return text_of(element);
    case texts:
      return list_value(element, rule.item, text_of);
    case quantities:
      return list_value(element, rule.item,
                        [&](const XmlElement& item) { return fields_value(item, names); });
    case typed:
      return list_value(element, rule.item,
                        [&](const XmlElement& item) { return typed_value(item, names); });
    case fields:
      return fields_value(element, names);
    case persistent:
      return persistent_value(element, names);
    case error:
      return error_value(element, names);
    case sensors:
      return list_value(element, rule.item,
                        [&](const XmlElement& item) { return sensor_value(item, names); });
  }
  return {};
}

bool is_room_for_extensions(const XmlElement& element) {
  return element.name.space.empty() && element.attributes.empty() &&
         (element.name.local == "extension" || element.name.local == "baseExtension");
}

void collect_children(const XmlElement& element, std::vector<const XmlElement*>& out) {
  for (const XmlElement& child : element.children) {
    if (is_room_for_extensions(child)) {
      collect_children(child, out);
    } else {
      out.push_back(&child);
    }
  }
}

}  // namespace

std::string XmlNames::of(const XmlName& name) {
  if (name.space.empty()) return name.local;
  std::string& prefix = by_space_[name.space];
  if (prefix.empty()) {
    // A prefix of XML may have characters that none of JSON-LD has.
    const std::string wanted = is_uri(name.prefix + ":") ? name.prefix : "ns";
    prefix = wanted;
    for (std::size_t& number = numbers_[wanted]; !taken_.insert(prefix).second;) {
      prefix = wanted + "_" + std::to_string(++number + 1);
    }
    prefixes_.emplace_back(prefix, name.space);
  }
  return prefix + ":" + name.local;
}

bool is_schema_instance(const XmlName& name) {
  return name.space == "http://www.w3.org/2001/XMLSchema-instance";
}

const std::string* attribute_of(const XmlElement& element, std::string_view name) {
  for (const XmlAttribute& attribute : element.attributes) {
    if (attribute.name.space.empty() && attribute.name.local == name) return &attribute.value;
  }
  return nullptr;
}

std::vector<const XmlElement*> children_of(const XmlElement& element) {
  std::vector<const XmlElement*> out;
  collect_children(element, out);
  return out;
}

const XmlElement* child_of(const XmlElement& element, std::string_view name) {
  for (const XmlElement* child : children_of(element)) {
    if (is_standard(*child) && child->name.local == name) return child;
  }
  return nullptr;
}

Json merged(Json object) {
  std::vector<std::size_t> order(object.members.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto name_of = [&](std::size_t i) { return std::string_view(object.members[i].name); };
  std::ranges::stable_sort(order, {}, name_of);
  std::vector<bool> dropped(order.size());
  bool any = false;
  for (std::size_t i = 0; i < order.size();) {
    std::size_t end = i + 1;
    while (end < order.size() && name_of(order[end]) == name_of(order[i])) ++end;
    if (end - i > 1) {
      Json list = Json::array();
      for (std::size_t k = i; k < end; ++k) {
        list.items.push_back(std::move(object.members[order[k]].value));
        dropped[order[k]] = k > i;
      }
      object.members[order[i]].value = std::move(list);
      any = true;
    }
    i = end;
  }
  if (!any) return object;
  Json out = Json::object();
  for (std::size_t i = 0; i < dropped.size(); ++i) {
    if (!dropped[i]) out.members.push_back(std::move(object.members[i]));
  }
  return out;
}

Json simple_value(const XmlElement& element, XmlNames& names) {
  if (element.children.empty() && !is_overfull(element)) {
    return Json::string(std::string(trim(element.text)));
  }
  Json out = extension_value(element, names);
  return out.is_string() ? Json{} : out;
}

Json extension_value(const XmlElement& element, XmlNames& names) {
  const auto children = children_of(element);
  const std::string_view own = trim(element.text);
  if (element.attributes.empty() && children.empty()) return Json::string(std::string(own));
  Json out = Json::object();
  for (const auto& [name, value] : element.attributes) {
    out.add(names.of(name), Json::string(value));
  }
  for (const XmlElement* child : children) {
    out.add(names.of(child->name), extension_value(*child, names));
  }
  if (!own.empty()) out.add("#text", Json::string(std::string(own)));
  return merged(std::move(out));
}

Json json_of_event(const XmlElement& element, XmlNames& names) {
  Json out = Json::object();
  // EventList holds no elements of other namespaces.
  out.add("type", is_standard(element) ? Json::string(element.name.local) : Json{});
  add_attributes(element, names, out);
  for (const XmlElement* child : children_of(element)) {
    if (!is_standard(*child)) {
      out.add(names.of(child->name), extension_value(*child, names));
      continue;
    }
    const auto rule = std::ranges::find(kEvent, child->name.local, &ElementRule::name);
    if (rule == std::end(kEvent)) {
      out.add(child->name.local, extension_value(*child, names));
      continue;
    }
    Json value = standard_value(*rule, *child, names);
    // An empty element says nothing.
    if (rule->form == text && value.is_string() && value.text.empty()) continue;
    out.add(std::string(rule->name), std::move(value));
  }
  if (element.mixed || !trim(element.text).empty()) out.add("#text", Json{});
  return merged(std::move(out));
}

}  // namespace tally::epcis
