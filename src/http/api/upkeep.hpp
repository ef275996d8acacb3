// /v1/admin/backup and /v1/admin/archive: a node's upkeep while it runs.
#pragma once

#include "http/api/context.hpp"

namespace tally::http {

/// Adds those for which `api` has what they need.
void add_upkeep_routes(Router& router, const Api& api);

}  // namespace tally::http
