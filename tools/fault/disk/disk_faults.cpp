#include "fault/disk/disk_faults.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>

#include <boost/json.hpp>
#include <map>
#include <thread>

#include "base/failpoint.hpp"
#include "fault/common/chance.hpp"
#include "fault/common/data_check.hpp"
#include "fault/common/journal_check.hpp"
#include "fault/common/node_program.hpp"
#include "fault/disk/disk_node.hpp"
#include "fault/disk/small_disk.hpp"

namespace tally::fault {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kDiskKib = 48 * 1'024;
// What is backed up and executed again lies in memory too: thousands of syncs of a real disk would
// show nothing more.
constexpr std::size_t kElsewhereKib = 2 * 1'024 * 1'024;
constexpr std::size_t kFailuresMax = 3;  // more say nothing new
constexpr std::size_t kUntilRefused = 40'000;

/// How often each thing came to pass, for the table.
using Tally = std::map<std::string, std::uint64_t>;
/// What each theme does for certain.
constexpr const char* kMustHappen[] = {
    "disks filled", "maps filled", "resumed by itself", "refused for want of room", "backups",
    "restored",     "archived",    "promises",          "kills at failpoints"};

/// From so many sequences on each theme has had its turn, and must have left its mark.
constexpr std::uint64_t kThemes = 4;
/// So many points are visited by a sequence that has them for its theme: two such, which any eight
/// sequences have, go round all of them.
constexpr std::uint64_t kPointsOfATheme = 3;
constexpr std::uint64_t kAllPointsFrom = 2 * kThemes;

/// Where a sequence is killed while it archives or backs up.
std::vector<std::string> failpoints() {
  std::vector<std::string> out{"journal_before_commit:40", "journal_after_commit:40"};
  for (std::size_t i = 0; i < static_cast<std::size_t>(Failpoint::kCount); ++i) {
    const auto point = static_cast<Failpoint>(i);
    if (phase(point) == Phase::archive || phase(point) == Phase::backup) {
      out.emplace_back(name(point));
    }
  }
  return out;
}

std::string killed_at(std::string_view point) {
  return "killed at " + std::string(point.substr(0, point.find(':')));
}

// Mounts of this process are its own from here on; false if that is not permitted.
bool leave_the_machine_alone() {
  if (::unshare(CLONE_NEWNS) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  return ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

class Sequence {
 public:
  Sequence(const Options& options, std::uint64_t seed, std::filesystem::path directory,
           Tally& tally)
      : options_(options),
        seed_(seed),
        chance_(seed),
        directory_(std::move(directory)),
        disk_(directory_ / "disk", kDiskKib),
        elsewhere_(directory_ / "elsewhere", kElsewhereKib),
        bound_(seed % kThemes == 3),
        tally_(tally),
        node_(options, disk_ / "data", directory_ / "tallyd.out", settings(), seed) {}

  // Throws Broken.
  void run() {
    if (!disk_.mounted() || !elsewhere_.mounted()) throw Broken("a tmpfs cannot be mounted");
    node_.start();
    load(chance_.between(60, 120));
    // Each sequence has one theme for certain, and then whatever comes.
    const auto certain = seed_ % kThemes;
    theme(certain);
    if (certain == 2) {
      for (std::uint64_t i = 1; i < kPointsOfATheme; ++i) theme(certain);
    }
    const auto more = chance_.between(1, 3);
    for (std::uint64_t i = 0; i < more; ++i) theme(chance_.below(3));
    finish();
  }

 private:
  struct Backup {
    std::filesystem::path directory;
    std::vector<DiskPromise> promises;  // all that was acknowledged before it began
  };

  [[nodiscard]] std::vector<std::string> settings() const {
    std::vector<std::string> out{"storage.checkpoint_blocks_max=15",
                                 "storage.archive_segment_blocks=16"};
    if (bound_) out.emplace_back("storage.journal_map_bytes_max=8MiB");
    return out;
  }
  void did(const std::string& what) { ++tally_[what]; }
  void load(std::size_t count) {
    node_.load(count);
    did("loads");
  }

  void theme(std::uint64_t which) {
    if (options_.verbose) fmt::print("sequence {}: theme {}\n", seed_, which);
    switch (which) {
      case 0:
        return fill_and_free();
      case 1:
        return back_up_and_restore();
      case 2:
        return archive_and_die();
      default:
        return reach_the_bound();
    }
  }

  void restart(bool killed) {
    killed ? node_.kill() : node_.stop();
    did(killed ? "kills" : "restarts");
    try {
      node_.start();
    } catch (const Broken& refusal) {
      // Views that are behind the checkpoint want room before anything is served.
      if (!std::string_view(refusal.what()).contains("disk_full")) throw;
      did("starts refused for want of room");
      disk_.make_room();
      node_.start();
    }
    node_.resolve(false);
    node_.check_promises(20);
  }

  // Whoever reads is served while nothing can be written.
  void expect_halted() {
    const auto status = node_.operate("/v1/admin/status");
    if (status && status->at("waits_for_room") != true) {
      throw Broken("refused for want of room, and the status does not say so");
    }
    const auto block = node_.get("/v1/blocks/1");
    if (block && block->status != 200) throw Broken("reads stopped: " + block->body);
    node_.check_promises(10);
  }

  void fill_and_free() {
    disk_.fill(chance_.below(3) * 64);
    did("disks filled");
    if (!node_.load_until_refused(kUntilRefused)) throw Broken("a full disk refuses nothing");
    expect_halted();
    node_.load(chance_.between(1, 20));
    const auto then = chance_.below(3);
    if (then == 0) restart(true);  // it starts on a full disk
    if (then == 1) restart(false);
    disk_.make_room();
    node_.resolve(true);
    did("resumed by itself");
    load(chance_.between(10, 60));
    node_.check_promises(20);
  }

  void reach_the_bound() {
    if (!node_.load_until_refused(kUntilRefused)) throw Broken("a full map refuses nothing");
    did("maps filled");
    expect_halted();
    archive(chance_.between(5, 30));
    node_.resolve(true);
    did("resumed by itself");
    load(chance_.between(10, 60));
  }

  void archive(std::uint64_t keep) {
    const auto answer =
        node_.operate("/v1/admin/archive", fmt::format(R"({{"keep_blocks":{}}})", keep));
    if (!answer) return;
    if (answer->at("status") != 200) {
      throw Broken("archiving: " + boost::json::serialize(*answer));
    }
    did("archived");
    const auto block = node_.get(fmt::format("/v1/blocks/{}", chance_.between(1, 10)));
    if (block && block->status != 200) throw Broken("an old block is gone: " + block->body);
  }

  // Archives, prunes and backs up until the failpoint is met; or is killed anywhere.
  void archive_and_die() {
    const auto points = failpoints();
    const auto visit = seed_ / kThemes * kPointsOfATheme + visits_++;
    const auto& point = points[visit % points.size()];
    node_.stop();
    node_.start(point);
    node_.resolve(false);
    for (int round = 0; round < 3 && node_.running(); ++round) {
      node_.load(chance_.between(20, 60));
      archive(chance_.between(3, 20));
      if (node_.running()) take_backup(0);
    }
    if (node_.running()) {
      did("kills");
      node_.kill();
    } else {
      did("kills at failpoints");
      did(killed_at(point));
    }
    node_.start();
    node_.resolve(false);
    node_.check_promises(40);
    archive(chance_.between(3, 20));
    restart(chance_.below(2) == 0);
    if (const auto block = node_.get("/v1/blocks/1"); block && block->status != 200) {
      throw Broken("an archived block is gone after a restart: " + block->body);
    }
  }

  // A backup while `load` goes on; the promises are those from before it.
  std::optional<Backup> take_backup(std::size_t load_meanwhile) {
    Backup backup{elsewhere_ / fmt::format("backup-{}", backups_++), node_.promises()};
    const auto begun = node_.operate("/v1/admin/backup",
                                     fmt::format(R"({{"to":"{}"}})", backup.directory.string()));
    if (!begun) return std::nullopt;
    if (begun->at("status") != 202) throw Broken("a backup: " + boost::json::serialize(*begun));
    node_.load(load_meanwhile);
    for (int tries = 0; tries < 3'000; ++tries) {
      const auto now = node_.operate("/v1/admin/backup");
      if (!now) return std::nullopt;
      if (now->at("state") == "failed") throw Broken(boost::json::serialize(*now));
      if (now->at("state") == "done") return backup;
      std::this_thread::sleep_for(5ms);
    }
    throw Broken("a backup does not end");
  }

  void back_up_and_restore() {
    const auto backup = take_backup(chance_.between(60, 150));
    if (!backup) throw Broken("no backup was taken");
    did("backups");
    const auto data = elsewhere_ / fmt::format("restored-{}", backups_);
    const auto output = directory_ / "replay.out";
    const auto restored =
        run_replay(options_.bin_dir, {"--restore", backup->directory.string()}, data, output);
    if (!restored) throw Broken(restored.error());
    check_all(data, backup->promises);
    did("restored");
    std::filesystem::remove_all(data);
    std::filesystem::remove_all(backup->directory);
  }

  // The journal is executed again, and the views are what it gives, once a node has run on it.
  void check_all(const std::filesystem::path& data, const std::vector<DiskPromise>& promises) {
    std::vector<JournaledPromise> told;
    for (const auto& promise : promises) {
      told.push_back({promise.txid, promise.told.settled, promise.told.height});
    }
    if (auto good = check_journal(data, told); !good) throw Broken(good.error());
    const auto ran =
        start_and_stop(options_.bin_dir, {.data = data, .output = directory_ / "check.out"});
    if (!ran) throw Broken(ran.error());
    if (auto good = check_thoroughly(options_, data); !good) throw Broken(good.error());
  }

  void finish() {
    node_.resolve(true);
    node_.check_promises(20);
    if (chance_.below(2) == 0) {
      node_.kill();
    } else {
      node_.stop();
    }
    // Executing everything again takes room that the small disk does not have.
    const auto data = elsewhere_ / "data";
    std::filesystem::copy(node_.data(), data, std::filesystem::copy_options::recursive);
    check_all(data, node_.promises());
    tally_["promises"] += node_.promises().size();
    tally_["refused for want of room"] += node_.refusals();
  }

  const Options& options_;
  const std::uint64_t seed_;
  Chance chance_;
  const std::filesystem::path directory_;
  const SmallDisk disk_;
  const SmallDisk elsewhere_;
  const bool bound_;
  Tally& tally_;
  DiskNode node_;
  int backups_ = 0;
  std::uint64_t visits_ = 0;  // of failpoints
};

}  // namespace

Result run_disk_faults(const Options& options) {
  Result result;
  static const bool alone = leave_the_machine_alone();
  if (!alone) {
    result.failures.emplace_back("a mount namespace of its own is needed, and not permitted");
    return result;
  }
  Tally tally;
  Row row{.what = "sequences", .detail = {}};
  const auto end = std::chrono::steady_clock::now() + options.time_max;
  for (std::uint64_t i = 0; i < options.count && result.failures.size() < kFailuresMax; ++i) {
    if (options.time_max.count() > 0 && std::chrono::steady_clock::now() > end) break;
    const auto seed = options.seed + i;
    const auto directory = options.work_dir / fmt::format("sequence-{}", seed);
    std::filesystem::create_directories(directory);
    ++row.runs;
    try {
      Sequence(options, seed, directory, tally).run();
      std::filesystem::remove_all(directory);
    } catch (const std::exception& wrong) {
      ++row.failed;
      result.failures.push_back(
          fmt::format("{}; again: tally-torture --disk 1 --seed {}", wrong.what(), seed));
    }
  }
  const bool whole = row.runs >= kThemes && row.failed == 0;
  result.rows.push_back(std::move(row));
  for (const auto* what : kMustHappen) result.rows.push_back(must_happen(what, tally[what], whole));
  for (const auto* what : kMustHappen) tally.erase(what);
  const auto all = whole && result.rows.front().runs >= kAllPointsFrom;
  for (const auto& point : failpoints()) {
    const auto what = killed_at(point);
    result.rows.push_back(must_happen(what, tally[what], all));
    tally.erase(what);
  }
  for (const auto& [what, count] : tally) result.rows.push_back({what, count, 0, ""});
  return result;
}

}  // namespace tally::fault
