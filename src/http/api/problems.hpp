// The ledger's errors as problem+json, and answers that the routes share.
#pragma once

#include <boost/json/fwd.hpp>

#include "contracts/error_code.hpp"
#include "engine/writer.hpp"
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

/// The refusal of something that found no room on the disk, or within its bound: `what` could not
/// be written, and was not.
[[nodiscard]] Problem no_room(std::string_view what);
[[nodiscard]] bool is_no_room(storage::Error error);
/// The refusal of a submission while writing is halted: why, if it is for want of room.
[[nodiscard]] Problem writing_halted(const engine::WritingState& state);

/// A parameter or member with a value that is not allowed.
[[nodiscard]] Problem bad_parameter(std::string field, std::string detail);

/// The answer to a submission, as JSON: what settled, or the problem.
[[nodiscard]] boost::json::object to_json(const ledger::Outcome& outcome);

}  // namespace tally::http
