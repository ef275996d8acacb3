#include "fault/kill/kill_load.hpp"

#include <fmt/format.h>

#include <thread>

#include "base/clock.hpp"
#include "fault/common/answer.hpp"

namespace tally::fault {
namespace {

constexpr std::size_t kWindow = 8;  // requests in flight on one connection
constexpr int kTriesMax = 200;      // of what the node is too busy for
constexpr std::chrono::milliseconds kPause{10};
constexpr std::string_view kProtobuf = "application/x-protobuf";

std::uint64_t now_ms() { return SystemClock().wall_ms(); }

std::optional<client::HttpClient> connect(const std::string& url) {
  auto client = client::HttpClient::open(url);
  if (!client) return std::nullopt;
  return std::move(*client);
}

std::string request_of(client::HttpClient& client, const Made& made) {
  return client.encode("POST", "/v1/transactions", kProtobuf,
                       as_text(codec::encode_signed(made.bytes)));
}

}  // namespace

void KillLoad::wrong(std::string text) { wrongs_.push_back(std::move(text)); }

std::vector<std::string> KillLoad::take_wrongs() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(wrongs_, {});
}

std::vector<Made> KillLoad::take(std::size_t count) {
  const std::scoped_lock lock(mutex_);
  std::vector<Made> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(load_.next(now_ms()));
  return out;
}

void KillLoad::send(const std::string& url, const std::atomic<bool>& stop) {
  auto client = connect(url);
  if (!client) return;
  while (!stop) {
    const auto window = take(kWindow);
    std::string requests;
    for (const auto& made : window) requests += request_of(*client, made);
    bool alive = client->send(requests).has_value();
    for (const auto& made : window) {
      std::optional<client::ClientResponse> response;
      if (alive) {
        if (auto received = client->receive()) response = std::move(*received);
      }
      alive = response.has_value();
      if (alive) {
        note(made, *response);
      } else {
        const std::scoped_lock lock(mutex_);
        waiting_.push_back(made);
      }
    }
    if (!alive) return;
  }
}

void KillLoad::note(const Made& made, const client::ClientResponse& response) {
  const auto verdict = read_verdict(response);
  const std::scoped_lock lock(mutex_);
  if (!verdict) {
    wrong(made.txid.hex() + ": " + verdict.error());
  } else if (verdict->looked_at) {
    note_final(made, *verdict);
  } else {
    waiting_.push_back(made);
  }
}

void KillLoad::note_final(const Made& made, const Verdict& verdict) {
  if (verdict.settled) {
    load_.settled(made.txid, verdict.first_output_number);
  } else {
    load_.rejected(made.txid, verdict.code);
  }
  if (auto text = wrong_with(verdict, made, now_ms()); !text.empty()) wrong(std::move(text));
  if (!verdict.journaled()) return;
  const auto txid = made.txid.hex();
  const auto [before, is_new] = answers_.emplace(made.txid, verdict);
  if (!is_new && before->second != verdict) {
    wrong(fmt::format("{} was at height {} and is at {} ({})", txid, before->second.height,
                      verdict.height, name(verdict.code)));
  }
  if (!is_new) return;
  order_.push_back(made.txid);
  if (made.group != 0 && verdict.settled && ++settled_of_group_[made.group] > 1) {
    wrong(fmt::format("two of group {} have settled, one is {}", made.group, txid));
  }
}

bool KillLoad::ask(client::HttpClient& client, const contracts::Txid& txid, const Verdict& told) {
  const auto response =
      client.get(fmt::format("/v1/transactions/{}?min_height={}", txid.hex(), told.height));
  if (!response) return false;
  if (auto text = difference(told, txid, *response); !text.empty()) wrong(std::move(text));
  return true;
}

// There or not, and after the same bytes came again there once, as it was.
bool KillLoad::resolve(client::HttpClient& client, const Made& made) {
  const auto there = client.get("/v1/transactions/" + made.txid.hex());
  if (!there) return false;
  if (there->status != 200 && there->status != 404) {
    wrong(fmt::format("{} is not answerable: {}", made.txid.hex(), there->body));
  }
  for (int tries = 1; tries <= kTriesMax; ++tries) {
    const auto response =
        client.post("/v1/transactions", kProtobuf, as_text(codec::encode_signed(made.bytes)));
    if (!response) return false;
    const auto answer = read_verdict(*response);
    if (!answer) {
      wrong(made.txid.hex() + ": " + answer.error());
      return true;
    }
    if (!answer->looked_at) {
      std::this_thread::sleep_for(kPause);
      continue;
    }
    if (there->status == 200) {
      ++found_;
      const auto height = read_answer(*there).number("height");
      if (height != answer->height) {
        wrong(fmt::format("{} was at height {}, sent again it is at {}: {}", made.txid.hex(),
                          height, answer->height, response->body));
      }
    }
    note_final(made, *answer);
    return true;
  }
  wrong(made.txid.hex() + " gets no final answer");
  return true;
}

std::vector<JournaledPromise> KillLoad::journaled() const {
  std::vector<JournaledPromise> out;
  for (const auto& [txid, told] : answers_) out.push_back({txid, told.settled, told.height});
  return out;
}

void KillLoad::check(const std::string& url, std::size_t count) {
  const std::scoped_lock lock(mutex_);
  auto client = connect(url);
  if (!client) return;
  unanswered_ += waiting_.size();
  while (!waiting_.empty()) {
    if (!resolve(*client, waiting_.back())) return;
    waiting_.pop_back();
  }
  const auto size = order_.size();
  for (std::size_t i = 0; i < std::min(count, size); ++i) {
    const auto& last = order_[size - 1 - i];
    if (!ask(*client, last, answers_.at(last))) return;
    rotation_ = (rotation_ + 1) % size;
    const auto& other = order_[rotation_];
    if (!ask(*client, other, answers_.at(other))) return;
  }
}

}  // namespace tally::fault
