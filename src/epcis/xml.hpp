// An XML document as a tree, within the bounds that JSON has. Pure: nothing is fetched, and there
// are no entities but XML's own five, because a document type is refused where it begins (ADR
// 0017). Comments and processing instructions are left out. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "epcis/json.hpp"

namespace tally::epcis {

struct XmlName {
  std::string space;   ///< the namespace's URI; empty for none
  std::string prefix;  ///< as it was written
  std::string local;
};

struct XmlAttribute {
  XmlName name;
  std::string value;
};

struct XmlElement {
  XmlName name;
  std::vector<XmlAttribute> attributes;  ///< without namespace declarations
  std::string text;                      ///< what stands before the first child
  bool mixed = false;                    ///< there is more text than white space behind it
  std::vector<XmlElement> children;
};

enum class XmlError : std::uint16_t {
  too_large = 1,        ///< more than bytes_max bytes
  syntax = 2,           ///< not well-formed with namespaces, or in an encoding that is not known
  doctype = 3,          ///< a document type declaration
  too_deep = 4,         ///< elements in each other beyond depth_max
  too_many = 5,         ///< more than values_max elements and attributes
  string_too_long = 6,  ///< a name, value or text longer than string_bytes_max
};

struct XmlFault {
  XmlError code{};
  std::size_t offset = 0;  ///< in bytes, about where reading stopped
  std::string path;        ///< XPath of the innermost element that is open there
};

/// Reads one document that takes up all of `text`: UTF-8, UTF-16, ISO-8859-1 or US-ASCII, as its
/// declaration says.
std::expected<XmlElement, XmlFault> parse_xml(std::string_view text, const JsonLimits& limits = {});

}  // namespace tally::epcis
