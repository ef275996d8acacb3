// The durable memory of capture: jobs, and the index of captured events. The events' content is not
// here but in the documents, encrypted and erasable. One small LMDB environment, or memory in
// tests:
//
//   jobs              job(32)                        -> Job
//   open_jobs         number(8)                      -> job(32)        those that are not finished;
//                                                       0 -> the last number given (8)
//   jobs_by_principal principal(32) number(8)        -> job(32)
//   events            number(8)                      -> EventRecord
//   event_keys        key(32)                        -> number(8)      see capture_key()
//   event_ids         tagged id(32) number(8)        -> nothing
//   event_epcs        role(1) tagged EPC(32) number(8) -> nothing
//   event_readers     reader(32) number(8)           -> nothing
//
// Threads: any; writes follow each other.
#pragma once

#include <expected>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "epcis/event.hpp"
#include "provenance/capture_rows.hpp"
#include "storage/store.hpp"

namespace tally::provenance {

/// How an identifier stands in an event. Append-only numbers.
enum class EpcRole : std::uint8_t { subject = 1, parent = 2 };

/// An identifier under which an event is found.
struct EpcEntry {
  EpcRole role = EpcRole::subject;
  std::string text;  ///< canonical_text()
};

/// A record with the identifiers to index it by.
struct NewEvent {
  EventRecord record;  ///< its number is given by the store
  Hash32 key{};        ///< capture_key()
  std::vector<EpcEntry> epcs;
};

/// What makes a captured event once only: tagged_hash("tally/captured-event", principal ‖ event
/// hash ‖ time of the error declaration, or 0). A stranger who captures a brand's event first does
/// not keep the brand from capturing it.
[[nodiscard]] Hash32 capture_key(const contracts::PublicKey& principal, const Hash32& event_hash,
                                 const epcis::Event& event);

/// What the store is to be opened with; the caller sets `create` and the sizes.
[[nodiscard]] storage::Options capture_store_options(const Hash32& network_id);

class CaptureStore {
 public:
  explicit CaptureStore(std::unique_ptr<storage::Store> store) : store_(std::move(store)) {}

  /// Gives the job its number and keeps it as open. Errors: those of storage.
  [[nodiscard]] std::expected<void, storage::Error> add_job(Job& job);
  /// Keeps events, whose records get their numbers, together with the job as it is now; a finished
  /// job is not open any more. All or none. Errors: those of storage.
  [[nodiscard]] std::expected<void, storage::Error> record(const Job& job,
                                                           std::span<NewEvent> events);

  /// Errors: not_found, busy, corrupt, io; also of all that follow.
  [[nodiscard]] std::expected<Job, storage::Error> job(const JobId& id) const;
  /// The jobs that are not finished, in the order of their arrival.
  [[nodiscard]] std::expected<std::vector<Job>, storage::Error> open_jobs() const;
  /// The principal's jobs, newest first: up to `count_max` with numbers below `before`.
  [[nodiscard]] std::expected<std::vector<Job>, storage::Error> jobs_of(
      const contracts::PublicKey& principal, std::uint64_t before, std::size_t count_max) const;

  /// The event under a capture_key(), if it was recorded.
  [[nodiscard]] std::expected<std::optional<EventRecord>, storage::Error> event_of_key(
      const Hash32& key) const;
  /// The records with an eventID, oldest first: one for each principal that captured it.
  [[nodiscard]] std::expected<std::vector<EventRecord>, storage::Error> events_of_id(
      std::string_view event_id) const;

  /// For queries (event_query.hpp).
  [[nodiscard]] std::expected<std::unique_ptr<storage::ReadTransaction>, storage::Error>
  begin_read() const {
    return store_->begin_read();
  }
  /// Store::copy_to() of it.
  [[nodiscard]] std::expected<std::uint64_t, storage::Error> copy_to(
      const std::filesystem::path& directory, const storage::CopyOptions& options) const {
    return store_->copy_to(directory, options);
  }

 private:
  std::unique_ptr<storage::Store> store_;
};

inline constexpr storage::Table kJobsTable{0};
inline constexpr storage::Table kOpenJobsTable{1};
inline constexpr storage::Table kJobsByPrincipalTable{2};
inline constexpr storage::Table kEventsTable{3};
inline constexpr storage::Table kEventKeysTable{4};
inline constexpr storage::Table kEventIdsTable{5};
inline constexpr storage::Table kEventEpcsTable{6};
inline constexpr storage::Table kEventReadersTable{7};
inline constexpr storage::Table kCaseFilesTable{8};  // case_files.hpp
inline constexpr storage::Table kCaseWordsTable{9};

/// What the keys of an identifier's events begin with.
[[nodiscard]] Bytes epc_prefix(EpcRole role, std::string_view canonical_text);
[[nodiscard]] Bytes event_id_prefix(std::string_view event_id);

}  // namespace tally::provenance
