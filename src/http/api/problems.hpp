// The ledger's errors as problem+json, and answers that the routes share.
#pragma once

#include <boost/json/fwd.hpp>

#include "contracts/error_code.hpp"
#include "http/problem.hpp"
#include "http/response.hpp"
#include "ledger/ledger.hpp"
#include "views/page.hpp"

namespace tally::http {

/// The problem of an error code, not final.
[[nodiscard]] Problem problem(contracts::ErrorCode code);
[[nodiscard]] Problem problem(const contracts::Error& error);

/// The answer to a submission that did not settle.
[[nodiscard]] Problem problem(const ledger::Outcome& outcome);

/// The node's fault: logged in full, answered as internal_error without its text.
[[nodiscard]] Problem problem(const ledger::Fault& fault);
[[nodiscard]] Problem problem(const views::QueryError& error);

/// A parameter or member with a value that is not allowed.
[[nodiscard]] Problem bad_parameter(std::string field, std::string detail);

/// The answer to a submission, as JSON: what settled, or the problem.
[[nodiscard]] boost::json::object to_json(const ledger::Outcome& outcome);

}  // namespace tally::http
