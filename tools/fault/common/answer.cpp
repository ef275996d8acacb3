#include "fault/common/answer.hpp"

#include "client/development.hpp"
#include "contracts/address.hpp"

namespace tally::fault {
namespace {

namespace json = boost::json;

std::optional<Answer> post(client::HttpClient& client, const std::string& target,
                           const json::object& body) {
  const auto response = client.post(target, "application/json", json::serialize(body));
  if (!response) return std::nullopt;
  return read_answer(*response);
}

}  // namespace

std::string Answer::text(std::string_view member) const {
  const auto* value = body.if_contains(member);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::uint64_t Answer::number(std::string_view member) const { return number_of(body, member); }

bool Answer::is(std::string_view member) const {
  const auto* value = body.if_contains(member);
  return value != nullptr && *value == true;
}

Answer read_answer(const client::ClientResponse& response) {
  Answer out{response.status, {}};
  json::error_code error;
  auto value = json::parse(response.body, error);
  if (!error && value.is_object()) out.body = std::move(value.get_object());
  return out;
}

std::uint64_t number_of(const json::object& object, std::string_view member) {
  const auto* value = object.if_contains(member);
  if (value == nullptr || value->is_null()) return 0;
  return value->is_string() ? std::stoull(std::string(value->get_string()))
                            : value->to_number<std::uint64_t>();
}

std::string development_address(std::string_view name) {
  const auto key = crypto::public_key(client::development_key(name));
  return contracts::encode_address(contracts::account_of(key), contracts::NetworkKind::development);
}

std::optional<std::string> sign_in(client::HttpClient& client, std::string_view name) {
  const auto address = development_address(name);
  const auto challenge = post(client, "/v1/sign-in/challenge", {{"address", address}});
  if (!challenge) return std::nullopt;
  const auto digest = array_from_hex<32>(challenge->text("digest"));
  if (!digest) return std::nullopt;
  const auto signature = crypto::sign(client::development_key(name), *digest);
  const auto session = post(client, "/v1/sign-in",
                            {{"address", address},
                             {"nonce", challenge->text("nonce")},
                             {"expires_ms", challenge->text("expires_ms")},
                             {"signature", to_hex(signature.view())}});
  if (!session || session->text("token").empty()) return std::nullopt;
  return session->text("token");
}

}  // namespace tally::fault
