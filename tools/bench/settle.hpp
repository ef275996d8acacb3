// `tally-bench settle`: settled, durable transfers (1 in, 2 out, one signature), bytes in to
// receipt out, in process, against raw signature verification in the same run.
#pragma once

#include <cstdint>
#include <filesystem>

#include <boost/json/fwd.hpp>

namespace tally::bench {

struct SettleOptions {
  double seconds = 10;
  std::uint64_t outputs = 1'000'000;
  std::uint64_t seed = 1;
  std::size_t in_flight_max = 8'192;
  std::filesystem::path directory;  ///< Empty: a temporary one beside the system's, removed after.
  bool progress = true;
};

/// Runs the benchmark and returns its figures: settled_per_s, raw_verify_per_s, ratio, and what
/// they were measured with.
boost::json::object run_settle(const SettleOptions& options);

}  // namespace tally::bench
