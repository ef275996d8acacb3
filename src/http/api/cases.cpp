#include "http/api/cases.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "codec/credential.hpp"
#include "codec/words.hpp"
#include "contracts/authentication/case_flow.hpp"
#include "contracts/membership.hpp"
#include "http/json.hpp"

namespace tally::http {
namespace {

using contracts::CaseEntry;
using contracts::CaseId;
using contracts::CaseState;
using contracts::ErrorCode;
using contracts::RegistryKind;

template <typename E>
boost::json::value maybe_word(const std::optional<E>& value) {
  return value ? boost::json::value(boost::json::string(codec::word(*value)))
               : boost::json::value(nullptr);
}

boost::json::value maybe_time(std::uint64_t ms) {
  return ms == 0 ? boost::json::value(nullptr) : boost::json::value(json_number(ms));
}

bool decided(const CaseEntry& entry) { return entry.verdict.has_value(); }

// What judges have revealed is told once the case is decided: one that has not revealed yet shall
// not be told by those who have.
boost::json::array revealed_json(const Api& api, const CaseEntry& entry) {
  boost::json::array out;
  if (!decided(entry)) return out;
  const bool second = entry.state == CaseState::closed;
  for (const auto& seat : entry.seats) {
    if (!seat.verdict || (seat.round > 1 && !second)) continue;
    out.push_back({{"appraiser", address_of(api, seat.appraiser)},
                   {"round", seat.round},
                   {"verdict", codec::word(*seat.verdict)},
                   {"confidence_bps", seat.confidence_bps},
                   {"method_hash", to_hex(seat.method_hash)},
                   {"points_hash", to_hex(seat.points_hash)}});
  }
  return out;
}

boost::json::object seats_json(const CaseEntry& entry) {
  std::uint64_t drawn = 0;
  std::uint64_t committed = 0;
  std::uint64_t revealed = 0;
  for (const auto& seat : entry.seats) {
    if (seat.round != entry.round) continue;
    ++drawn;
    committed += seat.commitment != Hash32{};
    revealed += seat.verdict.has_value();
  }
  return {{"drawn", drawn}, {"committed", committed}, {"revealed", revealed}};
}

boost::json::object you_json(const CaseEntry& entry, const crypto::PublicKey& key) {
  boost::json::object out{{"requester", key == entry.requester},
                          {"challenger", entry.challenger == key},
                          {"seat", nullptr}};
  for (const auto& seat : entry.seats) {
    if (seat.appraiser != key) continue;
    out["seat"] = {{"round", seat.round},
                   {"committed", seat.commitment != Hash32{}},
                   {"revealed", seat.verdict.has_value()}};
  }
  return out;
}

boost::json::object case_json(const Read& read, const CaseId& id, const CaseEntry& entry) {
  const auto& api = read.api;
  const auto active_ms = read.snapshot.active_ms();
  boost::json::object subject;
  if (entry.gs1_key.empty()) {
    subject["description_hash"] = to_hex(entry.description_hash);
  } else {
    subject["gs1_key"] = entry.gs1_key;
  }
  boost::json::object out{{"case", id.hex()},
                          {"state", codec::word(entry.state)},
                          {"round", entry.round},
                          {"subject", std::move(subject)},
                          {"evidence_root", to_hex(entry.evidence_root)},
                          {"asset", asset_label(api, read.snapshot, entry.asset)},
                          {"fee", json_number(entry.free ? 0 : entry.terms.fee)},
                          {"free", entry.free},
                          {"challenge_bond", json_number(entry.terms.challenge_bond)},
                          {"judges", entry.terms.judges},
                          {"agreeing", entry.terms.agreeing},
                          {"seats", seats_json(entry)},
                          {"verdict", maybe_word(entry.verdict)},
                          {"first_verdict", maybe_word(entry.first_verdict)},
                          {"challenged", entry.challenger.has_value()},
                          {"control", maybe_word(entry.control)},
                          {"revealed", revealed_json(api, entry)},
                          {"opened_ms", json_number(entry.opened_ms)},
                          {"decided_ms", maybe_time(entry.decided_ms)},
                          {"closed_ms", maybe_time(entry.closed_ms)},
                          {"deadline_active_ms", maybe_time(entry.deadline_active_ms)},
                          {"deadline_in_ms", nullptr},
                          {"you", nullptr}};
  if (entry.state != CaseState::closed) {
    const auto left = entry.deadline_active_ms - std::min(active_ms, entry.deadline_active_ms);
    out["deadline_in_ms"] = json_number(left);
  }
  if (read.caller.account && read.caller.may(custody::Scope::read_own)) {
    out["you"] = you_json(entry, *read.caller.account);
  }
  return out;
}

// ---- Lists. ----

struct Filter {
  bool as_appraiser = true;
  bool as_requester = true;
  std::optional<CaseState> state;

  [[nodiscard]] bool takes(const CaseEntry& entry, const crypto::PublicKey& key) const {
    const bool asked = entry.requester == key;
    return (asked ? as_requester : as_appraiser) && (!state || entry.state == *state);
  }
};

OrProblem<Filter> parse_filter(const Request& request) {
  Filter filter;
  if (const auto as = request.query_value("as")) {
    if (*as != "appraiser" && *as != "requester") {
      return std::unexpected(bad_parameter("as", "appraiser or requester"));
    }
    filter.as_appraiser = *as == "appraiser";
    filter.as_requester = *as == "requester";
  }
  if (const auto text = request.query_value("state")) {
    filter.state = codec::from_word<CaseState>(*text);
    if (!filter.state) return std::unexpected(bad_parameter("state", "a state of a case"));
  }
  return filter;
}

OrProblem<Response> list(const Read& read) {
  const auto party = asked_party(read, "whose cases");
  if (!party) return std::unexpected(party.error());
  const auto filter = parse_filter(read.request);
  if (!filter) return std::unexpected(filter.error());
  const auto request = page_request(read.request);
  if (!request) return std::unexpected(request.error());
  const auto page = checked(views::list_owned_entries(
      read.snapshot, RegistryKind::authentication_case, party->bytes, *request));
  if (!page) return std::unexpected(page.error());
  boost::json::array rows;
  for (const auto& row : page->rows) {
    const auto& entry = std::get<CaseEntry>(row.entry);
    if (filter->takes(entry, *party)) rows.push_back(case_json(read, CaseId{row.key.id}, entry));
  }
  boost::json::object body{{"cases", std::move(rows)}};
  add_page(body, *page);
  return read.answer(std::move(body));
}

OrProblem<Response> one(const Read& read) {
  const auto found = find_case(read.snapshot, read.request);
  if (!found) return std::unexpected(found.error());
  return read.answer(case_json(read, found->first, found->second));
}

// ---- Credentials. ----

OrProblem<Response> credential(const Read& read) {
  const auto found = find_case(read.snapshot, read.request);
  if (!found) return std::unexpected(found.error());
  const auto& [id, entry] = *found;
  // While a second panel judges, what it has revealed is nobody's yet.
  if (!decided(entry) || (entry.state != CaseState::decided && entry.state != CaseState::closed)) {
    return std::unexpected(problem(
        contracts::Error{ErrorCode::case_state, 0, static_cast<std::uint64_t>(entry.state)}));
  }
  codec::Credential made{read.api.network_id(),
                         read.api.kind(),
                         id,
                         read.snapshot.height(),
                         codec::public_part(entry),
                         read.api.node_key.public_key(),
                         {}};
  made.signature = read.api.node_key.sign(codec::credential_message(made));
  auto response = json_response(200, codec::to_json(made));
  response.content_type = "application/vc+json";
  return response;
}

// ---- Appraisers. ----

boost::json::object record_json(const Api& api, const contracts::AppraiserEntry& record) {
  const auto controls = record.controls_right + record.controls_wrong;
  boost::json::object out{{"appraiser", address_of(api, record.appraiser)},
                          {"cases", json_number(record.cases)},
                          {"agreed", json_number(record.agreed)},
                          {"absences", json_number(record.absences)},
                          {"overturned", json_number(record.overturned)},
                          {"controls_right", json_number(record.controls_right)},
                          {"controls_wrong", json_number(record.controls_wrong)},
                          {"accuracy_bps", nullptr}};
  if (controls > 0) out["accuracy_bps"] = record.controls_right * 10'000 / controls;
  return out;
}

OrProblem<Response> appraisers(const Read& read) {
  const auto request = page_request(read.request);
  if (!request) return std::unexpected(request.error());
  const auto page = checked(views::list_entries(read.snapshot, RegistryKind::appraiser, *request));
  if (!page) return std::unexpected(page.error());
  boost::json::array rows;
  for (const auto& row : page->rows) {
    rows.push_back(record_json(read.api, std::get<contracts::AppraiserEntry>(row.entry)));
  }
  boost::json::object body{{"appraisers", std::move(rows)}};
  add_page(body, *page);
  return read.answer(std::move(body));
}

OrProblem<Response> appraiser(const Read& read) {
  const auto key = parse_key(read.api, "address", read.request.param("address"));
  if (!key) return std::unexpected(key.error());
  const views::SnapshotRegistry registry(read.snapshot);
  const auto* accredited = registry.get<contracts::AccreditationEntry>(
      contracts::accreditation_key(*key, contracts::Role::appraiser));
  const auto record = contracts::record_of(registry, *key);
  if (registry.fault()) return std::unexpected(problem(*registry.fault()));
  if (accredited == nullptr) return std::unexpected(problem(ErrorCode::not_accredited));
  auto body = record_json(read.api, record);
  body["accredited"] = accredited->revoked_ms == 0;
  body["since_ms"] = json_number(accredited->since_ms);
  return read.answer(std::move(body));
}

// The terms on which cases are judged in an asset; for who asks, what a case costs it now.
OrProblem<Response> panel(const Read& read) {
  const auto asset = find_asset_id(read.snapshot, read.request.param("asset"));
  if (!asset) return std::unexpected(asset.error());
  const views::SnapshotRegistry registry(read.snapshot);
  const auto* found = registry.get<contracts::PanelEntry>(contracts::panel_key(*asset));
  if (registry.fault()) return std::unexpected(problem(*registry.fault()));
  if (found == nullptr) return std::unexpected(problem(ErrorCode::panel_unknown));
  const auto& terms = found->terms;
  boost::json::object body{{"asset", asset_label(read.api, read.snapshot, *asset)},
                           {"judges", terms.judges},
                           {"agreeing", terms.agreeing},
                           {"fee", json_number(terms.fee)},
                           {"bond", json_number(terms.bond)},
                           {"challenge_bond", json_number(terms.challenge_bond)},
                           {"absence_bps", terms.absence_bps},
                           {"commit_ms", json_number(terms.commit_ms)},
                           {"reveal_ms", json_number(terms.reveal_ms)},
                           {"challenge_ms", json_number(terms.challenge_ms)},
                           {"open_max", terms.open_max},
                           {"appraisers", found->roll.size()},
                           {"you", nullptr}};
  if (read.caller.account && read.caller.may(custody::Scope::read_own)) {
    const auto& key = *read.caller.account;
    const auto member = contracts::answering_member(registry, key);
    const auto* asker =
        member ? registry.get<contracts::RequesterEntry>(contracts::requester_key((*member)->key))
               : nullptr;
    const auto* stake = contracts::find_stake(*found, key);
    if (registry.fault()) return std::unexpected(problem(*registry.fault()));
    const bool first = asker == nullptr || asker->cases == 0;
    body["you"] = {{"fee", json_number(first ? 0 : terms.fee)},
                   {"open", json_number(asker == nullptr ? 0 : asker->open)},
                   {"stake", json_number(stake == nullptr ? 0 : stake->amount)},
                   {"locked", json_number(stake == nullptr ? 0 : stake->locked)}};
  }
  return read.answer(std::move(body));
}

}  // namespace

OrProblem<CaseId> parse_case(const Request& request) {
  const auto id = CaseId::parse(request.param("case"));
  if (!id) return std::unexpected(bad_parameter("case", "64 hexadecimal digits"));
  return *id;
}

OrProblem<std::pair<CaseId, CaseEntry>> find_case(const views::Snapshot& snapshot,
                                                  const Request& request) {
  const auto id = parse_case(request);
  if (!id) return std::unexpected(id.error());
  const auto found = checked(views::find_entry(snapshot, contracts::case_key(*id)));
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::unexpected(problem(ErrorCode::case_unknown));
  return std::pair{*id, std::get<CaseEntry>((*found)->entry)};
}

bool is_judge(const CaseEntry& entry, const crypto::PublicKey& key) {
  return std::ranges::find(entry.seats, key, &contracts::Seat::appraiser) != entry.seats.end();
}

void add_case_routes(Router& router, const Api& api) {
  add_read(router, api,
           {.pattern = "/v1/cases",
            .handler = list,
            .query = {{"as"}, {"state"}, {"party"}},
            .paged = true});
  add_read(router, api, {.pattern = "/v1/cases/{case}", .handler = one});
  add_read(router, api, {.pattern = "/v1/cases/{case}/credential", .handler = credential});
  add_read(router, api,
           {.pattern = "/v1/appraisers", .handler = appraisers, .paged = true, .is_public = true});
  add_read(router, api,
           {.pattern = "/v1/appraisers/{address}", .handler = appraiser, .is_public = true});
  add_read(router, api, {.pattern = "/v1/panels/{asset}", .handler = panel});
}

}  // namespace tally::http
