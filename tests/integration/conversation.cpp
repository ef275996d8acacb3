#include "integration/conversation.hpp"

#include <boost/json.hpp>

#include "base/check.hpp"
#include "contracts/address.hpp"
#include "crypto/hash.hpp"

namespace tally::test {
namespace {

client::HttpClient open_client(const std::string& url, client::ClientOptions options) {
  auto client = client::HttpClient::open(url, std::move(options));
  CHECK(client.has_value());
  return std::move(*client);
}

std::vector<client::ClientHeader> authorised(std::string_view token) {
  if (token.empty()) return {};
  return {{"Authorization", "Bearer " + std::string(token)}};
}

}  // namespace

std::string Answer::text(std::string_view member) const {
  const auto* value = json.if_contains(member);
  if (value == nullptr || !value->is_string()) return {};
  return std::string(value->get_string());
}

std::uint64_t Answer::number(std::string_view member) const {
  const auto* value = json.if_contains(member);
  if (value == nullptr) return 0;
  if (value->is_int64()) return static_cast<std::uint64_t>(value->get_int64());
  if (value->is_uint64()) return value->get_uint64();
  const auto digits = text(member);
  return digits.empty() ? 0 : std::stoull(digits);
}

Answer parse_answer(const client::ClientResponse& response) {
  Answer out{.status = response.status, .json = {}, .body = response.body, .content_type = {}};
  if (const auto type = response.header("content-type")) out.content_type = *type;
  boost::json::error_code error;
  auto value = boost::json::parse(response.body, error);
  if (!error && value.is_object()) out.json = std::move(value.get_object());
  return out;
}

Conversation::Conversation(const std::string& url, client::ClientOptions options)
    : client_(open_client(url, std::move(options))) {}

Answer Conversation::request(std::string_view method, std::string_view target,
                             std::string_view content_type, std::string_view body,
                             const std::vector<client::ClientHeader>& headers) {
  const auto response = client_.request(method, target, content_type, body, headers);
  if (!response) {
    ADD_FAILURE() << method << ' ' << target << ": " << client::name(response.error());
    return {};
  }
  return parse_answer(*response);
}

Answer Conversation::get(std::string_view target, std::string_view token) {
  return request("GET", target, {}, {}, authorised(token));
}

Answer Conversation::post(std::string_view target, std::string_view content_type,
                          std::string_view body, std::string_view token) {
  return request("POST", target, content_type, body, authorised(token));
}

Answer Conversation::submit(const codec::SignedTransaction& transaction) {
  return post("/v1/transactions", "application/x-protobuf",
              as_text(codec::encode_signed(transaction)));
}

Answer Conversation::settle(const Draft& draft) {
  auto answer = submit(draft);
  EXPECT_TRUE(answer.settled()) << answer.body;
  return answer;
}

std::uint64_t Conversation::time_ms() { return get("/v1/network").number("time_ms"); }

std::uint64_t Conversation::height() {
  const auto network = get("/v1/network");
  const auto* head = network.json.if_contains("head");
  if (head == nullptr || !head->is_object()) return 0;
  return std::stoull(std::string(head->at("height").as_string()));
}

std::string Conversation::sign_in(std::string_view name) {
  const auto challenge =
      post("/v1/sign-in/challenge", "application/json",
           boost::json::serialize(boost::json::object{{"address", address(name)}}));
  const auto digest = array_from_hex<32>(challenge.text("digest"));
  if (!digest) {
    ADD_FAILURE() << challenge.body;
    return {};
  }
  const auto signature = crypto::sign(client::development_key(name), *digest);
  const auto session =
      post("/v1/sign-in", "application/json",
           boost::json::serialize(boost::json::object{{"address", address(name)},
                                                      {"nonce", challenge.text("nonce")},
                                                      {"expires_ms", challenge.text("expires_ms")},
                                                      {"signature", to_hex(signature.view())}}));
  EXPECT_EQ(session.status, 200) << session.body;
  return session.text("token");
}

std::string address(std::string_view name) {
  return contracts::encode_address(contracts::account_of(key(name)),
                                   contracts::NetworkKind::development);
}

Settled settled(const Answer& answer) {
  const auto txid = contracts::Txid::parse(answer.text("txid"));
  EXPECT_TRUE(answer.settled() && txid) << answer.body;
  return {txid.value_or(contracts::Txid{}), answer.number("first_output_number")};
}

void found(Conversation& node, const std::vector<std::string_view>& members) {
  auto all = members;
  all.push_back("issuer");
  all.push_back("brand");
  node.settle(node.timely(admit_members(all)));
  node.settle(node.timely(define_test_asset()));
  node.settle(node.draft({"operator-1", "operator-2"})
                  .command(contracts::PrefixRegister{std::string(kPrefix), key("brand"),
                                                     hash_of("gs1 licence")}));
}

Hash32 hash_of(std::string_view text) { return crypto::tagged_hash("test/hash", {as_bytes(text)}); }

}  // namespace tally::test
