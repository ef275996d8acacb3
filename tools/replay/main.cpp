// tally-replay: re-executes a journal and checks it, and rebuilds what can be rebuilt from it. The
// node must not be running on the data directory.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "base/log.hpp"
#include "replay/replay.hpp"

namespace {

struct Arguments {
  tally::replay::Options options;
  bool verify = false;
  bool rebuild_views = false;
  bool rebuild_state = false;
  bool json = false;
};

constexpr const char* kDescription =
    "Re-executes a journal from genesis and checks it.\n\nExamples:\n"
    "  tally-replay --verify --data /var/lib/tally\n"
    "  tally-replay --rebuild-views --data /var/lib/tally";

void declare(CLI::App& parser, Arguments& arguments) {
  parser.add_option("--data", arguments.options.data_dir, "The node's data directory")->required();
  parser.add_flag("--dev", arguments.options.development, "The directory of a development network");
  parser.add_flag("--verify", arguments.verify,
                  "Execute every block again, with signatures, and compare roots and digests");
  parser.add_flag("!--without-signatures", arguments.options.signatures,
                  "With --verify: trust the signatures, check everything else");
  parser.add_flag("--rebuild-views", arguments.rebuild_views, "Drop the views and build them anew");
  parser.add_flag("--rebuild-state", arguments.rebuild_state,
                  "Drop the state's checkpoint and build it anew");
  parser.add_flag("--json", arguments.json, "Print the JSON object alone");
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App parser{kDescription};
  declare(parser, arguments);
  CLI11_PARSE(parser, argc, argv);
  if (!arguments.verify && !arguments.rebuild_views && !arguments.rebuild_state) {
    fmt::print(stderr,
               "tally-replay: say what to do: --verify, --rebuild-views, --rebuild-state\n");
    return 2;
  }
  if (!tally::set_up_log("warn")) return 1;
  arguments.options.progress = !arguments.json;
  boost::json::object report;
  using Step = std::expected<boost::json::object, std::string> (*)(const tally::replay::Options&);
  const std::pair<bool, Step> steps[] = {{arguments.rebuild_state, tally::replay::rebuild_state},
                                         {arguments.verify, tally::replay::verify},
                                         {arguments.rebuild_views, tally::replay::rebuild_views}};
  for (const auto& [wanted, step] : steps) {
    if (!wanted) continue;
    const auto done = step(arguments.options);
    if (!done) {
      fmt::print(stderr, "tally-replay: {}\n", done.error());
      return 1;
    }
    for (const auto& [key, value] : *done) report[key] = value;
  }
  fmt::print("{}\n", boost::json::serialize(report));
  return 0;
}
