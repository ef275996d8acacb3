// Views in which some rows are anything: they open or say what is wrong, and so does every query.
// On a disk a row's checksum tells; this holds that no query relies on it. Each change is a row,
// what is done to it, and by which bytes.
#include "client/development.hpp"
#include "codec/genesis.hpp"
#include "fuzz/support/disks.hpp"
#include "fuzz/support/input.hpp"
#include "fuzz/support/propose.hpp"
#include "fuzz/target.hpp"
#include "ledger/ledger.hpp"
#include "ledger/state_tables.hpp"
#include "views/accounts.hpp"
#include "views/assets.hpp"
#include "views/counts.hpp"
#include "views/items.hpp"
#include "views/orders.hpp"
#include "views/registry.hpp"
#include "views/reputation.hpp"
#include "views/statements.hpp"
#include "views/transactions.hpp"

namespace tally::fuzz {
namespace {

using namespace views;

constexpr std::size_t kChangesMax = 6;
const ManualClock kClock{0};

// The blocks of the beginning, and the views of them on a disk.
struct Whole {
  std::vector<codec::Block> blocks;
  std::vector<Row> rows;
  storage::MemoryDisk disk;
  storage::MemoryDisk::Image image;
  Whole();
  [[nodiscard]] ledger::Faulty<codec::Block> block(std::uint64_t height) const {
    if (height == 0 || height > blocks.size()) {
      return ledger::fault(ledger::FaultCode::journal_corrupt, height, "no such block");
    }
    return blocks[height - 1];
  }
  [[nodiscard]] auto open(std::unique_ptr<storage::Store> store) const {
    return Views::open(std::move(store), client::development_genesis(),
                       [this](std::uint64_t height) { return block(height); });
  }
};

std::vector<codec::Block> settle_all() {
  storage::MemoryDisk journal_disk, state_disk;
  Bytes tip(storage::TipFile::kBytes);
  auto tip_file = storage::TipFile::open(std::make_unique<TipInMemory>(tip));
  CHECK(tip_file.has_value());
  auto journal = ledger::Journal::open(
      store_of(journal_disk, kClock, ledger::Journal::store_options(network()), {}),
      std::move(*tip_file));
  CHECK(journal.has_value());
  auto ledger = ledger::Ledger::open(
      store_of(state_disk, kClock, ledger::state_store_options(network()), {}), std::move(*journal),
      codec::encode_genesis(client::development_genesis()), {});
  CHECK(ledger.has_value());
  std::vector<codec::Block> out;
  auto time_ms = (*ledger)->head().time_ms;
  for (const auto& tx : beginning().transactions) {
    (*ledger)->begin(time_ms += kStepMs);
    const auto body = codec::encode_body(tx);
    const std::vector<Bytes> witnesses;
    CHECK((*ledger)->execute({tx, contracts::txid(network(), body), body, witnesses}).has_value());
    out.push_back((*ledger)->seal());
  }
  CHECK((*ledger)->commit(out).has_value());
  return out;
}

Whole::Whole() : blocks(settle_all()) {
  const auto options = Views::store_options(network());
  {
    const auto made = open(store_of(disk, kClock, options, {}));
    CHECK(made.has_value());
    for (const auto& block : blocks) {
      const auto shared = std::make_shared<const codec::Block>(block);
      CHECK((*made)->apply(std::span(&shared, 1)).has_value());
    }
  }
  image = disk.image();
  rows = rows_of(*store_of(disk, kClock, options, {}),
                 static_cast<std::uint32_t>(options.tables.size()));
}

Whole& whole() {
  static Whole whole;
  return whole;
}

void change(Input& input, storage::WriteTransaction& write) {
  const auto& rows = whole().rows;
  const auto& row = rows[input.pair() % rows.size()];
  auto value = row.value;
  switch (input.choice(4)) {
    case 0: {
      const auto bytes = input.take(input.byte());
      value.assign(bytes.begin(), bytes.end());
      break;
    }
    case 1:
      if (value.empty()) value.push_back(0);
      value[input.byte() % value.size()] = input.byte();
      break;
    case 2:
      value.resize(input.byte());
      break;
    default:
      // One that was erased before is not there.
      (void)write.erase(row.table, row.key);
      return;
  }
  CHECK(write.put(row.table, row.key, value).has_value());
}

void ask_of_accounts(const Snapshot& views) {
  const PageRequest page{.limit = 20};
  for (const auto& key : people()) {
    const auto account = contracts::account_of(key);
    (void)list_outputs(views, account, {}, page);
    (void)list_balances(views, account, page);
    (void)read_statement(views, account, {}, page);
    (void)list_items_of(views, account, page);
    (void)list_orders(views, key, {}, page);
    (void)list_offers(views, key, page);
    (void)find_reputation(views, key);
    (void)list_order_facts(views, key, OrderSide::seller, page);
    (void)list_assets(views, key, page);
    (void)same_cluster(views, account, contracts::account_of(people().front()));
  }
}

void ask_of_entries(const Snapshot& views) {
  const PageRequest page{.limit = 20};
  for (const auto& [key, entry] : beginning().model.registry.entries) {
    (void)find_entry(views, key);
    if (key.kind == contracts::RegistryKind::item) {
      (void)find_item(views, contracts::ItemId{key.id});
      (void)list_item_history(views, contracts::ItemId{key.id}, page);
      (void)list_item_claims(views, contracts::ItemId{key.id}, page);
    } else if (key.kind == contracts::RegistryKind::order) {
      (void)find_order(views, contracts::OrderId{key.id});
      (void)list_order_steps(views, contracts::OrderId{key.id});
    } else if (key.kind == contracts::RegistryKind::asset) {
      (void)find_asset(views, contracts::AssetId{key.id});
      (void)count_holders(views, contracts::AssetId{key.id});
    }
  }
  for (std::size_t kind = 0; kind < contracts::kRegistryKinds; ++kind) {
    (void)list_entries(views, static_cast<contracts::RegistryKind>(kind), page);
  }
  (void)count_entries(views);
}

void ask(const Snapshot& views) {
  ask_of_accounts(views);
  ask_of_entries(views);
  for (contracts::OutputNumber number = 0; number < beginning().model.next; ++number) {
    (void)find_output(views, number);
    (void)find_spending(views, number);
  }
  for (std::size_t i = 0; i < beginning().transactions.size(); i += 5) {
    const auto id = txid_of(beginning().transactions[i]);
    (void)read_transaction(views, id);
    (void)find_settled(views, id);
  }
  (void)list_orders_in(views, contracts::OrderState::offered, {.limit = 20});
  (void)find_network(views);
  (void)count_all(views);
}

void run(ByteView bytes) {
  Input input(bytes);
  auto& disk = whole().disk;
  disk.restore(whole().image);
  auto store = store_of(disk, kClock, Views::store_options(network()), {});
  {
    auto write = store->begin_write();
    CHECK(write.has_value());
    for (std::size_t i = 0; i < kChangesMax && !input.empty(); ++i) change(input, **write);
    CHECK((*write)->commit().has_value());
  }
  const auto opened = whole().open(std::move(store));
  if (!opened) {
    CHECK(!ledger::describe(opened.error()).empty());
    return;
  }
  const auto snapshot = (*opened)->snapshot();
  if (snapshot) ask(*snapshot);
}

void seed(Seeds& seeds) {
  seeds.add("unchanged", Bytes{});
  // The first row of each table, changed in each way.
  std::uint32_t last = UINT32_MAX;
  const auto& rows = whole().rows;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].table.index == last) continue;
    last = rows[i].table.index;
    const auto high = static_cast<std::uint8_t>(i >> 8);
    const auto low = static_cast<std::uint8_t>(i);
    const auto table = std::to_string(last);
    seeds.add(table + "-byte", Bytes{high, low, 1, 0, 0xff});
    seeds.add(table + "-short", Bytes{high, low, 2, 3});
    seeds.add(table + "-long", Bytes{high, low, 2, 200});
    seeds.add(table + "-gone", Bytes{high, low, 3});
    seeds.add(table + "-other", Bytes{high, low, 0, 4, 1, 2, 3, 4});
  }
}

}  // namespace

FUZZ_TARGET(view_rows, run, seed, 512);

}  // namespace tally::fuzz
