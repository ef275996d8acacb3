// GET /v1/network: what this network is; GET /v1/blocks/{height}: headers, and bodies for those who
// may see them.
#pragma once

#include "http/api/context.hpp"

namespace tally::http {

void add_network_routes(Router& router, const Api& api);

}  // namespace tally::http
