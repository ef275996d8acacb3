#include "provenance/capture_store.hpp"

#include "base/failpoint.hpp"
#include "base/planted.hpp"
#include "crypto/hash.hpp"
#include "storage/scan.hpp"

namespace tally::provenance {
namespace {

using storage::Error;
using storage::ReadTransaction;

Bytes number_key(std::uint64_t number) {
  Bytes out;
  append_be(out, number);
  return out;
}

Bytes joined(ByteView prefix, std::uint64_t number) {
  Bytes out(prefix.begin(), prefix.end());
  append_be(out, number);
  return out;
}

// The number after the table's last; its keys are numbers.
std::expected<std::uint64_t, Error> next_number(const ReadTransaction& read, storage::Table table) {
  const auto last = storage::first_entry(read, table, {}, storage::Direction::backward);
  if (!last) {
    if (last.error() == Error::not_found) return 1;
    return std::unexpected(last.error());
  }
  return read_be<std::uint64_t>(last->key.last(8)) + 1;
}

std::expected<Job, Error> read_job(const ReadTransaction& read, ByteView id) {
  const auto row = read.get(kJobsTable, id);
  if (!row) return std::unexpected(row.error());
  auto job = decode_job(*row);
  if (!job) return std::unexpected(Error::corrupt);
  return std::move(*job);
}

std::expected<EventRecord, Error> read_event(const ReadTransaction& read, ByteView number) {
  const auto row = read.get(kEventsTable, number);
  if (!row) return std::unexpected(row.error() == Error::not_found ? Error::corrupt : row.error());
  auto record = decode_event(*row);
  if (!record) return std::unexpected(Error::corrupt);
  return std::move(*record);
}

// New pages that the events may fill: most index rows land on a page that others share.
std::size_t room_for(std::span<const NewEvent> events) {
  constexpr std::size_t kEventRoomBytes = 32 * 1024;
  constexpr std::size_t kEpcRoomBytes = 1024;
  std::size_t room = storage::kRoomBytes;
  for (const auto& event : events) room += kEventRoomBytes + event.epcs.size() * kEpcRoomBytes;
  return room;
}

std::expected<void, Error> put_event(storage::WriteTransaction& write, const NewEvent& event) {
  const auto& record = event.record;
  const auto number = number_key(record.number);
  auto put = write.append(kEventsTable, number, encode(record));
  if (put) put = write.put(kEventKeysTable, event.key, number);
  if (put)
    put = write.put(kEventIdsTable, joined(event_id_prefix(record.event_id), record.number), {});
  for (const auto& epc : event.epcs) {
    if (put)
      put = write.put(kEventEpcsTable, joined(epc_prefix(epc.role, epc.text), record.number), {});
  }
  auto readers = record.readers;
  readers.push_back(record.author.principal);
  for (const auto& reader : readers) {
    if (put) put = write.put(kEventReadersTable, joined(reader.view(), record.number), {});
  }
  return put;
}

}  // namespace

Hash32 capture_key(const contracts::PublicKey& principal, const Hash32& event_hash,
                   const epcis::Event& event) {
  const auto declared = event.error_declaration ? event.error_declaration->declaration_time.ms : 0;
  return crypto::tagged_hash(
      "tally/captured-event",
      {principal.view(), event_hash, number_key(static_cast<std::uint64_t>(declared))});
}

storage::Options capture_store_options(const Hash32& network_id) {
  storage::Options options;
  options.tables = {"jobs",      "open_jobs",  "jobs_by_principal", "events",     "event_keys",
                    "event_ids", "event_epcs", "event_readers",     "case_files", "case_words"};
  options.identity = {"provenance", 2, network_id};
  return options;
}

Bytes epc_prefix(EpcRole role, std::string_view canonical_text) {
  Bytes out{static_cast<std::uint8_t>(role)};
  append(out, crypto::tagged_hash("tally/epc", {as_bytes(canonical_text)}));
  return out;
}

Bytes event_id_prefix(std::string_view event_id) {
  const auto hash = crypto::tagged_hash("tally/event-id", {as_bytes(event_id)});
  return {hash.begin(), hash.end()};
}

std::expected<void, Error> CaptureStore::add_job(Job& job) {
  auto write = store_->begin_write();
  if (!write) return std::unexpected(write.error());
  auto& tx = **write;
  const auto counter = number_key(0);
  const auto last = tx.get(kOpenJobsTable, counter);
  if (!last && last.error() != Error::not_found) return std::unexpected(last.error());
  job.number = last ? read_be<std::uint64_t>(*last) + 1 : 1;
  auto put = tx.put(kOpenJobsTable, counter, number_key(job.number));
  if (put) put = tx.put(kJobsTable, job.id.view(), encode(job));
  if (put) put = tx.put(kOpenJobsTable, number_key(job.number), job.id.view());
  if (put) {
    put = tx.put(kJobsByPrincipalTable, joined(job.author.principal.view(), job.number),
                 job.id.view());
  }
  if (!put) return put;
  FAILPOINT(capture_before_job);
  if (PLANTED(capture_job_not_committed)) return {};
  if (auto done = tx.commit(); !done) return done;
  FAILPOINT(capture_after_job);
  return {};
}

std::expected<void, Error> CaptureStore::record(const Job& job, std::span<NewEvent> events) {
  auto write = store_->begin_write(room_for(events));
  if (!write) return std::unexpected(write.error());
  auto& tx = **write;
  auto number = next_number(tx, kEventsTable);
  if (!number) return std::unexpected(number.error());
  for (auto& event : events) {
    event.record.number = (*number)++;
    if (auto put = put_event(tx, event); !put) return put;
  }
  if (auto put = tx.put(kJobsTable, job.id.view(), encode(job)); !put) return put;
  if (job.finished_ms != 0) {
    if (auto gone = tx.erase(kOpenJobsTable, number_key(job.number)); !gone) return gone;
  }
  FAILPOINT(capture_before_record);
  if (auto done = tx.commit(); !done) return done;
  FAILPOINT(capture_after_record);
  return {};
}

std::expected<Job, Error> CaptureStore::job(const JobId& id) const {
  const auto read = store_->begin_read();
  if (!read) return std::unexpected(read.error());
  return read_job(**read, id.view());
}

std::expected<std::vector<Job>, Error> CaptureStore::open_jobs() const {
  const auto read = store_->begin_read();
  if (!read) return std::unexpected(read.error());
  std::vector<Job> out;
  Error failure{};
  const auto scanned = storage::for_each(**read, kOpenJobsTable, {number_key(1), {}},
                                         storage::Direction::forward, [&](const auto& entry) {
                                           auto job = read_job(**read, entry.value);
                                           if (job) out.push_back(std::move(*job));
                                           if (!job) failure = job.error();
                                           return job.has_value();
                                         });
  if (!scanned) return std::unexpected(scanned.error());
  if (failure != Error{}) return std::unexpected(failure);
  return out;
}

std::expected<std::vector<Job>, Error> CaptureStore::jobs_of(const contracts::PublicKey& principal,
                                                             std::uint64_t before,
                                                             std::size_t count_max) const {
  const auto read = store_->begin_read();
  if (!read) return std::unexpected(read.error());
  std::vector<Job> out;
  Error failure{};
  const auto scanned =
      storage::for_each(**read, kJobsByPrincipalTable,
                        {joined(principal.view(), 0), joined(principal.view(), before)},
                        storage::Direction::backward, [&](const storage::Entry& entry) {
                          if (out.size() == count_max) return false;
                          auto job = read_job(**read, entry.value);
                          if (!job) {
                            failure = job.error();
                            return false;
                          }
                          out.push_back(std::move(*job));
                          return true;
                        });
  if (!scanned) return std::unexpected(scanned.error());
  if (failure != Error{}) return std::unexpected(failure);
  return out;
}

std::expected<std::optional<EventRecord>, Error> CaptureStore::event_of_key(
    const Hash32& key) const {
  const auto read = store_->begin_read();
  if (!read) return std::unexpected(read.error());
  const auto number = (*read)->get(kEventKeysTable, key);
  if (!number) {
    if (number.error() == Error::not_found) return std::nullopt;
    return std::unexpected(number.error());
  }
  auto record = read_event(**read, *number);
  if (!record) return std::unexpected(record.error());
  return std::move(*record);
}

std::expected<std::vector<EventRecord>, Error> CaptureStore::events_of_id(
    std::string_view event_id) const {
  constexpr std::size_t kSameIdMax = 100;
  const auto read = store_->begin_read();
  if (!read) return std::unexpected(read.error());
  std::vector<EventRecord> out;
  Error failure{};
  const auto prefix = event_id_prefix(event_id);
  const auto end = storage::prefix_end(prefix);
  const auto scanned =
      storage::for_each(**read, kEventIdsTable, {prefix, end}, storage::Direction::forward,
                        [&](const storage::Entry& entry) {
                          auto record = read_event(**read, entry.key.last(8));
                          if (!record) {
                            failure = record.error();
                            return false;
                          }
                          out.push_back(std::move(*record));
                          return out.size() < kSameIdMax;
                        });
  if (!scanned) return std::unexpected(scanned.error());
  if (failure != Error{}) return std::unexpected(failure);
  return out;
}

}  // namespace tally::provenance
