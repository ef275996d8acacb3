#include "http/problem.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace tally::http {

Problem problem_of(HttpError error) {
  const auto& row = info(error);
  Problem problem;
  problem.status = row.status;
  problem.number = static_cast<std::uint32_t>(error);
  problem.code = row.code;
  problem.klass = row.klass;
  problem.retry = row.retry;
  problem.title = row.title;
  if (row.klass == "overloaded") problem.retry_after_s = 1;
  return problem;
}

Response problem_response(const Problem& problem) {
  boost::json::object object;
  object["type"] = problem.type.empty() ? "urn:tally:problem:" + problem.code : problem.type;
  object["title"] = problem.title;
  object["status"] = problem.status;
  if (!problem.detail.empty()) object["detail"] = problem.detail;
  object["code"] = problem.code;
  object["number"] = problem.number;
  object["class"] = problem.klass;
  object["final"] = problem.final;
  object["retry"] = problem.retry;
  if (problem.index) object["index"] = *problem.index;
  if (problem.figure) object["figure"] = std::to_string(*problem.figure);
  if (problem.txid) object["txid"] = *problem.txid;
  if (problem.height) object["height"] = std::to_string(*problem.height);
  if (problem.field) object["field"] = *problem.field;
  if (problem.conflicting_txid) object["conflicting_txid"] = *problem.conflicting_txid;
  auto response =
      text_response(problem.status, "application/problem+json", boost::json::serialize(object));
  if (problem.retry_after_s) response.with("Retry-After", std::to_string(*problem.retry_after_s));
  if (problem.status == 401) response.with("WWW-Authenticate", "Bearer");
  return response;
}

Response problem_response(HttpError error, std::optional<std::string> field) {
  auto problem = problem_of(error);
  problem.field = std::move(field);
  return problem_response(problem);
}

}  // namespace tally::http
