#include "views/views.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "base/failpoint.hpp"
#include "base/planted.hpp"
#include "views/row.hpp"
#include "views/tables.hpp"
#include "views/view.hpp"

namespace tally::views {
namespace {

// How much rebuild() puts into one transaction: blocks, or the room that they may need.
constexpr std::size_t kRebuildBlocks = 128;
constexpr std::size_t kRebuildBytes = std::size_t{256} << 20;

// New pages that a block may fill: its bytes in several tables, and for each transaction the pages
// of random keys that it copies. An estimate: map_full is answered with more.
std::size_t room_of(const codec::Block& block) {
  std::size_t bytes = 0;
  for (const auto& outcome : block.outcomes) {
    bytes += 8192;
    if (const auto* settled = std::get_if<codec::SettledRecord>(&outcome)) {
      bytes += 8 * settled->body.size() + 1024 * settled->writes.size();
    }
  }
  return bytes;
}

// progress = format(4) height(8) time_ms(8) active_ms(8), under the view's name
struct Recorded {
  std::uint32_t format = 0;
  std::uint64_t height = 0;
  std::uint64_t time_ms = 0;
  std::uint64_t active_ms = 0;
};

std::optional<Recorded> read_progress(Reader& reader, const View& view) {
  const auto value = reader.get(kProgressTable, as_bytes(view.name()));
  if (!value) return std::nullopt;
  RowReader row(*value);
  const Recorded out{row.u32(), row.u64(), row.u64(), row.u64()};
  if (!row.complete()) reader.corrupt(kProgressTable);
  return out;
}

void write_progress(Writer& tables, const View& view, const codec::BlockHeader& header) {
  tables.put(kProgressTable, as_bytes(view.name()),
             Row().u32(view.format()).u64(header.height).u64(header.time_ms).u64(header.active_ms));
}

}  // namespace

std::vector<std::unique_ptr<View>> make_views() {
  std::vector<std::unique_ptr<View>> views;
  views.push_back(make_accounts_view());
  views.push_back(make_transactions_view());
  views.push_back(make_registry_view());
  views.push_back(make_items_view());
  views.push_back(make_orders_view());
  views.push_back(make_reputation_view());
  views.push_back(make_item_links_view());
  views.push_back(make_cases_view());
  return views;
}

storage::Options Views::store_options(const contracts::NetworkId& network_id) {
  storage::Options options;
  options.tables = table_names();
  options.identity = {.kind = "views", .format = 2, .network_id = network_id.bytes};
  options.durability = storage::Durability::rebuildable;
  return options;
}

Views::Views(std::unique_ptr<storage::Store> store, contracts::Genesis genesis, BlockSource blocks)
    : store_(std::move(store)),
      genesis_(std::move(genesis)),
      blocks_(std::move(blocks)),
      views_(make_views()),
      progress_(views_.size()) {}

Views::~Views() = default;

ledger::Faulty<std::unique_ptr<Views>> Views::open(std::unique_ptr<storage::Store> store,
                                                   contracts::Genesis genesis, BlockSource blocks) {
  std::unique_ptr<Views> views(new Views(std::move(store), std::move(genesis), std::move(blocks)));
  if (auto done = views->begin_missing(false); !done) return std::unexpected(done.error());
  return views;
}

ledger::Faulty<void> Views::begin_missing(bool all) {
  const auto writes = contracts::apply(genesis_);
  if (!writes) {
    return ledger::fault(ledger::FaultCode::genesis_mismatch, 0, "the genesis breaks its rules");
  }
  codec::BlockHeader header;
  header.time_ms = genesis_.time_ms;
  BlockFacts facts(header);
  facts.genesis_writes = *writes;

  std::vector<Progress> reached;
  if (!all) {
    // Mostly nothing is missing, and then a full disk is no reason not to start.
    auto snapshot = store_->begin_read();
    if (!snapshot) return ledger::fault(snapshot.error(), "views: begin read");
    Reader tables(**snapshot);
    for (const auto& view : views_) {
      const auto recorded = read_progress(tables, *view);
      if (!recorded || recorded->format != view->format()) break;
      reached.push_back({recorded->height, recorded->time_ms, recorded->active_ms});
    }
    if (reached.size() == views_.size()) {
      publish(std::move(reached));
      return {};
    }
    reached.clear();
  }
  auto transaction = store_->begin_write();
  if (!transaction) return ledger::fault(transaction.error(), "views: begin write");
  Writer tables(**transaction);
  for (const auto& view : views_) {
    const auto recorded = read_progress(tables, *view);
    if (!all && recorded && recorded->format == view->format()) {
      reached.push_back({recorded->height, recorded->time_ms, recorded->active_ms});
      continue;
    }
    for (const auto table : view->tables()) tables.clear(table);
    view->apply(facts, tables);
    write_progress(tables, *view, header);
    reached.push_back({0, header.time_ms, 0});
  }
  if (tables.fault()) return std::unexpected(*tables.fault());
  if (const auto done = (*transaction)->commit(); !done) {
    return ledger::fault(done.error(), "views: commit");
  }
  publish(std::move(reached));
  return {};
}

void Views::publish(std::vector<Progress> reached) {
  {
    const std::scoped_lock lock(mutex_);
    progress_ = std::move(reached);
  }
  grown_.notify_all();
}

std::uint64_t Views::lowest() const {
  return std::ranges::min_element(progress_, {}, &Progress::height)->height;
}

std::uint64_t Views::next_height() const {
  const std::scoped_lock lock(mutex_);
  return lowest() + 1;
}

bool Views::wait_for(std::uint64_t height, std::chrono::milliseconds timeout) const {
  std::unique_lock lock(mutex_);
  return grown_.wait_for(lock, timeout, [&] { return lowest() >= height; });
}

std::vector<ViewStatus> Views::status() const {
  const std::scoped_lock lock(mutex_);
  std::vector<ViewStatus> out;
  for (std::size_t i = 0; i < views_.size(); ++i) {
    out.push_back({views_[i]->name(), progress_[i].height});
  }
  return out;
}

ledger::Faulty<void> Views::apply(std::span<const std::shared_ptr<const codec::Block>> blocks) {
  if (blocks.empty()) return {};
  auto height = blocks.front()->header.height;
  CHECK(height <= next_height());
  auto room = 4 * storage::kRoomBytes;
  for (const auto& block : blocks) {
    CHECK(block->header.height == height++);
    room += room_of(*block);
  }
  auto done = write(blocks, room);
  for (int i = 0; i < 3 && !done && done.error().storage == storage::Error::map_full; ++i) {
    room *= 4;
    done = write(blocks, room);
  }
  return done;
}

ledger::Faulty<void> Views::write(std::span<const std::shared_ptr<const codec::Block>> blocks,
                                  std::size_t room_bytes) {
  auto reached = progress_;  // Nobody but this thread changes it.
  const auto first = blocks.front()->header.height;
  auto transaction = store_->begin_write(room_bytes);
  if (!transaction) return ledger::fault(transaction.error(), "views: begin write", first);
  Writer tables(**transaction);
  for (const auto& block : blocks) {
    const auto& header = block->header;
    if (std::ranges::all_of(reached, [&](const auto& p) { return p.height >= header.height; })) {
      continue;
    }
    if (PLANTED(view_skips_a_block) && header.height % 64 == 0) continue;
    const auto facts = block_facts(*block, tables);
    for (std::size_t i = 0; i < views_.size() && tables.ok(); ++i) {
      if (reached[i].height >= header.height) continue;
      views_[i]->apply(*facts, tables);
      reached[i] = {header.height, header.time_ms, header.active_ms};
    }
    if (tables.fault()) return std::unexpected(*tables.fault());
  }
  for (std::size_t i = 0; i < views_.size(); ++i) {
    if (reached[i].height == progress_[i].height) continue;
    codec::BlockHeader header;
    header.height = reached[i].height;
    header.time_ms = reached[i].time_ms;
    header.active_ms = reached[i].active_ms;
    write_progress(tables, *views_[i], header);
  }
  if (tables.fault()) return std::unexpected(*tables.fault());
  FAILPOINT(views_before_commit);
  if (const auto done = (*transaction)->commit(); !done) {
    return ledger::fault(done.error(), "views: commit", first);
  }
  FAILPOINT(views_after_commit);
  publish(std::move(reached));
  return {};
}

ledger::Faulty<void> Views::rebuild(std::uint64_t tip,
                                    const std::function<bool(std::uint64_t)>& progress) {
  if (auto done = begin_missing(true); !done) return done;
  std::vector<std::shared_ptr<const codec::Block>> batch;
  std::size_t room = 0;
  for (std::uint64_t height = 1; height <= tip; ++height) {
    auto block = blocks_(height);
    if (!block) return std::unexpected(block.error());
    room += room_of(*block);
    batch.push_back(std::make_shared<const codec::Block>(std::move(*block)));
    if (batch.size() < kRebuildBlocks && room < kRebuildBytes && height < tip) continue;
    if (auto done = apply(batch); !done) return done;
    batch.clear();
    room = 0;
    if (progress && !progress(height)) return {};
  }
  return {};
}

ledger::Faulty<Snapshot> Views::snapshot() const {
  auto tables = store_->begin_read();
  if (!tables) return ledger::fault(tables.error(), "views: begin read");
  Snapshot snapshot;
  snapshot.tables_ = std::move(*tables);
  snapshot.blocks_ = &blocks_;
  Reader reader(*snapshot.tables_);
  snapshot.height_ = UINT64_MAX;
  for (const auto& view : views_) {
    const auto at = read_progress(reader, *view);
    if (!at) reader.corrupt(kProgressTable);
    if (reader.fault()) return std::unexpected(*reader.fault());
    if (at->height >= snapshot.height_) continue;
    snapshot.height_ = at->height;
    snapshot.time_ms_ = at->time_ms;
    snapshot.active_ms_ = at->active_ms;
  }
  return snapshot;
}

}  // namespace tally::views
