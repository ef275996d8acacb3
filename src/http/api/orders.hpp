// GET /v1/orders: an account's own, or the open offers; GET /v1/orders/{id}: for its parties.
#pragma once

#include "http/api/read.hpp"
#include "views/orders.hpp"

namespace tally::http {

void add_order_routes(Router& router, const Api& api);

/// A page of the orders of a party that the caller may read, by `side` and `state` of the query.
OrProblem<Response> list_orders_of(const Read& read, const contracts::PublicKey& party);

}  // namespace tally::http
