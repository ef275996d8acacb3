// The files of src/http/pages, which are built into the program.
#pragma once

#include <string_view>

namespace tally::http {

/// The file of that name, as `item.html`; empty if there is none.
std::string_view page_file(std::string_view name);

}  // namespace tally::http
