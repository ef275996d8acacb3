#include "http/api/epcis_problems.hpp"

#include <boost/json.hpp>

#include "http/api/problems.hpp"

namespace tally::http {
namespace {

using contracts::ErrorCode;
using epcis::DocumentError;

std::string_view exception_of(int status) {
  switch (status) {
    case 401:
    case 403:
      return "SecurityException";
    case 404:
      return "NoSuchResourceException";
    case 406:
      return "NotAcceptableException";
    case 413:
      return "CaptureLimitExceededException";
    case 415:
      return "UnsupportedMediaTypeException";
    default:
      return status < 500 ? "ValidationException" : "ImplementationException";
  }
}

std::string type_of(std::string_view exception) {
  return "epcisException:" + std::string(exception);
}

bool is_limit(DocumentError code) {
  return code == DocumentError::too_large || code == DocumentError::too_many_values ||
         code == DocumentError::too_many_events;
}

}  // namespace

Problem as_epcis(Problem problem) {
  problem.type = type_of(exception_of(problem.status));
  return problem;
}

Problem query_parameter_problem(std::string_view name, std::string_view detail) {
  auto out = bad_parameter(std::string(name), std::string(detail));
  out.type = type_of("QueryParameterException");
  return out;
}

Problem no_such_resource() { return as_epcis(problem(ErrorCode::document_unknown)); }

Problem document_problem(const epcis::DocumentFault& fault) {
  auto out = problem(ErrorCode::not_json);
  out.status = is_limit(fault.code) ? 413 : 400;
  out.title = "The EPCIS document is not valid";
  out.number = static_cast<std::uint32_t>(fault.code);
  out.code = to_string(fault.code);
  out.detail = fmt::format("{} at {}", out.code, fault.pointer.empty() ? "/" : fault.pointer);
  out.field = fault.pointer;
  out.index = fault.event;
  return as_epcis(std::move(out));
}

boost::json::object error_json(const provenance::JobError& error) {
  const auto code = provenance::name_of_error(error.code);
  boost::json::object out{{"type", type_of("ValidationException")},
                          {"title", "The event was not captured"},
                          {"status", 400},
                          {"code", code},
                          {"number", error.code},
                          {"event", nullptr},
                          {"field", error.pointer}};
  constexpr std::uint16_t kFirstOfTheNode = 500;
  if (error.code >= kFirstOfTheNode) {
    const bool authority = error.code >= 2000 && error.code < 3000;
    out["type"] = type_of(authority ? "SecurityException" : "ImplementationException");
    out["status"] = authority ? 403 : 500;
  }
  std::string where = error.pointer.empty() ? "/" : error.pointer;
  if (error.event) {
    out["event"] = *error.event;
    where = error.pointer.empty() ? fmt::format("event {}", *error.event) : error.pointer;
  }
  out["detail"] = fmt::format("{} at {}", code, where);
  return out;
}

}  // namespace tally::http
