// EPCIS documents in XML, versions 1.0 to 2.0: an XML document is turned into the JSON-LD one that
// says the same, which is then read as any other. So both have the same values, the same checks and
// the same event hashes. docs/spec/epcis.md has the table.
// Source: EPCIS 2.0 (ISO/IEC 19987:2024), section 9, and its XML schema; EPCIS 1.2, section 9.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "epcis/document.hpp"

namespace tally::epcis {

/// Reads an EPCISDocument or EPCISQueryDocument. Errors: those of the text (too_large, not_xml,
/// doctype_refused, too_deep, too_many_values, string_too_long), then as parse_document(), each
/// with an XPath.
std::expected<Document, DocumentFaults> parse_xml_document(std::string_view text,
                                                           const DocumentLimits& limits = {});

/// The JSON-LD document, unchecked: whatever is out of place becomes something that read_document()
/// refuses there. Errors: those of the text, wrong_document_type, unsupported_version.
std::expected<Json, DocumentFault> json_of_xml(std::string_view text,
                                               const DocumentLimits& limits = {});

/// Where in the XML document that is which `pointer` (RFC 6901) names in its JSON form:
/// `/epcisBody/eventList/0/epcList/1` is `/EPCISDocument/EPCISBody/EventList/*[1]/epcList/epc[2]`.
/// The `extension` elements in between, which older versions have, are left out.
std::string xml_path(std::string_view pointer, bool query_document);

}  // namespace tally::epcis
