#include "fault/simulation/life.hpp"

#include <fmt/format.h>

#include "client/development.hpp"
#include "codec/genesis.hpp"
#include "ledger/state_tables.hpp"

namespace tally::fault {

namespace {

constexpr std::uint64_t kStartMs = 1'790'000'000'000;
constexpr std::uint64_t kHourMs = 3'600'000;
constexpr std::uint64_t kAstrayEach = 5;  // lives
constexpr std::uint64_t kAstrayPpm = 20'000;
constexpr std::uint64_t kOpenMax = 40;  // of submissions without an answer

NodeOptions choose_node(Chance& chance) {
  NodeOptions options;
  options.ledger.overlay_outputs_max = chance.between(10, 150);
  options.ledger.overlay_entries_max = chance.between(10, 150);
  options.ledger.checkpoint_blocks_max = chance.between(3, 60);
  options.ledger.unpublished_max = chance.between(8, 200);
  options.core.clock_jump_ms_max = chance.percent(50) ? 5'000 : 60'000;
  options.core.block_bytes_max = chance.percent(30) ? 600 : std::size_t{1} << 20;
  options.admitted_max = chance.between(8, 64);
  if (chance.percent(40)) {
    options.member_rate = {.per_second = chance.between(1, 10), .burst = chance.between(3, 20)};
  }
  options.unanswered_bytes_max = chance.between(16, 96) * 1024;
  options.feed_bytes_max = chance.between(0, 16) * 1024;
  return options;
}

// None, few, or up to a tenth.
std::uint64_t choose_ppm(Chance& chance) {
  constexpr std::uint64_t kMost[] = {0, 0, 100, 1'000, 10'000, 100'000};
  return chance.below(kMost[chance.below(std::size(kMost))] + 1);
}

}  // namespace

LifeCounts& LifeCounts::operator+=(const LifeCounts& other) {
  steps += other.steps;
  blocks += other.blocks;
  settled += other.settled;
  rejected += other.rejected;
  crashes += other.crashes;
  crashes_in_recovery += other.crashes_in_recovery;
  crashes_in_commit += other.crashes_in_commit;
  unknown += other.unknown;
  torn_tips += other.torn_tips;
  lost_commits += other.lost_commits;
  read_faults += other.read_faults;
  write_faults += other.write_faults;
  misdirected += other.misdirected;
  told_corrupt += other.told_corrupt;
  halts += other.halts;
  clock_steps += other.clock_steps;
  checkpoints += other.checkpoints;
  timeouts += other.timeouts;
  refusals_held += other.refusals_held;
  over_rate += other.over_rate;
  views_compared += other.views_compared;
  return *this;
}

Life::Life(std::uint64_t seed, bool verbose)
    : seed_(seed),
      verbose_(verbose),
      start_ms_(kStartMs),
      chance_(seed),
      clock_(kStartMs),
      genesis_(codec::encode_genesis(client::development_genesis())),
      disk_(chance_, clock_, seed),
      node_options_(choose_node(chance_)),
      node_(disk_, clock_, chance_, genesis_, node_options_),
      clients_(chance_, seed),
      model_(client::development_genesis(), contracts::network_id(genesis_)) {}

std::uint64_t Life::trace() const {
  auto trace = clients_.trace() ^ disk_.counts().operations;
  trace = trace * 0x9e3779b97f4a7c15ull ^ read_be<std::uint64_t>(model_.head_hash());
  return trace * 0x9e3779b97f4a7c15ull ^ clock_.wall_ms();
}

// The ranges of docs/reliability.md, "Simulation".
void Life::choose_faults() {
  // Orders take their time: some lives are long.
  steps_max_ = chance_.percent(10) ? chance_.between(300, 600) : chance_.between(40, 110);
  arrivals_max_ = chance_.between(1, 4);
  batch_max_ = chance_.between(1, 24);
  crash_ppm_ = chance_.percent(25) ? 0 : chance_.below(80'000);
  full_ppm_ = chance_.percent(50) ? 0 : chance_.below(40'000);
  clock_ppm_ = chance_.percent(50) ? 0 : chance_.below(60'000);
  follow_pct_ = chance_.between(10, 100);
  NetworkFaults network;
  network.drop_pct = chance_.percent(30) ? 0 : chance_.below(31);
  network.duplicate_pct = chance_.percent(30) ? 0 : chance_.below(51);
  network.delay_steps_max = chance_.between(1, 6);
  clients_.set_faults(network);
  DiskFaults disk;
  disk.read_ppm = choose_ppm(chance_);
  disk.write_ppm = choose_ppm(chance_);
  disk.commit_ppm = choose_ppm(chance_);
  disk.unknown_ppm = choose_ppm(chance_);
  disk.slow_ppm = chance_.percent(70) ? 0 : chance_.below(5'000);
  disk.slow_ms_max = 2'000;
  // After each an operator is needed, so not every life has some.
  if (seed_ % kAstrayEach == 0) disk.misdirected_ppm = kAstrayPpm;
  disk_.set_faults(disk);
}

std::string Life::run() {
  choose_faults();
  while (wrong_.empty() && counts_.steps < steps_max_) step();
  if (wrong_.empty()) finish();
  const auto& disk = disk_.counts();
  counts_.blocks = model_.head().height;
  counts_.settled = clients_.settled();
  counts_.rejected = clients_.rejected();
  counts_.crashes_in_commit = disk.crashes_in_commit;
  counts_.unknown = disk.unknown;
  counts_.torn_tips = disk.torn_tips;
  counts_.lost_commits = disk.lost_commits;
  counts_.read_faults = disk.read_faults;
  counts_.write_faults = disk.write_faults;
  counts_.misdirected = disk.misdirected;
  counts_.told_corrupt = disk.told_corrupt;
  counts_.checkpoints = node_.checkpoints();
  counts_.timeouts = model_.timeouts();
  counts_.refusals_held = clients_.refusals_held();
  counts_.over_rate = clients_.over_rate();
  return wrong_;
}

void Life::fail(std::string what) {
  if (wrong_.empty()) wrong_ = fmt::format("step {}: {}", counts_.steps, what);
}

void Life::note(const std::string& what) const {
  if (verbose_) fmt::print("  {:4} {:9} {}\n", counts_.steps, clock_.monotonic_ms(), what);
}

void Life::step() {
  ++counts_.steps;
  pass_time();
  change_weather();
  const auto ledger_ms =
      node_.is_up() ? node_.writer().time_ms() : std::max(model_.head().time_ms, clock_.wall_ms());
  if (clients_.open() < kOpenMax) {
    clients_.arrive(chance_.below(arrivals_max_ + 1), ledger_ms, model_.head().time_ms);
  }
  clients_.send_again();
  bool recovering = false;
  try {
    clients_.deliver(node_, model_);
    if (!node_.is_up()) {
      recovering = true;
      if (down_steps_ > 0) {
        --down_steps_;
      } else {
        start_node();
      }
      recovering = false;
    }
    if (node_.is_up()) work();
    if (node_.is_up()) clients_.collect(node_, model_);
  } catch (const Crash&) {
    crash(recovering);
  }
  if (!node_.is_up()) clients_.collect(node_, model_);
  check();
}

// Mostly a little; at times to the very millisecond of an order's deadline.
void Life::pass_time() {
  const auto now_ms = clock_.wall_ms();
  const auto deadline = model_.next_deadline_active_ms();
  const auto& head = model_.head();
  if (deadline && chance_.percent(30) && *deadline > head.active_ms) {
    const auto at_ms = head.time_ms + (*deadline - head.active_ms);
    if (at_ms > now_ms && at_ms - now_ms <= contracts::kActiveStepMsMax) {
      clock_.advance(at_ms - now_ms);
      return;
    }
  }
  clock_.advance(chance_.percent(85) ? chance_.between(1, 3'000) : chance_.between(1, 30'000));
}

void Life::change_weather() {
  if (chance_.ppm(crash_ppm_)) {
    const auto near = chance_.percent(50);
    if (chance_.percent(50)) {
      disk_.crash_after(1 + chance_.below(near ? 40 : 800));
    } else {
      disk_.crash_in_commit(1 + chance_.below(near ? 3 : 12));
    }
  }
  if (disk_.full() ? chance_.percent(25) : chance_.ppm(full_ppm_)) disk_.set_full(!disk_.full());
  if (!chance_.ppm(clock_ppm_)) return;
  ++counts_.clock_steps;
  const auto most_ms = chance_.percent(60) ? node_options_.core.clock_jump_ms_max : kHourMs;
  const auto by_ms = chance_.between(1, most_ms);
  clock_.step_wall(chance_.percent(50) ? clock_.wall_ms() + by_ms : clock_.wall_ms() - by_ms);
  note(fmt::format("the clock steps by {} ms", by_ms));
}

void Life::crash(bool recovering) {
  note(recovering ? "crash while starting" : "crash");
  ++counts_.crashes;
  counts_.crashes_in_recovery += recovering;
  node_.crash();
  clients_.lose_taken();
  disk_.crash_after(chance_.percent(30) ? 1 + chance_.below(400) : 0);
  disk_.crash_in_commit(chance_.percent(10) ? 1 : 0);
  down_steps_ = chance_.below(3);
  halted_steps_ = 0;
}

// What stops a start must be the disk's doing; and what was there before is there.
void Life::start_node() {
  const auto started = node_.start();
  if (!started) {
    note("no start: " + describe(started.error()));
    check_fault(describe(started.error()));
    if (is_corruption(describe(started.error()))) disk_.set_right();
    node_.crash();
    down_steps_ = chance_.below(3);
    return;
  }
  if (model_.next_height() == 0) return;
  const SimulatedDisk::Quiet quiet(disk_);
  const auto block = node_.ledger().journal().read(model_.head().height);
  if (!block || codec::block_hash(block->header) != model_.head_hash()) {
    fail(fmt::format("after a start block {} is gone or another", model_.head().height));
  }
}

void Life::work() {
  const auto before = node_.writer().state();
  const auto commits = disk_.commits(SimulatedDisk::Place::journal);
  const auto unknown = disk_.counts().unknown;
  node_.step_writer(chance_.below(batch_max_ + 1));
  const auto after = node_.writer().state();
  if (before.halted && !before.waits_for_room &&
      disk_.commits(SimulatedDisk::Place::journal) != commits) {
    fail("it wrote while it was halted");
  }
  if (after.halted && !before.halted) {
    ++counts_.halts;
    note("halted: " + after.reason);
  }
  if (chance_.percent(follow_pct_)) node_.follow(1 + chance_.below(8));
  if (chance_.percent(20)) node_.run_checkpoint();
  if (disk_.counts().unknown != unknown) {
    return fail("it went on after a write of unknown outcome");
  }
  read_stream();
  tend();
}

// The operator: looks now and then, sets right what is wrong, and resumes; restarts at times.
void Life::tend() {
  auto& writer = node_.writer();
  halted_steps_ = writer.state().halted ? halted_steps_ + 1 : 0;
  if (halted_steps_ > 1 && chance_.percent(40)) {
    check_fault(writer.state().reason);
    if (is_corruption(writer.state().reason)) {
      // What is damaged is brought back from another copy, and the node is started on it.
      note("restored");
      disk_.set_right();
      throw Crash{};
    }
    if (chance_.percent(75)) set_clock_right();
    writer.resume();
    note("resumed");
    halted_steps_ = 0;
  }
  if (!chance_.ppm(10'000)) return;
  note("stop");
  node_.step_writer(SIZE_MAX);
  node_.stop();
  clients_.lose_taken();
}

// Damage is told as such if something went astray, and only then.
bool Life::is_corruption(const std::string& what) const {
  return disk_.counts().told_corrupt > 0 && what.contains("corrupt");
}

void Life::check_fault(const std::string& what) {
  const bool known =
      what.starts_with("storage ") || what.starts_with("clock_jump ") || is_corruption(what);
  if (!known) fail(what);
}

// All that is durable, and all that was said, after each step.
void Life::check() {
  if (!node_.is_up() || !wrong_.empty()) return;
  const SimulatedDisk::Quiet quiet(disk_);
  const auto& ledger = node_.ledger();
  const auto submitted = [&](const contracts::Txid& txid) { return clients_.submitted(txid); };
  clients_.foresee(model_);
  while (model_.next_height() <= ledger.head().height) {
    const auto block = ledger.journal().read(model_.next_height());
    if (!block) return fail(describe(block.error()));
    if (auto wrong = model_.apply(*block, submitted); !wrong.empty()) return fail(wrong);
    note(fmt::format("block {}: {} settled, {} rejected", block->header.height,
                     block->header.settled_count, block->header.rejected_count));
  }
  if (model_.head_hash() != ledger.head_hash())
    return fail("the ledger's head is not the journal's");
  if (node_.writer().state().halted) check_fault(node_.writer().state().reason);
  if (auto wrong = clients_.check_answers(model_); !wrong.empty()) return fail(wrong);
  check_memory();
  if (chance_.percent(2)) {
    if (auto wrong = model_.check_whole(); !wrong.empty()) fail(wrong);
  }
}

void Life::check_memory() {
  if (node_.waiting() > node_options_.admitted_max) fail("the queue is longer than its bound");
  if (node_.unanswered_bytes() > node_options_.unanswered_bytes_max) {
    fail("more bytes are unanswered than may be");
  }
  if (node_.waiting() == 0 && node_.unanswered_bytes() != 0) {
    fail("bytes are counted as unanswered, and nothing waits");
  }
}

// A slow reader of the stream of blocks, which outlives the node: it takes some at times, and each
// follows on the one before.
void Life::read_stream() {
  if (!chance_.percent(20)) return;
  for (auto count = chance_.below(20); count > 0; --count) {
    const auto block = node_.feed().get(stream_height_, std::chrono::milliseconds(0));
    if (!block || !*block) return;
    const auto& header = (*block)->header;
    if (header.height != stream_height_ || header.previous_hash != stream_hash_) {
      return fail("the stream is not contiguous");
    }
    stream_hash_ = codec::block_hash(header);
    ++stream_height_;
  }
}

}  // namespace tally::fault
