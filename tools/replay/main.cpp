// tally-replay: re-executes a journal and checks it, and rebuilds what can be rebuilt from it. The
// node must not be running on the data directory.
#include <functional>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "base/log.hpp"
#include "replay/maintain.hpp"
#include "replay/replay.hpp"

namespace {

struct Arguments {
  tally::replay::Options options;
  bool verify = false;
  std::filesystem::path verify_backup;
  std::filesystem::path restore_from;
  bool rebuild_views = false;
  bool rebuild_state = false;
  bool scrub = false;
  bool upgrade = false;
  bool json = false;
};

constexpr const char* kDescription =
    "Re-executes a journal from genesis and checks it.\n\nExamples:\n"
    "  tally-replay --verify --data /var/lib/tally\n"
    "  tally-replay --rebuild-views --data /var/lib/tally\n"
    "  tally-replay --scrub --data /var/lib/tally\n"
    "  tally-replay --upgrade --data /var/lib/tally\n"
    "  tally-replay --verify-backup /backup/tally\n"
    "  tally-replay --restore /backup/tally --data /var/lib/tally";

void declare(CLI::App& parser, Arguments& arguments) {
  parser.add_option("--data", arguments.options.data_dir, "The node's data directory");
  parser.add_option("--archive", arguments.options.archive_dir,
                    "The directory of archived blocks, if it is not in the data directory");
  parser.add_flag("--dev", arguments.options.development, "The directory of a development network");
  parser.add_flag("--verify", arguments.verify,
                  "Execute every block again, with signatures, and compare roots and digests");
  parser.add_flag("!--without-signatures", arguments.options.signatures,
                  "With --verify: trust the signatures, check everything else");
  parser.add_option("--verify-backup", arguments.verify_backup,
                    "Hold a backup's files against its manifest, then verify its journal");
  parser.add_option("--restore", arguments.restore_from,
                    "Restore this backup into the data directory, which is empty");
  parser.add_flag("--rebuild-views", arguments.rebuild_views, "Drop the views and build them anew");
  parser.add_flag("--rebuild-state", arguments.rebuild_state,
                  "Drop the state's checkpoint and build it anew");
  parser.add_flag("--scrub", arguments.scrub,
                  "Read every store anew and say what is not what was written");
  parser.add_flag("--upgrade", arguments.upgrade,
                  "Bring the directory of an older version to this one's format");
  parser.add_flag("--json", arguments.json, "Print the JSON object alone");
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App parser{kDescription};
  declare(parser, arguments);
  CLI11_PARSE(parser, argc, argv);
  const auto& [restore_from, verify_backup] =
      std::tie(arguments.restore_from, arguments.verify_backup);
  const bool works_on_data = arguments.verify || arguments.rebuild_views ||
                             arguments.rebuild_state || arguments.scrub || arguments.upgrade ||
                             !restore_from.empty();
  if (!works_on_data && verify_backup.empty()) {
    fmt::print(stderr,
               "tally-replay: say what to do: --verify, --rebuild-views, --rebuild-state, "
               "--verify-backup, --restore, --scrub, --upgrade\n");
    return 2;
  }
  if (works_on_data && arguments.options.data_dir.empty()) {
    fmt::print(stderr, "tally-replay: --data names the data directory\n");
    return 2;
  }
  if (!tally::set_up_log("warn")) return 1;
  arguments.options.progress = !arguments.json;
  boost::json::object report;
  using Step = std::function<tally::replay::Report(const tally::replay::Options&)>;
  const std::pair<bool, Step> steps[] = {
      {!verify_backup.empty(),
       [&](auto options) {
         options.data_dir = verify_backup;
         options.archive_dir.clear();
         return tally::replay::verify_backup(options);
       }},
      {!restore_from.empty(),
       [&](const auto& options) { return tally::replay::restore(restore_from, options); }},
      {arguments.upgrade, tally::replay::upgrade},
      {arguments.rebuild_state, tally::replay::rebuild_state},
      {arguments.verify, tally::replay::verify},
      {arguments.rebuild_views, tally::replay::rebuild_views},
      {arguments.scrub, tally::replay::scrub}};
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
