// The disk of a simulated node: its environments and tip file in memory, with faults that a seed
// decides. What the product promises to survive may happen at every operation, and nothing else:
//
//   read      io, busy                                   known
//   write     disk_full, map_full, busy, io              known: nothing of the transaction is there
//   commit    disk_full, map_full                        known
//             outcome_unknown, with effect or without    unknown
//   tip       unknown: nothing, a part, or all of the slot is written
//   crash     before, within or after any of these; in a commit with effect or without; the tip's
//             slot torn. The views may lose what they committed last (Durability::rebuildable)
//   astray    a write of a commit goes to another's place: what it was to replace and what it has
//             overwritten are told as corrupt, until they are written anew or set right. That a
//             store tells them so, and never serves them, is what the harness flips shows of LMDB
//   slow      any operation takes a while of the simulated clock
//
// What was acknowledged as durable is never lost: the disk is faulty, it does not lie. (Disks that
// lie are the business of the harnesses power-loss and disk.)
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "fault/common/chance.hpp"
#include "storage/memory_store.hpp"
#include "storage/tip_file.hpp"

namespace tally::fault {

/// Thrown by the operation in which the simulated process ends. Nothing of the product catches it.
struct Crash {};

/// In millionths of the operations of their kind.
struct DiskFaults {
  std::uint64_t read_ppm = 0;
  std::uint64_t write_ppm = 0;
  std::uint64_t commit_ppm = 0;
  std::uint64_t unknown_ppm = 0;
  std::uint64_t misdirected_ppm = 0;
  std::uint64_t slow_ppm = 0;
  std::uint64_t slow_ms_max = 0;
};

/// What has happened, for the closing table.
struct DiskCounts {
  std::uint64_t operations = 0;
  std::uint64_t read_faults = 0;
  std::uint64_t write_faults = 0;
  std::uint64_t unknown = 0;
  std::uint64_t torn_tips = 0;
  std::uint64_t lost_commits = 0;
  std::uint64_t crashes_in_commit = 0;
  std::uint64_t misdirected = 0;
  std::uint64_t told_corrupt = 0;
};

class SimulatedDisk {
 public:
  enum class Place : std::uint8_t { journal, state, views };
  static constexpr std::size_t kPlaces = 3;

  /// `seed` decides what goes astray, apart from the rest: without it a life goes as it would.
  SimulatedDisk(Chance& chance, ManualClock& clock, std::uint64_t seed = 0)
      : chance_(chance), astray_(seed), clock_(clock) {}
  SimulatedDisk(const SimulatedDisk&) = delete;
  SimulatedDisk& operator=(const SimulatedDisk&) = delete;

  [[nodiscard]] std::expected<std::unique_ptr<storage::Store>, storage::Error> open(
      Place place, storage::Options options);
  [[nodiscard]] std::expected<storage::TipFile, storage::Error> open_tip(
      storage::OnUnknownOutcome on_unknown_outcome = storage::stop_process);

  void set_faults(const DiskFaults& faults) { faults_ = faults; }
  /// While it is full every write says so.
  void set_full(bool full) { full_ = full; }
  [[nodiscard]] bool full() const { return full_; }
  /// The process ends in the `operations`-th operation from now; 0: not.
  void crash_after(std::uint64_t operations) { until_crash_ = operations; }
  /// The same in the `commits`-th commit or write of the tip from now.
  void crash_in_commit(std::uint64_t commits) { commits_until_crash_ = commits; }
  /// What runs beside: called before operations.
  void set_beside(std::function<void()> beside) { beside_ = std::move(beside); }
  /// Once the process has gone, and every store with it: what was committed and not synced may be
  /// lost.
  void lose_unsynced();
  /// As an operator does from another copy: whatever went astray is where it belongs.
  void set_right();

  /// No faults, no crash, nothing beside, no time: for who checks what is there.
  class Quiet {
   public:
    explicit Quiet(SimulatedDisk& disk) : disk_(disk) { ++disk_.quiet_; }
    ~Quiet() { --disk_.quiet_; }
    Quiet(const Quiet&) = delete;
    Quiet& operator=(const Quiet&) = delete;

   private:
    SimulatedDisk& disk_;
  };

  [[nodiscard]] const DiskCounts& counts() const { return counts_; }
  /// How many commits took effect.
  [[nodiscard]] std::uint64_t commits(Place place) const { return at(place).commits; }
  [[nodiscard]] storage::MemoryDisk::Image image(Place place) const {
    return at(place).disk.image();
  }

  // ---- For the stores on it. ----

  /// The error with which a reading or writing operation ends, if any. Throws Crash.
  /// Where an entry lies: in which table, under which key.
  using Spot = std::pair<std::uint32_t, Bytes>;

  std::optional<storage::Error> before_read();
  /// Whether what lies there is something else, which is told.
  bool is_damaged(Place place, storage::Table table, ByteView key);
  std::optional<storage::Error> before_write();
  /// Ends a transaction: `commit` makes it take effect. Throws Crash.
  std::expected<void, storage::Error> end_write(
      Place place, const std::vector<Spot>& written,
      const std::function<std::expected<void, storage::Error>()>& commit);
  std::expected<void, storage::Error> write_tip(std::uint64_t offset, ByteView bytes);
  [[nodiscard]] const Bytes& tip() const { return tip_; }

 private:
  struct Environment {
    storage::MemoryDisk disk;
    storage::MemoryDisk::Image before_last;  // the last commit may be lost back to it
    std::uint64_t commits = 0;
    std::set<Spot> damaged;
    std::vector<Spot> some;  // of what was written before: one may be overwritten
  };
  [[nodiscard]] const Environment& at(Place place) const {
    return environments_[static_cast<std::size_t>(place)];
  }
  /// Whether the process ends here.
  bool begin_operation();
  bool begin_commit();
  storage::Error room_fault();
  void lead_astray(Environment& environment, const std::vector<Spot>& written);

  Chance& chance_;
  Chance astray_;
  ManualClock& clock_;
  DiskFaults faults_;
  DiskCounts counts_;
  std::array<Environment, kPlaces> environments_;
  Bytes tip_ = Bytes(storage::TipFile::kBytes);
  std::function<void()> beside_;
  std::uint64_t until_crash_ = 0;
  std::uint64_t commits_until_crash_ = 0;
  bool full_ = false;
  int quiet_ = 0;
};

}  // namespace tally::fault
