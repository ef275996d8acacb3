// What is kept of a capture job and of a captured event, as bytes. Integers are big-endian, texts
// have a 2-byte length before them; each row begins with the CRC-32C of what follows it. The tables
// are in capture_store.hpp, the grammar of the rows in docs/spec/capture.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "contracts/id.hpp"
#include "documents/document_store.hpp"
#include "provenance/event_mapping.hpp"

namespace tally::provenance {

/// What a job does when an event of its document is invalid. Append-only numbers.
enum class Behaviour : std::uint8_t {
  rollback = 1,  ///< nothing of the document is captured
  proceed = 2,   ///< all but the invalid events are
};

/// Why a job, or an event of it, was not captured. Append-only: below 500 the numbers are those of
/// epcis::DocumentError, from 1000 on those of contracts::ErrorCode.
enum class JobErrorCode : std::uint16_t {
  agent_unknown = 501,    ///< the agent key was removed from the node
  document_erased = 502,  ///< before all of it was captured
};

struct JobError {
  std::uint16_t code = 0;
  std::optional<std::uint32_t> event;  ///< index in the document's list; none: the document's
  std::string pointer;                 ///< RFC 6901, from the document's root
  bool operator==(const JobError&) const = default;
};

/// The code's name, for API answers: that of whichever list it is from.
std::string_view name_of_error(std::uint16_t code);

inline constexpr std::size_t kJobErrorsMax = 100;  // kept; all are counted

struct JobIdTag;
/// Random: knowing one job's id tells nothing of another's.
using JobId = Id<JobIdTag>;

struct Job {
  JobId id;
  std::uint64_t number = 0;  ///< in the order of their arrival
  Author author;
  Behaviour behaviour = Behaviour::rollback;
  documents::DocumentHash document;
  std::uint64_t created_ms = 0;
  std::uint64_t finished_ms = 0;  ///< 0: it is running
  bool success = false;
  std::uint32_t events = 0;      ///< recorded
  std::uint32_t duplicates = 0;  ///< captured before by the same principal: not acted on again
  std::uint32_t facts = 0;       ///< items that authorised commands named
  std::uint32_t claims = 0;      ///< claims on the ledger
  std::uint32_t errors_count = 0;
  std::vector<JobError> errors;  ///< the first kJobErrorsMax

  void add_error(JobError error);
  bool operator==(const Job&) const = default;
};

struct LedgerReference {
  contracts::Txid txid;
  std::uint64_t height = 0;
  bool operator==(const LedgerReference&) const = default;
};

struct EventRecord {
  std::uint64_t number = 0;  ///< in the order of their capture
  JobId job;
  std::uint32_t index = 0;  ///< in the job's document
  Author author;
  Hash32 hash{};  ///< the digest in the CBV event hash
  std::string event_id;
  std::string biz_step;   ///< empty: none
  std::uint8_t type = 0;  ///< epcis::EventType
  std::int64_t event_time_ms = 0;
  std::uint64_t record_time_ms = 0;
  documents::DocumentHash bundle;  ///< where its JSON is: bytes [offset, offset + length)
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
  Standing standing;
  std::uint16_t reason = 0;  ///< the ledger's code for what it did not take as fact; 0: none
  std::vector<LedgerReference> references;
  std::vector<contracts::PublicKey> readers;

  [[nodiscard]] bool may_read(const contracts::PublicKey& reader) const;
  bool operator==(const EventRecord&) const = default;
};

Bytes encode(const Job& job);
Bytes encode(const EventRecord& record);
/// Nothing if the bytes are not what encode() made.
[[nodiscard]] std::optional<Job> decode_job(ByteView bytes);
[[nodiscard]] std::optional<EventRecord> decode_event(ByteView bytes);

}  // namespace tally::provenance
