#include "fault/fuzz/fuzz.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <sstream>

#include "fault/common/program.hpp"

namespace tally::fault {
namespace {

namespace fs = std::filesystem;
using Seconds = std::chrono::duration<double>;

constexpr std::string_view kPrefix = "fuzz_";
constexpr std::size_t kAtOnce = 2;
constexpr int kRoundsMax = 4;           // more of them if others use the machine too
constexpr double kRoundSecondsMin = 1;  // for one target
constexpr std::chrono::seconds kSeedsMax{120};
constexpr std::size_t kLastLines = 12;  // of a failed program

struct Target {
  std::string name;
  fs::path program;
};

/// What all rounds of one target came to.
struct Tally {
  std::uint64_t executions = 0;
  double seconds = 0;
  std::uint64_t edges = 0;
  std::uint64_t features = 0;
  std::size_t files_before = 0;
  std::vector<std::string> failures;
};

fs::path programs_of(const Options& options) {
  const auto has_targets = [](const fs::path& directory) {
    std::error_code error;
    return std::ranges::any_of(fs::directory_iterator(directory, error), [](const auto& file) {
      return file.path().filename().string().starts_with(kPrefix) &&
             !file.path().filename().string().starts_with("fuzz_corpus") &&
             !file.path().filename().string().starts_with("fuzz_seeds");
    });
  };
  if (has_targets(options.bin_dir)) return options.bin_dir;
  return options.bin_dir.parent_path().parent_path() / "fuzz" / "bin";
}

std::vector<Target> find_targets(const fs::path& directory) {
  std::vector<Target> out;
  std::error_code error;
  for (const auto& file : fs::directory_iterator(directory, error)) {
    const auto name = file.path().filename().string();
    if (name.starts_with(kPrefix)) out.push_back({name.substr(kPrefix.size()), file.path()});
  }
  std::ranges::sort(out, {}, &Target::name);
  return out;
}

std::size_t count_files(const fs::path& directory) {
  std::error_code error;
  return static_cast<std::size_t>(
      std::ranges::distance(fs::directory_iterator(directory, error), fs::directory_iterator()));
}

double cpu_seconds_of_children() {
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// The number behind the last `label` in the text.
std::uint64_t last_number(std::string_view text, std::string_view label) {
  const auto at = text.rfind(label);
  if (at == std::string_view::npos) return 0;
  return std::strtoull(std::string(text.substr(at + label.size(), 24)).c_str(), nullptr, 10);
}

std::string last_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  std::string out;
  const auto begin = lines.size() > kLastLines ? lines.size() - kLastLines : 0;
  for (auto i = begin; i < lines.size(); ++i) out += "\n    " + lines[i];
  return out;
}

class Campaign {
 public:
  Campaign(const Options& options, std::vector<Target> targets, const fs::path& programs)
      : options_(options), targets_(std::move(targets)), grown_(programs.parent_path() / "corpus") {
    for (const auto& target : targets_) {
      fs::create_directories(grown_ / target.name);
      fs::create_directories(options_.work_dir / target.name);
      write_seeds(target);
      tallies_[target.name].files_before = count_files(grown_ / target.name);
    }
  }

  /// Each target once, for so long, kAtOnce at a time.
  void round(Seconds each) {
    std::size_t next = 0;
    std::vector<std::pair<const Target*, std::unique_ptr<Program>>> running;
    while (next < targets_.size() || !running.empty()) {
      // A planted bug is caught once: the others need not look for it.
      if (planted_ && !result().passed()) next = targets_.size();
      while (running.size() < kAtOnce && next < targets_.size()) {
        const auto& target = targets_[next++];
        running.emplace_back(&target, start(target, each));
      }
      std::erase_if(running, [&](auto& one) {
        const auto status = one.second->wait(std::chrono::milliseconds(20));
        if (status) finish(*one.first, *one.second, *status);
        return status.has_value();
      });
    }
    ++rounds_;
  }

  [[nodiscard]] Result result() const {
    Result out;
    for (const auto& target : targets_) {
      const auto& tally = tallies_.at(target.name);
      const auto fresh = count_files(grown_ / target.name) - tally.files_before;
      const auto rate =
          tally.seconds > 0 ? static_cast<double>(tally.executions) / tally.seconds : 0;
      auto row = must_happen(target.name, tally.executions, rounds_ > 0 && !planted_,
                             fmt::format("{:.0f}/s, {} edges, {} features, {} new inputs", rate,
                                         tally.edges, tally.features, fresh));
      row.failed += tally.failures.size();
      out.rows.push_back(std::move(row));
      out.failures.insert(out.failures.end(), tally.failures.begin(), tally.failures.end());
    }
    return out;
  }

 private:
  // The program itself knows what to begin with.
  void write_seeds(const Target& target) {
    const auto work = options_.work_dir / target.name;
    Program program({.path = target.program,
                     .arguments = {},
                     .environment = {{"TALLY_FUZZ_SEEDS", (work / "seeds").string()}},
                     .output = work / "output"});
    if (const auto status = program.wait(kSeedsMax); status != 0) {
      tallies_[target.name].failures.push_back(fmt::format(
          "{}: it cannot make its seeds:{}", target.name, last_lines(program.printed())));
    }
  }

  std::unique_ptr<Program> start(const Target& target, Seconds each) {
    const auto work = options_.work_dir / target.name;
    ProgramOptions program{
        .path = target.program, .arguments = {}, .environment = {}, .output = {}};
    program.arguments = {
        (grown_ / target.name).string(),
        (fs::path(TALLY_FUZZ_DIR) / "corpus" / target.name).string(),
        (work / "seeds").string(),
        fmt::format("-max_total_time={:.0f}", std::max(each.count(), kRoundSecondsMin)),
        fmt::format("-seed={}", options_.seed + rounds_),
        fmt::format("-artifact_prefix={}/", work.string()),
        "-print_final_stats=1",
        "-timeout=60",
        "-rss_limit_mb=3000",
        "-reload=0"};
    const auto dictionary = fs::path(TALLY_FUZZ_DIR) / "dictionaries" / (target.name + ".dict");
    if (fs::exists(dictionary)) program.arguments.push_back("-dict=" + dictionary.string());
    program.output = work / "output";
    return std::make_unique<Program>(std::move(program));
  }

  void finish(const Target& target, Program& program, int status) {
    auto& tally = tallies_[target.name];
    const auto text = program.printed();
    tally.executions += last_number(text, "stat::number_of_executed_units:");
    tally.seconds += static_cast<double>(last_number(text, " runs in "));
    tally.edges = std::max(tally.edges, last_number(text, " cov: "));
    tally.features = std::max(tally.features, last_number(text, " ft: "));
    if (status == 0) return;
    std::string again = target.program.string();
    const auto written = text.rfind("Test unit written to ");
    if (written != std::string::npos) {
      const auto begin = written + std::string_view("Test unit written to ").size();
      again += " " + text.substr(begin, text.find('\n', begin) - begin);
    }
    tally.failures.push_back(fmt::format("{}; repeat: {}{}", target.name, again, last_lines(text)));
  }

  const Options& options_;
  const std::vector<Target> targets_;
  const fs::path grown_;
  const bool planted_ = std::getenv("TALLY_PLANTED") != nullptr;
  std::map<std::string, Tally> tallies_;
  std::uint64_t rounds_ = 0;
};

}  // namespace

Result run_fuzz(const Options& options) {
  const auto programs = programs_of(options);
  auto targets = find_targets(programs);
  if (targets.empty()) {
    return {{},
            {fmt::format("no target in {}: cmake --workflow --preset fuzz builds them",
                         programs.string())}};
  }
  const auto begun = std::chrono::steady_clock::now();
  const auto cpu_before = cpu_seconds_of_children();
  const auto wanted = static_cast<double>(options.count) * 60;
  const auto count = static_cast<double>(targets.size());
  Campaign campaign(options, std::move(targets), programs);
  Result result;
  for (int round = 0; round < kRoundsMax && result.passed(); ++round) {
    auto left = wanted - (cpu_seconds_of_children() - cpu_before);
    if (options.time_max.count() > 0) {
      const Seconds passed = std::chrono::steady_clock::now() - begun;
      left = std::min(left, static_cast<double>(kAtOnce) *
                                (static_cast<double>(options.time_max.count()) - passed.count()));
    }
    if (round > 0 && left < wanted / 20) break;
    campaign.round(Seconds(std::max(left, 0.0) / count));
    result = campaign.result();
  }
  result.rows.push_back({"CPU seconds",
                         static_cast<std::uint64_t>(cpu_seconds_of_children() - cpu_before), 0,
                         fmt::format("{} wanted", static_cast<std::uint64_t>(wanted))});
  return result;
}

}  // namespace tally::fault
