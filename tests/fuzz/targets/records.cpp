// The rows that the other stores keep: what decodes is what its encoder makes, and what does not is
// told as such by whoever owns it. The first byte chooses the row, the second whether the bytes get
// a right checksum first.
#include "crypto/aead.hpp"
#include "custody/agents.hpp"
#include "custody/custody_store.hpp"
#include "custody/tokens.hpp"
#include "documents/profile_store.hpp"
#include "documents/record.hpp"
#include "fuzz/support/disks.hpp"
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

// Stores whose rows are known to themselves alone are asked for them.
constexpr crypto::PublicKey kOwner{Hash32{3}};
constexpr crypto::PublicKey kAgent{Hash32{4}};
constexpr Hash32 kAttribute{5};
constexpr std::uint64_t kNowMs = 1'790'000'000'000;
const Bytes kWrappingKey(32, 6);

storage::Options custody_options() { return custody::custody_options(Hash32{}, true); }

void token(ByteView bytes) {
  const ManualClock clock{kNowMs};
  storage::MemoryDisk disk;
  const custody::TokenId id{7};
  const auto store =
      store_of(disk, clock, custody_options(),
               {{custody::kTokens, {id.begin(), id.end()}, {bytes.begin(), bytes.end()}},
                {custody::kTokensByPrincipal, custody::principal_key(kOwner, id), {}}});
  custody::Tokens tokens(*store);
  (void)tokens.authenticate("tally_" + to_hex(id) + std::string(64, '0'), kNowMs);
  const auto listed = tokens.list(kOwner);
  if (!listed) return;
  CHECK(listed->size() == 1);
  CHECK(tokens.revoke(id, kNowMs).has_value());
  // It was written anew: what is in it is what was there.
  auto revoked = listed->front();
  if (revoked.revoked_ms == 0) revoked.revoked_ms = kNowMs;
  const auto again = tokens.list(kOwner);
  CHECK(again && again->size() == 1 && again->front() == revoked);
  (void)tokens.purge(kNowMs);
}
void agent(ByteView bytes) {
  const ManualClock clock{kNowMs};
  storage::MemoryDisk disk;
  const auto id = kAgent.view();
  const auto store =
      store_of(disk, clock, custody_options(),
               {{custody::kAgents, {id.begin(), id.end()}, {bytes.begin(), bytes.end()}},
                {custody::kAgentsByPrincipal, custody::principal_key(kOwner, id), {}}});
  custody::Agents agents(*store, crypto::AeadKey(kWrappingKey.data(), 32));
  const auto found = agents.find(kAgent);
  const auto listed = agents.list(kOwner);
  CHECK(found.has_value() == listed.has_value());
  if (found) CHECK(listed->size() == 1 && listed->front() == *found);
  // Nothing that is not sealed under the node's key signs.
  CHECK(!agents.sign(kAgent, Hash32{8}));
  (void)agents.remove(kAgent);
}
// One row as a blob, as a wrapped key and as the receipt of a read.
void profile(ByteView bytes) {
  const ManualClock clock{kNowMs};
  storage::MemoryDisk disk;
  const Bytes row(bytes.begin(), bytes.end());
  Bytes key(kOwner.view().begin(), kOwner.view().end());
  Bytes access = key;
  append_be(access, std::uint64_t{0});
  append(key, kAttribute);
  Bytes wrapped = key;
  append(wrapped, kAgent.view());
  auto options = documents::ProfileStore::store_options(Hash32{});
  documents::ProfileStore store(store_of(
      disk, clock, std::move(options), {{{0}, key, row}, {{1}, wrapped, row}, {{2}, access, row}}));
  const documents::AttributeKey attribute{kOwner, kAttribute};
  (void)store.find_key(attribute, kAgent);
  (void)store.accesses(kOwner, UINT64_MAX, 10);
  (void)store.record(kOwner, {});
  const auto blob = store.find(attribute);
  if (!blob) return;
  const auto before = store.put(attribute, *blob);
  CHECK(before.has_value() && *before == *blob && store.find(attribute) == *blob);
  CHECK(store.erase(attribute) == *blob && !store.find(attribute));
}

constexpr void (*kRows[])(ByteView) = {document, tombstone, job,   event,  remembered,
                                       identity, token,     agent, profile};

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
  Bytes body(64, 9);
  append_be(body, custody::ScopeSet{custody::Scope::query}.mask());
  append_be(body, kNowMs - 1);
  append_be(body, kNowMs + 1);
  append_be(body, std::uint64_t{0});
  append(body, as_bytes("till"));
  add("token", 6, storage::seal_record(body));
  body.assign(32 + 8 + 32 + crypto::kAeadOverheadBytes, 9);
  append(body, as_bytes("shop"));
  add("agent", 7, storage::seal_record(body));
  add("profile", 8, storage::seal_record(Bytes(72, 9)));
  add("profile-access", 8, storage::seal_record(Bytes(80, 9)));
  add("identity", 5, storage::encode_identity({.kind = "journal", .format = 1, .network_id = {}}));
}

}  // namespace

FUZZ_TARGET(records, run, seed);

}  // namespace tally::fuzz
