// tallyd and tally-replay as every harness runs them: on a development network, at a port of the
// system's choice, with what they print in a file.
#pragma once

#include <expected>
#include <memory>

#include "fault/common/program.hpp"

namespace tally::fault {

/// How long a node may take to start, to stop and to die.
inline constexpr std::chrono::seconds kNodePatience{60};

struct NodeStart {
  std::filesystem::path data;
  std::filesystem::path output;
  std::vector<std::string> settings{};  ///< As --set takes them.
  std::string failpoint{};              ///< As TALLY_FAILPOINT takes it; "" for none.
  std::vector<std::pair<std::string, std::string>> environment{};
};

/// Starts tallyd, and does not wait for it. Throws std::runtime_error if no process can be started.
[[nodiscard]] std::unique_ptr<Program> start_node(const std::filesystem::path& bin_dir,
                                                  const NodeStart& start);
/// Where it listens, once it does; nothing if it ends before, or takes longer than kNodePatience.
[[nodiscard]] std::optional<std::string> url_of(Program& node);
/// Ends it in order. Errors: it did not end with 0 within kNodePatience; what it has printed.
[[nodiscard]] std::expected<void, std::string> stop_node(Program& node);
/// Starts it, waits until it listens, and ends it in order. Errors: what it has printed.
[[nodiscard]] std::expected<void, std::string> start_and_stop(const std::filesystem::path& bin_dir,
                                                              const NodeStart& start);

/// Runs tally-replay on a data directory. Errors: it did not end with 0; what it has printed.
[[nodiscard]] std::expected<void, std::string> run_replay(const std::filesystem::path& bin_dir,
                                                          std::vector<std::string> arguments,
                                                          const std::filesystem::path& data,
                                                          const std::filesystem::path& output);

}  // namespace tally::fault
