#include "http/peers.hpp"

#include <gtest/gtest.h>

namespace tally::http {
namespace {

constexpr PeerLimits kLimits{.connections_max = 4,
                             .connections_per_peer_max = 2,
                             .websockets_per_peer_max = 1,
                             .bytes_max = 100,
                             .bytes_per_peer_max = 60,
                             .requests = {1, 5},
                             .look_ups = {1, 2}};

TEST(Peers, bound_connections_of_one_and_of_all) {
  Peers peers(kLimits);
  const auto a1 = peers.admit("a", 0);
  const auto a2 = peers.admit("a", 0);
  EXPECT_TRUE(a1 && a2);
  EXPECT_FALSE(peers.admit("a", 0));
  const auto b = peers.admit("b", 0);
  {
    const auto c = peers.admit("c", 0);
    EXPECT_TRUE(b && c);
    EXPECT_EQ(peers.connections(), 4u);
    EXPECT_FALSE(peers.admit("d", 0));
  }
  EXPECT_TRUE(peers.admit("d", 0));
}

TEST(Peers, closing_and_opening_again_buys_nothing) {
  Peers peers(kLimits);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(peers.admit("a", 0)) << i;
  EXPECT_FALSE(peers.admit("a", 0));
  EXPECT_TRUE(peers.admit("b", 0));
  EXPECT_TRUE(peers.admit("a", 1'000));
  EXPECT_FALSE(peers.admit("a", 1'000));
}

TEST(Peers, requests_and_look_ups_have_rates) {
  Peers peers(kLimits);
  const auto permit = peers.admit("a", 0);  // counts as one
  auto& peer = *permit.peer();
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(peers.take_request(peer, 0));
  EXPECT_FALSE(peers.take_request(peer, 999));
  EXPECT_TRUE(peers.take_request(peer, 1'000));
  EXPECT_TRUE(peers.take_look_up(peer, 0));
  EXPECT_TRUE(peers.take_look_up(peer, 0));
  EXPECT_FALSE(peers.take_look_up(peer, 0));
}

TEST(Peers, web_sockets_are_counted_apart) {
  Peers peers(kLimits);
  const auto permit = peers.admit("a", 0);
  {
    const auto socket = peers.admit_websocket(permit.peer());
    EXPECT_TRUE(socket);
    EXPECT_FALSE(peers.admit_websocket(permit.peer()));
  }
  EXPECT_TRUE(peers.admit_websocket(permit.peer()));
}

TEST(Peers, bytes_are_counted_with_the_peer_and_with_all) {
  Peers peers(kLimits);
  const auto a = peers.admit("a", 0);
  const auto b = peers.admit("b", 0);
  ByteLease first(peers.bytes(), a.peer());
  EXPECT_FALSE(first.grow_body(61));
  EXPECT_TRUE(first.grow_body(50));
  EXPECT_FALSE(first.take_answer(11));
  ByteLease second(peers.bytes(), b.peer());
  EXPECT_FALSE(second.grow_body(51));
  EXPECT_TRUE(second.grow_body(50));
  EXPECT_TRUE(second.take_answer(10));  // an answer is not kept back by what others hold
  EXPECT_EQ(second.bytes(), 60u);
  {
    const ByteLease moved(std::move(first));
    EXPECT_EQ(moved.bytes(), 50u);
  }
  ByteLease third(peers.bytes(), a.peer());
  EXPECT_TRUE(third.grow_body(50));
}

TEST(Peers, who_waits_longest_makes_room_for_another) {
  Peers peers(kLimits);
  std::string dismissed;
  std::vector<Peers::Permit> permits;
  for (const auto* key : {"a", "b", "c", "d"}) {
    permits.push_back(peers.admit(key, 0));
    permits.back().rest([&dismissed, key] { dismissed += key; });
  }
  permits[0].work();  // a's request has come
  permits[1].rest([&dismissed] { dismissed += "B"; });
  std::vector<Peers::Permit> more;
  for (const auto* key : {"e", "f", "g"}) EXPECT_TRUE(more.emplace_back(peers.admit(key, 0)));
  EXPECT_EQ(dismissed, "cdB");
  // Nobody waits any more, and those that were told to close come back for nothing.
  permits[2].rest([&dismissed] { dismissed += "again"; });
  EXPECT_FALSE(peers.admit("h", 0));
  permits.clear();
  EXPECT_TRUE(peers.admit("h", 0));
  EXPECT_EQ(peers.connections(), 3u);
  EXPECT_EQ(dismissed, "cdB");
}

TEST(Peers, no_more_than_some_are_told_to_close_at_a_time) {
  auto limits = kLimits;
  limits.connections_max = 1'000;
  Peers peers(limits);
  std::vector<Peers::Permit> permits;
  for (int i = 0; i < 1'000; ++i) {
    permits.push_back(peers.admit(std::to_string(i), 0));
    permits.back().rest([] {});
  }
  std::vector<Peers::Permit> more;
  while (auto permit = peers.admit("new" + std::to_string(more.size()), 0)) {
    more.push_back(std::move(permit));
  }
  EXPECT_EQ(more.size(), 64u);
}

TEST(Peers, those_that_are_gone_and_rested_are_forgotten) {
  auto limits = kLimits;
  limits.connections_max = 100'000;
  Peers peers(limits);
  for (int i = 0; i < 33'000; ++i) static_cast<void>(peers.admit(std::to_string(i), 10'000));
  EXPECT_GE(peers.remembered(), 32'768u);
  EXPECT_TRUE(peers.admit("new", 20'000));
  EXPECT_EQ(peers.remembered(), 1u);
}

}  // namespace
}  // namespace tally::http
