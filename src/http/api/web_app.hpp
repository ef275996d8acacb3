// GET /app/…: the pages that tools/web builds, from the program itself.
#pragma once

#include <string_view>

#include "http/response.hpp"
#include "http/router.hpp"

namespace tally::http {

/// Whether the program was built with these pages.
[[nodiscard]] bool has_web_app();

/// The answer for a path below /app/. A hashed file is for ever; a page is asked for each time, and
/// one that there is not is answered with 404 and drawn by the page itself.
[[nodiscard]] Response web_app_response(std::string_view path, bool accepts_gzip);

void add_web_app_routes(Router& router);

}  // namespace tally::http
