// The files that are built into the program: those of src/http/pages, and the pages under /app/ as
// tools/web/build made them.
#pragma once

#include <string_view>

namespace tally::http {

/// The file of that name, as `item.html`; empty if there is none.
std::string_view page_file(std::string_view name);

/// The file of that path below /app/, as `assets/index-BqL2.js`; empty if there is none. Beside a
/// text stands the same compressed by gzip, with `.gz` behind its name. The program may be built
/// without these pages (TALLY_WEB); then there is no `index.html` either.
std::string_view web_file(std::string_view path);

}  // namespace tally::http
