#include "ledger/checkpoint.hpp"

#include "base/check.hpp"
#include "codec/output.hpp"
#include "codec/registry.hpp"
#include "ledger/ledger.hpp"
#include "ledger/state_tables.hpp"
#include "storage/scan.hpp"

namespace tally::ledger {
namespace {

constexpr std::uint32_t kCheckpointVersion = 1;
constexpr std::string_view kCheckpointKey = "latest";

// How many numbers a checkpoint sweeps for dead outputs, and how many old once-only records it drops.
constexpr std::uint64_t kReclaimNumbers = 64 * SpentBitmap::kPageBits;
constexpr std::size_t kDropMax = 200'000;

using Done = std::expected<void, storage::Error>;

// One generation, frozen: what the background thread writes.
struct Generation {
  Checkpoint checkpoint;
  std::uint64_t time_ms = 0;
  std::shared_ptr<const OutputRun> outputs;
  std::shared_ptr<const RegistryMap> registry;
  std::shared_ptr<const OnceMap> once;
  std::vector<SpentBitmap::Page> pages;
  std::vector<bool> swept;  // whether each number from `sweep_first` on is spent
  contracts::OutputNumber sweep_first = 0;
};

std::size_t room_for(const Generation& generation) {
  // Pages are copied on write: twice the records, and a page for each bitmap page's path.
  return storage::kRoomBytes + generation.outputs->outputs.size() * 600 +
         generation.registry->size() * 4'000 + generation.once->size() * 400 +
         generation.pages.size() * 24'000 + generation.swept.size() / 2;
}

Done write_outputs(storage::WriteTransaction& write, const OutputRun& run) {
  auto number = run.first;
  for (const auto& output : run.outputs) {
    // What was created and spent between two checkpoints never reaches the table.
    if (output) {
      const auto record = seal_record(codec::encode_stored_output(*output));
      if (auto ok = write.append(kOutputsTable, number_key(number), record); !ok) return ok;
    }
    ++number;
  }
  return {};
}

Done write_registry(storage::WriteTransaction& write, const RegistryMap& entries) {
  std::map<Bytes, const contracts::RegistryEntry*> sorted;
  for (const auto& [key, entry] : entries) sorted.emplace(registry_table_key(key), &entry);
  for (const auto& [key, entry] : sorted) {
    if (auto ok = write.put(kRegistryTable, key, seal_record(codec::encode_entry(*entry))); !ok) {
      return ok;
    }
  }
  return {};
}

Done write_once(storage::WriteTransaction& write, const OnceMap& values, std::uint64_t now_ms) {
  std::map<Bytes, const Remembered*> sorted;
  for (const auto& [key, value] : values) sorted.emplace(key.encode(), &value);
  for (const auto& [key, value] : sorted) {
    if (auto ok = write.put(kOnceTable, key, seal_record(encode_remembered(*value))); !ok) {
      return ok;
    }
  }
  if (auto dropped = drop_old_buckets(write, now_ms, kDropMax); !dropped) {
    return std::unexpected(dropped.error());
  }
  return {};
}

Done write_pages(storage::WriteTransaction& write, const std::vector<SpentBitmap::Page>& pages) {
  for (const auto& page : pages) {
    if (auto ok = write.put(kBitmapTable, number_key(page.index), seal_record(page.bytes)); !ok) {
      return ok;
    }
  }
  return {};
}

// Erases the outputs that are spent from the pages of numbers that are mostly dead.
Done reclaim(storage::WriteTransaction& write, const Generation& generation) {
  const auto& swept = generation.swept;
  for (std::size_t first = 0; first < swept.size(); first += SpentBitmap::kPageBits) {
    const auto end = std::min<std::size_t>(swept.size(), first + SpentBitmap::kPageBits);
    const auto dead = std::count(swept.begin() + static_cast<std::ptrdiff_t>(first),
                                 swept.begin() + static_cast<std::ptrdiff_t>(end), true);
    if (static_cast<std::size_t>(dead) * 2 < end - first) continue;
    for (auto i = first; i < end; ++i) {
      if (!swept[i]) continue;
      const auto gone = write.erase(kOutputsTable, number_key(generation.sweep_first + i));
      if (!gone && gone.error() != storage::Error::not_found) return gone;
    }
  }
  return {};
}

Faulty<void> write_generation(storage::Store& state, const Generation& generation) {
  const auto height = generation.checkpoint.height;
  auto write = state.begin_write(room_for(generation));
  if (!write) return fault(write.error(), "checkpoint: begin write", height);
  auto done = write_outputs(**write, *generation.outputs);
  if (done) done = write_pages(**write, generation.pages);
  if (done) done = write_registry(**write, *generation.registry);
  if (done) done = write_once(**write, *generation.once, generation.time_ms);
  if (done) done = reclaim(**write, generation);
  if (done) done = write_checkpoint(**write, generation.checkpoint);
  if (!done) return fault(done.error(), "checkpoint: write", height);
  if (const auto committed = (*write)->commit(); !committed) {
    return fault(committed.error(), "checkpoint: commit", height);
  }
  return {};
}

}  // namespace

Faulty<std::optional<Checkpoint>> read_checkpoint(const storage::ReadTransaction& state) {
  const auto record = state.get(kCheckpointTable, as_bytes(kCheckpointKey));
  if (!record) {
    if (record.error() == storage::Error::not_found) return std::optional<Checkpoint>{};
    return fault(record.error(), "checkpoint: get");
  }
  const auto bytes = open_record(*record);
  if (!bytes || bytes->size() != 28 + crypto::LtHash::kBytes ||
      read_be<std::uint32_t>(*bytes) != kCheckpointVersion) {
    return fault(FaultCode::state_corrupt, 0,
                 "the checkpoint record: rebuild the state from the journal with "
                 "tally-replay --rebuild-state");
  }
  Checkpoint out;
  out.height = read_be<std::uint64_t>(bytes->subspan(4));
  out.next_output = read_be<std::uint64_t>(bytes->subspan(12));
  out.reclaim = read_be<std::uint64_t>(bytes->subspan(20));
  out.registry = *crypto::LtHash::parse(bytes->subspan(28));
  return out;
}

std::expected<void, storage::Error> write_checkpoint(storage::WriteTransaction& state,
                                                     const Checkpoint& checkpoint) {
  Bytes bytes;
  append_be(bytes, kCheckpointVersion);
  append_be(bytes, checkpoint.height);
  append_be(bytes, checkpoint.next_output);
  append_be(bytes, checkpoint.reclaim);
  append(bytes, checkpoint.registry.serialise());
  return state.put(kCheckpointTable, as_bytes(kCheckpointKey), seal_record(bytes));
}

bool Ledger::checkpoint_due() const {
  if (checkpoint_running_ || undo_) return false;
  return outputs_.hot_count() >= options_.overlay_outputs_max ||
         registries_.hot_count() >= options_.overlay_entries_max ||
         once_.hot_count() >= options_.overlay_outputs_max ||
         head_.height - checkpoint_height_ >= options_.checkpoint_blocks_max;
}

bool Ledger::overloaded() const {
  return checkpoint_running_ && (outputs_.hot_count() >= options_.overlay_outputs_max ||
                                 registries_.hot_count() >= options_.overlay_entries_max ||
                                 once_.hot_count() >= options_.overlay_outputs_max);
}

std::function<Faulty<void>()> Ledger::start_checkpoint() {
  CHECK(!checkpoint_running_ && !undo_);
  const std::unique_lock lock(mutex_);
  auto generation = std::make_shared<Generation>();
  generation->checkpoint.height = head_.height;
  generation->checkpoint.next_output = outputs_.next();
  generation->checkpoint.registry = registries_.digest();
  generation->time_ms = head_.time_ms;
  generation->outputs = outputs_.freeze();
  generation->registry = registries_.freeze();
  generation->once = once_.freeze();
  generation->pages = bitmap_.take_dirty_pages();
  // Sweeps the numbers that earlier generations wrote, a window at a time, round and round.
  const auto end = generation->outputs->first;
  generation->sweep_first = reclaim_ < end ? reclaim_ : 0;
  const auto sweep_end = std::min(end, generation->sweep_first + kReclaimNumbers);
  for (auto n = generation->sweep_first; n < sweep_end; ++n) {
    generation->swept.push_back(bitmap_.spent(n));
  }
  reclaim_ = generation->checkpoint.reclaim = sweep_end;
  frozen_height_ = head_.height;
  checkpoint_running_ = true;
  return [generation, this] { return write_generation(*state_, *generation); };
}

void Ledger::finish_checkpoint() {
  CHECK(checkpoint_running_);
  const std::unique_lock lock(mutex_);
  outputs_.thaw();
  registries_.thaw();
  once_.thaw();
  checkpoint_height_ = frozen_height_;
  checkpoint_running_ = false;
}

}  // namespace tally::ledger
