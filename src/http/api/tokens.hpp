// /v1/tokens and /v1/agents: API tokens of an account, and the keys that the node holds for clients
// that cannot sign. Whoever has signed in manages its own.
#pragma once

#include "http/api/context.hpp"

namespace tally::http {

void add_token_routes(Router& router, const Api& api);

}  // namespace tally::http
