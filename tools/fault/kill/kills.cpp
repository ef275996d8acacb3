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
#include "fault/common/data_check.hpp"
#include "fault/common/journal_check.hpp"
#include "fault/common/node_program.hpp"
#include "fault/kill/kill_load.hpp"
#include "fault/kill/side_load.hpp"

namespace tally::fault {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kConnections = 3;
constexpr std::size_t kAsked = 30;  // of each kind of promise, after each kill
constexpr auto kPassedWithin =
    2'500ms;                        // else the point is not passed and the kill is a random one
constexpr unsigned kAgainPct = 25;  // killed once more while it recovers
constexpr std::uint64_t kThoroughEach = 25;
constexpr std::uint64_t kThoroughEachOfMany = 250;  // the journal is long by then
constexpr std::uint64_t kMany = 500;
constexpr std::uint64_t kSomeKills = 10;
constexpr std::uint64_t kWholeRun = 100;  // from so many kills on everything must have come up
constexpr std::uint64_t kAdvances = 4;
constexpr std::uint64_t kAdvanceEach = 25;
constexpr std::string_view kMinute = R"({"ms": "61000"})";
constexpr auto kCalm = 2s;      // of load without a kill, where a command has not settled yet
constexpr int kCalmTurns = 40;  // at most: a busy machine settles little in one

// At which of its passes a point of this phase may be killed: a start and a stop pass theirs once,
// and whoever waits for another pass waits in vain.
std::uint64_t passes(Phase when) {
  if (when == Phase::load) return 12;
  return when == Phase::checkpoint ? 3 : 1;
}

// Points that only an operator passes have a harness of their own, which kills at them.
bool elsewhere(Phase when) { return when == Phase::archive || when == Phase::backup; }

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
        load_(options.seed),
        side_load_(options.seed) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(Failpoint::kCount); ++i) {
      const auto point = static_cast<Failpoint>(i);
      if (!elsewhere(phase(point))) points_.push_back(point);
    }
  }

  Result run();

 private:
  using Point = std::optional<Failpoint>;  // nothing: at a random moment

  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  void wrong(std::string text);
  void launch(std::string failpoint);
  std::optional<std::string> start();
  std::vector<Failpoint> order();
  void set_up();
  void prepare(Phase when);
  void kill_once(Point point, std::uint64_t hit);
  void die_under_load(const std::string& url, Point point);
  void note_death(Point point, bool listened);
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
  SideLoad side_load_;
  std::unique_ptr<Program> program_;
  std::vector<Failpoint> points_;
  std::map<Failpoint, std::uint64_t> passed_;
  Counts counts_;
  std::uint64_t kills_ = 0;
  std::uint64_t advances_ = 0;
  std::uint64_t thorough_ = 0;
  std::uint64_t views_compared_ = 0;
  std::string missing_;
  std::vector<std::string> failures_;
};

void Killer::wrong(std::string text) {
  failures_.push_back(fmt::format("kill {}: {}: tools/torture --kills {} --seed {}", kills_, text,
                                  options_.count, options_.seed));
}

void Killer::launch(std::string failpoint) {
  program_ = start_node(options_.bin_dir, {.data = data_,
                                           .output = output_,
                                           .settings = {"storage.checkpoint_blocks_max=20",
                                                        "engine.member_rate_per_second=0",
                                                        "http.requests_per_second_per_ip=0"},
                                           .failpoint = std::move(failpoint)});
}

// A start that nothing gets in the way of; its URL.
std::optional<std::string> Killer::start() {
  launch({});
  auto url = url_of(*program_);
  if (!url) wrong("the node does not start: " + program_->printed());
  return url;
}

void Killer::note_death(Point point, bool listened) {
  const auto status = program_->wait(kNodePatience);
  if (status != 128 + SIGKILL) {
    wrong(fmt::format("the node ended with {}: {}", status.value_or(-1), program_->printed()));
  }
  const bool hit =
      point && program_->printed().contains(fmt::format("failpoint {}\n", name(*point)));
  if (hit) {
    ++passed_[*point];
    ++counts_.at_points;
    counts_.checkpoints += phase(*point) == Phase::checkpoint;
    counts_.stopping += phase(*point) == Phase::stop;
  } else {
    ++counts_.random;
  }
  counts_.recovering += !listened;
  ++kills_;
}

// The load runs until the node is dead: at the point, or after a while.
void Killer::die_under_load(const std::string& url, Point point) {
  std::atomic<bool> stop = false;
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < kConnections; ++i) {
    threads.emplace_back([&] { load_.send(url, stop); });
  }
  threads.emplace_back([&] { side_load_.send(url, stop); });
  if (!point) {
    std::this_thread::sleep_for(std::chrono::microseconds(1'000 + below(120'000)));
  } else if (phase(*point) == Phase::stop) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20 + below(40)));
    program_->signal(SIGTERM);
  }
  if (!point || !program_->wait(kPassedWithin)) program_->signal(SIGKILL);
  note_death(point, true);
  stop = true;
}

// Does what must be done for a point of this phase to be passed.
void Killer::prepare(Phase when) {
  switch (when) {
    case Phase::load:
    case Phase::checkpoint:
    case Phase::recovery:
    case Phase::stop:
    case Phase::archive:
    case Phase::backup:
      return;
    case Phase::lost_tip:
      return kill_once(Failpoint::journal_after_commit, 1);
    case Phase::long_replay:
      return kill_once(Failpoint::checkpoint_before_commit, 1);
    case Phase::rebuild:
      // What is wrong with them would go with them.
      if (std::filesystem::exists(data_ / "views")) {
        if (const auto same = check_views(data_); !same) wrong(same.error());
        ++views_compared_;
      }
      std::filesystem::remove_all(data_ / "views");
  }
}

void Killer::kill_once(Point point, std::uint64_t hit) {
  if (point) prepare(phase(*point));
  const auto armed = point ? fmt::format("{}:{}", name(*point), hit) : std::string();
  launch(armed);
  const auto url = url_of(*program_);
  if (url) {
    die_under_load(*url, point);
  } else {
    note_death(point, false);
  }
  if (options_.verbose) fmt::print("{} {} {}\n", kills_, armed, url ? "" : "while it started");
}

void Killer::kill_while_recovering() {
  launch({});
  std::this_thread::sleep_for(std::chrono::microseconds(2'000 + below(50'000)));
  program_->signal(SIGKILL);
  program_->wait(kNodePatience);
  note_death({}, program_->printed().contains("listening on "));
}

// A start that nothing gets in the way of, and what has been promised.
void Killer::check() {
  const auto url = start();
  if (!url) return;
  load_.check(*url, kAsked);
  side_load_.check(*url);
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
  for (auto& text : side_load_.take_wrongs()) wrong(std::move(text));
  program_->signal(SIGKILL);
  program_->wait(kNodePatience);
  side_load_.check_erased(data_);
  for (auto& text : side_load_.take_wrongs()) wrong(std::move(text));
}

// Whoever captures needs a right to it; nobody is killed before it has that.
void Killer::set_up() {
  const auto url = start();
  if (!url) return;
  if (const auto text = side_load_.set_up(*url); !text.empty()) wrong("set up: " + text);
  if (const auto done = stop_node(*program_); !done) wrong(done.error());
}

// Load without a kill: what rarely happens gets its turn.
void Killer::load_calmly() {
  const auto url = start();
  if (!url) return;
  std::atomic<bool> stop = false;
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < kConnections; ++i) {
      threads.emplace_back([&] { load_.send(*url, stop); });
    }
    std::this_thread::sleep_for(kCalm);
    stop = true;
  }
  if (const auto done = stop_node(*program_); !done) wrong(done.error());
}

// After a clean stop, when the views have followed to the end.
void Killer::check_thoroughly() {
  const auto url = start();
  if (!url) return;
  side_load_.check_captures_finished(*url);
  for (auto& text : side_load_.take_wrongs()) wrong(std::move(text));
  if (const auto done = stop_node(*program_); !done) return wrong(done.error());
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

// Each point once: one of a recovery and one of a checkpoint at once, for a short run too must have
// them; last what wants no views, for a map grows only once there is something in it.
std::vector<Failpoint> Killer::order() {
  auto out = points_;
  std::ranges::shuffle(out, random_);
  const auto of = [](Phase when) { return [=](Failpoint point) { return phase(point) == when; }; };
  std::ranges::stable_partition(out, [&](auto point) { return !of(Phase::rebuild)(point); });
  for (const auto when : {Phase::checkpoint, Phase::recovery}) {
    const auto found = std::ranges::find_if(out, of(when));
    std::rotate(out.begin(), found, found + 1);
  }
  return out;
}

Result Killer::run() {
  const auto begun = std::chrono::steady_clock::now();
  const auto late = [&] {
    return options_.time_max.count() > 0 &&
           std::chrono::steady_clock::now() - begun > options_.time_max;
  };
  const auto first = order();
  std::size_t next = 0;
  const auto thorough_each = options_.count < kMany ? kThoroughEach : kThoroughEachOfMany;
  std::uint64_t thorough_at = thorough_each;
  set_up();
  if (failures_.empty()) kill_once({}, 1);
  while (kills_ < options_.count && failures_.empty() && !late()) {
    if (next < first.size()) {
      kill_once(first[next++], 1);
    } else if (below(3) == 0) {
      kill_once({}, 1);
    } else {
      const auto point = points_[below(points_.size())];
      kill_once(point, 1 + below(passes(phase(point))));
    }
    if (below(100) < kAgainPct) kill_while_recovering();
    check();
    if (kills_ < thorough_at) continue;
    thorough_at += thorough_each;
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
    unpassed += (unpassed.empty() ? "" : ", ") + std::string(name(point));
  }
  const bool whole = options_.count >= kWholeRun && kills_ >= kWholeRun;
  // Of every run that is more than a try.
  const bool some = kills_ >= kSomeKills;
  const auto all = [&](std::string what, std::uint64_t count, const std::string& left) {
    return Row{std::move(what), count, whole && !left.empty() ? 1u : 0u,
               left.empty() ? "all" : "never: " + left};
  };
  out.rows.push_back({"kills", kills_, failures_.size(), ""});
  out.rows.push_back(all("at failpoints", counts_.at_points, unpassed));
  out.rows.push_back(must_happen("at random moments", counts_.random, some));
  out.rows.push_back(must_happen("while it recovered", counts_.recovering, some));
  out.rows.push_back(must_happen("in a checkpoint", counts_.checkpoints, some));
  out.rows.push_back(must_happen("while it stopped", counts_.stopping, whole));
  out.rows.push_back(must_happen("outcomes promised and asked for", load_.answered(), some));
  out.rows.push_back(must_happen("had no answer when it died", load_.unanswered(), some,
                                 fmt::format("{} of them were there", load_.found())));
  out.rows.push_back(must_happen("of them had an outcome", load_.found(), whole));
  out.rows.push_back(must_happen("documents, agents, tokens acknowledged",
                                 side_load_.acknowledged(), some,
                                 fmt::format("{} times found", side_load_.found())));
  out.rows.push_back(
      must_happen("documents replaced or erased, found erased", side_load_.erased(), some));
  out.rows.push_back(must_happen("captures acknowledged, found finished",
                                 side_load_.captures().finished(), some,
                                 fmt::format("of {}", side_load_.captures().acknowledged())));
  out.rows.push_back(
      must_happen("views compared before they were removed", views_compared_, whole));
  out.rows.push_back(must_happen("executed again by a twin, views rebuilt", thorough_, some));
  out.rows.push_back(all("kinds of command settled", kKinds, missing_));
  out.failures = std::move(failures_);
  return out;
}

}  // namespace

Result run_kills(const Options& options) { return Killer(options).run(); }

}  // namespace tally::fault
