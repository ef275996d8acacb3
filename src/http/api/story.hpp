// GET /story: the story of the quickstart as it happens, on development networks alone. The program
// that plays it tells each step to POST /v1/admin/story; the page asks GET /story/events for what
// is new. The steps are kept in memory: another life of the node begins without any.
#pragma once

#include "http/api/context.hpp"

namespace tally::http {

/// Adds nothing unless `api.development`.
void add_story_routes(Router& router, const Api& api);

}  // namespace tally::http
