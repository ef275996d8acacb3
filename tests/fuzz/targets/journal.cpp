// Recovery from whatever the journal holds behind block 0: it opens, or says what is wrong. The
// first byte chooses how the record came about: any bytes; any payload under a right checksum; or
// a block that follows on block 0 and holds anything.
#include "ledger/journal.hpp"

#include "client/development.hpp"
#include "codec/genesis.hpp"
#include "fuzz/support/disks.hpp"
#include "fuzz/support/propose.hpp"
#include "fuzz/support/samples.hpp"
#include "fuzz/support/values.hpp"
#include "fuzz/target.hpp"
#include "ledger/ledger.hpp"
#include "ledger/state_tables.hpp"

namespace tally::fuzz {
namespace {

constexpr storage::Table kBlocks{0};

Bytes genesis_bytes() { return codec::encode_genesis(client::development_genesis()); }

ledger::Faulty<std::unique_ptr<ledger::Ledger>> open_on(std::unique_ptr<storage::Store> blocks,
                                                        storage::MemoryDisk& state_disk,
                                                        const Clock& clock, Bytes& tip) {
  auto tip_file = storage::TipFile::open(std::make_unique<TipInMemory>(tip));
  CHECK(tip_file.has_value());
  auto journal = ledger::Journal::open(std::move(blocks), std::move(*tip_file));
  if (!journal) return std::unexpected(journal.error());
  auto state = store_of(state_disk, clock, ledger::state_store_options(network()), {});
  return ledger::Ledger::open(std::move(state), std::move(*journal), genesis_bytes(), {});
}

// A journal of block 0 alone, and its tip file.
struct First {
  Row row;
  Bytes tip = Bytes(storage::TipFile::kBytes);
  codec::Block block;
};
const First& first() {
  static const auto kFirst = [] {
    First out;
    const ManualClock clock{0};
    storage::MemoryDisk journal_disk;
    storage::MemoryDisk state_disk;
    const auto options = ledger::Journal::store_options(network());
    const auto ledger =
        open_on(store_of(journal_disk, clock, options, {}), state_disk, clock, out.tip);
    CHECK(ledger.has_value());
    out.block = *(*ledger)->journal().read(0);
    out.row = {kBlocks, Bytes(8), record_of(codec::encode_block(out.block))};
    return out;
  }();
  return kFirst;
}

codec::Outcome make_outcome(Input& input) {
  if (input.flag()) {
    auto record = make<codec::RejectedRecord>(input);
    record.idempotency_key.resize(std::min(record.idempotency_key.size(), std::size_t{64}));
    return record;
  }
  codec::SettledRecord record{{1}, {}, {}};
  if (input.flag()) {
    auto tx = propose(input, beginning().model);
    // An output that is there: of this very block, as often as not.
    for (auto& spent : tx.inputs) spent.number = input.choice(4);
    record.body = codec::encode_body(tx);
  } else {
    append(record.body, input.take(input.byte()));
  }
  for (auto writes = input.choice(4); writes > 0; --writes) {
    auto write = make<contracts::RegistryWrite>(input);
    write.key.kind = kind_of(write.entry);
    record.writes.push_back(std::move(write));
  }
  return record;
}

codec::Block make_block(Input& input) {
  codec::Block block;
  auto& header = block.header;
  if (input.flag()) header = make<codec::BlockHeader>(input);
  header.version = codec::kBlockVersion;
  header.height = 1;
  header.previous_hash = codec::block_hash(first().block.header);
  header.time_ms = first().block.header.time_ms + input.number();
  header.settled_count = header.rejected_count = 0;
  for (auto left = input.choice(6); left > 0; --left) {
    block.outcomes.push_back(make_outcome(input));
    const bool settled = std::holds_alternative<codec::SettledRecord>(block.outcomes.back());
    ++(settled ? header.settled_count : header.rejected_count);
  }
  return block;
}

Bytes make_record(Input& input) {
  switch (input.choice(3)) {
    case 0: {
      const auto bytes = input.rest();
      return {bytes.begin(), bytes.end()};
    }
    case 1:
      return record_of(input.rest());
    default:
      return record_of(codec::encode_block(make_block(input)));
  }
}

void run(ByteView bytes) {
  Input input(bytes);
  const ManualClock clock{0};
  storage::MemoryDisk journal_disk;
  storage::MemoryDisk state_disk;
  auto tip = first().tip;
  Bytes key(8);
  key.back() = 1;
  auto blocks = store_of(journal_disk, clock, ledger::Journal::store_options(network()),
                         {first().row, {kBlocks, key, make_record(input)}});
  const auto ledger = open_on(std::move(blocks), state_disk, clock, tip);
  if (!ledger) {
    CHECK(!ledger::describe(ledger.error()).empty());
    return;
  }
  CHECK((*ledger)->head().height == 1);
}

void seed(Seeds& seeds) {
  auto block = sample_block();
  block.header.height = 1;
  block.header.previous_hash = codec::block_hash(first().block.header);
  const auto encoded = codec::encode_block(block);
  seeds.add("raw", 0, record_of(encoded));
  seeds.add("sealed", 1, encoded);
  auto empty = first().block;
  empty.header.height = 1;
  empty.header.previous_hash = codec::block_hash(first().block.header);
  empty.header.registry_digest = first().block.header.registry_digest;
  seeds.add("empty", 1, codec::encode_block(empty));
  for (std::uint8_t salt = 1; salt < 5; ++salt) {
    Bytes mixed;
    for (int i = 0; i < 300; ++i) mixed.push_back(static_cast<std::uint8_t>(i * i * salt + i / 7));
    seeds.add("made-" + std::to_string(salt), 2, mixed);
  }
}

}  // namespace

FUZZ_TARGET(journal, run, seed, 16'384);

}  // namespace tally::fuzz
