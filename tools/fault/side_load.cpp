#include "fault/side_load.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <thread>

#include "client/development.hpp"
#include "client/http_client.hpp"
#include "contracts/address.hpp"
#include "crypto/hash.hpp"

namespace tally::fault {
namespace {

namespace json = boost::json;

constexpr std::string_view kMember = "operator-1";
constexpr std::chrono::milliseconds kPause{1};

std::string text_of(const std::string& body, std::string_view member) {
  json::error_code error;
  const auto value = json::parse(body, error);
  const auto* found =
      error || !value.is_object() ? nullptr : value.get_object().if_contains(member);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

class SideLoad {
 public:
  explicit SideLoad(client::HttpClient client) : client_(std::move(client)) {}

  bool sign_in() {
    const auto key = crypto::public_key(client::development_key(kMember));
    const auto address =
        contracts::encode_address(contracts::account_of(key), contracts::NetworkKind::development);
    const auto challenge = post("/v1/sign-in/challenge", {{"address", address}});
    const auto digest = array_from_hex<32>(text_of(challenge, "digest"));
    if (!digest) return false;
    const auto signature = crypto::sign(client::development_key(kMember), *digest);
    session_ = text_of(post("/v1/sign-in", {{"address", address},
                                            {"nonce", text_of(challenge, "nonce")},
                                            {"expires_ms", text_of(challenge, "expires_ms")},
                                            {"signature", to_hex(signature.view())}}),
                       "token");
    return !session_.empty();
  }

  bool once(std::uint64_t serial) {
    const auto content = fmt::format("content {}", serial);
    const auto commitment = crypto::tagged_hash("tally/test", {as_bytes(content)});
    if (!ask("PUT", fmt::format("/v1/profile/attribute?commitment={}", to_hex(commitment)),
             "application/octet-stream", content)) {
      return false;
    }
    const auto agent = text_of(post("/v1/agents", {{"label", "erp"}}), "address");
    return !agent.empty() && ask("DELETE", "/v1/agents/" + agent, "", "").has_value();
  }

 private:
  std::optional<std::string> ask(std::string_view method, const std::string& target,
                                 std::string_view type, std::string_view body) {
    std::vector<client::ClientHeader> headers;
    if (!session_.empty()) headers.push_back({"Authorization", "Bearer " + session_});
    auto response = client_.request(method, target, type, body, headers);
    if (!response) return std::nullopt;
    return std::move(response->body);
  }
  std::string post(const std::string& target, const json::object& body) {
    return ask("POST", target, "application/json", json::serialize(body)).value_or("");
  }

  client::HttpClient client_;
  std::string session_;
};

}  // namespace

void send_side_load(const std::string& url, std::uint64_t seed, const std::atomic<bool>& stop) {
  auto client = client::HttpClient::open(url);
  if (!client) return;
  SideLoad load(std::move(*client));
  if (!load.sign_in()) return;
  while (!stop && load.once(seed++)) std::this_thread::sleep_for(kPause);
}

}  // namespace tally::fault
