#include "provenance/capture_rows.hpp"

#include <algorithm>

#include "base/byte_reader.hpp"
#include "epcis/document.hpp"
#include "storage/sealed_record.hpp"

namespace tally::provenance {
namespace {

constexpr std::uint32_t kNoEvent = UINT32_MAX;
constexpr std::size_t kTextBytesMax = 4096;  // above the 2,048 of any identifier

// A text's first bytes, without half a character at the end: what is kept of what a client wrote.
std::string clipped(std::string_view text) {
  if (text.size() <= kTextBytesMax) return std::string(text);
  auto end = kTextBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return std::string(text.substr(0, end));
}

class RowWriter {
 public:
  template <typename T>
  RowWriter& number(T value) {
    append_be(bytes_, value);
    return *this;
  }
  RowWriter& raw(ByteView bytes) {
    append(bytes_, bytes);
    return *this;
  }
  RowWriter& text(std::string_view text) {
    const auto kept = clipped(text);
    number(static_cast<std::uint16_t>(kept.size()));
    return raw(as_bytes(kept));
  }
  RowWriter& author(const Author& author) {
    return raw(author.agent.bytes).raw(author.principal.bytes);
  }
  Bytes seal() { return storage::seal_record(bytes_); }

 private:
  Bytes bytes_;
};

// Reads what RowWriter wrote; if that was damaged, nothing.
class RowReader : public ByteReader {
 public:
  explicit RowReader(ByteView row) : RowReader(Opened{storage::open_record(row)}) {}

  std::string text() { return std::string(as_text(take(number<std::uint16_t>()))); }
  Author author() {
    Author out;
    out.agent.bytes = hash();
    out.principal.bytes = hash();
    return out;
  }

 private:
  struct Opened {
    std::optional<ByteView> payload;
  };
  explicit RowReader(Opened opened)
      : ByteReader(opened.payload.value_or(ByteView()), opened.payload.has_value()) {}
};

}  // namespace

std::string_view name_of_error(std::uint16_t code) {
  switch (static_cast<JobErrorCode>(code)) {
    case JobErrorCode::agent_unknown:
      return "agent_unknown";
    case JobErrorCode::document_erased:
      return "document_erased";
  }
  if (code < 500) return epcis::to_string(static_cast<epcis::DocumentError>(code));
  const auto known = contracts::error_code(code);
  return known ? name(*known) : "unknown";
}

void Job::add_error(JobError error) {
  ++errors_count;
  if (errors.size() < kJobErrorsMax) errors.push_back(std::move(error));
}

bool EventRecord::may_read(const contracts::PublicKey& reader) const {
  return reader == author.principal || reader == author.agent ||
         std::ranges::binary_search(readers, reader);
}

Bytes encode(const Job& job) {
  RowWriter row;
  row.raw(job.id.bytes).number(job.number).author(job.author);
  row.number(static_cast<std::uint8_t>(job.behaviour)).raw(job.document.bytes);
  row.number(job.created_ms).number(job.finished_ms);
  row.number(static_cast<std::uint8_t>(job.success));
  row.number(job.events).number(job.duplicates).number(job.facts).number(job.claims);
  row.number(job.errors_count).number(static_cast<std::uint16_t>(job.errors.size()));
  for (const auto& error : job.errors) {
    row.number(error.code).number(error.event.value_or(kNoEvent)).text(error.pointer);
  }
  return row.seal();
}

std::optional<Job> decode_job(ByteView bytes) {
  RowReader row(bytes);
  Job out;
  out.id.bytes = row.hash();
  out.number = row.number<std::uint64_t>();
  out.author = row.author();
  out.behaviour = static_cast<Behaviour>(row.number<std::uint8_t>());
  out.document.bytes = row.hash();
  out.created_ms = row.number<std::uint64_t>();
  out.finished_ms = row.number<std::uint64_t>();
  out.success = row.number<std::uint8_t>() != 0;
  out.events = row.number<std::uint32_t>();
  out.duplicates = row.number<std::uint32_t>();
  out.facts = row.number<std::uint32_t>();
  out.claims = row.number<std::uint32_t>();
  out.errors_count = row.number<std::uint32_t>();
  const auto errors = row.number<std::uint16_t>();
  for (std::uint16_t i = 0; i < errors; ++i) {
    JobError error;
    error.code = row.number<std::uint16_t>();
    const auto event = row.number<std::uint32_t>();
    if (event != kNoEvent) error.event = event;
    error.pointer = row.text();
    out.errors.push_back(std::move(error));
  }
  if (!row.complete()) return std::nullopt;
  return out;
}

Bytes encode(const EventRecord& record) {
  RowWriter row;
  row.number(record.number).raw(record.job.bytes).number(record.index).author(record.author);
  row.raw(record.hash).text(record.event_id).text(record.biz_step).number(record.type);
  row.number(static_cast<std::uint64_t>(record.event_time_ms)).number(record.record_time_ms);
  row.raw(record.bundle.bytes).number(record.offset).number(record.length);
  row.number(record.standing.facts).number(record.standing.claims).number(record.reason);
  row.number(static_cast<std::uint8_t>(record.references.size()));
  for (const auto& reference : record.references) {
    row.raw(reference.txid.bytes).number(reference.height);
  }
  row.number(static_cast<std::uint8_t>(record.readers.size()));
  for (const auto& reader : record.readers) row.raw(reader.bytes);
  return row.seal();
}

std::optional<EventRecord> decode_event(ByteView bytes) {
  RowReader row(bytes);
  EventRecord out;
  out.number = row.number<std::uint64_t>();
  out.job.bytes = row.hash();
  out.index = row.number<std::uint32_t>();
  out.author = row.author();
  out.hash = row.hash();
  out.event_id = row.text();
  out.biz_step = row.text();
  out.type = row.number<std::uint8_t>();
  out.event_time_ms = static_cast<std::int64_t>(row.number<std::uint64_t>());
  out.record_time_ms = row.number<std::uint64_t>();
  out.bundle.bytes = row.hash();
  out.offset = row.number<std::uint32_t>();
  out.length = row.number<std::uint32_t>();
  out.standing.facts = row.number<std::uint32_t>();
  out.standing.claims = row.number<std::uint32_t>();
  out.reason = row.number<std::uint16_t>();
  const auto references = row.number<std::uint8_t>();
  for (std::uint8_t i = 0; i < references; ++i) {
    LedgerReference reference;
    reference.txid.bytes = row.hash();
    reference.height = row.number<std::uint64_t>();
    out.references.push_back(reference);
  }
  const auto readers = row.number<std::uint8_t>();
  for (std::uint8_t i = 0; i < readers; ++i) {
    contracts::PublicKey reader;
    reader.bytes = row.hash();
    out.readers.push_back(reader);
  }
  if (!row.complete()) return std::nullopt;
  return out;
}

}  // namespace tally::provenance
