#include "fault/common/captures.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/clock.hpp"
#include "client/development.hpp"
#include "codec/genesis.hpp"
#include "codec/transaction.hpp"
#include "contracts/limits.hpp"

namespace tally::fault {
namespace {

namespace json = boost::json;

constexpr std::string_view kPrefix = "9521141";
constexpr std::string_view kItems = "https://id.gs1.org/01/09521141000014/21/";

crypto::PublicKey key(std::string_view name) {
  return crypto::public_key(client::development_key(name));
}

}  // namespace

std::expected<void, std::string> settle(client::HttpClient& client,
                                        const std::vector<std::string_view>& signers,
                                        contracts::CommandBody command) {
  contracts::Transaction tx;
  tx.version = contracts::kTransactionVersion;
  tx.network_id = contracts::network_id(codec::encode_genesis(client::development_genesis()));
  tx.valid_until_ms = SystemClock().wall_ms() + contracts::kValidityMsDefault;
  for (const auto name : signers) tx.signers.push_back(key(name));
  tx.commands = {contracts::Command{{}, {}, std::move(command)}};
  codec::SignedTransaction bytes{codec::encode_body(tx), {}};
  const auto txid = contracts::txid(tx.network_id, bytes.body);
  for (const auto name : signers) {
    const auto signature = crypto::sign(client::development_key(name), txid.bytes);
    bytes.witnesses.emplace_back(signature.bytes.begin(), signature.bytes.end());
  }
  const auto response = client.request("POST", "/v1/transactions", "application/x-protobuf",
                                       as_text(codec::encode_signed(bytes)), {});
  if (!response) return std::unexpected(std::string(client::name(response.error())));
  if (response->status != 200) return std::unexpected(response->body);
  return {};
}

std::expected<void, std::string> admit_capturer(client::HttpClient& client, std::string_view name) {
  contracts::MemberAdmit admit;
  admit.keys = {key(name)};
  const std::vector<std::string_view> operators{"operator-1", "operator-2"};
  if (auto done = settle(client, operators, std::move(admit)); !done) return done;
  return settle(client, operators, contracts::PrefixRegister{std::string(kPrefix), key(name), {}});
}

std::expected<void, std::string> delegate_capture(client::HttpClient& client, std::string_view name,
                                                  const crypto::PublicKey& agent) {
  contracts::DelegationGrant grant;
  grant.principal = key(name);
  grant.agent = agent;
  grant.powers.commands = {contracts::ItemCommission::kNumber, contracts::ItemObserve::kNumber,
                           contracts::ItemClaim::kNumber};
  grant.powers.prefixes = {std::string(kPrefix)};
  grant.powers.items_max = 1'000'000;
  grant.powers.until_ms = SystemClock().wall_ms() + contracts::kDayMs;
  return settle(client, {name}, std::move(grant));
}

std::string capture_document(std::uint64_t& serial, std::size_t events) {
  json::array list;
  for (std::size_t i = 0; i < events; ++i) {
    list.push_back({{"type", "ObjectEvent"},
                    {"eventTime", "2026-02-02T09:00:00Z"},
                    {"eventTimeZoneOffset", "+01:00"},
                    {"action", "ADD"},
                    {"bizStep", "commissioning"},
                    {"epcList", {fmt::format("{}S{}", kItems, ++serial)}}});
  }
  return json::serialize(
      json::object{{"@context", "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"},
                   {"type", "EPCISDocument"},
                   {"schemaVersion", "2.0"},
                   {"creationDate", "2026-03-01T00:00:00Z"},
                   {"epcisBody", {{"eventList", std::move(list)}}}});
}

}  // namespace tally::fault
