// EPCIS documents in JSON-LD: read strictly and within bounds, printed back. Those in XML are read
// by xml_document.hpp into the same values, with the same faults.
// Start here: parse_document() reads what a client captures, parse_event() a lone event.
// Source: EPCIS 2.0 (ISO/IEC 19987:2024), section 10, and its JSON schema.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "epcis/event.hpp"

namespace tally::epcis {

/// What reading refuses to exceed. Memory follows json.values_max: some 100 bytes for each value.
struct DocumentLimits {
  JsonLimits json;
  std::size_t events_max = 5'000;
  std::size_t identifiers_max = 2'000;  ///< in one list of one event
};

/// Append-only numbers: 1xx the text, 2xx the document, 3xx a field, 4xx an event as a whole.
enum class DocumentError : std::uint16_t {
  too_large = 101,
  not_json = 102,
  too_deep = 103,
  too_many_values = 104,
  duplicate_name = 105,
  string_too_long = 106,      ///< a text beyond string_bytes_max, a URI beyond kUriBytesMax
  not_xml = 107,              ///< not well-formed XML with namespaces
  doctype_refused = 108,      ///< XML with a document type, which may hold entities
  wrong_document_type = 201,  ///< neither EPCISDocument nor EPCISQueryDocument
  unsupported_version = 202,  ///< schemaVersion is not 2.x; in XML, neither 1.x nor 2.x
  bad_context = 203,          ///< `@context` is no URI, object, or list of them without repetition
  too_many_events = 204,
  too_many_prefixes = 205,
  wrong_type = 301,  ///< a string where an object belongs, and so on
  missing_field = 302,
  unknown_field = 303,  ///< a name that is neither the standard's nor an extension (`prefix:name`)
  empty_field = 304,
  bad_time = 305,
  bad_zone_offset = 306,
  bad_action = 307,
  unknown_word = 308,  ///< not in the Core Business Vocabulary, and no URI either
  not_a_uri = 309,
  bad_uom = 310,
  duplicate_identifier = 311,  ///< the same text twice in a list
  too_many_identifiers = 312,
  bad_hex = 313,
  unsupported_event_type = 401,  ///< neither one of the five nor a URI
  nothing_happened_to = 402,     ///< no EPC, no quantity, and no sensor data with a read point
  ilmd_not_allowed = 403,        ///< master data with an action other than ADD
  parent_missing = 404,          ///< an association names its parent
};

/// The code's name, for API answers and logs.
std::string_view to_string(DocumentError code);

/// What is wrong, and where.
struct DocumentFault {
  DocumentError code{};
  std::optional<std::uint32_t> event;  ///< index in the event list; nothing for the document itself
  std::string pointer;  ///< from the document's root: RFC 6901; of an XML document, an XPath

  bool operator==(const DocumentFault&) const = default;
};

/// What one `@context` may define: every name is looked up among them.
inline constexpr std::size_t kPrefixesMax = 256;

/// `@context`: the prefixes that names in the document may use.
struct Context {
  Json json;
  std::vector<std::pair<std::string, std::string>> prefixes;  ///< later ones override
};

struct Document {
  Context context;
  std::optional<std::string> id;
  std::optional<Timestamp> creation_date;  ///< a query document may lack it
  std::vector<JsonMember> header;  ///< epcisHeader, sender, receiver, extensions: as they came
  std::vector<Event> events;
};

/// One fault for each event that is wrong, in their order; or one for the document.
using DocumentFaults = std::vector<DocumentFault>;

/// Reads an EPCISDocument or EPCISQueryDocument. Errors: those of the text, then of the document,
/// then for each event the first in the order of DocumentError's families.
std::expected<Document, DocumentFaults> parse_document(std::string_view text,
                                                       const DocumentLimits& limits = {});

/// The same of a document whose text has been read.
std::expected<Document, DocumentFaults> read_document(const Json& json,
                                                      const DocumentLimits& limits = {});

/// Reads one event, which is to be found at `pointer` of its document.
std::expected<Event, DocumentFault> parse_event(const Json& json, std::string_view pointer = {},
                                                const DocumentLimits& limits = {});

/// Reads an `@context` value: a URI, an object, or a list of them. Errors, at `pointer`:
/// bad_context, too_many_prefixes (kPrefixesMax).
std::expected<Context, DocumentFault> parse_context(const Json& json,
                                                    std::string_view pointer = {});

/// The document as JSON-LD text, without white space.
std::string print_document(const Document& document);

}  // namespace tally::epcis
