// The rows that the other stores keep: what decodes is what its encoder makes. The first byte
// chooses the row, the second whether the bytes get a right checksum first.
#include "custody/tokens.hpp"
#include "documents/record.hpp"
#include "fuzz/support/input.hpp"
#include "fuzz/target.hpp"
#include "ledger/once.hpp"
#include "provenance/capture_rows.hpp"
#include "storage/identity.hpp"
#include "storage/sealed_record.hpp"

namespace tally::fuzz {
namespace {

void document(ByteView bytes) {
  const auto x = documents::decode_document(bytes);
  if (x) CHECK(std::ranges::equal(documents::encode(*x), bytes));
}
void tombstone(ByteView bytes) {
  const auto x = documents::decode_tombstone(bytes);
  if (x) CHECK(std::ranges::equal(documents::encode(*x), bytes));
}
void job(ByteView bytes) {
  const auto x = provenance::decode_job(bytes);
  if (!x) return;
  const auto again = provenance::decode_job(provenance::encode(*x));
  CHECK(again && *again == *x);
}
void event(ByteView bytes) {
  const auto x = provenance::decode_event(bytes);
  if (!x) return;
  const auto again = provenance::decode_event(provenance::encode(*x));
  CHECK(again && *again == *x);
}
void remembered(ByteView bytes) {
  const auto payload = storage::open_record(bytes);
  if (!payload) return;
  const auto x = ledger::decode_remembered(*payload);
  if (!x) return;
  const auto again = ledger::decode_remembered(ledger::encode_remembered(*x));
  CHECK(again && *again == *x);
}
void identity(ByteView bytes) {
  (void)storage::check_identity({.kind = "journal", .format = 1, .network_id = {}}, bytes);
}

constexpr void (*kRows[])(ByteView) = {document, tombstone, job, event, remembered, identity};

void run(ByteView bytes) {
  Input input(bytes);
  const auto row = input.choice(std::size(kRows));
  const bool seal = input.flag();
  const auto rest = input.rest();
  CHECK(storage::open_record(storage::seal_record(rest)).has_value());
  kRows[row](seal ? ByteView(storage::seal_record(rest)) : rest);
}

void seed(Seeds& seeds) {
  const auto add = [&](std::string_view name, std::uint8_t row, ByteView sealed) {
    Bytes raw{row, 0};
    append(raw, sealed);
    seeds.add(std::string(name) + "-raw", raw);
    Bytes open{row, 1};
    append(open, sealed.subspan(storage::kRecordChecksumBytes));
    seeds.add(name, open);
  };
  documents::DocumentRecord record;
  record.size_bytes = 7;
  record.metadata.media_type = "text/plain";
  add("document", 0, documents::encode(record));
  add("tombstone", 1, documents::encode(documents::Tombstone{9, documents::EraseReason::ordered}));
  provenance::Job sample;
  sample.number = 3;
  sample.add_error({306, 2, "/epcisBody/eventList/2"});
  add("job", 2, provenance::encode(sample));
  provenance::EventRecord captured;
  captured.event_id = "urn:uuid:1";
  captured.biz_step = "receiving";
  captured.type = 1;
  captured.references.push_back({contracts::Txid{Hash32{1}}, 4});
  captured.readers.push_back(contracts::PublicKey{Hash32{2}});
  add("event", 3, provenance::encode(captured));
  ledger::Remembered value;
  value.error = contracts::Error{contracts::ErrorCode::already_spent, 1, 2};
  add("remembered", 4, storage::seal_record(ledger::encode_remembered(value)));
  add("identity", 5, storage::encode_identity({.kind = "journal", .format = 1, .network_id = {}}));
}

}  // namespace

FUZZ_TARGET(records, run, seed);

}  // namespace tally::fuzz
