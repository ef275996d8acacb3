// `tally network`: what network this is, and time on a development network.
#include "cli/operate.hpp"
#include "cli/render.hpp"
#include "cli/tree.hpp"

#include <fmt/format.h>

#include "market/values.hpp"

namespace tally::cli {
namespace {

struct NetworkOptions {
  std::string what;
};

Result<void> status(Context& context, const NetworkOptions&) {
  if (const auto network = context.network(); !network) return std::unexpected(network.error());
  const auto answer = (*context.node())->get("/v1/network");
  if (!answer) return std::unexpected(answer.error());
  auto text = object_text(context, *answer,
                          {{"network", "name"},
                           {"kind", "kind"},
                           {"network id", "network_id"},
                           {"quorum", "quorum"},
                           {"rules", "rule_version"},
                           {"height", "head.height"},
                           {"time", "time_ms", Cell::time},
                           {"node key", "node_key", Cell::id}});
  for (const auto& key :
       array_at(*answer, "operators") ? *array_at(*answer, "operators") : json::array()) {
    text += fmt::format("operator    {}\n", context.show(plain(key)));
  }
  context.print(*answer, text);
  return {};
}

Result<void> advance_time(Context& context, const NetworkOptions& options) {
  const auto ms = market::parse_duration_ms(options.what);
  if (!ms) return usage("how far: as 48h or 7d");
  return print_node_state(context, operate(context, "/v1/admin/advance-time",
                                           json::object{{"ms", std::to_string(*ms)}}));
}

}  // namespace

void add_network(Tree& tree) {
  const auto make = [&](std::string_view path, std::string_view doc, std::string_view example,
                        auto* handler) -> std::pair<CLI::App&, NetworkOptions&> {
    auto options = std::make_shared<NetworkOptions>();
    auto& app = tree.leaf(path, doc, example, [options, handler](Context& context) {
      return handler(context, *options);
    });
    return {app, *options};
  };
  make("network status", "Shows the network, its operators and how far it is.",
       "tally network status", status);
  {
    const auto [app, options] =
        make("network advance-time", "Moves a development network's time forward.",
             "tally network advance-time 48h", advance_time);
    app.add_option("duration", options.what, "How far, as 48h")->required();
  }
}

}  // namespace tally::cli
