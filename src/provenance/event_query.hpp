// Queries over captured events: the part of EPCIS's SimpleEventQuery that is built. Events come in
// the order of their capture, and none that the reader may not see.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "documents/document_store.hpp"
#include "provenance/capture_store.hpp"

namespace tally::provenance {

inline constexpr std::size_t kQueryPageMax = 500;
inline constexpr std::size_t kQueryPageDefault = 30;
/// How many events one page may pass over because the filter leaves them out.
inline constexpr std::size_t kQueryScanMax = 20'000;

/// An event must meet all that are given; of a list, any one.
struct EventFilter {
  std::vector<std::string> epcs{};         ///< MATCH_epc, canonical_text(): in epcList or childEPCs
  std::vector<std::string> any_epcs{};     ///< MATCH_anyEPC: or the parent
  std::vector<epcis::EventType> types{};   ///< eventType
  std::vector<std::string> biz_steps{};    ///< EQ_bizStep, bare words or URIs
  std::optional<std::int64_t> from_ms{};   ///< GE_eventTime
  std::optional<std::int64_t> until_ms{};  ///< LT_eventTime
};

/// Who asks: an account, or one that may see all (the node's operator, an auditor).
struct EventReader {
  std::optional<contracts::PublicKey> account;
  bool sees_all = false;

  [[nodiscard]] bool may_read(const EventRecord& record) const {
    return sees_all || (account && record.may_read(*account));
  }
};

struct EventPage {
  std::vector<EventRecord> records;
  std::string next_token;  ///< empty: there are no more
};

enum class QueryFault : std::uint8_t {
  bad_token = 1,  ///< not one of this query's
  failed = 2,     ///< the node's fault, which is in its log
};

/// One page. The token of the next is pinned: events captured after the first page was made are on
/// none of them. A page may hold fewer events than `per_page` and still have a next. Any thread.
[[nodiscard]] std::expected<EventPage, QueryFault> query_events(const CaptureStore& store,
                                                                const EventReader& reader,
                                                                const EventFilter& filter,
                                                                std::size_t per_page,
                                                                std::string_view token);

/// Reads the JSON of events, each bundle once. One thread.
class EventContents {
 public:
  explicit EventContents(const documents::DocumentStore& documents) : documents_(documents) {}
  /// The event's JSON text. Nothing if it was erased, or cannot be read.
  [[nodiscard]] std::optional<std::string> read(const EventRecord& record);

 private:
  const documents::DocumentStore& documents_;
  documents::DocumentHash hash_;
  std::optional<documents::Document> bundle_;
};

}  // namespace tally::provenance
