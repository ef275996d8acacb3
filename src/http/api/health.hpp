// GET /healthz: the process answers; GET /readyz: it is of use; GET /metrics: how it does.
#pragma once

#include "http/api/context.hpp"

namespace tally::http {

void add_health_routes(Router& router, const Api& api);

}  // namespace tally::http
