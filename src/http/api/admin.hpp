// /v1/admin/*: what an operator does to its own node. Served over the operator's Unix socket and
// the listener that asks for a client certificate; on a development network, where nothing is worth
// guarding, over the others too (ServerOptions::operator_everywhere).
#pragma once

#include "http/api/context.hpp"

namespace tally::http {

/// Adds them all; the one that advances the time only if `api.development`.
void add_admin_routes(Router& router, const Api& api);

}  // namespace tally::http
