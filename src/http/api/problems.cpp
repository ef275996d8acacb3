#include "http/api/problems.hpp"

#include <boost/json.hpp>

#include "base/check.hpp"
#include "base/log.hpp"
#include "http/json.hpp"

namespace tally::http {

using contracts::ErrorClass;
using contracts::ErrorCode;

namespace {

constexpr std::uint32_t kRoomRetryAfterS = 10;

int status_of(ErrorCode code) {
  switch (error_class(code)) {
    case ErrorClass::malformed:
      return code == ErrorCode::body_too_large           ? 413
             : code == ErrorCode::unsupported_media_type ? 415
                                                         : 400;
    case ErrorClass::unauthorised:
      return code == ErrorCode::token_missing || code == ErrorCode::token_invalid ||
                     code == ErrorCode::sign_in_failed
                 ? 401
                 : 403;
    case ErrorClass::conflict:
      return 409;
    case ErrorClass::rule:
      return 422;
    case ErrorClass::expired:
      return 422;
    case ErrorClass::not_found:
      return 404;
    case ErrorClass::overloaded:
      return code == ErrorCode::rate_quota ? 429 : 503;
    case ErrorClass::internal:
      return code == ErrorCode::internal_error ? 500 : 503;
  }
  CHECK(false);
}

}  // namespace

Problem problem(ErrorCode code) {
  Problem out;
  out.status = status_of(code);
  out.number = static_cast<std::uint16_t>(code);
  out.code = name(code);
  out.klass = name(error_class(code));
  out.retry = name(retry(code));
  out.title = title(code);
  if (error_class(code) == ErrorClass::overloaded) out.retry_after_s = 1;
  return out;
}

Problem problem(const contracts::Error& error) {
  auto out = problem(error.code);
  out.index = error.index;
  if (error.figure != 0) out.figure = error.figure;
  return out;
}

Problem problem(const ledger::Outcome& outcome) {
  auto out = problem(*outcome.error);
  out.txid = outcome.txid.is_zero() ? std::nullopt : std::optional(outcome.txid.hex());
  if (outcome.conflicting) out.conflicting_txid = outcome.conflicting->hex();
  if (outcome.kind == ledger::Outcome::Kind::rejected) {
    out.final = true;
    out.height = outcome.height;
  }
  // What time has decided stays decided, though it is not in the journal.
  if (outcome.error->code == ErrorCode::expired ||
      outcome.error->code == ErrorCode::idempotency_conflict) {
    out.final = true;
  }
  return out;
}

Problem problem(const ledger::Fault& fault) {
  if (fault.code == ledger::FaultCode::history_archived) {
    auto out = problem(ErrorCode::history_archived);
    out.figure = fault.height;
    return out;
  }
  spdlog::error("a request met a fault: {}", describe(fault));
  if (is_no_room(fault.storage)) return no_room("the ledger");
  return problem(ErrorCode::internal_error);
}

bool is_no_room(storage::Error error) {
  return error == storage::Error::disk_full || error == storage::Error::map_full;
}

Problem no_room(std::string_view what) {
  auto out = problem(ErrorCode::disk_full);
  out.detail = fmt::format("{} could not be written; send it again later", what);
  out.retry_after_s = kRoomRetryAfterS;
  return out;
}

Problem writing_halted(const engine::WritingState& state) {
  auto out = problem(ErrorCode::writing_halted);
  if (!state.waits_for_room) return out;
  out.detail = fmt::format(
      "{}; nothing of it was kept: send the same bytes again later. The operator makes room, then "
      "writing resumes by itself",
      state.reason);
  out.retry_after_s = kRoomRetryAfterS;
  return out;
}

Problem problem(const views::QueryError& error) {
  if (const auto* fault = std::get_if<ledger::Fault>(&error)) return problem(*fault);
  auto out = problem(std::get<contracts::Error>(error));
  out.field = out.index == 0u ? "limit" : "cursor";
  return out;
}

Problem bad_parameter(std::string field, std::string detail) {
  auto out = problem(ErrorCode::bad_parameter);
  out.field = std::move(field);
  out.detail = std::move(detail);
  return out;
}

boost::json::object to_json(const ledger::Outcome& outcome) {
  return {{"txid", outcome.txid.hex()},
          {"outcome", "settled"},
          {"final", true},
          {"height", std::to_string(outcome.height)},
          {"first_output_number", std::to_string(outcome.first_output_number)},
          {"remembered", outcome.remembered}};
}

}  // namespace tally::http
