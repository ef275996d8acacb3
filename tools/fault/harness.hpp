// What every harness of tally-torture is: a function from a budget and a seed to rows of a table.
// A new harness is a pair of files and one line in harnesses.cpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tally::fault {

/// Of a harness that has_all: as many as there are.
inline constexpr std::uint64_t kCountAll = UINT64_MAX;

struct Options {
  std::uint64_t count = 0;           ///< How many kills, seeds, images, …; or kCountAll
  std::chrono::seconds time_max{0};  ///< Ends early and says so; 0: none.
  std::uint64_t seed = 1;            ///< Decides everything that chance decides.
  std::filesystem::path bin_dir;     ///< Where tallyd and tally-replay are.
  std::filesystem::path work_dir;    ///< Empty at first; kept when something fails.
  std::string caught_by;             ///< Of planted bugs those whose harness begins so; "" for all.
  bool verbose = false;
};

/// One line of the closing table.
struct Row {
  std::string what;          ///< "kills at failpoints"
  std::uint64_t runs = 0;    ///< How often it was tried.
  std::uint64_t failed = 0;  ///< How often it came out wrong.
  std::string detail;        ///< "31 of 31 points passed; 9 during recovery"
};

/// A row of what must have come to pass in a run that is `whole`, one of its full size that was not
/// cut short: if it never did, the run has shown nothing of it, and fails.
[[nodiscard]] Row must_happen(std::string what, std::uint64_t happened, bool whole,
                              std::string detail = {});

/// What a run has shown. It passes if no row and nothing else failed.
struct Result {
  std::vector<Row> rows;
  /// One for each failure: what was wrong, and the command that repeats it.
  std::vector<std::string> failures;

  [[nodiscard]] bool passed() const;
};

struct Harness {
  std::string_view name;            ///< "kills": the option is --kills
  std::string_view unit;            ///< What COUNT counts: "kills"
  std::string_view what;            ///< For --help.
  std::uint64_t count_in_a_minute;  ///< About how many fit into a minute on two cores (--all).
  Result (*run)(const Options& options);
  bool has_all = false;  ///< Its option may stand without COUNT, and then means kCountAll.
};

/// All of them, in the order in which --all runs them.
std::span<const Harness> harnesses();

}  // namespace tally::fault
