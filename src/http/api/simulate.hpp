// POST /v1/transactions:simulate: what would become of a body now, rule by rule.
#pragma once

#include "http/api/context.hpp"

namespace tally::http {

void add_simulate_route(Router& router, const Api& api);

}  // namespace tally::http
