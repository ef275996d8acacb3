// `tally network`: what network this is, and what only a development network's operator can do.
#include "cli/render.hpp"
#include "cli/tree.hpp"

#include <fmt/format.h>

#include "client/development.hpp"
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

// The well-known token may do this on a development network, where nothing is worth guarding.
Result<json::value> operate(Context& context, const std::string& target, const json::value& body) {
  const auto network = context.network();
  if (!network) return std::unexpected(network.error());
  auto& node = **context.node();
  if (node.token().empty()) {
    if (!network->is_development()) {
      return usage("this needs the development network, or --token with the scope operate");
    }
    node.set_token(std::string(client::kDevelopmentToken));
  }
  return node.post(target, body);
}

Result<void> print_state(Context& context, const Result<json::value>& answer) {
  if (!answer) return std::unexpected(answer.error());
  context.print(*answer, object_text(context, *answer,
                                     {{"height", "height"},
                                      {"time", "time_ms", Cell::time},
                                      {"active time (ms)", "active_ms"},
                                      {"writing halted", "halted"},
                                      {"because", "reason"}}));
  return {};
}

Result<void> advance_time(Context& context, const NetworkOptions& options) {
  const auto ms = market::parse_duration_ms(options.what);
  if (!ms) return usage("how far: as 48h or 7d");
  return print_state(context, operate(context, "/v1/admin/advance-time",
                                      json::object{{"ms", std::to_string(*ms)}}));
}

Result<void> quarantine(Context& context, const NetworkOptions& options) {
  return print_state(
      context, operate(context, "/v1/admin/quarantine", json::object{{"txid", options.what}}));
}

Result<void> resume(Context& context, const NetworkOptions&) {
  return print_state(context, operate(context, "/v1/admin/resume", json::object{}));
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
  {
    const auto [app, options] =
        make("network quarantine", "Keeps a transaction out of all blocks, after a fault.",
             "tally network quarantine "
             "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
             quarantine);
    app.add_option("txid", options.what, "Which")->required();
  }
  make("network resume", "Lets a node write again after it halted.", "tally network resume",
       resume);
}

}  // namespace tally::cli
