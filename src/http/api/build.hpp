// GET /v1/build: what each builder takes; POST /v1/build/{command}: an unsigned transaction;
// DELETE /v1/leases/{id}: gives its coins back before their time.
#pragma once

#include "http/api/context.hpp"

namespace tally::http {

void add_build_routes(Router& router, const Api& api);

}  // namespace tally::http
