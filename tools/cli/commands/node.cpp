// `tally node`: what an operator does to its own node.
#include "cli/operate.hpp"
#include "cli/tree.hpp"

namespace tally::cli {
namespace {

struct NodeOptions {
  std::string txid;
};

Result<void> status(Context& context, const NodeOptions&) {
  return print_node_state(context, operate(context, "/v1/admin/status"));
}

Result<void> quarantine(Context& context, const NodeOptions& options) {
  return print_node_state(
      context, operate(context, "/v1/admin/quarantine", json::object{{"txid", options.txid}}));
}

Result<void> resume(Context& context, const NodeOptions&) {
  return print_node_state(context, operate(context, "/v1/admin/resume", nullptr));
}

}  // namespace

void add_node(Tree& tree) {
  tree.group("node", "What an operator does to its own node.");
  const auto make = [&](std::string_view path, std::string_view doc, std::string_view example,
                        auto* handler) -> std::pair<CLI::App&, NodeOptions&> {
    auto options = std::make_shared<NodeOptions>();
    auto& app = tree.leaf(path, doc, example, [options, handler](Context& context) {
      return handler(context, *options);
    });
    return {app, *options};
  };
  make("node status", "Shows whether the node writes, and if not, why.",
       "tally node status --socket data/admin.sock", status);
  {
    const auto [app, options] =
        make("node quarantine", "Keeps a transaction out of all blocks of this node, for good.",
             "tally node quarantine "
             "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 "
             "--socket data/admin.sock",
             quarantine);
    app.add_option("txid", options.txid, "Which")->required();
  }
  make("node resume", "Lets the node write again after it halted.",
       "tally node resume --socket data/admin.sock", resume);
}

}  // namespace tally::cli
