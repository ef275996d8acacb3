// What an operator asks of its own node: over the node's Unix socket (--socket), with a client
// certificate, or, on a development network, with the token that may do anything.
#pragma once

#include "cli/context.hpp"

namespace tally::cli {

/// The answer to GET or POST `target` below /v1/admin/; a body of null is none. `usage`: none of
/// these ways is given, or open.
Result<json::value> operate(Context& context, const std::string& target);
Result<json::value> operate(Context& context, const std::string& target, const json::value& body);

/// Prints what /v1/admin/status and its like answer.
Result<void> print_node_state(Context& context, const Result<json::value>& answer);

}  // namespace tally::cli
