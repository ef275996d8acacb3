#include "fault/planted/planted.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <list>
#include <random>
#include <sstream>
#include <thread>

#include "base/log.hpp"
#include "fault/common/program.hpp"

namespace tally::fault {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr std::size_t kAtOnce = 2;
constexpr std::chrono::seconds kTimeMax{300};
constexpr std::string_view kCtest = "ctest:";
constexpr std::size_t kTailBytes = 1'500;

struct Bug {
  std::string_view name;
  std::string_view command;
  std::string_view what;
};

constexpr Bug kBugs[] = {
#define TALLY_PLANTED_BUG(name, harness, what) {#name, harness, what},
#include "base/planted_bugs.def"
#undef TALLY_PLANTED_BUG
};

// One run: with the bug, or with none.
struct Job {
  Bug bug;
  [[nodiscard]] bool is_control() const { return bug.name.empty(); }
};

struct Running {
  Job job;
  std::filesystem::path directory;
  Clock::time_point begun;
  std::unique_ptr<Program> program;
};

// Those that were asked for, whatever the count.
std::vector<Bug> listed_bugs(const Options& options) {
  std::vector<Bug> out(std::begin(kBugs), std::end(kBugs));
  std::erase_if(out, [&](const Bug& bug) { return !bug.command.starts_with(options.caught_by); });
  return out;
}

std::vector<Job> choose_jobs(const Options& options) {
  auto bugs = listed_bugs(options);
  std::mt19937_64 random(options.seed);
  std::ranges::shuffle(bugs, random);
  bugs.resize(std::min<std::size_t>(bugs.size(), options.count));
  std::vector<Job> jobs;
  std::set<std::string_view> commands;
  for (const auto& bug : bugs) {
    jobs.push_back({bug});
    if (commands.insert(bug.command).second) jobs.push_back({{"", bug.command, ""}});
  }
  return jobs;
}

ProgramOptions program_for(const Options& options, const Job& job,
                           const std::filesystem::path& directory) {
  ProgramOptions out;
  out.environment = {{"TALLY_PLANTED", std::string(job.bug.name)}};
  out.output = directory / "output";
  if (job.bug.command.starts_with(kCtest)) {
    const auto tests = std::string(job.bug.command.substr(kCtest.size()));
    out.path = "/usr/bin/env";
    out.arguments = {"ctest",
                     "--test-dir",
                     options.bin_dir.parent_path().string(),
                     "-R",
                     tests,
                     "--output-on-failure",
                     "--no-tests=error"};
    return out;
  }
  out.path = "/proc/self/exe";
  std::istringstream words{std::string(job.bug.command)};
  for (std::string word; words >> word;) out.arguments.push_back(word);
  out.arguments.insert(out.arguments.end(),
                       {"--bin", options.bin_dir.string(), "--dir", (directory / "work").string()});
  return out;
}

std::string by_hand(const Job& job) {
  const auto command = job.bug.command.starts_with(kCtest)
                           ? fmt::format("ctest -R '{}'", job.bug.command.substr(kCtest.size()))
                           : fmt::format("tally-torture {}", job.bug.command);
  return job.is_control() ? command : fmt::format("TALLY_PLANTED={} {}", job.bug.name, command);
}

class Planted {
 public:
  explicit Planted(const Options& options)
      : options_(options), begun_(Clock::now()), waiting_(choose_jobs(options)) {
    std::ranges::reverse(waiting_);
  }

  Result run() {
    while (!waiting_.empty() || !running_.empty()) {
      if (out_of_time()) waiting_.clear();
      while (running_.size() < kAtOnce && !waiting_.empty()) start();
      for (auto it = running_.begin(); it != running_.end();) {
        const auto status = it->program->wait(0ms);
        const bool late = !status && Clock::now() - it->begun > kTimeMax;
        if (status || late) {
          judge(*it, status);
          it = running_.erase(it);
        } else {
          ++it;
        }
      }
      std::this_thread::sleep_for(20ms);
    }
    result_.rows.push_back(left_out(options_, planted_));
    return std::move(result_);
  }

 private:
  [[nodiscard]] bool out_of_time() const {
    return options_.time_max.count() > 0 && Clock::now() - begun_ > options_.time_max;
  }

  void start() {
    Running run{waiting_.back(), {}, Clock::now(), nullptr};
    waiting_.pop_back();
    run.directory = options_.work_dir / fmt::format("{}-{}", number_++, run.job.bug.name);
    std::filesystem::create_directories(run.directory);
    run.program = std::make_unique<Program>(program_for(options_, run.job, run.directory));
    running_.push_back(std::move(run));
  }

  // A bug is caught by a failure; the end of time, or of the machine's patience, catches nothing.
  void judge(Running& run, std::optional<int> status) {
    const auto& job = run.job;
    if (!job.is_control()) planted_.insert(job.bug.name);
    const std::chrono::duration<double> took = Clock::now() - run.begun;
    const bool right = status && (*status == 0) == job.is_control();
    const auto what = job.is_control() ? fmt::format("without a bug: {}", job.bug.command)
                                       : std::string(job.bug.name);
    const auto outcome = !status            ? "no end"
                         : job.is_control() ? (right ? "passes" : "fails without a bug")
                                            : (right ? "caught" : "escaped");
    result_.rows.push_back({what, 1, right ? 0u : 1u,
                            fmt::format("{} after {:.1f} s: {}", outcome, took.count(),
                                        job.is_control() ? job.bug.command : job.bug.what)});
    spdlog::info("{}: {}", what, result_.rows.back().detail);
    if (right) {
      std::error_code ignored;
      std::filesystem::remove_all(run.directory, ignored);
      return;
    }
    const auto text = run.program->printed();
    result_.failures.push_back(
        fmt::format("{}: {}; again: {}\n{}", what, outcome, by_hand(job),
                    text.substr(text.size() - std::min(text.size(), kTailBytes))));
  }

  const Options& options_;
  const Clock::time_point begun_;
  std::vector<Job> waiting_;  // the next one last
  std::list<Running> running_;
  std::size_t number_ = 0;
  std::set<std::string_view> planted_;
  Result result_;
};

}  // namespace

Row left_out(const Options& options, const std::set<std::string_view>& planted) {
  Row row{"listed, not planted", 0, 0, ""};
  for (const auto& bug : listed_bugs(options)) {
    if (planted.contains(bug.name)) continue;
    ++row.runs;
    row.detail += fmt::format("{}{}", row.detail.empty() ? "" : ", ", bug.name);
  }
  if (options.count == kCountAll) row.failed = row.runs;
  return row;
}

Result run_planted(const Options& options) {
  if (listed_bugs(options).empty()) {
    return {{}, {fmt::format("no bug is caught by '{}'", options.caught_by)}};
  }
  auto result = Planted(options).run();
  return result;
}

}  // namespace tally::fault
