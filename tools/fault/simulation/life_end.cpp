// The end of a life: the faults cease, everything is answered, and what is there is compared with
// what a node has that was never harmed.
#include <fmt/format.h>

#include "fault/simulation/life.hpp"
#include "ledger/state_tables.hpp"
#include "storage/scan.hpp"

namespace tally::fault {

namespace {

constexpr std::uint64_t kHealRounds = 600;

// Where two stores of the same tables differ; "" if nowhere.
std::string difference(const storage::ReadTransaction& one, const storage::ReadTransaction& other,
                       const std::vector<std::string>& tables) {
  for (std::uint32_t i = 0; i < tables.size(); ++i) {
    const auto a = one.scan({i});
    const auto b = other.scan({i});
    if (!a || !b) return "a table cannot be read";
    while (true) {
      const auto x = (*a)->next();
      const auto y = (*b)->next();
      if (!x || !y) return "a table cannot be read";
      if (!*x && !*y) break;
      if (!*x || !*y || !std::ranges::equal((*x)->key, (*y)->key) ||
          !std::ranges::equal((*x)->value, (*y)->value)) {
        return fmt::format("table {} at {}", tables[i], to_hex(*x ? (*x)->key : (*y)->key));
      }
    }
  }
  return "";
}

}  // namespace

void Life::heal() {
  disk_.set_faults({});
  disk_.set_full(false);
  disk_.set_right();
  disk_.crash_after(0);
  disk_.crash_in_commit(0);
  clients_.set_faults({});
  set_clock_right();
  down_steps_ = 0;
}

void Life::heal_step() {
  ++counts_.steps;
  // At a member's rate what is open must get its turn.
  clock_.advance(node_options_.member_rate.per_second > 0 ? 500 : 20);
  if (!node_.is_up()) {
    const auto started = node_.start();
    if (!started) {
      return fail("it does not start on a disk without faults: " + describe(started.error()));
    }
    check();  // what a crash had left unsaid is known from here on
  }
  if (node_.writer().state().halted) node_.writer().resume();
  clients_.send_again();
  clients_.deliver(node_, model_);
  node_.step_writer(SIZE_MAX);
  node_.follow(64);
  node_.run_checkpoint();
  clients_.collect(node_, model_);
  check();
}

void Life::finish() {
  heal();
  for (std::uint64_t round = 0; round < kHealRounds && wrong_.empty(); ++round) {
    heal_step();
    if (clients_.open() == 0 && node_.views().next_height() == model_.next_height()) break;
  }
  if (!wrong_.empty()) return;
  if (auto wrong = clients_.check_end(); !wrong.empty()) return fail(wrong);
  if (auto wrong = model_.check_whole(); !wrong.empty()) return fail(wrong);
  compare_views();
  compare_twin();
  if (!wrong_.empty()) return;
  // A clean stop and a start: the state is what the checkpoint says.
  node_.stop();
  clients_.lose_taken();
  if (const auto started = node_.start(); !started) return fail(describe(started.error()));
  check();
}

// The views as they have grown, against views that are built from the journal now.
void Life::compare_views() {
  if (!wrong_.empty()) return;
  ++counts_.views_compared;
  const SimulatedDisk::Quiet quiet(disk_);
  const auto options = [&] {
    auto out = views::Views::store_options(node_.ledger().network_id());
    out.create = true;
    return out;
  }();
  storage::MemoryDisk disk;
  auto store = storage::open_memory_store(disk, clock_, options);
  if (!store) return fail("no store for the views");
  const auto& journal = node_.ledger().journal();
  auto rebuilt = views::Views::open(std::move(*store), node_.ledger().genesis(),
                                    [&](std::uint64_t height) { return journal.read(height); });
  if (!rebuilt) return fail(describe(rebuilt.error()));
  if (const auto done = (*rebuilt)->rebuild(model_.head().height); !done) {
    return fail(describe(done.error()));
  }
  const auto one = node_.views().snapshot();
  const auto other = (*rebuilt)->snapshot();
  if (!one || !other) return fail("the views cannot be read");
  if (const auto where = difference(one->tables(), other->tables(), options.tables);
      !where.empty()) {
    fail("the views are not what a rebuild gives: " + where);
  }
}

// A ledger that never crashes judges every block anew, and comes to the same.
void Life::compare_twin() {
  if (!wrong_.empty()) return;
  const SimulatedDisk::Quiet quiet(disk_);
  Chance chance(seed_);
  SimulatedDisk twin_disk(chance, clock_);
  const SimulatedDisk::Quiet twin_quiet(twin_disk);
  const auto network = node_.ledger().network_id();
  auto journal_store =
      twin_disk.open(SimulatedDisk::Place::journal, ledger::Journal::store_options(network));
  auto state = twin_disk.open(SimulatedDisk::Place::state, ledger::state_store_options(network));
  auto tip = twin_disk.open_tip();
  if (!journal_store || !state || !tip) return fail("no disk for the twin");
  auto journal = ledger::Journal::open(std::move(*journal_store), std::move(*tip));
  if (!journal) return fail(describe(journal.error()));
  auto twin = ledger::Ledger::open(std::move(*state), std::move(*journal), genesis_, {});
  if (!twin) return fail(describe(twin.error()));
  std::string wrong;
  const auto read = node_.ledger().journal().for_each(1, [&](const codec::Block& block) {
    if (const auto done = (*twin)->reexecute(block); !done) wrong = describe(done.error());
    return wrong.empty();
  });
  if (!wrong.empty()) return fail("a twin that never crashed says: " + wrong);
  if (!read) return fail(describe(read.error()));
  if ((*twin)->head_hash() != node_.ledger().head_hash()) fail("a twin has another head");
}

}  // namespace tally::fault
