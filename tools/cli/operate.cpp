#include "cli/operate.hpp"

#include "cli/render.hpp"
#include "client/development.hpp"

namespace tally::cli {
namespace {

// The node, with what lets an operator in.
Result<Node*> operators_node(Context& context) {
  const auto network = context.network();
  if (!network) return std::unexpected(network.error());
  auto* node = *context.node();
  if (context.general().access.is_operators() || !node->token().empty()) return node;
  if (!network->is_development()) {
    return usage("how? --socket PATH (admin.sock in the node's data directory), or --client-cert");
  }
  node->set_token(std::string(client::kDevelopmentToken));
  return node;
}

}  // namespace

Result<json::value> operate(Context& context, const std::string& target) {
  const auto node = operators_node(context);
  if (!node) return std::unexpected(node.error());
  return (*node)->get(target);
}

Result<json::value> operate(Context& context, const std::string& target, const json::value& body) {
  const auto node = operators_node(context);
  if (!node) return std::unexpected(node.error());
  return (*node)->post(target, body);
}

Result<void> print_node_state(Context& context, const Result<json::value>& answer) {
  if (!answer) return std::unexpected(answer.error());
  context.print(*answer, object_text(context, *answer,
                                     {{"height", "height"},
                                      {"time", "time_ms", Cell::time},
                                      {"active time (ms)", "active_ms"},
                                      {"writing halted", "halted"},
                                      {"because", "reason"}}));
  return {};
}

}  // namespace tally::cli
