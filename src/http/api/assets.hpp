// GET /v1/assets, /v1/assets/{asset}: definition, issuer, policies, supply; public.
#pragma once

#include "http/api/context.hpp"

namespace tally::http {

void add_asset_routes(Router& router, const Api& api);

}  // namespace tally::http
