// `tally node backup`, `tally node archive`: a node's upkeep while it runs.
#include <chrono>
#include <filesystem>
#include <thread>

#include "cli/operate.hpp"
#include "cli/render.hpp"
#include "cli/tree.hpp"

namespace tally::cli {
namespace {

constexpr std::chrono::milliseconds kLookEvery{200};

struct UpkeepOptions {
  std::string to;
  std::uint64_t keep_blocks = 0;
  bool wait = true;
};

Result<void> print_backup(Context& context, const json::value& answer) {
  context.print(answer, object_text(context, answer,
                                    {{"state", "state"},
                                     {"to", "to"},
                                     {"copying", "part"},
                                     {"because", "failure"},
                                     {"up to block", "height"},
                                     {"files", "files"},
                                     {"bytes", "bytes"},
                                     {"took (ms)", "took_ms"}}));
  return {};
}

Result<void> backup(Context& context, const UpkeepOptions& options) {
  // The node's working directory is its own: it is told a path that means the same everywhere.
  const auto to = std::filesystem::absolute(options.to).lexically_normal().string();
  auto answer = operate(context, "/v1/admin/backup", json::object{{"to", to}});
  while (answer && options.wait && text_at(*answer, "state") == "running") {
    std::this_thread::sleep_for(kLookEvery);
    answer = operate(context, "/v1/admin/backup");
  }
  if (!answer) return std::unexpected(answer.error());
  if (text_at(*answer, "state") == "failed") {
    return broken("backup_failed", "the backup failed: " +
                                       text_at(*answer, "failure").value_or("no reason is given"));
  }
  return print_backup(context, *answer);
}

Result<void> archive(Context& context, const UpkeepOptions& options) {
  const auto answer = operate(context, "/v1/admin/archive",
                              json::object{{"keep_blocks", std::to_string(options.keep_blocks)}});
  if (!answer) return std::unexpected(answer.error());
  context.print(*answer, object_text(context, *answer,
                                     {{"archived up to", "archived_to"},
                                      {"blocks pruned", "pruned_blocks"},
                                      {"journal begins", "first_block"}}));
  return {};
}

}  // namespace

void add_upkeep(Tree& tree) {
  auto options = std::make_shared<UpkeepOptions>();
  auto& take = tree.leaf("node backup", "Copies everything that the running node keeps.",
                         "tally node backup --to /backup/tally --socket data/admin.sock",
                         [options](Context& context) { return backup(context, *options); });
  take.add_option("--to", options->to, "An empty directory on the node's machine")->required();
  take.add_flag("!--no-wait", options->wait, "Return at once; ask again with GET /v1/admin/backup");
  auto& old = tree.leaf("node archive", "Moves old blocks from the journal into files.",
                        "tally node archive --keep 100000 --socket data/admin.sock",
                        [options](Context& context) { return archive(context, *options); });
  old.add_option("--keep", options->keep_blocks, "How many blocks the journal keeps at least")
      ->required();
}

}  // namespace tally::cli
