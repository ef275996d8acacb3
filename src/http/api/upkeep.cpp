#include "http/api/upkeep.hpp"

#include <boost/json.hpp>

#include "backup/runner.hpp"
#include "base/check.hpp"
#include "engine/archivist.hpp"
#include "http/api/read.hpp"
#include "http/json.hpp"

namespace tally::http {
namespace {

constexpr std::size_t kBodyBytesMax = 8'192;

std::string_view name(backup::RunState state) {
  switch (state) {
    case backup::RunState::none:
      return "none";
    case backup::RunState::running:
      return "running";
    case backup::RunState::done:
      return "done";
    case backup::RunState::failed:
      return "failed";
  }
  CHECK(false);
}

Response backup_response(const Api& api, int status) {
  const auto run = api.backups->status();
  return json_response(status, {{"state", name(run.state)},
                                {"to", run.directory},
                                {"part", run.part},
                                {"failure", run.failure},
                                {"begun_ms", json_number(run.begun_ms)},
                                {"took_ms", json_number(run.took_ms)},
                                {"height", json_number(run.height)},
                                {"files", json_number(run.files)},
                                {"bytes", json_number(run.bytes)}});
}

OrProblem<Response> backup_status(const Api& api, const Request& request) {
  const auto caller = require(api, request, custody::Scope::operate);
  if (!caller) return std::unexpected(caller.error());
  return backup_response(api, 200);
}

OrProblem<Response> start_backup(const Api& api, const Request& request) {
  const auto caller = require(api, request, custody::Scope::operate);
  if (!caller) return std::unexpected(caller.error());
  const auto body = body_object(request, {"to"});
  if (!body) return std::unexpected(body.error());
  const auto to = text_member(*body, "to");
  if (!to) return std::unexpected(to.error());
  if (const auto started = api.backups->start(*to); !started) {
    return std::unexpected(bad_parameter("to", started.error()));
  }
  return backup_response(api, 202);
}

OrProblem<Response> archive(const Api& api, const Request& request) {
  const auto caller = require(api, request, custody::Scope::operate);
  if (!caller) return std::unexpected(caller.error());
  const auto body = body_object(request, {"keep_blocks"});
  if (!body) return std::unexpected(body.error());
  const auto keep = number_member(*body, "keep_blocks");
  if (!keep) return std::unexpected(keep.error());
  const auto done = api.archivist->run(*keep, true);
  if (!done) return std::unexpected(problem(done.error()));
  return json_response(200, {{"archived_to", json_number(done->archived_to)},
                             {"pruned_blocks", json_number(done->pruned)},
                             {"first_block", json_number(done->first)}});
}

}  // namespace

void add_upkeep_routes(Router& router, const Api& api) {
  if (api.backups != nullptr) {
    add_write(router, api, Method::kGet, "/v1/admin/backup", backup_status);
    add_write(router, api, Method::kPost, "/v1/admin/backup", start_backup, kBodyBytesMax);
  }
  if (api.archivist != nullptr) {
    add_write(router, api, Method::kPost, "/v1/admin/archive", archive, kBodyBytesMax);
  }
}

}  // namespace tally::http
