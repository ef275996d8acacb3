#include "fault/kill/kills.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <memory>
#include <random>
#include <thread>

#include "base/clock.hpp"
#include "base/failpoint.hpp"
#include "fault/common/journal_check.hpp"
#include "fault/common/program.hpp"
#include "fault/kill/kill_load.hpp"
#include "fault/kill/side_load.hpp"
#include "fault/power_loss/recovered_image.hpp"

namespace tally::fault {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kConnections = 3;
constexpr std::size_t kAsked = 30;  // of each kind of promise, after each kill
constexpr auto kPatience = 60s;
constexpr auto kPassedWithin =
    2'500ms;                        // else the point is not passed and the kill is a random one
constexpr unsigned kAgainPct = 25;  // killed once more while it recovers
constexpr std::uint64_t kThoroughEach = 250;
constexpr std::uint64_t kWholeRun = 100;  // from so many kills on everything must have come up
constexpr std::uint64_t kAdvances = 4;
constexpr std::uint64_t kAdvanceEach = 25;
constexpr std::string_view kMinute = R"({"ms": "61000"})";
constexpr auto kCalm = 1s;  // of load without a kill, where a command has not settled yet
constexpr int kCalmTurns = 15;

enum class When : std::uint8_t { load, start, stop, elsewhere };

// When a failpoint is passed, by the family in its name. The archive and the backup have a harness
// of their own, which kills at theirs.
When when(std::string_view point) {
  if (point.starts_with("archive_") || point.starts_with("prune_") ||
      point.starts_with("backup_")) {
    return When::elsewhere;
  }
  if (point.starts_with("recovery_") || point == "views_catch_up") return When::start;
  return point.starts_with("stop_") ? When::stop : When::load;
}

// What must have happened for a failpoint to be passed: a kill at another one.
std::string_view before(std::string_view point) {
  if (point == "journal_tip_catches_up") return "journal_after_commit";
  if (point == "recovery_before_checkpoint_write") return "checkpoint_before_commit";
  return {};
}

// Or the views, which are built anew from the journal, must be gone.
bool without_views(std::string_view point) {
  return point == "views_catch_up" || point.starts_with("map_");
}

struct Counts {
  std::uint64_t random = 0;
  std::uint64_t at_points = 0;
  std::uint64_t recovering = 0;
  std::uint64_t checkpoints = 0;
  std::uint64_t stopping = 0;
};

class Killer {
 public:
  explicit Killer(const Options& options)
      : options_(options),
        data_(options.work_dir / "data"),
        output_(options.work_dir / "output"),
        random_(options.seed),
        load_(options.seed) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(Failpoint::kCount); ++i) {
      const auto point = name(static_cast<Failpoint>(i));
      if (when(point) != When::elsewhere) points_.push_back(point);
    }
  }

  Result run();

 private:
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  void wrong(std::string text);
  std::optional<std::string> start(std::string_view failpoint);
  void kill_once(std::string_view point, std::uint64_t hit);
  void die_under_load(const std::string& url, std::string_view point);
  void note_death(std::string_view point, bool listened);
  void kill_while_recovering();
  void check();
  void load_calmly();
  void check_thoroughly();
  void check_coverage();
  Result result();

  const Options& options_;
  const std::filesystem::path data_;
  const std::filesystem::path output_;
  std::mt19937_64 random_;
  KillLoad load_;
  std::unique_ptr<Program> program_;
  std::vector<std::string_view> points_;
  std::map<std::string_view, std::uint64_t> passed_;
  Counts counts_;
  std::uint64_t kills_ = 0;
  std::uint64_t advances_ = 0;
  std::uint64_t thorough_ = 0;
  std::string missing_;
  std::vector<std::string> failures_;
};

void Killer::wrong(std::string text) {
  failures_.push_back(fmt::format("kill {}: {}: tools/torture --kills {} --seed {}", kills_, text,
                                  options_.count, options_.seed));
}

// Starts the node with small checkpoints; its URL, or nothing if it died before it listened.
std::optional<std::string> Killer::start(std::string_view failpoint) {
  ProgramOptions program{
      .path = options_.bin_dir / "tallyd",
      .arguments = {"--dev", "--data", data_.string(), "--listen", "127.0.0.1:0", "--set",
                    "storage.checkpoint_blocks_max=20", "--set", "engine.member_rate_per_second=0",
                    "--set", "http.requests_per_second_per_ip=0"},
      .environment = {},
      .output = output_};
  if (!failpoint.empty()) {
    program.environment.emplace_back("TALLY_FAILPOINT", std::string(failpoint));
  }
  program_ = std::make_unique<Program>(std::move(program));
  return program_->wait_for_line("listening on ", kPatience);
}

void Killer::note_death(std::string_view point, bool listened) {
  const auto status = program_->wait(kPatience);
  if (status != 128 + SIGKILL) {
    wrong(fmt::format("the node ended with {}: {}", status.value_or(-1), program_->printed()));
  }
  const bool hit =
      !point.empty() && program_->printed().contains(fmt::format("failpoint {}\n", point));
  if (hit) {
    ++passed_[point];
    ++counts_.at_points;
    counts_.checkpoints += point.starts_with("checkpoint_");
    counts_.stopping += point.starts_with("stop_");
  } else {
    ++counts_.random;
  }
  counts_.recovering += !listened;
  ++kills_;
}

// The load runs until the node is dead: at the point, or after a while.
void Killer::die_under_load(const std::string& url, std::string_view point) {
  std::atomic<bool> stop = false;
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < kConnections; ++i) {
    threads.emplace_back([&] { load_.send(url, stop); });
  }
  threads.emplace_back([&, seed = random_()] { send_side_load(url, seed, stop); });
  if (point.empty()) {
    std::this_thread::sleep_for(std::chrono::microseconds(1'000 + below(120'000)));
  } else if (when(point) == When::stop) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20 + below(40)));
    program_->signal(SIGTERM);
  }
  if (point.empty() || !program_->wait(kPassedWithin)) program_->signal(SIGKILL);
  note_death(point, true);
  stop = true;
}

void Killer::kill_once(std::string_view point, std::uint64_t hit) {
  if (const auto first = before(point); !first.empty()) kill_once(first, 1);
  if (without_views(point)) std::filesystem::remove_all(data_ / "views");
  const auto armed = point.empty() ? std::string() : fmt::format("{}:{}", point, hit);
  const auto url = start(armed);
  if (!url) {
    note_death(point, false);
  } else {
    die_under_load(*url, point);
  }
  if (options_.verbose) fmt::print("{} {} {}\n", kills_, armed, url ? "" : "while it started");
}

void Killer::kill_while_recovering() {
  ProgramOptions program{
      .path = options_.bin_dir / "tallyd",
      .arguments = {"--dev", "--data", data_.string(), "--listen", "127.0.0.1:0"},
      .environment = {},
      .output = output_};
  program_ = std::make_unique<Program>(std::move(program));
  std::this_thread::sleep_for(std::chrono::microseconds(2'000 + below(50'000)));
  program_->signal(SIGKILL);
  program_->wait(kPatience);
  note_death({}, program_->printed().contains("listening on "));
}

// A start that nothing gets in the way of, and what has been promised.
void Killer::check() {
  const auto url = start({});
  if (!url) {
    wrong("the node does not start: " + program_->printed());
    return;
  }
  load_.check(*url, kAsked);
  // A node that ends while it is asked has nobody to blame.
  if (const auto status = program_->wait(0ms)) {
    wrong(
        fmt::format("the node ended with {} while it was asked: {}", *status, program_->printed()));
    return;
  }
  if (kills_ / kAdvanceEach > advances_ && advances_ < kAdvances) {
    ++advances_;
    auto client = client::HttpClient::open(*url);
    if (client) {
      (void)client->post("/v1/admin/advance-time", "application/json", kMinute,
                         {{"Authorization", "Bearer dev"}});
    }
  }
  for (auto& text : load_.take_wrongs()) wrong(std::move(text));
  program_->signal(SIGKILL);
  program_->wait(kPatience);
}

// Load without a kill: what rarely happens gets its turn.
void Killer::load_calmly() {
  const auto url = start({});
  if (!url) return wrong("the node does not start: " + program_->printed());
  std::atomic<bool> stop = false;
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < kConnections; ++i) {
      threads.emplace_back([&] { load_.send(*url, stop); });
    }
    std::this_thread::sleep_for(kCalm);
    stop = true;
  }
  program_->signal(SIGTERM);
  if (program_->wait(kPatience) != 0) wrong("a clean stop: " + program_->printed());
}

// After a clean stop, when the views have followed to the end.
void Killer::check_thoroughly() {
  if (!start({})) return wrong("the node does not start: " + program_->printed());
  program_->signal(SIGTERM);
  if (program_->wait(kPatience) != 0) return wrong("a clean stop: " + program_->printed());
  program_.reset();
  ++thorough_;
  if (const auto same = fault::check_thoroughly(options_, data_); !same) wrong(same.error());
}

// The whole journal against everything that was answered, and which commands it has.
void Killer::check_coverage() {
  Coverage coverage{};
  const auto read =
      for_each_block(data_, [&](const codec::Block& block) { count_settled(block, coverage); });
  if (!read) return wrong(read.error());
  missing_ = missing(coverage);
  if (const auto kept = check_journal(data_, load_.journaled()); !kept) wrong(kept.error());
}

Result Killer::run() {
  const auto begun = std::chrono::steady_clock::now();
  const auto late = [&] {
    return options_.time_max.count() > 0 &&
           std::chrono::steady_clock::now() - begun > options_.time_max;
  };
  auto order = points_;
  std::ranges::shuffle(order, random_);
  // A map grows only once there is something in it.
  std::ranges::stable_partition(order, [](auto point) { return !without_views(point); });
  std::size_t next = 0;
  std::uint64_t thorough_at = kThoroughEach;
  kill_once({}, 1);
  while (kills_ < options_.count && failures_.empty() && !late()) {
    if (next < order.size()) {
      kill_once(order[next++], 1);
    } else if (below(3) == 0) {
      kill_once({}, 1);
    } else {
      // A stop passes each of its points once.
      const auto point = points_[below(points_.size())];
      kill_once(point, when(point) == When::stop ? 1 : 1 + below(12));
    }
    if (below(100) < kAgainPct) kill_while_recovering();
    check();
    if (kills_ < thorough_at) continue;
    thorough_at += kThoroughEach;
    check_thoroughly();
  }
  if (failures_.empty()) check_coverage();
  const int turns = options_.count >= kWholeRun ? kCalmTurns : 0;
  for (int i = 0; i < turns && failures_.empty() && !missing_.empty(); ++i) {
    load_calmly();
    if (failures_.empty()) check_coverage();
  }
  if (failures_.empty()) check_thoroughly();
  return result();
}

Result Killer::result() {
  Result out;
  std::string unpassed;
  for (const auto point : points_) {
    if (passed_.contains(point)) continue;
    unpassed += (unpassed.empty() ? "" : ", ") + std::string(point);
  }
  const bool whole = options_.count >= kWholeRun && kills_ >= kWholeRun;
  const auto must = [&](bool bad) -> std::uint64_t { return whole && bad ? 1 : 0; };
  out.rows.push_back({"kills", kills_, failures_.size(), ""});
  out.rows.push_back({"at failpoints", counts_.at_points, must(!unpassed.empty()),
                      unpassed.empty() ? fmt::format("all {} passed", points_.size())
                                       : "never passed: " + unpassed});
  out.rows.push_back({"at random moments", counts_.random, 0, ""});
  out.rows.push_back({"while it recovered", counts_.recovering, must(counts_.recovering == 0), ""});
  out.rows.push_back({"in a checkpoint", counts_.checkpoints, must(counts_.checkpoints == 0), ""});
  out.rows.push_back({"while it stopped", counts_.stopping, must(counts_.stopping == 0), ""});
  out.rows.push_back({"outcomes promised and asked for", load_.answered(), 0, ""});
  out.rows.push_back({"had no answer when it died", load_.unanswered(), 0,
                      fmt::format("{} of them were there", load_.found())});
  out.rows.push_back({"executed again by a twin, views rebuilt", thorough_, 0, ""});
  out.rows.push_back({"kinds of command settled", kKinds, must(!missing_.empty()),
                      missing_.empty() ? "all" : "never: " + missing_});
  out.failures = std::move(failures_);
  return out;
}

}  // namespace

Result run_kills(const Options& options) { return Killer(options).run(); }

}  // namespace tally::fault
