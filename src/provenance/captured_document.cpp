#include "provenance/captured_document.hpp"

#include <set>

#include "base/check.hpp"
#include "epcis/event_hash.hpp"
#include "epcis/xml_document.hpp"

namespace tally::provenance {
namespace {

using epcis::Json;

Json* find_member(Json* json, std::string_view name) {
  if (json == nullptr) return nullptr;
  for (auto& member : json->members) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

// The document's list of events, in either kind of document.
Json* event_list(Json& document) {
  Json* body = find_member(&document, "epcisBody");
  if (Json* results = find_member(body, "queryResults")) body = find_member(results, "resultsBody");
  return find_member(body, "eventList");
}

// The text of the document without the events of these places.
std::string without(std::string_view text, const std::set<std::uint32_t>& places) {
  auto json = epcis::parse_json(text, document_limits().json);
  CHECK(json.has_value());  // its events were read
  Json* list = event_list(*json);
  CHECK(list != nullptr);
  std::vector<Json> kept;
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    if (!places.contains(static_cast<std::uint32_t>(i))) kept.push_back(std::move(list->items[i]));
  }
  list->items = std::move(kept);
  return epcis::print_json(*json);
}

// The event's own `@context`, added to the document's: a list of both.
void carry_context(epcis::Event& event, const epcis::Context& document) {
  Json both = Json::array();
  const auto add = [&](const Json& context) {
    if (context.is_array()) {
      both.items.insert(both.items.end(), context.items.begin(), context.items.end());
    } else {
      both.items.push_back(context);
    }
  };
  add(document.json);
  auto& extensions = event.extensions;
  if (!extensions.empty() && extensions.front().name == "@context") {
    add(extensions.front().value);
    extensions.erase(extensions.begin());
  }
  extensions.insert(extensions.begin(), {"@context", std::move(both)});
}

std::expected<CapturedDocument, epcis::DocumentFaults> read_json(std::string_view text,
                                                                 epcis::Timestamp record_time) {
  CapturedDocument out;
  auto document = epcis::parse_document(text, document_limits());
  std::set<std::uint32_t> invalid;
  if (!document) {
    for (const auto& fault : document.error()) {
      if (!fault.event) return std::unexpected(std::move(document.error()));
      invalid.insert(*fault.event);
    }
    out.faults = std::move(document.error());
    document = epcis::parse_document(without(text, invalid), document_limits());
    if (!document) return std::unexpected(std::move(document.error()));
  }
  const auto refuse = [](epcis::DocumentError code, std::string pointer) {
    return std::unexpected(epcis::DocumentFaults{{code, std::nullopt, std::move(pointer)}});
  };
  // Each event carries the context, so a large one would make many large events.
  if (epcis::print_json(document->context.json).size() > kContextBytesMax) {
    return refuse(epcis::DocumentError::bad_context, "/@context");
  }
  std::uint32_t index = 0;
  for (auto& event : document->events) {
    while (invalid.contains(index)) ++index;
    const auto hash = epcis::event_hash(event, document->context);
    if (!event.event_id) event.event_id = hash;
    event.record_time = record_time;
    carry_context(event, document->context);
    const auto json = epcis::print_json(epcis::to_json(event));
    out.events.push_back({index++, std::move(event), digest_of(hash),
                          static_cast<std::uint32_t>(out.bundle.size()),
                          static_cast<std::uint32_t>(json.size())});
    out.bundle += json;
    if (out.bundle.size() > kBundleBytesMax) return refuse(epcis::DocumentError::too_large, "");
  }
  return out;
}

}  // namespace

epcis::DocumentLimits document_limits() {
  epcis::DocumentLimits limits;
  limits.json.bytes_max = kDocumentBytesMax;
  limits.events_max = kDocumentEventsMax;
  return limits;
}

Hash32 digest_of(std::string_view event_hash) {
  constexpr std::string_view kStart = "ni:///sha-256;";
  CHECK(event_hash.starts_with(kStart));
  const auto digest = array_from_hex<32>(event_hash.substr(kStart.size(), 64));
  CHECK(digest.has_value());
  return *digest;
}

bool is_xml(std::string_view text) {
  // UTF-16 is XML's alone here: its byte order mark is no character of JSON.
  if (text.starts_with("\xFE\xFF") || text.starts_with("\xFF\xFE")) return true;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const auto first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '<';
}

std::expected<epcis::Document, epcis::DocumentFaults> read_document(std::string_view text) {
  return is_xml(text) ? epcis::parse_xml_document(text, document_limits())
                      : epcis::parse_document(text, document_limits());
}

std::expected<CapturedDocument, epcis::DocumentFaults> read_captured(std::string_view text,
                                                                     epcis::Timestamp record_time) {
  if (!is_xml(text)) return read_json(text, record_time);
  const auto json = epcis::json_of_xml(text, document_limits());
  if (!json) return std::unexpected(epcis::DocumentFaults{json.error()});
  const auto* type = json->find("type");
  const bool query = type != nullptr && type->text == "EPCISQueryDocument";
  auto out = read_json(epcis::print_json(*json), record_time);
  for (auto& fault : out ? out->faults : out.error()) {
    fault.pointer = epcis::xml_path(fault.pointer, query);
  }
  return out;
}

}  // namespace tally::provenance
