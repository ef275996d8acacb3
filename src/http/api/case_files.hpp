// The files of cases: descriptions, photographs, inspections. Each is told to the requester, and to
// the judges while they judge, and to nobody else.
#pragma once

#include "http/api/context.hpp"

namespace tally::http {

/// Needs Api::cases.
void add_case_file_routes(Router& router, const Api& api);

}  // namespace tally::http
