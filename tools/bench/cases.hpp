// `tally-bench cases`: cases from their opening to their close, each judged by three, in process
// and durable, with the node's keeper carrying them on.
#pragma once

#include <cstdint>
#include <filesystem>

#include <boost/json/fwd.hpp>

namespace tally::bench {

struct CasesOptions {
  std::uint64_t cases = 10'000;
  std::filesystem::path directory;  ///< Empty: a temporary one beside the system's, removed after.
  bool progress = true;
};

/// Runs the benchmark and returns its figures: cases_per_s, and how many were decided. Throws
/// std::runtime_error with what was refused.
boost::json::object run_cases(const CasesOptions& options);

}  // namespace tally::bench
