// `tally item lot`: up to a million serials in one transaction, and each taken out when it is first
// needed. The list stays here; the ledger gets its root.
#include "cli/arguments.hpp"
#include "cli/lot_file.hpp"
#include "cli/render.hpp"
#include "cli/transact.hpp"
#include "cli/tree.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.hpp"

namespace tally::cli {
namespace {

struct LotOptions {
  std::string lot;
  std::string list;
  std::string file;
  std::vector<std::string> serials;
  std::unique_ptr<Arguments> arguments;
};

Result<void> prepare_lot(Context& context, const LotOptions& options) {
  const auto made = make_lot_file(options.file, options.lot, options.list, context.terminal());
  if (!made) return std::unexpected(made.error());
  const auto count = std::to_string(made->serials.size());
  context.print(json::object{{"lot", made->lot}, {"count", count}, {"root", to_hex(made->root)}},
                fields_text({{"lot", made->lot}, {"items", count}, {"root", to_hex(made->root)}}));
  return {};
}

Result<void> commission_lot(Context& context, const LotOptions& options) {
  const auto file = read_lot_file(options.file);
  if (!file) return std::unexpected(file.error());
  auto parameters = options.arguments->parameters(context);
  if (!parameters) return std::unexpected(parameters.error());
  Wish wish;
  wish.command = "lot_commission";
  wish.parameters = *std::move(parameters);
  wish.parameters["lot"] = file->lot;
  wish.parameters["count"] = std::to_string(file->serials.size());
  wish.parameters["root"] = to_hex(file->root);
  return transact(context, std::move(wish));
}

json::object step_json(const std::string& gs1_key, const contracts::LotStep& step) {
  json::array path;
  for (const auto& sibling : step.path) path.emplace_back(to_hex(sibling));
  return {{"gs1_key", gs1_key},
          {"index", std::to_string(step.index)},
          {"salt", to_hex(step.salt)},
          {"path", std::move(path)}};
}

Result<void> step_out(Context& context, const LotOptions& options) {
  const auto file = read_lot_file(options.file);
  if (!file) return std::unexpected(file.error());
  auto parameters = options.arguments->parameters(context);
  if (!parameters) return std::unexpected(parameters.error());
  std::vector<std::size_t> indices;
  for (const auto& serial : options.serials) {
    const auto found = std::ranges::find(file->serials, serial);
    if (found == file->serials.end()) return usage(serial + ": no serial of the lot");
    indices.push_back(static_cast<std::size_t>(found - file->serials.begin()));
  }
  const auto goods = file->lot.substr(0, file->lot.find("/10/")) + "/21/";
  json::array steps;
  for (const auto& step : file->tree.steps(indices)) {
    steps.emplace_back(step_json(goods + file->serials[step.index], step));
  }
  Wish wish;
  wish.command = "lot_step_out";
  wish.parameters = *std::move(parameters);
  wish.parameters["lot"] = file->lot;
  wish.parameters["steps"] = std::move(steps);
  return transact(context, std::move(wish));
}

Result<void> show_lot(Context& context, const LotOptions& options) {
  if (auto in = context.sign_in_if_possible(); !in) return in;
  const auto node = context.node();
  if (!node) return std::unexpected(node.error());
  const auto answer = (*node)->get("/v1/lots/" + options.lot);
  if (!answer) return std::unexpected(answer.error());
  context.print(*answer, object_text(context, *answer,
                                     {{"lot", "gs1_key"},
                                      {"brand", "authority", Cell::id},
                                      {"items", "count", Cell::number},
                                      {"stepped out", "stepped_out", Cell::number},
                                      {"flag", "flag.flag"},
                                      {"flag until", "flag.expires_ms", Cell::time},
                                      {"since", "since_ms", Cell::time},
                                      {"root", "root", Cell::id}}));
  return {};
}

template <typename Handler>
CLI::App& add(Tree& tree, std::string_view path, std::string_view doc, std::string_view example,
              std::shared_ptr<LotOptions> options, Handler handler) {
  return tree.leaf(path, doc, example,
                   [options, handler](Context& context) { return handler(context, *options); });
}

void add_arguments(CLI::App& app, LotOptions& options, std::string_view command,
                   std::string_view fixed) {
  const auto* schema = market::find_command_schema(command);
  CHECK(schema != nullptr);
  options.arguments =
      std::make_unique<Arguments>(app, *schema, std::vector<std::string_view>{}, fixed);
}

constexpr std::string_view kFileHelp = "The lot's file, made by `tally item lot prepare`";

}  // namespace

void add_lots(Tree& tree) {
  tree.group("item lot", "Many items commissioned at once");
  const auto prepare = std::make_shared<LotOptions>();
  auto& preparing =
      add(tree, "item lot prepare", "Reads a list of serials (CSV, JSON lines) into a lot's file.",
          "tally item lot prepare 01/09521141000007/10/SPRING serials.csv spring.lot", prepare,
          prepare_lot);
  preparing.add_option("lot", prepare->lot, "The key of the lot")->required();
  preparing.add_option("list", prepare->list, "The list")->required();
  preparing.add_option("file", prepare->file, "The lot's file, made or taken up")->required();

  const auto commission = std::make_shared<LotOptions>();
  auto& commissioning =
      add(tree, "item lot commission", "Issues all items of a lot's file in one transaction.",
          "tally item lot commission spring.lot --prefix 9521141 --event-hash "
          "@event.json --attributes colour=black --dev brand",
          commission, commission_lot);
  commissioning.add_option("file", commission->file, std::string(kFileHelp))->required();
  add_arguments(commissioning, *commission, "lot_commission",
                R"({"lot": "", "count": "0", "root": ""})");

  const auto step = std::make_shared<LotOptions>();
  auto& stepping = add(tree, "item lot step-out", "Takes items out of their lot by their serials.",
                       "tally item lot step-out spring.lot 0001 0002 --to dev:boutique --dev brand",
                       step, step_out);
  stepping.add_option("file", step->file, std::string(kFileHelp))->required();
  stepping.add_option("serials", step->serials, "The serials")->required();
  add_arguments(stepping, *step, "lot_step_out", R"({"lot": "", "steps": []})");

  const auto show = std::make_shared<LotOptions>();
  auto& showing =
      add(tree, "item lot show", "Shows a lot.",
          "tally item lot show 01/09521141000007/10/SPRING --dev brand", show, show_lot);
  showing.add_option("lot", show->lot, "The key of the lot")->required();
}

}  // namespace tally::cli
