// GET /v1/accounts/{address} and what belongs to an account: balances, outputs, statement, items,
// orders, reputation, delegations, agents, profile.
#pragma once

#include "http/api/context.hpp"

namespace tally::http {

void add_account_routes(Router& router, const Api& api);
void add_reputation_routes(Router& router, const Api& api);

}  // namespace tally::http
