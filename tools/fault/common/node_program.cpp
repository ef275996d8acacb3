#include "fault/common/node_program.hpp"

#include <fmt/format.h>

#include <csignal>

namespace tally::fault {
namespace {

constexpr std::string_view kListening = "listening on ";
constexpr std::chrono::seconds kReplayPatience{300};

std::unexpected<std::string> failed(std::string_view what, std::optional<int> status,
                                    const Program& program) {
  const auto end = status ? fmt::format("ended with {}", *status) : "did not end";
  return std::unexpected(fmt::format("{} {}: {}", what, end, program.printed()));
}

}  // namespace

std::unique_ptr<Program> start_node(const std::filesystem::path& bin_dir, const NodeStart& start) {
  ProgramOptions program{
      .path = bin_dir / "tallyd",
      .arguments = {"--dev", "--data", start.data.string(), "--listen", "127.0.0.1:0"},
      .environment = start.environment,
      .output = start.output};
  for (const auto& setting : start.settings) {
    program.arguments.insert(program.arguments.end(), {"--set", setting});
  }
  if (!start.failpoint.empty()) {
    program.environment.emplace_back("TALLY_FAILPOINT", start.failpoint);
  }
  return std::make_unique<Program>(std::move(program));
}

std::optional<std::string> url_of(Program& node) {
  return node.wait_for_line(kListening, kNodePatience);
}

std::expected<void, std::string> stop_node(Program& node) {
  node.signal(SIGTERM);
  const auto status = node.wait(kNodePatience);
  if (status != 0) return failed("told to stop, tallyd", status, node);
  return {};
}

std::expected<void, std::string> start_and_stop(const std::filesystem::path& bin_dir,
                                                const NodeStart& start) {
  const auto node = start_node(bin_dir, start);
  if (!url_of(*node)) return std::unexpected("tallyd does not start: " + node->printed());
  return stop_node(*node);
}

std::expected<void, std::string> run_replay(const std::filesystem::path& bin_dir,
                                            std::vector<std::string> arguments,
                                            const std::filesystem::path& data,
                                            const std::filesystem::path& output) {
  const auto what = arguments.empty() ? std::string() : arguments.front();
  arguments.insert(arguments.end(), {"--dev", "--data", data.string()});
  Program replay({.path = bin_dir / "tally-replay",
                  .arguments = std::move(arguments),
                  .environment = {},
                  .output = output});
  const auto status = replay.wait(kReplayPatience);
  if (status != 0) return failed("tally-replay " + what, status, replay);
  return {};
}

}  // namespace tally::fault
