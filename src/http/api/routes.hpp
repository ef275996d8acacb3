// All routes of the API. A new family joins by one line in routes.cpp.
#pragma once

#include "http/api/context.hpp"

namespace tally::http {

/// `api` outlives the router and every reply.
[[nodiscard]] Router make_router(const Api& api);

}  // namespace tally::http
