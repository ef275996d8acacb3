// tally-torture: looks for this server's faults before anyone else does. tools/torture builds what
// it needs and calls it.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <map>

#include "base/log.hpp"
#include "fault/harness.hpp"

namespace {

using tally::fault::Harness;
using tally::fault::Options;
using tally::fault::Result;

std::filesystem::path own_directory() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

void print_table(const Harness& harness, const Result& result, std::chrono::duration<double> took) {
  for (const auto& row : result.rows) {
    fmt::print("{:<12} {:<44} {:>10} {:>7}  {}\n", harness.name, row.what, row.runs, row.failed,
               row.detail);
  }
  fmt::print("{:<12} {:<44} {:>10.1f} s {:>5}\n", harness.name, "took", took.count(),
             result.passed() ? "ok" : "FAILED");
  for (const auto& failure : result.failures) fmt::print("{}: {}\n", harness.name, failure);
}

boost::json::object to_json(const Harness& harness, const Result& result,
                            std::chrono::duration<double> took) {
  boost::json::array rows;
  for (const auto& row : result.rows) {
    rows.push_back(
        {{"what", row.what}, {"runs", row.runs}, {"failed", row.failed}, {"detail", row.detail}});
  }
  return {{"harness", harness.name},
          {"passed", result.passed()},
          {"seconds", took.count()},
          {"rows", std::move(rows)},
          {"failures", boost::json::value_from(result.failures)}};
}

// Runs one harness in a directory of its own, which goes when it passed.
bool run(const Harness& harness, Options options, bool json) {
  options.work_dir /= harness.name;
  std::filesystem::create_directories(options.work_dir);
  if (!std::filesystem::is_empty(options.work_dir)) {
    throw std::runtime_error(options.work_dir.string() + " is not empty: name another --dir");
  }
  const auto begun = std::chrono::steady_clock::now();
  const auto result = harness.run(options);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  if (json) {
    fmt::print("{}\n", boost::json::serialize(to_json(harness, result, took)));
  } else {
    print_table(harness, result, took);
    if (!result.passed()) fmt::print("kept: {}\n", options.work_dir.string());
  }
  std::fflush(stdout);
  if (result.passed()) std::filesystem::remove_all(options.work_dir);
  return result.passed();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "Looks for faults: kills, power cuts, broken disks, attacks. Ends with a table, and with 0\n"
      "only if nothing failed.\n"
      "Example: tally-torture --kills 100    tally-torture --all --minutes 10"};
  Options options;
  options.bin_dir = own_directory();
  std::map<std::string_view, std::uint64_t> counts;
  std::map<std::string_view, CLI::Option*> given_options;
  for (const auto& harness : tally::fault::harnesses()) {
    given_options[harness.name] =
        app.add_option(fmt::format("--{}", harness.name), counts[harness.name],
                       std::string(harness.what))
            ->type_name(std::string(harness.unit))
            ->expected(harness.has_all ? 0 : 1, 1)
            ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}));
  }
  bool all = false;
  bool json = false;
  double minutes = 0;
  app.add_flag("--all", all, "Every harness, within --minutes");
  app.add_option("--minutes", minutes, "How long it may take in whole")
      ->check(CLI::Range(0.1, 10'000.0));
  app.add_option("--seed", options.seed, "Decides everything that chance decides")
      ->capture_default_str();
  app.add_option("--bin", options.bin_dir, "Where tallyd is")->capture_default_str();
  options.work_dir =
      std::filesystem::temp_directory_path() / fmt::format("tally-torture-{}", getpid());
  app.add_option("--dir", options.work_dir, "Where it works, in a directory of its own")
      ->capture_default_str();
  app.add_option("--caught-by", options.caught_by,
                 "With --planted: only bugs whose harness in planted_bugs.def begins so");
  app.add_flag("--verbose", options.verbose, "Say what happens");
  app.add_flag("--json", json, "One JSON object for each harness");
  CLI11_PARSE(app, argc, argv);
  if (all && minutes == 0) minutes = 10;

  if (!tally::set_up_log(options.verbose ? "info" : "critical")) return 1;
  const auto shares = std::max<std::size_t>(1, tally::fault::harnesses().size());
  bool passed = true;
  bool ran = false;
  for (const auto& harness : tally::fault::harnesses()) {
    auto given = options;
    given.count = counts[harness.name];
    if (given.count == 0 && given_options[harness.name]->count() > 0) {
      given.count = tally::fault::kCountAll;
    }
    if (all && given.count == 0) {
      const auto share = minutes / static_cast<double>(shares);
      given.count = std::max<std::uint64_t>(
          1, static_cast<std::uint64_t>(share * static_cast<double>(harness.count_in_a_minute)));
      given.time_max = std::chrono::seconds(static_cast<std::int64_t>(share * 60));
    }
    if (given.count == 0) continue;
    ran = true;
    try {
      passed = run(harness, given, json) && passed;
    } catch (const std::exception& error) {
      fmt::print(stderr, "tally-torture: {}: {}\n", harness.name, error.what());
      passed = false;
    }
  }
  if (!ran) {
    fmt::print(stderr, "tally-torture: name a harness, or --all; see --help\n");
    return 2;
  }
  // What else stands in --dir is not this program's.
  std::error_code not_empty;
  if (passed) std::filesystem::remove(options.work_dir, not_empty);
  return passed ? 0 : 1;
}
