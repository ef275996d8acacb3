#include "fault/kill/side_load.hpp"

#include <fmt/format.h>

#include <thread>

#include "client/http_client.hpp"
#include "crypto/hash.hpp"
#include "fault/common/answer.hpp"

namespace tally::fault {
namespace {

constexpr std::string_view kMember = "operator-1";
constexpr std::chrono::milliseconds kPause{1};

class SideLoad {
 public:
  explicit SideLoad(client::HttpClient client) : client_(std::move(client)) {}

  bool sign_in() {
    session_ = fault::sign_in(client_, kMember).value_or("");
    return !session_.empty();
  }

  bool once(std::uint64_t serial) {
    const auto content = fmt::format("content {}", serial);
    const auto commitment = crypto::tagged_hash("tally/test", {as_bytes(content)});
    if (!ask("PUT", fmt::format("/v1/profile/attribute?commitment={}", to_hex(commitment)),
             "application/octet-stream", content)) {
      return false;
    }
    const auto made = ask("POST", "/v1/agents", "application/json", R"({"label":"erp"})");
    const auto agent = made ? made->text("address") : "";
    return !agent.empty() && ask("DELETE", "/v1/agents/" + agent, "", "").has_value();
  }

 private:
  std::optional<Answer> ask(std::string_view method, const std::string& target,
                            std::string_view type, std::string_view body) {
    std::vector<client::ClientHeader> headers;
    if (!session_.empty()) headers.push_back({"Authorization", "Bearer " + session_});
    auto response = client_.request(method, target, type, body, headers);
    if (!response) return std::nullopt;
    return read_answer(*response);
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
