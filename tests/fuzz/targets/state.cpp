// Recovery from a state in which one record is anything under a right checksum, or is missing: it
// opens, or says what is wrong, and so does everything that is then asked of it.
#include "fuzz/support/disks.hpp"
#include "fuzz/support/input.hpp"
#include "fuzz/support/propose.hpp"
#include "fuzz/target.hpp"

#include "client/development.hpp"
#include "codec/genesis.hpp"
#include "ledger/ledger.hpp"
#include "ledger/state_tables.hpp"

namespace tally::fuzz {
namespace {

constexpr std::uint32_t kStateTables = 5;

// A ledger with something of everything, checkpointed.
struct Whole {
  std::vector<Row> journal;
  std::vector<Row> state;
  Bytes tip = Bytes(storage::TipFile::kBytes);
};

ledger::Faulty<std::unique_ptr<ledger::Ledger>> open_on(std::unique_ptr<storage::Store> blocks,
                                                        std::unique_ptr<storage::Store> state,
                                                        Bytes& tip) {
  auto tip_file = storage::TipFile::open(std::make_unique<TipInMemory>(tip));
  CHECK(tip_file.has_value());
  auto journal = ledger::Journal::open(std::move(blocks), std::move(*tip_file));
  CHECK(journal.has_value());
  return ledger::Ledger::open(std::move(state), std::move(*journal),
                              codec::encode_genesis(client::development_genesis()), {});
}

Whole build() {
  Whole out;
  const ManualClock clock{0};
  storage::MemoryDisk journal_disk;
  storage::MemoryDisk state_disk;
  const auto journal_options = ledger::Journal::store_options(network());
  const auto state_options = ledger::state_store_options(network());
  auto ledger = open_on(store_of(journal_disk, clock, journal_options, {}),
                        store_of(state_disk, clock, state_options, {}), out.tip);
  CHECK(ledger.has_value());
  auto time_ms = (*ledger)->head().time_ms;
  std::vector<codec::Block> blocks;
  for (const auto& tx : beginning().transactions) {
    (*ledger)->begin(time_ms += kStepMs);
    const auto body = codec::encode_body(tx);
    const std::vector<Bytes> witnesses;
    CHECK((*ledger)->execute({tx, contracts::txid(network(), body), body, witnesses}).has_value());
    blocks.push_back((*ledger)->seal());
  }
  CHECK((*ledger)->commit(blocks).has_value());
  CHECK((*ledger)->start_checkpoint()().has_value());
  (*ledger)->finish_checkpoint();
  ledger->reset();
  out.journal = rows_of(*store_of(journal_disk, clock, journal_options, {}), 1);
  // What opening reads of the journal is the checkpoint's block.
  out.journal = {out.journal.back()};
  out.state = rows_of(*store_of(state_disk, clock, state_options, {}), kStateTables);
  return out;
}

const Whole& whole() {
  static const auto kWhole = build();
  return kWhole;
}

// What is asked of a ledger that has opened: none of it crashes.
void ask(ledger::Ledger& ledger) {
  for (const auto& [number, stored] : beginning().model.unspent) (void)ledger.output(number);
  for (const auto& [key, entry] : beginning().model.registry.entries) (void)ledger.read_entry(key);
  (void)ledger.due(UINT64_MAX, 1'000);
  ledger.begin(ledger.head().time_ms + kStepMs);
  for (std::size_t i = 0; i < beginning().transactions.size(); i += 7) {
    const auto& tx = beginning().transactions[i];
    const auto body = codec::encode_body(tx);
    const std::vector<Bytes> witnesses;
    if (!ledger.execute({tx, contracts::txid(network(), body), body, witnesses})) break;
  }
  ledger.abandon();
}

// input = table position change: a payload in place of the record's, bytes laid over it, or none.
void run(ByteView bytes) {
  Input input(bytes);
  auto rows = whole().state;
  const auto position = input.pair() % rows.size();
  auto& row = rows[position];
  auto changed = payload_of(row.value);
  switch (input.choice(4)) {
    case 0: {
      const auto rest = input.rest();
      changed.assign(rest.begin(), rest.end());
      break;
    }
    case 1:
      while (!input.empty() && !changed.empty()) {
        const auto at = input.pair() % changed.size();
        changed[at] = input.byte();
      }
      break;
    case 2: {
      const auto rest = input.rest();
      row.key.assign(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(
                                                      std::min(rest.size(), std::size_t{64})));
      break;
    }
    default:
      row.key.clear();
  }
  row.value = record_of(changed);
  std::erase_if(rows, [](const Row& x) { return x.key.empty(); });  // the one that is missing

  const ManualClock clock{0};
  storage::MemoryDisk journal_disk;
  storage::MemoryDisk state_disk;
  auto tip = whole().tip;
  const auto ledger = open_on(
      store_of(journal_disk, clock, ledger::Journal::store_options(network()), whole().journal),
      store_of(state_disk, clock, ledger::state_store_options(network()), rows), tip);
  if (ledger) {
    ask(**ledger);
  } else {
    CHECK(!ledger::describe(ledger.error()).empty());
  }
}

void seed(Seeds& seeds) {
  std::size_t index = 0;
  std::uint32_t last_table = kStateTables;
  for (const auto& row : whole().state) {
    // Two of each table: as it is, with a byte changed, gone.
    if (row.table.index != last_table || index % 40 == 0) {
      const auto payload = payload_of(row.value);
      const Bytes place{static_cast<std::uint8_t>(index >> 8), static_cast<std::uint8_t>(index)};
      for (std::uint8_t change = 0; change < 4; ++change) {
        Bytes bytes = place;
        bytes.push_back(change);
        if (change == 0 && payload.size() < 1'000) append(bytes, payload);
        if (change == 1) bytes.insert(bytes.end(), {0, 3, 0x55});
        if (change == 2) bytes.insert(bytes.end(), {1, 2, 3, 4, 5, 6, 7, 8});
        seeds.add(std::to_string(index) + "-" + std::to_string(change), bytes);
      }
    }
    last_table = row.table.index;
    ++index;
  }
}

}  // namespace

FUZZ_TARGET(state, run, seed);

}  // namespace tally::fuzz
