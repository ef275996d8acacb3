#include "ledger/checkpoint.hpp"

#include <bit>

#include "base/check.hpp"
#include "base/failpoint.hpp"
#include "base/planted.hpp"
#include "codec/output.hpp"
#include "codec/registry.hpp"
#include "ledger/ledger.hpp"
#include "ledger/state_tables.hpp"
#include "storage/scan.hpp"
#include "storage/sealed_record.hpp"

namespace tally::ledger {
namespace {

constexpr std::uint32_t kCheckpointVersion = 1;
constexpr std::string_view kCheckpointKey = "latest";

// How many pages of numbers a checkpoint sweeps for dead outputs, and how many more old once-only
// records it drops than it writes new ones, so that a flood of them ends.
constexpr std::uint64_t kSweepPages = 16;
constexpr std::size_t kDropMax = 200'000;
// What erasing from one page of numbers can copy: every leaf of the table that holds them.
constexpr std::size_t kSweepPageBytes = std::size_t{6} << 20;
// A transaction that did not fit gets so many times the room, twice.
constexpr std::size_t kRoomFactor = 4;

using Done = std::expected<void, storage::Error>;

// One generation, frozen: what the background thread writes.
struct Generation {
  Checkpoint checkpoint;
  std::uint64_t time_ms = 0;
  std::shared_ptr<const OutputRun> outputs;
  std::shared_ptr<const RegistryMap> registry;
  std::shared_ptr<const OnceMap> once;
  std::vector<SpentBitmap::Page> pages;
  std::vector<SpentBitmap::Page> swept;  // the mostly dead ones of those swept
  std::size_t bytes = 0;                 // about what it takes in memory
};

std::size_t room_for(const Generation& generation) {
  // Pages are copied on write: a page for each entry, and one for each bitmap page's path.
  return storage::kRoomBytes + generation.bytes + generation.registry->size() * 4'000 +
         generation.once->size() * 400 + generation.pages.size() * 24'000 +
         generation.swept.size() * kSweepPageBytes;
}

bool mostly_dead(const SpentBitmap::Page& page) {
  std::size_t dead = 0;
  for (const auto byte : page.bytes) dead += static_cast<std::size_t>(std::popcount(byte));
  return dead * 2 >= SpentBitmap::kPageBits;
}

bool is_spent(const SpentBitmap::Page& page, contracts::OutputNumber number) {
  const auto bit = number % SpentBitmap::kPageBits;
  return (page.bytes[bit / 8] >> (bit % 8) & 1) != 0;
}

Done write_outputs(storage::WriteTransaction& write, const OutputRun& run) {
  auto number = run.first;
  for (const auto& output : run.outputs) {
    // What was created and spent between two checkpoints never reaches the table.
    if (output) {
      const auto record = storage::seal_record(codec::encode_stored_output(*output));
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
    if (auto ok = write.put(kRegistryTable, key, storage::seal_record(codec::encode_entry(*entry)));
        !ok) {
      return ok;
    }
  }
  return {};
}

Done write_once(storage::WriteTransaction& write, const OnceMap& values, std::uint64_t now_ms) {
  std::map<Bytes, const Remembered*> sorted;
  for (const auto& [key, value] : values) sorted.emplace(key.encode(), &value);
  for (const auto& [key, value] : sorted) {
    if (auto ok = write.put(kOnceTable, key, storage::seal_record(encode_remembered(*value)));
        !ok) {
      return ok;
    }
  }
  if (auto dropped = drop_old_buckets(write, now_ms, kDropMax + sorted.size()); !dropped) {
    return std::unexpected(dropped.error());
  }
  return {};
}

Done write_pages(storage::WriteTransaction& write, const std::vector<SpentBitmap::Page>& pages) {
  for (const auto& page : pages) {
    if (auto ok = write.put(kBitmapTable, number_key(page.index), storage::seal_record(page.bytes));
        !ok) {
      return ok;
    }
  }
  return {};
}

// Erases what is spent of a mostly dead page. Those that an earlier sweep erased are not looked for
// again: the table is walked, not the page.
Done reclaim(storage::WriteTransaction& write, const SpentBitmap::Page& page) {
  const auto first = number_key(page.index * SpentBitmap::kPageBits);
  const auto end = number_key((page.index + 1) * SpentBitmap::kPageBits);
  std::vector<contracts::OutputNumber> dead;
  auto done = storage::for_each(write, kOutputsTable, {first, end}, storage::Direction::forward,
                                [&](const storage::Entry& entry) {
                                  if (entry.key.size() != 8) return true;
                                  const auto number = read_be<std::uint64_t>(entry.key);
                                  if (is_spent(page, number)) dead.push_back(number);
                                  return true;
                                });
  for (std::size_t i = 0; done && i < dead.size(); ++i) {
    done = write.erase(kOutputsTable, number_key(dead[i]));
  }
  return done;
}

Done write_all(storage::WriteTransaction& write, const Generation& generation) {
  auto done = write_outputs(write, *generation.outputs);
  if (done) done = write_pages(write, generation.pages);
  if (done) done = write_registry(write, *generation.registry);
  if (done) done = write_once(write, *generation.once, generation.time_ms);
  for (const auto& page : generation.swept) {
    if (done) done = reclaim(write, page);
  }
  if (done) done = write_checkpoint(write, generation.checkpoint);
  return done;
}

Faulty<void> write_generation(storage::Store& state, const Generation& generation) {
  const auto height = generation.checkpoint.height;
  auto room = room_for(generation);
  for (int tries = 1;; ++tries, room *= kRoomFactor) {
    auto write = state.begin_write(room);
    if (!write) return fault(write.error(), "checkpoint: begin write", height);
    auto done = write_all(**write, generation);
    FAILPOINT(checkpoint_before_commit);
    if (done) done = (*write)->commit();
    FAILPOINT(checkpoint_after_commit);
    if (done) return {};
    if (done.error() != storage::Error::map_full || tries == 3) {
      return fault(done.error(), "checkpoint: write", height);
    }
  }
}

}  // namespace

Faulty<std::optional<Checkpoint>> read_checkpoint(const storage::ReadTransaction& state) {
  const auto record = state.get(kCheckpointTable, as_bytes(kCheckpointKey));
  if (!record) {
    if (record.error() == storage::Error::not_found) return std::optional<Checkpoint>{};
    return fault(record.error(), "checkpoint: get");
  }
  const auto bytes = storage::open_record(*record);
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
  return state.put(kCheckpointTable, as_bytes(kCheckpointKey), storage::seal_record(bytes));
}

std::size_t Ledger::overlay_bytes() const {
  return outputs_.hot_bytes() + registries_.hot_bytes() + once_.hot_bytes();
}

bool Ledger::overlay_full() const {
  return outputs_.hot_count() >= options_.overlay_outputs_max ||
         registries_.hot_count() >= options_.overlay_entries_max ||
         overlay_bytes() >= options_.overlay_bytes_max;
}

bool Ledger::checkpoint_due() const {
  if (checkpoint_running_ || undo_) return false;
  return overlay_full() || head_.height - checkpoint_height_ >= options_.checkpoint_blocks_max;
}

bool Ledger::overloaded() const { return checkpoint_running_ && overlay_full(); }

std::function<Faulty<void>()> Ledger::start_checkpoint() {
  CHECK(!checkpoint_running_ && !undo_);
  hold();
  snapshot_.end();
  auto generation = std::make_shared<Generation>();
  generation->checkpoint.height = head_.height;
  generation->checkpoint.next_output = outputs_.next();
  generation->checkpoint.registry = registries_.digest();
  generation->time_ms = head_.time_ms;
  generation->bytes = overlay_bytes();
  generation->outputs = outputs_.freeze();
  generation->registry = registries_.freeze();
  generation->once = once_.freeze();
  generation->pages = bitmap_.take_dirty_pages();
  if (PLANTED(lose_overlay_at_checkpoint)) generation->pages.clear();
  // Sweeps the full pages of numbers that earlier generations wrote, a few at a time, round and
  // round.
  const auto pages = generation->outputs->first / SpentBitmap::kPageBits;
  auto index = reclaim_ / SpentBitmap::kPageBits;
  if (index >= pages) index = 0;
  const auto end = std::min(pages, index + kSweepPages);
  for (; index < end; ++index) {
    auto page = bitmap_.page(index);
    if (mostly_dead(page)) generation->swept.push_back(std::move(page));
  }
  reclaim_ = generation->checkpoint.reclaim = end * SpentBitmap::kPageBits;
  FAILPOINT(checkpoint_before_freeze);
  frozen_height_ = head_.height;
  checkpoint_running_ = true;
  let_go();
  return [generation, this] { return write_generation(*state_, *generation); };
}

void Ledger::finish_checkpoint() {
  CHECK(checkpoint_running_);
  hold();
  snapshot_.end();
  outputs_.thaw();
  registries_.thaw();
  once_.thaw();
  FAILPOINT(checkpoint_before_thaw);
  checkpoint_height_ = frozen_height_;
  checkpoint_running_ = false;
  let_go();
}

}  // namespace tally::ledger
