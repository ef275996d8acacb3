#include "story/load.hpp"

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "client/http_client.hpp"
#include "story/node_client.hpp"

namespace tally::story {
namespace {

constexpr std::size_t kConnections = 3;
constexpr std::size_t kWindow = 64;  // requests on the way on one connection
constexpr std::string_view kProtobuf = "application/x-protobuf";

client::HttpClient connect(const std::string& url) {
  auto http = client::HttpClient::open(url);
  if (!http) throw std::runtime_error(std::string(name(http.error())));
  return std::move(*http);
}

Verdict verdict_of(const client::ClientResponse& response) {
  boost::system::error_code failed;
  const auto body = json::parse(response.body, failed);
  if (failed) return {response.status, {}, 0};
  const auto* what = response.status == 200 ? "outcome" : "code";
  return {response.status, text_of(member(body, what)), number_of(member(body, "height"))};
}

// Asks `request(i)` for each i below `count`, a window at a time, and gives each answer to `take`
// in order. False if the connection broke.
template <typename Request, typename Take>
bool pipeline(client::HttpClient& http, std::size_t count, Request request, Take take) {
  std::size_t sent = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (sent == i) {
      std::string batch;
      for (; sent < count && sent < i + kWindow; ++sent) batch += request(sent);
      if (!http.send(batch)) return false;
    }
    const auto response = http.receive();
    if (!response) return false;
    take(i, verdict_of(*response));
  }
  return true;
}

// One connection's share of the load: every kConnections-th payment. Ends when the node does.
void send_share(const std::string& url, std::vector<Payment>& payments, std::size_t first,
                std::atomic<std::size_t>& acknowledged) {
  auto http = connect(url);
  const auto at = [&](std::size_t i) -> Payment& { return payments[first + i * kConnections]; };
  const auto count = (payments.size() - first + kConnections - 1) / kConnections;
  pipeline(
      http, count,
      [&](std::size_t i) {
        return http.encode("POST", "/v1/transactions", kProtobuf, at(i).bytes);
      },
      [&](std::size_t i, const Verdict& verdict) {
        if (verdict.status != 200) return;
        at(i).height = verdict.height;
        ++acknowledged;
      });
}

}  // namespace

void send_until_killed(const std::string& url, std::vector<Payment>& payments,
                       std::size_t acknowledged_min, const std::function<void()>& kill) {
  std::atomic<std::size_t> acknowledged{0};
  std::atomic<std::size_t> ended{0};
  std::vector<std::jthread> senders;
  for (std::size_t first = 0; first < kConnections; ++first) {
    senders.emplace_back([&, first] {
      send_share(url, payments, first, acknowledged);
      ++ended;
    });
  }
  while (acknowledged < acknowledged_min && ended < kConnections) {
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  kill();
}

std::vector<Verdict> look_up(const std::string& url, const std::vector<Payment>& payments,
                             std::uint64_t height) {
  auto http = connect(url);
  std::vector<Verdict> out(payments.size());
  const bool whole = pipeline(
      http, payments.size(),
      [&](std::size_t i) {
        return http.encode(
            "GET", fmt::format("/v1/transactions/{}?min_height={}", payments[i].txid.hex(), height),
            {}, {});
      },
      [&](std::size_t i, Verdict verdict) { out[i] = std::move(verdict); });
  if (!whole) throw std::runtime_error("the connection broke while payments were looked up");
  return out;
}

std::vector<Verdict> send_again(const std::string& url, const std::vector<Payment>& payments) {
  auto http = connect(url);
  std::vector<Verdict> out(payments.size());
  const bool whole = pipeline(
      http, payments.size(),
      [&](std::size_t i) {
        return http.encode("POST", "/v1/transactions", kProtobuf, payments[i].bytes);
      },
      [&](std::size_t i, Verdict verdict) { out[i] = std::move(verdict); });
  if (!whole) throw std::runtime_error("the connection broke while payments were sent again");
  return out;
}

}  // namespace tally::story
