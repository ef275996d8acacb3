// /v1/admin/*: what an operator does to its own node. Served on development networks alone:
// elsewhere an operator needs a way in that the public does not have.
#pragma once

#include "http/api/context.hpp"

namespace tally::http {

/// Adds nothing unless `api.development`.
void add_admin_routes(Router& router, const Api& api);

}  // namespace tally::http
