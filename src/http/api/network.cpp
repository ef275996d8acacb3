#include "http/api/network.hpp"

#include <boost/json.hpp>

#include "codec/json.hpp"
#include "codec/words.hpp"
#include "contracts/address.hpp"
#include "contracts/limits.hpp"
#include "http/api/read.hpp"
#include "http/json.hpp"
#include "views/registry.hpp"

namespace tally::http {
namespace {

using contracts::ErrorCode;

boost::json::object limits_json() {
  using namespace contracts;
  return {{"body_bytes_max", kBodyBytesMax},
          {"signers_max", kSignersMax},
          {"inputs_max", kInputsMax},
          {"outputs_max", kOutputsMax},
          {"references_max", kReferencesMax},
          {"commands_max", kCommandsMax},
          {"idempotency_key_bytes_max", kIdempotencyKeyBytesMax},
          {"validity_ms_max", json_number(kValidityMsMax)},
          {"validity_ms_default", json_number(kValidityMsDefault)},
          {"idempotency_ms", json_number(kIdempotencyMs)},
          {"items_per_command_max", kItemsPerCommandMax},
          {"order_lines_max", kOrderLinesMax},
          {"supply_max", json_number(kSupplyMax)}};
}

OrProblem<Response> network(const Read& read) {
  const auto entry = checked(views::find_network(read.snapshot));
  if (!entry) return std::unexpected(entry.error());
  boost::json::array operators;
  for (const auto& key : entry->operators) operators.emplace_back(address_of(read.api, key));
  const auto head = read.api.engine.head();
  return read.answer({{"name", entry->name},
                      {"kind", codec::word(read.api.kind())},
                      {"network_id", read.api.network_id().hex()},
                      {"address_prefix", contracts::address_prefix(read.api.kind())},
                      {"operators", std::move(operators)},
                      {"quorum", entry->quorum},
                      {"rule_version", entry->rule_version},
                      {"node_key", to_hex(read.api.node_key.public_key().view())},
                      {"head", codec::to_json(head, read.api.kind())},
                      {"head_hash", to_hex(codec::block_hash(head))},
                      {"time_ms", json_number(read.api.engine.time_ms())},
                      {"limits", limits_json()}});
}

boost::json::object outcome_json(const Read& read, const codec::SettledRecord& record) {
  boost::json::array witnesses;
  for (const auto& witness : record.witnesses) witnesses.emplace_back(to_base64(witness));
  boost::json::array writes;
  for (const auto& write : record.writes) {
    writes.push_back(codec::to_json(write.entry, read.api.kind()));
  }
  boost::json::object out{{"outcome", "settled"},
                          {"txid", contracts::txid(read.api.network_id(), record.body).hex()},
                          {"body", to_base64(record.body)},
                          {"witnesses", std::move(witnesses)},
                          {"writes", std::move(writes)}};
  if (const auto body = codec::decode_body(record.body)) {
    out["transaction"] = codec::to_json(*body, read.api.kind());
  }
  return out;
}

boost::json::object outcome_json(const Read&, const codec::RejectedRecord& record) {
  return {
      {"outcome", "rejected"},           {"txid", record.txid.hex()},
      {"code", name(record.error.code)}, {"number", static_cast<std::uint16_t>(record.error.code)},
      {"index", record.error.index},     {"figure", json_number(record.error.figure)}};
}

OrProblem<Response> block(const Read& read) {
  const auto height = parse_number(read.request.param("height"));
  if (!height) return std::unexpected(bad_parameter("height", "a whole number in digits"));
  const auto bodies = flag_parameter(read.request, "bodies");
  if (!bodies) return std::unexpected(bodies.error());
  const bool may =
      read.caller.may(custody::Scope::audit) || read.caller.may(custody::Scope::operate);
  if (*bodies && !may) {
    const bool stranger = !read.caller.account;
    return std::unexpected(problem(stranger ? ErrorCode::token_missing : ErrorCode::scope_missing));
  }
  auto& feed = read.api.engine.feed();
  if (*height > feed.tip()) return std::unexpected(problem(ErrorCode::block_unknown));
  const auto found = checked(feed.get(*height, std::chrono::milliseconds(0)));
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::unexpected(problem(ErrorCode::block_unknown));
  const auto& header = (*found)->header;
  boost::json::object body{{"hash", to_hex(codec::block_hash(header))},
                           {"header", codec::to_json(header, read.api.kind())}};
  if (*bodies) {
    boost::json::array outcomes;
    for (const auto& outcome : (*found)->outcomes) {
      outcomes.push_back(
          std::visit([&](const auto& record) { return outcome_json(read, record); }, outcome));
    }
    body["outcomes"] = std::move(outcomes);
    // The bytes themselves: who audits decodes them itself.
    body["block"] = to_base64(codec::encode_block(**found));
  }
  return read.answer(std::move(body));
}

}  // namespace

void add_network_routes(Router& router, const Api& api) {
  add_read(router, api, {.pattern = "/v1/network", .handler = network, .is_public = true});
  add_read(router, api,
           {.pattern = "/v1/blocks/{height}",
            .handler = block,
            .query = {{"bodies"}},
            .is_public = true});
}

}  // namespace tally::http
