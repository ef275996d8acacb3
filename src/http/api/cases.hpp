// Cases: what was asked, who judges, what came of it; the appraisers' records; the statistics.
#pragma once

#include "http/api/context.hpp"
#include "http/api/read.hpp"
#include "views/registry.hpp"

namespace tally::http {

void add_case_routes(Router& router, const Api& api);
void add_statistics_route(Router& router, const Api& api);

// ---- Shared with the routes of the cases' files. ----

/// The case that a path names, as it is now. Errors: bad_parameter, case_unknown.
OrProblem<std::pair<contracts::CaseId, contracts::CaseEntry>> find_case(
    const views::Snapshot& snapshot, const Request& request);
OrProblem<contracts::CaseId> parse_case(const Request& request);

/// Whether the key has a seat on a panel of the case.
[[nodiscard]] bool is_judge(const contracts::CaseEntry& entry, const crypto::PublicKey& key);

}  // namespace tally::http
