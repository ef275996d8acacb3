// GET /v1/accounts/{address}/statement: as JSON in pages, or whole as CSV.
#pragma once

#include "http/api/read.hpp"

namespace tally::http {

/// The statement of an account that the caller may read. CSV (`format=csv`, or an Accept field that
/// names text/csv) is streamed page by page, all of one height; JSON is one page.
OrProblem<Response> read_statement(const Read& read, const contracts::Account& account);

}  // namespace tally::http
