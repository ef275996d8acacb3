// POST /v1/transactions, :batch; GET /v1/transactions/{txid}.
#pragma once

#include "http/api/context.hpp"

namespace tally::http {

void add_transaction_routes(Router& router, const Api& api);

}  // namespace tally::http
