#include "http/api/epcis.hpp"

#include <boost/json.hpp>

#include "epcis/percent.hpp"
#include "epcis/vocabulary.hpp"
#include "http/api/caller.hpp"
#include "http/api/epcis_problems.hpp"
#include "http/api/problems.hpp"
#include "http/api/read.hpp"
#include "http/json.hpp"
#include "provenance/capture.hpp"
#include "provenance/captured_document.hpp"
#include "provenance/commitments.hpp"
#include "provenance/event_query.hpp"

namespace tally::http {
namespace {

using contracts::ErrorCode;
using custody::Scope;
using provenance::EventFilter;
using provenance::EventReader;

constexpr std::string_view kCapturePath = "/epcis/v2/capture";
constexpr std::string_view kEventsPath = "/epcis/v2/events";
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kJsonLd = "application/ld+json";
constexpr std::string_view kXml = "application/xml";
constexpr std::string_view kXmlText = "text/xml";
constexpr std::size_t kJobsPageMax = 100;

// What every answer of OPTIONS says (EPCIS 2.0 OpenAPI).
std::vector<Header> version_headers() {
  return {{"GS1-EPCIS-Version", "2.0.0"},
          {"GS1-EPCIS-Min", "2.0.0"},
          {"GS1-EPCIS-Max", "2.0.0"},
          {"GS1-CBV-Version", "2.0.0"},
          {"GS1-CBV-Min", "2.0.0"},
          {"GS1-CBV-Max", "2.0.0"},
          {"GS1-EPC-Format", "No_Preference"},
          {"GS1-CBV-XML-Format", "No_Preference"},
          {"GS1-Extensions", "tally=urn:tally:epcis:"},
          {"GS1-Vendor-Version", "1"}};
}

std::vector<Header> capture_headers() {
  auto out = version_headers();
  out.push_back({"GS1-EPCIS-Capture-Limit", std::to_string(provenance::kDocumentEventsMax)});
  out.push_back(
      {"GS1-EPCIS-Capture-File-Size-Limit", std::to_string(provenance::kDocumentBytesMax)});
  out.push_back({"GS1-Capture-Error-Behaviour", "rollback, proceed"});
  return out;
}

Response refuse(Problem problem) { return problem_response(as_epcis(std::move(problem))); }

Response answer(int status, std::string_view type, std::string body) {
  auto response = text_response(status, std::string(type), std::move(body));
  response.with("GS1-EPCIS-Version", "2.0.0").with("GS1-CBV-Version", "2.0.0");
  return response;
}

// Real clients omit the version; one that insists on another is told.
std::optional<Problem> check_version(const Request& request) {
  const auto version = request.header("gs1-epcis-version");
  if (!version || *version == "2" || version->starts_with("2.")) return std::nullopt;
  auto out = problem(ErrorCode::bad_parameter);
  out.status = 406;
  out.field = "GS1-EPCIS-Version";
  out.detail = "2.0.0";
  return out;
}

// The agent that the token belongs to; nothing for an account's own token.
OrProblem<std::optional<custody::Agent>> agent_of(const Api& api, const Caller& caller) {
  if (!caller.account) return std::nullopt;
  auto agent = api.agents.find(*caller.account);
  if (agent) return std::move(*agent);
  if (agent.error() == custody::Error::not_found) return std::nullopt;
  return std::unexpected(problem(ErrorCode::internal_error));
}

// Who reads: an agent reads what its principal may.
OrProblem<EventReader> reader_of(const Api& api, const Request& request) {
  if (auto version = check_version(request)) return std::unexpected(*version);
  const auto caller = identify(api, request);
  if (!caller) return std::unexpected(caller.error());
  if (!caller->account && !caller->anything) {
    return std::unexpected(problem(ErrorCode::token_missing));
  }
  EventReader out;
  out.sees_all = caller->may(Scope::audit) || caller->may(Scope::operate);
  if (!out.sees_all && !caller->may(Scope::query) && !caller->may(Scope::capture)) {
    auto refusal = problem(ErrorCode::scope_missing);
    refusal.detail = "needs the scope query or capture";
    return std::unexpected(refusal);
  }
  const auto agent = agent_of(api, *caller);
  if (!agent) return std::unexpected(agent.error());
  out.account = *agent ? std::optional((*agent)->principal) : caller->account;
  return out;
}

// Reading is off the connections' threads: events are decrypted.
void add_reading(Router& router, const Api& api, std::string_view pattern,
                 std::vector<Header> options,
                 OrProblem<Response> (*handler)(const Api&, const Request&, const EventReader&)) {
  const auto run = [&api, handler](const Request& request) {
    const auto reader = reader_of(api, request);
    if (!reader) return refuse(reader.error());
    auto response = handler(api, request, *reader);
    if (response) return std::move(*response);
    auto& failure = response.error();
    return problem_response(failure.type.empty() ? as_epcis(failure) : failure);
  };
  router.add({.method = Method::kGet,
              .pattern = std::string(pattern),
              .handler =
                  [&api, run](Request request, const Reply& reply) {
                    const auto whose = request.peer;
                    auto work = [run, reply, request = std::move(request)] { reply(run(request)); };
                    if (!api.background.post(std::move(work), whose)) {
                      reply(refuse(problem(ErrorCode::queue_full)));
                    }
                  },
              .query = {{"*", true}},  // an unknown one is the standard's own exception
              .options_headers = std::move(options)});
}

// ---- Capture ----

boost::json::object job_json(const provenance::Job& job) {
  const auto time = [](std::uint64_t ms) {
    return epcis::Timestamp{static_cast<std::int64_t>(ms)}.iso();
  };
  const bool running = job.finished_ms == 0;
  boost::json::array errors;
  for (const auto& error : job.errors) errors.push_back(error_json(error));
  boost::json::object out{
      {"captureID", job.id.hex()},
      {"createdAt", time(job.created_ms)},
      {"running", running},
      {"success", !running && job.success},
      {"captureErrorBehaviour",
       job.behaviour == provenance::Behaviour::rollback ? "rollback" : "proceed"},
      {"errors", std::move(errors)},
      {"errorsCount", job.errors_count},
      {"events", job.events},
      {"duplicates", job.duplicates},
      {"facts", job.facts},
      {"claims", job.claims}};
  if (!running) out["finishedAt"] = time(job.finished_ms);
  return out;
}

Problem problem_of(const provenance::Refusal& refusal) {
  using Code = provenance::Refusal::Code;
  switch (refusal.code) {
    case Code::invalid:
      return document_problem(refusal.faults.front());
    case Code::too_large:
      return as_epcis(problem(ErrorCode::body_too_large));
    case Code::overloaded:
      return as_epcis(problem(ErrorCode::queue_full));
    case Code::over_budget: {
      auto out = problem(ErrorCode::rate_quota);
      out.detail = "the member has sent as many bytes as it may for now";
      return as_epcis(std::move(out));
    }
    case Code::stopping:
      return as_epcis(problem(ErrorCode::stopping));
    case Code::erased: {
      auto out = problem(ErrorCode::bad_parameter);
      out.detail = "this document was erased and is not taken again";
      return as_epcis(std::move(out));
    }
    case Code::no_room:
      return as_epcis(no_room("the document"));
    case Code::failed:
      return as_epcis(problem(ErrorCode::internal_error));
  }
  return as_epcis(problem(ErrorCode::internal_error));
}

OrProblem<provenance::Behaviour> behaviour_of(const Request& request) {
  const auto text = request.header("gs1-capture-error-behaviour").value_or("rollback");
  if (text == "rollback") return provenance::Behaviour::rollback;
  if (text == "proceed") return provenance::Behaviour::proceed;
  return std::unexpected(bad_parameter("GS1-Capture-Error-Behaviour", "rollback or proceed"));
}

OrProblem<provenance::CaptureRequest> capture_request(const Api& api, Request& request) {
  if (auto version = check_version(request)) return std::unexpected(*version);
  const auto caller = require(api, request, Scope::capture);
  if (!caller) return std::unexpected(caller.error());
  const auto agent = agent_of(api, *caller);
  if (!agent) return std::unexpected(agent.error());
  if (!*agent) {
    auto refusal = problem(ErrorCode::scope_missing);
    refusal.detail = "capture needs the token of an agent key, which signs for its principal";
    return std::unexpected(refusal);
  }
  if (auto member = require_member(api, (*agent)->principal); !member) {
    return std::unexpected(member.error());
  }
  const auto type = request.media_type();
  const bool json = type == kJson || type == kJsonLd;
  const bool xml = type == kXml || type == kXmlText;
  if (json == provenance::is_xml(as_text(request.body)) || json == xml) {
    auto refusal = problem(ErrorCode::unsupported_media_type);
    refusal.detail = json || xml ? "the body is not what Content-Type says"
                                 : "application/json, application/ld+json or application/xml";
    return std::unexpected(refusal);
  }
  const auto behaviour = behaviour_of(request);
  if (!behaviour) return std::unexpected(behaviour.error());
  return provenance::CaptureRequest{
      {(*agent)->key, (*agent)->principal}, *behaviour, std::move(request.body)};
}

void capture(const Api& api, Request request, const Reply& reply) {
  auto wanted = capture_request(api, request);
  if (!wanted) return reply(refuse(wanted.error()));
  api.capture->submit(std::move(*wanted), [reply](provenance::Capture::Accepted accepted) {
    if (!accepted) return reply(problem_response(problem_of(accepted.error())));
    auto response = answer(202, kJson, boost::json::serialize(job_json(*accepted)));
    response.with("Location", fmt::format("{}/{}", kCapturePath, accepted->id.hex()));
    reply(std::move(response));
  });
}

OrProblem<std::size_t> per_page(const Request& request, std::size_t maximum) {
  const auto text = request.query_value("perPage");
  if (!text) return std::min(maximum, provenance::kQueryPageDefault);
  const auto number = parse_number(*text);
  if (!number || *number == 0 || *number > maximum) {
    return std::unexpected(query_parameter_problem("perPage", fmt::format("1 to {}", maximum)));
  }
  return static_cast<std::size_t>(*number);
}

// The address of the next page: this request's query with another token.
std::string next_link(const Api& api, const Request& request, std::string_view path,
                      std::string_view token) {
  std::string query;
  for (const auto& [name, value] : request.query) {
    if (name == "nextPageToken") continue;
    query += fmt::format("{}={}&", epcis::percent_encode(name), epcis::percent_encode(value));
  }
  return fmt::format("<{}{}?{}nextPageToken={}>; rel=\"next\"", api.public_url, path, query, token);
}

OrProblem<void> only_parameters(const Request& request,
                                std::initializer_list<std::string_view> known) {
  for (const auto& item : request.query) {
    if (std::ranges::find(known, item.name) == known.end()) {
      return std::unexpected(query_parameter_problem(item.name, "not a parameter of this query"));
    }
  }
  return {};
}

OrProblem<Response> list_jobs(const Api& api, const Request& request, const EventReader& reader) {
  if (auto known = only_parameters(request, {"perPage", "nextPageToken"}); !known) {
    return std::unexpected(known.error());
  }
  const auto count = per_page(request, kJobsPageMax);
  if (!count) return std::unexpected(count.error());
  const auto before =
      parse_number(request.query_value("nextPageToken").value_or(std::to_string(UINT64_MAX)));
  if (!before) return std::unexpected(query_parameter_problem("nextPageToken", "of this query"));
  boost::json::array rows;
  std::string token;
  if (reader.account) {
    const auto jobs = api.capture->store().jobs_of(*reader.account, *before, *count + 1);
    if (!jobs) return std::unexpected(problem(ErrorCode::internal_error));
    for (const auto& job : *jobs) {
      if (rows.size() == *count) break;
      rows.push_back(job_json(job));
      token = std::to_string(job.number);
    }
    if (jobs->size() <= *count) token.clear();
  }
  auto response = answer(200, kJson, boost::json::serialize(rows));
  if (!token.empty()) response.with("Link", next_link(api, request, kCapturePath, token));
  return response;
}

OrProblem<Response> one_job(const Api& api, const Request& request, const EventReader& reader) {
  if (auto known = only_parameters(request, {}); !known) return std::unexpected(known.error());
  const auto id = provenance::JobId::parse(request.param("capture_id"));
  if (!id) return std::unexpected(no_such_resource());
  const auto job = api.capture->store().job(*id);
  if (!job && job.error() != storage::Error::not_found) {
    return std::unexpected(problem(ErrorCode::internal_error));
  }
  if (!job || !(reader.sees_all || job->author.principal == reader.account)) {
    return std::unexpected(no_such_resource());
  }
  return answer(200, kJson, boost::json::serialize(job_json(*job)));
}

// ---- Events ----

// The values of a list: separated by `|`, or the parameter repeated.
std::vector<std::string> values_of(const Request& request, std::string_view name) {
  std::vector<std::string> out;
  for (const auto& item : request.query) {
    if (item.name != name) continue;
    std::string_view rest = item.value;
    while (true) {
      const auto bar = rest.find('|');
      out.emplace_back(rest.substr(0, bar));
      if (bar == std::string_view::npos) break;
      rest.remove_prefix(bar + 1);
    }
  }
  return out;
}

OrProblem<std::vector<std::string>> epcs_of(const Request& request, std::string_view name) {
  std::vector<std::string> out;
  for (const auto& text : values_of(request, name)) {
    if (!epcis::is_uri(text) || text.starts_with("urn:epc:idpat:")) {
      return std::unexpected(query_parameter_problem(name, "URIs of single things, no patterns"));
    }
    out.push_back(provenance::canonical_text(epcis::Identifier::of(text)));
  }
  return out;
}

OrProblem<std::optional<std::int64_t>> time_of(const Request& request, std::string_view name) {
  const auto text = request.query_value(name);
  if (!text) return std::nullopt;
  const auto time = epcis::parse_timestamp(*text);
  if (!time) return std::unexpected(query_parameter_problem(name, "a time with its zone"));
  return time->ms;
}

constexpr epcis::EventType kEventTypes[] = {
    epcis::EventType::object,         epcis::EventType::aggregation, epcis::EventType::transaction,
    epcis::EventType::transformation, epcis::EventType::association,
};

OrProblem<EventFilter> filter_of(const Request& request) {
  if (auto known =
          only_parameters(request, {"eventType", "MATCH_epc", "MATCH_anyEPC", "EQ_bizStep",
                                    "GE_eventTime", "LT_eventTime", "perPage", "nextPageToken"});
      !known) {
    return std::unexpected(known.error());
  }
  EventFilter out;
  for (const auto& text : values_of(request, "eventType")) {
    const auto found =
        std::ranges::find(kEventTypes, text, [](epcis::EventType type) { return to_string(type); });
    if (found == std::end(kEventTypes)) {
      return std::unexpected(query_parameter_problem("eventType", "an event type of EPCIS 2.0"));
    }
    out.types.push_back(*found);
  }
  for (const auto& text : values_of(request, "EQ_bizStep")) {
    auto step = epcis::normalise(epcis::Vocabulary::biz_step, text);
    if (!step) return std::unexpected(query_parameter_problem("EQ_bizStep", "no business step"));
    out.biz_steps.push_back(std::move(*step));
  }
  auto epcs = epcs_of(request, "MATCH_epc");
  auto any_epcs = epcs_of(request, "MATCH_anyEPC");
  const auto from = time_of(request, "GE_eventTime");
  const auto until = time_of(request, "LT_eventTime");
  if (!epcs) return std::unexpected(epcs.error());
  if (!any_epcs) return std::unexpected(any_epcs.error());
  if (!from) return std::unexpected(from.error());
  if (!until) return std::unexpected(until.error());
  out.epcs = std::move(*epcs);
  out.any_epcs = std::move(*any_epcs);
  out.from_ms = *from;
  out.until_ms = *until;
  return out;
}

// The event with where it stands on the ledger, as an extension. `content` is a JSON object.
std::string with_standing(std::string content, const provenance::EventRecord& record) {
  boost::json::array transactions;
  for (const auto& reference : record.references) {
    transactions.push_back(
        {{"txid", reference.txid.hex()}, {"height", json_number(reference.height)}});
  }
  boost::json::object standing{{"standing", record.standing.facts > 0 ? "fact" : "claim"},
                               {"facts", record.standing.facts},
                               {"claims", record.standing.claims},
                               {"reason", nullptr},
                               {"transactions", std::move(transactions)},
                               {"captureID", record.job.hex()}};
  if (record.reason != 0) standing["reason"] = provenance::name_of_error(record.reason);
  content.pop_back();
  return content + ",\"tally:ledger\":" + boost::json::serialize(standing) + "}";
}

constexpr std::string_view kContext =
    R"("@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",)"
    R"({"tally":"urn:tally:epcis:"}])";

std::string_view answer_type(const Request& request) {
  return request.accepts(kJsonLd) ? kJsonLd : kJson;
}

OrProblem<Response> list_events(const Api& api, const Request& request, const EventReader& reader) {
  const auto filter = filter_of(request);
  if (!filter) return std::unexpected(filter.error());
  const auto count = per_page(request, provenance::kQueryPageMax);
  if (!count) return std::unexpected(count.error());
  const auto page = provenance::query_events(api.capture->store(), reader, *filter, *count,
                                             request.query_value("nextPageToken").value_or(""));
  if (!page) {
    if (page.error() == provenance::QueryFault::failed) {
      return std::unexpected(problem(ErrorCode::internal_error));
    }
    return std::unexpected(query_parameter_problem("nextPageToken", "of this query"));
  }
  provenance::EventContents contents(api.documents);
  std::string events;
  for (const auto& record : page->records) {
    auto content = contents.read(record);
    if (!content) continue;  // erased: what the ledger keeps of it is in the item's history
    if (!events.empty()) events += ',';
    events += with_standing(std::move(*content), record);
  }
  const auto now = epcis::Timestamp{static_cast<std::int64_t>(api.clock.wall_ms())}.iso();
  auto body =
      fmt::format(R"({{{},"type":"EPCISQueryDocument","schemaVersion":"2.0","creationDate":"{}",)"
                  R"("epcisBody":{{"queryResults":{{"queryName":"SimpleEventQuery",)"
                  R"("resultsBody":{{"eventList":[{}]}}}}}}}})",
                  kContext, now, events);
  auto response = answer(200, answer_type(request), std::move(body));
  if (!page->next_token.empty()) {
    response.with("Link", next_link(api, request, kEventsPath, page->next_token));
  }
  return response;
}

OrProblem<Response> one_event(const Api& api, const Request& request, const EventReader& reader) {
  if (auto known = only_parameters(request, {}); !known) return std::unexpected(known.error());
  const auto records = api.capture->store().events_of_id(request.param("event_id"));
  if (!records) return std::unexpected(problem(ErrorCode::internal_error));
  // Of several who captured it: the one whose word counts.
  const provenance::EventRecord* best = nullptr;
  for (const auto& record : *records) {
    if (!reader.may_read(record)) continue;
    if (best == nullptr || record.standing.facts > best->standing.facts) best = &record;
  }
  if (best == nullptr) return std::unexpected(no_such_resource());
  auto content = provenance::EventContents(api.documents).read(*best);
  if (!content) return std::unexpected(no_such_resource());
  return answer(200, answer_type(request), with_standing(std::move(*content), *best));
}

}  // namespace

void add_epcis_routes(Router& router, const Api& api) {
  router.add({.method = Method::kPost,
              .pattern = std::string(kCapturePath),
              .handler = [&api](Request request,
                                const Reply& reply) { capture(api, std::move(request), reply); },
              .body_bytes_max = provenance::kDocumentBytesMax,
              .options_headers = capture_headers()});
  add_reading(router, api, kCapturePath, version_headers(), list_jobs);
  add_reading(router, api, std::string(kCapturePath) + "/{capture_id}", version_headers(), one_job);
  add_reading(router, api, kEventsPath, version_headers(), list_events);
  add_reading(router, api, std::string(kEventsPath) + "/{event_id...}", version_headers(),
              one_event);
}

}  // namespace tally::http
