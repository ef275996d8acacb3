#include "http/api/case_files.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/log.hpp"
#include "codec/words.hpp"
#include "contracts/authentication/case_step.hpp"
#include "crypto/random.hpp"
#include "http/api/cases.hpp"
#include "http/json.hpp"
#include "provenance/case_files.hpp"

namespace tally::http {
namespace {

using contracts::CaseEntry;
using contracts::CaseId;
using contracts::CaseState;
using contracts::ErrorCode;
using provenance::CaseFault;
using provenance::CaseFile;

constexpr std::size_t kJsonBytesMax = 64 * 1024;
constexpr std::size_t kNoteBytesMax = 500;
constexpr std::size_t kMethodBytesMax = 1'000;
constexpr std::size_t kPointsMax = 64;

constexpr std::string_view kRoles[] = {"front", "back",   "logo",   "stitching", "zip",
                                       "metal", "serial", "lining", "sole",      "bag",
                                       "box",   "papers", "other"};
constexpr std::string_view kPoints[] = {"shape", "logo",   "stitching", "zip",
                                        "metal", "serial", "material",  "lining",
                                        "sole",  "bag",    "box",       "papers"};
constexpr std::string_view kFindings[] = {"consistent", "inconsistent", "not_visible"};

Problem problem_of_case(const CaseFault& fault, std::string_view what) {
  switch (fault.code) {
    case CaseFault::Code::not_found:
      return problem(ErrorCode::document_unknown);
    case CaseFault::Code::too_many:
      return bad_parameter(std::string(what), "there are as many as there may be");
    case CaseFault::Code::image:
      if (fault.image == images::Error::unknown_format) {
        return problem(ErrorCode::unsupported_media_type);
      }
      return bad_parameter("body", fault.image == images::Error::too_large
                                       ? "the picture has too many bytes or pixels"
                                       : "the picture is damaged");
    case CaseFault::Code::no_room:
      return no_room(what);
    case CaseFault::Code::busy:
      return problem(ErrorCode::queue_full);
    case CaseFault::Code::internal:
      break;
  }
  spdlog::error("case files: {}", what);
  return problem(ErrorCode::internal_error);
}

template <typename T>
OrProblem<T> checked_file(provenance::OrCaseFault<T> answer, std::string_view what) {
  if (!answer) return std::unexpected(problem_of_case(answer.error(), what));
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return std::move(*answer);
  }
}

// The case on the ledger, as of the last block; nothing while it is a draft.
OrProblem<std::optional<CaseEntry>> entry_of(const Api& api, const CaseId& id) {
  auto found = api.engine.ledger().read_entry(contracts::case_key(id));
  if (!found) return std::unexpected(problem(found.error()));
  if (!*found) return std::nullopt;
  return std::get<CaseEntry>(std::move(**found));
}

/// A case's file and who asks for it.
struct Asked {
  CaseId id;
  crypto::PublicKey account;
  CaseFile file;
  std::optional<CaseEntry> entry;

  [[nodiscard]] bool requester() const { return account == file.requester; }
  /// A judge of any round, as long as the case lives.
  [[nodiscard]] bool judge() const {
    return entry && entry->state != CaseState::closed && is_judge(*entry, account);
  }
};

// Whoever has no part in it is told the same whether there is such a case or not.
OrProblem<Asked> ask(const Api& api, const Request& request, custody::Scope scope) {
  const auto caller = require_account(api, request, scope);
  if (!caller) return std::unexpected(caller.error());
  const auto id = parse_case(request);
  if (!id) return std::unexpected(id.error());
  auto file = api.cases->find(*id);
  if (!file && file.error().code == CaseFault::Code::not_found) {
    return std::unexpected(problem(ErrorCode::not_yours));
  }
  if (!file) return std::unexpected(problem_of_case(file.error(), "the case's file"));
  auto entry = entry_of(api, *id);
  if (!entry) return std::unexpected(entry.error());
  Asked asked{*id, *caller->account, std::move(*file), std::move(*entry)};
  if (!asked.requester() && !asked.judge()) {
    return std::unexpected(problem(ErrorCode::not_yours));
  }
  return asked;
}

OrProblem<Asked> ask_requester(const Api& api, const Request& request) {
  auto asked = ask(api, request, custody::Scope::build);
  if (asked && !asked->requester()) return std::unexpected(problem(ErrorCode::not_yours));
  return asked;
}
// The same, before the case is on the ledger: from then on its evidence is what it is.
OrProblem<Asked> ask_draft(const Api& api, const Request& request) {
  auto asked = ask_requester(api, request);
  if (asked && asked->entry) return std::unexpected(problem(ErrorCode::case_exists));
  return asked;
}

boost::json::object photograph_json(const provenance::Photograph& photograph) {
  return {{"photograph", to_hex(photograph.id)},
          {"role", photograph.role},
          {"width", photograph.size.width},
          {"height", photograph.size.height},
          {"bytes", json_number(photograph.bytes)}};
}

OrProblem<boost::json::object> file_json(const Api& api, const Asked& asked) {
  const auto& file = asked.file;
  const auto description = checked_file(api.cases->description(file), "the description");
  if (!description) return std::unexpected(description.error());
  boost::json::array photographs;
  for (const auto& one : file.photographs) photographs.push_back(photograph_json(one));
  boost::json::object out{
      {"case", asked.id.hex()},
      {"state", asked.entry ? codec::word(asked.entry->state) : "draft"},
      {"gs1_key", nullptr},
      {"description", *description},
      {"category", file.category},
      {"source", file.source},
      {"description_hash", to_hex(provenance::description_hash(file.nonce, *description))},
      {"category_hash", to_hex(provenance::category_hash(file.category))},
      {"source_hash", to_hex(provenance::source_hash(file.source))},
      {"evidence_root", to_hex(asked.entry ? asked.entry->evidence_root
                                           : provenance::evidence_root(file.photographs))},
      {"photographs", std::move(photographs)},
      {"nonce", nullptr},
      {"sealed_hash", nullptr}};
  if (!file.gs1_key.empty()) out["gs1_key"] = file.gs1_key;
  // What only the requester needs, to open the case. The judges shall not know who that is.
  if (asked.requester()) {
    out["nonce"] = to_hex(file.nonce);
    out["sealed_hash"] = to_hex(crypto::random_array<32>());
  }
  return out;
}

Response fresh(int status, const boost::json::object& body) {
  auto response = json_response(status, body);
  return std::move(response.with("Cache-Control", "no-store"));
}

// ---- The requester's side. ----

OrProblem<CaseFile> read_new_file(const boost::json::object& object, std::string& description) {
  CaseFile file;
  const auto category = text_member(object, "category");
  if (!category) return std::unexpected(category.error());
  const auto source = text_member(object, "source");
  if (!source) return std::unexpected(source.error());
  for (const auto& [name, text] :
       {std::pair{"category", &*category}, std::pair{"source", &*source}}) {
    if (!provenance::is_case_word(*text)) {
      return std::unexpected(bad_parameter(name, "1 to 48 of a-z, 0-9, - and ."));
    }
  }
  const auto text = text_member(object, "description");
  if (!text) return std::unexpected(text.error());
  if (text->empty() || text->size() > provenance::kDescriptionBytesMax) {
    return std::unexpected(bad_parameter("description", "1 to 2000 bytes"));
  }
  if (object.contains("gs1_key")) {
    auto gs1_key = text_member(object, "gs1_key");
    if (!gs1_key) return std::unexpected(gs1_key.error());
    if (!contracts::valid_gs1_key(*gs1_key)) {
      return std::unexpected(bad_parameter("gs1_key", "a GS1 key in canonical form"));
    }
    file.gs1_key = std::move(*gs1_key);
  }
  file.category = *category;
  file.source = *source;
  description = *text;
  return file;
}

OrProblem<Response> begin(const Api& api, const Request& request) {
  const auto caller = require_account(api, request, custody::Scope::build);
  if (!caller) return std::unexpected(caller.error());
  const auto member = is_member(api, *caller->account);
  if (!member) return std::unexpected(member.error());
  if (!*member) return std::unexpected(problem(ErrorCode::not_a_member));
  const auto object = body_object(request, {"gs1_key", "description", "category", "source"});
  if (!object) return std::unexpected(object.error());
  std::string description;
  auto file = read_new_file(*object, description);
  if (!file) return std::unexpected(file.error());
  file->requester = *caller->account;
  file->nonce = crypto::random_array<32>();
  file->created_ms = api.clock.wall_ms();
  const auto opened = [&](const CaseId& id) {
    const auto entry = entry_of(api, id);
    return entry && entry->has_value();
  };
  if (auto begun = checked_file(api.cases->begin(*file, description, opened), "cases"); !begun) {
    return std::unexpected(begun.error());
  }
  const auto id = contracts::case_id(file->requester, file->nonce);
  auto kept = checked_file(api.cases->find(id), "the case's file");
  if (!kept) return std::unexpected(kept.error());
  const auto body = file_json(api, {id, file->requester, std::move(*kept), std::nullopt});
  if (!body) return std::unexpected(body.error());
  return fresh(201, *body);
}

OrProblem<Response> add_photograph(const Api& api, const Request& request) {
  const auto asked = ask_draft(api, request);
  if (!asked) return std::unexpected(asked.error());
  const auto role = request.query_value("role").value_or("other");
  if (std::ranges::find(kRoles, role) == std::end(kRoles)) {
    return std::unexpected(bad_parameter("role", "what it shows, as logo"));
  }
  const auto type = request.media_type();
  if (type != "image/jpeg" && type != "image/png") {
    return std::unexpected(problem(ErrorCode::unsupported_media_type));
  }
  const auto added = checked_file(
      api.cases->add_photograph(asked->id, request.body, std::string(role), api.clock.wall_ms()),
      "photographs");
  if (!added) return std::unexpected(added.error());
  const auto file = checked_file(api.cases->find(asked->id), "the case's file");
  if (!file) return std::unexpected(file.error());
  auto body = photograph_json(*added);
  body["evidence_root"] = to_hex(provenance::evidence_root(file->photographs));
  return fresh(201, body);
}

OrProblem<Hash32> parse_photograph(const Request& request) {
  const auto id = array_from_hex<32>(request.param("photograph"));
  if (!id) return std::unexpected(bad_parameter("photograph", "64 hexadecimal digits"));
  return *id;
}

// As long as nobody judges by it; when the case is closed only its hash remains.
OrProblem<Response> remove_photograph(const Api& api, const Request& request) {
  const auto asked = ask_requester(api, request);
  if (!asked) return std::unexpected(asked.error());
  if (asked->entry && asked->entry->state != CaseState::closed) {
    return std::unexpected(problem(ErrorCode::case_exists));
  }
  const auto photograph = parse_photograph(request);
  if (!photograph) return std::unexpected(photograph.error());
  const auto done = checked_file(
      api.cases->remove_photograph(asked->id, *photograph, api.clock.wall_ms()), "photographs");
  if (!done) return std::unexpected(done.error());
  return Response{.status = 204};
}

// ---- For requester and judges. ----

OrProblem<Response> file(const Api& api, const Request& request) {
  const auto asked = ask(api, request, custody::Scope::read_own);
  if (!asked) return std::unexpected(asked.error());
  const auto body = file_json(api, *asked);
  if (!body) return std::unexpected(body.error());
  return fresh(200, *body);
}

OrProblem<Response> photograph(const Api& api, const Request& request) {
  const auto asked = ask(api, request, custody::Scope::read_own);
  if (!asked) return std::unexpected(asked.error());
  const auto id = parse_photograph(request);
  if (!id) return std::unexpected(id.error());
  const auto text = request.query_value("size").value_or("full");
  using provenance::PhotographSize;
  if (text != "full" && text != "1280" && text != "320") {
    return std::unexpected(bad_parameter("size", "320, 1280 or full"));
  }
  const auto size = text == "320"    ? PhotographSize::small
                    : text == "1280" ? PhotographSize::large
                                     : PhotographSize::full;
  const auto jpeg =
      checked_file(api.cases->read_photograph(asked->id, *id, size), "the photograph");
  if (!jpeg) return std::unexpected(jpeg.error());
  auto response = text_response(200, "image/jpeg", std::string(as_text(*jpeg)));
  return std::move(response.with("Cache-Control", "private, no-store"));
}

// ---- Inspections. ----

OrProblem<void> check_point(const boost::json::value& value, std::size_t index) {
  const auto wrong = [&](std::string_view member, std::string detail) {
    return std::unexpected(bad_parameter(
        "points/" + std::to_string(index) + "/" + std::string(member), std::move(detail)));
  };
  const auto* point = value.if_object();
  if (point == nullptr) return wrong("", "an object");
  for (const auto& member : *point) {
    const std::string_view name(member.key());
    const bool text =
        name == "point" || name == "finding" || name == "note" || name == "photograph";
    const bool number = name == "x" || name == "y" || name == "width" || name == "height";
    if (!text && !number) return wrong(name, "is not a member of a point");
    if (text && !member.value().is_string()) return wrong(name, "a text");
    if (number && (!member.value().is_int64() || member.value().get_int64() < 0 ||
                   member.value().get_int64() > 10'000)) {
      return wrong(name, "basis points of the picture, 0 to 10000");
    }
  }
  const auto word_of = [&](std::string_view name) {
    const auto* found = point->if_contains(name);
    return found == nullptr ? std::string_view() : std::string_view(found->get_string());
  };
  if (std::ranges::find(kPoints, word_of("point")) == std::end(kPoints)) {
    return wrong("point", "what was looked at, as logo");
  }
  if (std::ranges::find(kFindings, word_of("finding")) == std::end(kFindings)) {
    return wrong("finding", "consistent, inconsistent or not_visible");
  }
  if (word_of("note").size() > kNoteBytesMax) return wrong("note", "at most 500 bytes");
  if (!word_of("photograph").empty() && !array_from_hex<32>(word_of("photograph"))) {
    return wrong("photograph", "64 hexadecimal digits");
  }
  return {};
}

struct Findings {
  contracts::Verdict verdict = contracts::Verdict::inconclusive;
  std::uint32_t confidence_bps = 0;
  std::string method;
  boost::json::array points;
};

OrProblem<Findings> read_findings(const Request& request) {
  const auto object = body_object(request, {"verdict", "confidence_bps", "method", "points"});
  if (!object) return std::unexpected(object.error());
  Findings out;
  const auto word = text_member(*object, "verdict");
  if (!word) return std::unexpected(word.error());
  const auto verdict = codec::from_word<contracts::Verdict>(*word);
  if (!verdict) return std::unexpected(bad_parameter("verdict", "genuine, fake or inconclusive"));
  out.verdict = *verdict;
  const auto confidence = number_member(*object, "confidence_bps");
  if (!confidence) return std::unexpected(confidence.error());
  if (*confidence > 10'000) return std::unexpected(bad_parameter("confidence_bps", "0 to 10000"));
  out.confidence_bps = static_cast<std::uint32_t>(*confidence);
  auto method = text_member(*object, "method");
  if (!method) return std::unexpected(method.error());
  if (method->size() > kMethodBytesMax) {
    return std::unexpected(bad_parameter("method", "at most 1000 bytes"));
  }
  out.method = std::move(*method);
  const auto* points = object->if_contains("points");
  if (points == nullptr || !points->is_array() || points->get_array().size() > kPointsMax) {
    return std::unexpected(bad_parameter("points", "a list of at most 64"));
  }
  out.points = points->get_array();
  for (std::size_t i = 0; i < out.points.size(); ++i) {
    if (auto ok = check_point(out.points[i], i); !ok) return std::unexpected(ok.error());
  }
  return out;
}

const contracts::Seat* seat_now(const Asked& asked) {
  if (!asked.entry) return nullptr;
  const auto seat = contracts::seat_of(*asked.entry, asked.account);
  return seat ? &asked.entry->seats[*seat] : nullptr;
}

// What a judge commits to and reveals is made here, and kept with its salt: both commands then take
// what the answer says.
OrProblem<Response> put_inspection(const Api& api, const Request& request) {
  const auto caller = require_account(api, request, custody::Scope::build);
  if (!caller) return std::unexpected(caller.error());
  auto found = read_findings(request);
  if (!found) return std::unexpected(found.error());
  const auto asked = ask(api, request, custody::Scope::build);
  if (!asked) return std::unexpected(asked.error());
  const auto* seat = seat_now(*asked);
  if (seat == nullptr) return std::unexpected(problem(ErrorCode::case_not_judge));
  if (asked->entry->state != CaseState::commit || contracts::committed(*seat)) {
    return std::unexpected(problem(ErrorCode::case_said_already));
  }
  const auto salt = crypto::random_array<32>();
  const auto points = boost::json::serialize(found->points);
  const contracts::Finding finding{found->verdict, found->confidence_bps,
                                   provenance::method_hash(found->method),
                                   provenance::points_hash(salt, points)};
  boost::json::object body{
      {"case", asked->id.hex()},
      {"appraiser", address_of(api, asked->account)},
      {"round", asked->entry->round},
      {"verdict", codec::word(found->verdict)},
      {"confidence_bps", found->confidence_bps},
      {"method", found->method},
      {"points", std::move(found->points)},
      {"method_hash", to_hex(finding.method_hash)},
      {"points_hash", to_hex(finding.points_hash)},
      {"salt", to_hex(salt)},
      {"commitment", to_hex(contracts::case_commitment(asked->id, asked->account,
                                                       asked->entry->round, finding, salt))}};
  const auto done =
      checked_file(api.cases->put_inspection(asked->id, asked->account,
                                             static_cast<std::uint8_t>(asked->entry->round),
                                             boost::json::serialize(body), api.clock.wall_ms()),
                   "inspections");
  if (!done) return std::unexpected(done.error());
  return fresh(200, body);
}

// A judge reads its own; everybody with a part in the case reads them all once it is decided.
OrProblem<Response> inspections(const Api& api, const Request& request) {
  const auto asked = ask(api, request, custody::Scope::read_own);
  if (!asked) return std::unexpected(asked.error());
  boost::json::array rows;
  for (const auto& inspection : asked->file.inspections) {
    const bool own = inspection.appraiser == asked->account;
    // Of a second panel they are told when the case is closed.
    const bool told = asked->entry && asked->entry->verdict &&
                      (inspection.round == 1 || asked->entry->state == CaseState::closed);
    if (!own && !told) continue;
    const auto text = checked_file(api.cases->read_inspection(inspection), "the inspection");
    if (!text) return std::unexpected(text.error());
    auto parsed = parse_json_strict(*text);
    if (!parsed || !parsed->is_object()) return std::unexpected(problem(ErrorCode::internal_error));
    rows.push_back(std::move(*parsed));
  }
  return fresh(200, {{"inspections", std::move(rows)}});
}

}  // namespace

void add_case_file_routes(Router& router, const Api& api) {
  add_write(router, api, Method::kPost, "/v1/cases", begin, kJsonBytesMax);
  add_write(router, api, Method::kGet, "/v1/cases/{case}/file", file);
  add_write(router, api, Method::kPost, "/v1/cases/{case}/photographs", add_photograph,
            images::kInputBytesMax, {{"role"}});
  add_write(router, api, Method::kDelete, "/v1/cases/{case}/photographs/{photograph}",
            remove_photograph);
  add_write(router, api, Method::kGet, "/v1/cases/{case}/photographs/{photograph}", photograph, 0,
            {{"size"}});
  add_write(router, api, Method::kPut, "/v1/cases/{case}/inspection", put_inspection,
            kJsonBytesMax);
  add_write(router, api, Method::kGet, "/v1/cases/{case}/inspections", inspections);
}

}  // namespace tally::http
