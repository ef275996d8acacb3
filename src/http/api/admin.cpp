#include "http/api/admin.hpp"

#include <boost/json.hpp>

#include "http/api/read.hpp"
#include "http/api/upkeep.hpp"
#include "http/json.hpp"

namespace tally::http {
namespace {

using contracts::ErrorCode;

constexpr std::size_t kBodyBytesMax = 1'024;

Response status_response(const Api& api) {
  const auto state = api.engine.writing_state();
  const auto head = api.engine.head();
  boost::json::array views;
  for (const auto& view : api.views.status()) {
    views.push_back({{"name", view.name}, {"height", json_number(view.height)}});
  }
  return json_response(200, {{"height", json_number(head.height)},
                             {"time_ms", json_number(api.engine.time_ms())},
                             {"block_time_ms", json_number(head.time_ms)},
                             {"active_ms", json_number(head.active_ms)},
                             {"halted", state.halted},
                             {"reason", state.reason},
                             {"waits_for_room", state.waits_for_room},
                             {"submissions_waiting", json_number(api.engine.submissions_waiting())},
                             {"admitted_waiting", json_number(api.engine.admitted_waiting())},
                             {"views", std::move(views)}});
}

OrProblem<Response> status(const Api& api, const Request& request) {
  const auto caller = require(api, request, custody::Scope::operate);
  if (!caller) return std::unexpected(caller.error());
  return status_response(api);
}

OrProblem<Response> advance_time(const Api& api, const Request& request) {
  const auto caller = require(api, request, custody::Scope::operate);
  if (!caller) return std::unexpected(caller.error());
  const auto body = body_object(request, {"ms"});
  if (!body) return std::unexpected(body.error());
  const auto ms = number_member(*body, "ms");
  if (!ms) return std::unexpected(ms.error());
  if (*ms == 0 || *ms > engine::kAdvanceMsMax) {
    return std::unexpected(bad_parameter("ms", "from 1 to 400 days"));
  }
  const auto advanced = api.engine.advance_time(*ms);
  if (!advanced) return std::unexpected(problem(ErrorCode::stopping));
  if (!*advanced) return std::unexpected(writing_halted(api.engine.writing_state()));
  return status_response(api);
}

OrProblem<Response> quarantine(const Api& api, const Request& request) {
  const auto caller = require(api, request, custody::Scope::operate);
  if (!caller) return std::unexpected(caller.error());
  const auto body = body_object(request, {"txid"});
  if (!body) return std::unexpected(body.error());
  const auto text = text_member(*body, "txid");
  if (!text) return std::unexpected(text.error());
  const auto txid = contracts::Txid::parse(*text);
  if (!txid) return std::unexpected(bad_parameter("txid", "64 hexadecimal digits"));
  const auto kept =
      api.engine.quarantine(*txid, [&](const auto& all) -> std::expected<void, std::string> {
        if (!api.keep_quarantine) return {};
        return api.keep_quarantine(all);
      });
  if (!kept) return std::unexpected(problem(ErrorCode::stopping));
  if (*kept) return status_response(api);
  auto refusal = problem(ErrorCode::internal_error);
  refusal.detail = "in quarantine until the node stops, but not written down: " + kept->error();
  return std::unexpected(refusal);
}

OrProblem<Response> resume(const Api& api, const Request& request) {
  const auto caller = require(api, request, custody::Scope::operate);
  if (!caller) return std::unexpected(caller.error());
  if (!api.engine.resume()) return std::unexpected(problem(ErrorCode::stopping));
  return status_response(api);
}

}  // namespace

void add_admin_routes(Router& router, const Api& api) {
  add_write(router, api, Method::kGet, "/v1/admin/status", status);
  if (api.development) {
    add_write(router, api, Method::kPost, "/v1/admin/advance-time", advance_time, kBodyBytesMax);
  }
  add_write(router, api, Method::kPost, "/v1/admin/quarantine", quarantine, kBodyBytesMax);
  add_write(router, api, Method::kPost, "/v1/admin/resume", resume);
  add_upkeep_routes(router, api);
}

}  // namespace tally::http
