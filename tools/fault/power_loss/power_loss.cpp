#include "fault/power_loss/power_loss.hpp"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/check.hpp"
#include "fault/power_loss/crashed_disk.hpp"
#include "fault/power_loss/recovered_image.hpp"

namespace tally::fault {
namespace {

constexpr std::uint64_t kImagesOfARecording = 250;
constexpr std::uint64_t kTransactionsMin = 500;
constexpr std::uint64_t kTransactionsMax = 2'500;
constexpr std::uint64_t kTransactionsOfAnImage = 10;
constexpr std::uint64_t kThoroughEvery = 20;
constexpr std::size_t kFailuresMax = 5;  // more say nothing new
constexpr unsigned kImageSecondsMax = 120;
constexpr std::uint64_t kRecoveryEvery = 20;  // images whose recovery is cut off in its turn …
constexpr std::uint64_t kRecoveryCuts = 8;    // … at so many places
constexpr std::uint64_t kRecoveryLogBytes = std::uint64_t{1} << 30;  // sparse
/// From so many images on, one inside each of the places that matter must have been tried.
constexpr std::uint64_t kAllPlacesFrom = 40;
constexpr std::uintmax_t kMemoryBytesMin = std::uintmax_t{4} << 30;

/// Where a cut may be.
struct Place {
  std::string_view name;
  std::string_view path;  // what files of it begin with, in the data directory; "" if any
  unsigned weight;        // of the cuts, in a hundred
  bool must_be_hit;
};

constexpr std::array<Place, 10> kPlaces{{
    {"anywhere", "", 10, false},
    {"a commit of the journal", "journal/data.mdb", 10, true},
    {"the tip file", "journal.tip", 8, true},
    {"a checkpoint", "state/data.mdb", 14, true},
    {"the views", "views/data.mdb", 8, true},
    {"documents and profiles", "documents/", 10, true},
    {"custody", "custody/data.mdb", 6, true},
    {"the archive", "archive/", 14, true},
    {"the first creation", "", 12, true},
    {"the making of a store", "", 8, true},
}};
constexpr std::size_t kArchive = kPlaces.size() - 3;
constexpr std::size_t kCreation = kPlaces.size() - 2;
constexpr std::size_t kMaking = kPlaces.size() - 1;
constexpr std::string_view kStoreFile = "/data.mdb";

// Where each record ends, by the places that it belongs to.
using CutPositions = std::array<std::vector<std::uint64_t>, kPlaces.size()>;

CutPositions find_cuts(const Recording& recording) {
  CutPositions out;
  std::unordered_map<std::uint64_t, std::string> paths;
  std::uint64_t at = sizeof(recorder::LogHeader);
  recording.log->for_each(0, kNever, [&](const LoggedEvent& event) {
    using recorder::Event;
    const auto kind = event.record.event;
    if (kind == Event::open) paths[event.record.file] = event.path();
    const bool is_name = kind >= Event::make_dir;
    std::string_view path = is_name ? event.path() : std::string_view(paths[event.record.file]);
    const std::string prefix = std::string(kDataName) + "/";
    if (path.starts_with(prefix)) path.remove_prefix(prefix.size());
    at += event.record.bytes;
    for (std::size_t i = 0; i < kPlaces.size(); ++i) {
      bool here = path.starts_with(kPlaces[i].path);
      // Nothing new is left by a cut that comes after a sync.
      const bool is_sync = kind == Event::sync_begin || kind == Event::sync_end;
      if (i == kArchive) here = here && !is_sync;
      if (i == kCreation) here = at <= recording.ready && !is_sync;
      if (i == kMaking) {
        here = at <= recording.ready && kind == Event::write && path.ends_with(kStoreFile);
      }
      if (here) out[i].push_back(at);
    }
  });
  return out;
}

std::vector<std::uint64_t> choose_cuts(const CutPositions& positions, std::uint64_t count,
                                       std::mt19937_64& random) {
  std::vector<std::uint64_t> out;
  while (out.size() < count) {
    auto dice = random() % 100;
    std::size_t place = 0;
    while (dice >= kPlaces[place].weight) dice -= kPlaces[place++].weight;
    const auto& candidates = positions[place];
    if (!candidates.empty()) out.push_back(candidates[random() % candidates.size()]);
  }
  std::ranges::sort(out);
  return out;
}

// Runs `check` in a process of its own, so that one that dies of what it finds is a finding too.
std::expected<Checked, Wrong> in_child(
    const std::function<std::expected<Checked, Wrong>()>& check) {
  std::array<int, 2> ends{};
  CHECK(::pipe(ends.data()) == 0);
  const auto child = ::fork();
  CHECK(child >= 0);
  if (child == 0) {
    ::alarm(kImageSecondsMax);
    const auto outcome = check();
    const auto text = outcome ? fmt::format("{} {}", outcome->transactions, outcome->others)
                              : "!" + outcome.error();
    const bool told = ::write(ends[1], text.data(), text.size()) >= 0;
    ::_exit(told ? 0 : 1);
  }
  ::close(ends[1]);
  std::string text;
  std::array<char, 4096> part;
  for (ssize_t n = 0; (n = ::read(ends[0], part.data(), part.size())) > 0;) {
    text.append(part.data(), static_cast<std::size_t>(n));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) {
    return std::unexpected(fmt::format("opening it ends with signal {}", WTERMSIG(status)));
  }
  if (text.starts_with('!')) return std::unexpected(text.substr(1));
  Checked checked;
  if (std::sscanf(text.c_str(), "%lu %lu", &checked.transactions, &checked.others) != 2) {
    return std::unexpected(fmt::format("opening it ends with status {}", WEXITSTATUS(status)));
  }
  return checked;
}

class PowerLoss {
 public:
  explicit PowerLoss(const Options& options)
      : options_(options), begun_(std::chrono::steady_clock::now()) {
    // In memory, if there is room: 1,000 images are written and read.
    std::error_code error;
    const std::filesystem::path memory = "/dev/shm";
    const auto space = std::filesystem::space(memory, error);
    directory_ = !error && space.available > kMemoryBytesMin
                     ? memory / fmt::format("tally-power-loss-{}", ::getpid())
                     : options.work_dir / "power-loss";
  }
  ~PowerLoss() {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  Result run() {
    for (std::uint64_t round = 0; images_ < options_.count && !ended(); ++round) {
      try_recording(options_.seed + round, std::min(kImagesOfARecording, options_.count - images_));
      ++recordings_;
    }
    return report();
  }

 private:
  [[nodiscard]] bool ended() const {
    const auto passed = std::chrono::steady_clock::now() - begun_;
    return result_.failures.size() >= kFailuresMax ||
           (options_.time_max.count() > 0 && passed > options_.time_max);
  }
  [[nodiscard]] std::string command(std::uint64_t seed) const {
    return fmt::format("tally-torture --power-loss {} --seed {}",
                       std::min(options_.count, kImagesOfARecording), seed);
  }

  void try_recording(std::uint64_t seed, std::uint64_t count) {
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
    const auto recording = record(
        options_, directory_,
        std::clamp(count * kTransactionsOfAnImage, kTransactionsMin, kTransactionsMax), seed);
    const auto history = read_history(options_, recording);
    if (!history) {
      result_.failures.push_back(fmt::format("{}; {}", history.error(), command(seed)));
      images_ = options_.count;
      return;
    }
    transactions_ += recording.transactions.size();
    std::mt19937_64 random(seed);
    CrashedDisk disk;
    std::uint64_t at = 0;
    for (const auto cut : choose_cuts(find_cuts(recording), count, random)) {
      if (ended()) return;
      at = recording.log->for_each(at, cut, [&](const LoggedEvent& event) { disk.take(event); });
      try_image(recording, *history, disk, cut, seed, random);
    }
  }

  void try_image(const Recording& recording, const History& history, const CrashedDisk& disk,
                 std::uint64_t cut, std::uint64_t seed, std::mt19937_64& random) {
    const auto number = images_++;
    const auto image = directory_ / "image";
    std::filesystem::remove_all(image);
    std::filesystem::create_directories(image);
    const auto before = random;
    losses_ += disk.build(image, random);
    const auto inside = places_of(disk, cut, recording.ready);
    for (std::size_t i = 0; i < kPlaces.size(); ++i) inside_[i] += inside[i];
    const bool thorough = number % kThoroughEvery == 0;
    const auto outcome = in_child([&]() -> std::expected<Checked, Wrong> {
      const auto checked = check_image(image / kDataName, recording, history, cut);
      if (!checked || !thorough) return checked;
      const auto good = check_thoroughly(options_, image / kDataName);
      if (!good) return std::unexpected(good.error());
      return checked;
    });
    thorough_ += thorough;
    if (outcome) {
      checked_.transactions += outcome->transactions;
      checked_.others += outcome->others;
      if (number % kRecoveryEvery == kRecoveryEvery / 2) {
        auto again = before;
        cut_recovery(recording, disk, cut, seed, again);
      }
      return;
    }
    std::string where;
    for (std::size_t i = 0; i < kPlaces.size(); ++i) {
      failed_[i] += inside[i];
      if (inside[i]) where += fmt::format("{}{}", where.empty() ? "" : ", ", kPlaces[i].name);
    }
    // As it was before anybody opened it.
    const auto kept = options_.work_dir / fmt::format("image-{}", number);
    std::filesystem::create_directories(kept);
    auto again = before;
    static_cast<void>(disk.build(kept, again));
    result_.failures.push_back(
        fmt::format("image {} (cut at byte {} of the recording of seed {}, inside: {}): {}\n"
                    "  the image: {}\n  again: {}",
                    number, cut, seed, where, outcome.error(), kept.string(), command(seed)));
  }

  // The power fails again, anywhere in a recovery from the first time and in the stop after it.
  void cut_recovery(const Recording& recording, const CrashedDisk& disk, std::uint64_t cut,
                    std::uint64_t seed, std::mt19937_64& random) {
    const auto image = directory_ / "recovered";
    std::filesystem::remove_all(image);
    std::filesystem::create_directories(image);
    static_cast<void>(disk.build(image, random));
    CrashedDisk second;
    second.load(image);
    const WriteLog log(directory_ / "second-log", kRecoveryLogBytes);
    const auto node = start_recorded(options_, image, directory_ / "second-log");
    stop_recorded(*node.program, log);
    auto history = history_of(image / kDataName);
    if (!history) {
      result_.failures.push_back(fmt::format("after a recovery: {}", history.error()));
      return;
    }
    for (const auto& attribute : recording.attributes) {
      for (const auto& blob : attribute.blobs) history->documents.insert(blob.document);
    }
    std::vector<std::uint64_t> cuts;
    auto end = log.for_each(0, 0, [](const LoggedEvent&) {});
    log.for_each(0, kNever,
                 [&](const LoggedEvent& event) { cuts.push_back(end += event.record.bytes); });
    std::ranges::shuffle(cuts, random);
    cuts.resize(std::min<std::size_t>(cuts.size(), kRecoveryCuts));
    std::ranges::sort(cuts);
    std::uint64_t at = 0;
    for (const auto second_cut : cuts) {
      at = log.for_each(at, second_cut, [&](const LoggedEvent& event) { second.take(event); });
      const auto left = directory_ / "left";
      std::filesystem::remove_all(left);
      std::filesystem::create_directories(left);
      losses_ += second.build(left, random);
      ++recoveries_;
      const auto outcome =
          in_child([&] { return check_image(left / kDataName, recording, *history, cut); });
      if (outcome) continue;
      ++recoveries_failed_;
      result_.failures.push_back(fmt::format(
          "a recovery from a cut at byte {} of the recording of seed {}, cut off at its "
          "byte {}: {}; again: {}",
          cut, seed, second_cut, outcome.error(), command(seed)));
    }
  }

  static std::array<bool, kPlaces.size()> places_of(const CrashedDisk& disk, std::uint64_t cut,
                                                    std::uint64_t ready) {
    std::array<bool, kPlaces.size()> out{};
    out[0] = true;
    out[kCreation] = cut <= ready;
    const auto prefix = std::string(kDataName) + "/";
    for (const auto& path : disk.unsynced()) {
      for (std::size_t i = 1; i < kCreation; ++i) {
        if (path.starts_with(prefix + std::string(kPlaces[i].path))) out[i] = true;
      }
      if (cut <= ready && path.ends_with(kStoreFile)) out[kMaking] = true;
    }
    return out;
  }

  Result report() {
    result_.rows.push_back(
        {"images opened", images_, failed_[0],
         fmt::format("{} recordings of {} transactions; {} also by tallyd and tally-replay",
                     recordings_, transactions_, thorough_)});
    // Cuts are tried in the order of the recording: of one that was cut short, the last places and
    // what is lost there have not had their turn.
    const bool whole = images_ >= kAllPlacesFrom && images_ == options_.count;
    for (std::size_t i = 1; i < kPlaces.size(); ++i) {
      auto row = must_happen(fmt::format("cut inside: {}", kPlaces[i].name), inside_[i],
                             whole && kPlaces[i].must_be_hit);
      row.failed += failed_[i];
      result_.rows.push_back(std::move(row));
    }
    auto recoveries = must_happen("cut inside: a recovery", recoveries_, whole);
    recoveries.failed += recoveries_failed_;
    result_.rows.push_back(std::move(recoveries));
    const auto must = [&](std::string what, std::uint64_t happened) {
      result_.rows.push_back(must_happen(std::move(what), happened, whole));
    };
    must("unsynced writes dropped", losses_.dropped);
    must("unsynced writes torn", losses_.torn);
    must("unsynced writes reordered", losses_.reordered);
    must("unsynced names lost", losses_.names);
    must("acknowledged transactions found", checked_.transactions);
    must("documents, jobs, tokens, agents found", checked_.others);
    return result_;
  }

  const Options& options_;
  const std::chrono::steady_clock::time_point begun_;
  std::filesystem::path directory_;
  Result result_;
  std::uint64_t images_ = 0;
  std::uint64_t recordings_ = 0;
  std::uint64_t transactions_ = 0;
  std::uint64_t thorough_ = 0;
  std::uint64_t recoveries_ = 0;
  std::uint64_t recoveries_failed_ = 0;
  std::array<std::uint64_t, kPlaces.size()> inside_{};
  std::array<std::uint64_t, kPlaces.size()> failed_{};
  Losses losses_;
  Checked checked_;
};

}  // namespace

Result run_power_loss(const Options& options) { return PowerLoss(options).run(); }

}  // namespace tally::fault
