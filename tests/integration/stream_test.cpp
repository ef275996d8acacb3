// The stream: resumed by its cursor over restarts it has every event once, in order.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <random>
#include <thread>

#include "client/websocket_client.hpp"
#include "integration/conversation.hpp"
#include "integration/node_process.hpp"

namespace tally::test {
namespace {

struct Event {
  std::string cursor;
  std::uint64_t height = 0;
  std::uint64_t position = 0;
  std::string type;
  std::string txid;
  bool has_body = false;
};

Event parse_event(const std::string& text) {
  boost::json::error_code error;
  const auto value = boost::json::parse(text, error);
  if (error || !value.is_object()) {
    ADD_FAILURE() << text;
    return {};
  }
  const auto& object = value.get_object();
  Event out;
  out.cursor = object.at("cursor").as_string();
  out.height = std::stoull(std::string(object.at("height").as_string()));
  out.position = object.at("position").to_number<std::uint64_t>();
  out.type = object.at("type").as_string();
  if (const auto* txid = object.if_contains("txid")) out.txid = txid->as_string();
  out.has_body = object.contains("transaction");
  return out;
}

class Reader {
 public:
  Reader(const std::string& url, const std::string& query, std::string_view token = {}) {
    client::ClientOptions options;
    if (!token.empty()) options.headers = {{"Authorization", "Bearer " + std::string(token)}};
    auto opened = client::WebSocketClient::connect(
        "ws" + url.substr(url.find("://")) + "/v1/stream" + query, options);
    EXPECT_TRUE(opened) << client::name(opened.error());
    if (opened) client_.emplace(std::move(*opened));
  }
  // The next event within a while; nothing if there is none or the connection is gone.
  std::optional<Event> next(std::uint32_t wait_ms = 15'000) {
    if (!client_) return std::nullopt;
    auto text = client_->read(wait_ms);
    if (!text) return std::nullopt;
    return parse_event(*text);
  }

 private:
  std::optional<client::WebSocketClient> client_;
};

// Reads up to the block event of `height`.
void read_to(Reader& reader, std::uint64_t height, std::vector<Event>& events) {
  while (events.empty() || events.back().height < height || events.back().type != "block") {
    auto event = reader.next();
    ASSERT_TRUE(event) << "the stream ends at "
                       << (events.empty() ? "its beginning" : events.back().cursor);
    events.push_back(std::move(*event));
  }
}

void expect_no_gaps(const std::vector<Event>& events) {
  for (std::size_t i = 1; i < events.size(); ++i) {
    const auto& before = events[i - 1];
    const auto& now = events[i];
    const bool follows = before.type == "block"
                             ? now.height == before.height + 1 && now.position == 0
                             : now.height == before.height && now.position == before.position + 1;
    ASSERT_TRUE(follows) << before.cursor << " is followed by " << now.cursor;
  }
}

TEST(Stream, ResumesByItsCursorWithoutGapsOverKillsAndRestarts) {
  constexpr std::uint32_t kPayments = 60;
  const TemporaryDirectory data;
  NodeProcess node(data.path());
  ASSERT_TRUE(node.start());
  Settled coins;
  {
    Conversation client(node.url());
    found(client, {"ana", "bo"});
    coins = settled(client.settle(client.timely(issue(std::vector(kPayments, coin(10, "ana"))))));
  }
  std::vector<Event> events;
  std::vector<std::string> paid;
  std::string query = "?cursor=0:0";
  for (std::uint32_t round = 0; round < 6; ++round) {
    Conversation client(node.url());
    Reader reader(node.url(), query);
    for (std::uint32_t i = 0; i < kPayments / 6; ++i) {
      auto draft = client.draft({"ana"});
      spend(draft, coins, round * kPayments / 6 + i).make(coin(10, "bo"));
      paid.push_back(client.settle(draft.command(contracts::AssetTransfer{})).text("txid"));
    }
    const auto height = client.height();
    if (round % 2 == 0) {
      // Some of it is read, the rest is missed: the reader goes on behind what it has.
      for (int i = 0; i < 7; ++i) {
        auto event = reader.next();
        ASSERT_TRUE(event);
        events.push_back(std::move(*event));
      }
      node.kill();
    } else {
      read_to(reader, height, events);
      ASSERT_EQ(node.stop().code, 0);
    }
    query = "?cursor=" + events.back().cursor;
    ASSERT_TRUE(node.start());
  }
  Conversation client(node.url());
  Reader reader(node.url(), query);
  read_to(reader, client.height(), events);
  expect_no_gaps(events);
  // Each payment was streamed once, in the order in which it was settled; a stranger saw no body.
  std::vector<std::string> seen;
  for (const auto& event : events) {
    EXPECT_FALSE(event.has_body);
    if (std::ranges::find(paid, event.txid) != paid.end()) seen.push_back(event.txid);
  }
  EXPECT_EQ(seen, paid);
}

TEST(Stream, FiltersNarrowAndOnlyPartiesSeeBodies) {
  const TemporaryDirectory data;
  NodeProcess node(data.path());
  ASSERT_TRUE(node.start());
  Conversation client(node.url());
  found(client, {"ana", "bo", "cai"});
  const auto coins =
      settled(client.settle(client.timely(issue({coin(10, "ana"), coin(10, "cai")}))));
  auto pay = [&](std::string_view from, std::uint32_t index, std::string_view to) {
    auto draft = client.draft({from});
    spend(draft, coins, index).make(coin(10, to));
    return client.settle(draft.command(contracts::AssetTransfer{})).text("txid");
  };
  const auto first = pay("ana", 0, "bo");
  const auto second = pay("cai", 1, "ana");
  const auto token = client.sign_in("bo");

  Reader own(node.url(), "?cursor=0:0&kind=settled&account=" + address("bo"), token);
  const auto seen = own.next();
  ASSERT_TRUE(seen);
  // bo is in the admission of members only as a key that is named: its first event is the payment.
  EXPECT_EQ(seen->txid, first);
  EXPECT_TRUE(seen->has_body);
  EXPECT_FALSE(own.next(300)) << "a payment of others' is bo's to see";

  Reader all(node.url(), "?cursor=0:0&kind=settled", token);
  std::map<std::string, bool> bodies;
  while (!bodies.contains(second)) {
    const auto event = all.next();
    ASSERT_TRUE(event);
    EXPECT_EQ(event->type, "settled");
    bodies[event->txid] = event->has_body;
  }
  EXPECT_TRUE(bodies[first]);
  EXPECT_FALSE(bodies[second]);

  // What is asked for wrongly is refused before the handshake.
  const std::vector<std::string> wrong{"?cursor=9:9:9", "?cursor=1000000:0", "?kind=nonsense",
                                       "?account=" + address("ana"), "?colour=blue"};
  for (const auto& query : wrong) {
    const auto refused =
        client::WebSocketClient::connect("ws" + node.url().substr(4) + "/v1/stream" + query);
    ASSERT_FALSE(refused) << query;
    EXPECT_EQ(refused.error(), client::ClientError::kRefused) << query;
  }
  EXPECT_EQ(node.stop().code, 0);
}

}  // namespace
}  // namespace tally::test
