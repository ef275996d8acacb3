// A document as capture works on it: its valid events with their places, their hashes, and the
// bundle, which is what of them is kept for queries.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "epcis/document.hpp"

namespace tally::provenance {

/// What capture takes in one document, beside epcis::DocumentLimits's own defaults.
inline constexpr std::size_t kDocumentBytesMax = std::size_t{8} << 20;
inline constexpr std::size_t kDocumentEventsMax = 5'000;
inline constexpr std::size_t kContextBytesMax = 16 * 1024;  ///< of the document's `@context`
inline constexpr std::size_t kBundleBytesMax = std::size_t{16} << 20;
[[nodiscard]] epcis::DocumentLimits document_limits();

struct CapturedEvent {
  std::uint32_t index = 0;   ///< in the document's list
  epcis::Event event;        ///< with eventID and recordTime
  Hash32 hash{};             ///< the digest in the CBV event hash
  std::uint32_t offset = 0;  ///< of its JSON in the bundle
  std::uint32_t length = 0;
};

struct CapturedDocument {
  std::vector<CapturedEvent> events;
  epcis::DocumentFaults faults;  ///< of the events that are not among them
  /// The events' JSON, one after the other, each with the document's `@context` as its own, so that
  /// it can stand in any other document. The same document and time give the same bytes.
  std::string bundle;
};

/// Whether the text is XML, and not JSON: neither begins with what the other begins with. So a
/// document says itself what it is, also to a job that reads it again.
[[nodiscard]] bool is_xml(std::string_view text);

/// Reads a document of either form. Errors: those of epcis::parse_document(), each with a JSON
/// pointer, or of epcis::parse_xml_document(), each with an XPath.
[[nodiscard]] std::expected<epcis::Document, epcis::DocumentFaults> read_document(
    std::string_view text);

/// Reads a document, in JSON-LD or XML. Events without an eventID get their event hash for one;
/// each gets `record_time`. Faults of single events leave the others in. Errors: faults of the
/// document itself, bad_context (over kContextBytesMax), too_large (the bundle). Their places are
/// as those of read_document().
[[nodiscard]] std::expected<CapturedDocument, epcis::DocumentFaults> read_captured(
    std::string_view text, epcis::Timestamp record_time);

/// The digest in `ni:///sha-256;<hex>?ver=CBV2.0`.
[[nodiscard]] Hash32 digest_of(std::string_view event_hash);

}  // namespace tally::provenance
