#include "engine/fair_queue.hpp"

#include <gtest/gtest.h>

#include <map>
#include <thread>

namespace tally::engine {
namespace {

constexpr FairQueueLimits kWide{
    .items_max = 10'000, .items_per_source_max = 10'000, .bytes_max = std::size_t{64} << 20};

Source address(std::string_view text) { return Source::of_address(text); }

Source member(std::uint8_t name) {
  crypto::PublicKey key;
  key.bytes[0] = name;
  return Source::of_member(key);
}

Submission submission(const Source& source, std::size_t signatures = 1, std::size_t bytes = 100) {
  Submission out;
  out.transaction.body.resize(bytes);
  out.transaction.witnesses.resize(signatures);
  out.source = source;
  return out;
}

void fill(FairQueue& queue, const Source& source, std::size_t count, std::size_t signatures = 1) {
  for (std::size_t i = 0; i < count; ++i) {
    ASSERT_FALSE(queue.push(submission(source, signatures)).has_value());
  }
}

// How many of each source are among the next `count`.
std::map<Source, std::size_t> take(FairQueue& queue, std::size_t count) {
  std::map<Source, std::size_t> out;
  for (std::size_t i = 0; i < count; ++i) ++out[queue.pop()->source];
  return out;
}

TEST(FairQueue, one_source_is_served_in_order) {
  FairQueue queue(kWide);
  for (std::size_t i = 1; i <= 20; ++i) {
    ASSERT_FALSE(queue.push(submission(address("a"), 1, i)).has_value());
  }
  for (std::size_t i = 1; i <= 20; ++i) EXPECT_EQ(queue.pop()->transaction.body.size(), i);
  EXPECT_EQ(queue.size(), 0u);
}

TEST(FairQueue, who_floods_waits_for_itself) {
  FairQueue queue(kWide);
  fill(queue, address("flood"), 5'000);
  fill(queue, address("honest"), 10);
  EXPECT_EQ(take(queue, 40)[address("honest")], 10u);
}

TEST(FairQueue, a_signature_costs_more_than_bytes) {
  FairQueue queue(kWide);
  fill(queue, address("many"), 100, 8);
  fill(queue, address("one"), 800, 1);
  // Of 90 there are about eight with one signature for each with eight.
  const auto taken = take(queue, 90);
  EXPECT_NEAR(static_cast<double>(taken.at(address("many"))), 10, 4);
}

TEST(FairQueue, members_have_half_however_many_addresses_flood) {
  FairQueue queue(kWide);
  for (int i = 0; i < 1'000; ++i) fill(queue, address(std::to_string(i)), 5);
  fill(queue, member(1), 100);
  const auto taken = take(queue, 100);
  EXPECT_NEAR(static_cast<double>(taken.at(member(1))), 50, 5);
}

TEST(FairQueue, a_side_saves_nothing_up_while_it_has_nothing_to_do) {
  FairQueue queue(kWide);
  fill(queue, address("a"), 200);
  take(queue, 100);
  fill(queue, member(1), 200);
  const auto taken = take(queue, 100);
  EXPECT_NEAR(static_cast<double>(taken.at(address("a"))), 50, 5);
}

TEST(FairQueue, a_full_queue_takes_the_room_from_who_has_most) {
  FairQueue queue({.items_max = 10, .items_per_source_max = 10, .bytes_max = 1 << 20});
  fill(queue, address("flood"), 10);
  const auto evicted = queue.push(submission(address("honest")));
  ASSERT_TRUE(evicted.has_value());
  EXPECT_EQ(evicted->source, address("flood"));
  // The flood itself gets nothing more, and nobody gets more than others have.
  EXPECT_EQ(queue.push(submission(address("flood")))->source, address("flood"));
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(queue.push(submission(address("honest")))->source, address("flood"));
  }
  EXPECT_EQ(queue.push(submission(address("honest")))->source, address("honest"));
  EXPECT_EQ(queue.size(), 10u);
  const auto taken = take(queue, 10);
  EXPECT_EQ(taken.at(address("flood")), 5u);
  EXPECT_EQ(taken.at(address("honest")), 5u);
}

TEST(FairQueue, bytes_are_bounded_as_well) {
  FairQueue queue({.items_max = 100, .items_per_source_max = 100, .bytes_max = 10'000});
  for (int i = 0; i < 2; ++i) {
    ASSERT_FALSE(queue.push(submission(address("large"), 1, 4'900)).has_value());
  }
  EXPECT_EQ(queue.push(submission(address("small"), 1, 1'000))->source, address("large"));
  // One that the going of another does not make room for is refused itself.
  EXPECT_EQ(queue.push(submission(address("small"), 1, 9'500))->source, address("small"));
}

// Each with too little to lose its place to anybody.
TEST(FairQueue, however_many_addresses_flood_members_find_room) {
  FairQueue queue({.items_max = 100, .items_per_source_max = 100, .bytes_max = 1 << 20});
  for (int i = 0; i < 100; ++i) fill(queue, address(std::to_string(i)), 1);
  EXPECT_EQ(queue.push(submission(address("late")))->source, address("late"));
  fill(queue, member(1), 60);
  fill(queue, Source{}, 40);  // the node itself
  EXPECT_EQ(queue.push(submission(member(2)))->source, member(1));
  EXPECT_EQ(queue.size(), 200u);
}

TEST(FairQueue, nor_do_addresses_take_the_bytes_of_members) {
  FairQueue queue({.items_max = 100, .items_per_source_max = 100, .bytes_max = 10'000});
  for (int i = 0; i < 10; ++i) {
    ASSERT_FALSE(queue.push(submission(address(std::to_string(i)), 1, 900)).has_value());
  }
  EXPECT_FALSE(queue.push(submission(member(1), 1, 9'000)).has_value());
}

TEST(FairQueue, one_source_has_a_bound_of_its_own) {
  FairQueue queue({.items_max = 10, .items_per_source_max = 3, .bytes_max = 1 << 20});
  fill(queue, address("a"), 3);
  EXPECT_TRUE(queue.push(submission(address("a"))).has_value());
  EXPECT_FALSE(queue.push(submission(address("b"))).has_value());
}

TEST(FairQueue, closed_it_refuses_and_gives_out_what_it_has) {
  FairQueue queue(kWide);
  fill(queue, address("a"), 1);
  queue.close();
  EXPECT_TRUE(queue.push(submission(address("a"))).has_value());
  EXPECT_TRUE(queue.pop().has_value());
  EXPECT_FALSE(queue.pop().has_value());
}

TEST(FairQueue, nothing_is_lost_between_threads) {
  FairQueue queue({.items_max = 64, .items_per_source_max = 64, .bytes_max = 1 << 20});
  std::atomic<std::size_t> refused = 0;
  std::atomic<std::size_t> taken = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 2'000; ++i) {
        if (queue.push(submission(address(std::to_string((t + i) % 7))))) ++refused;
      }
    });
  }
  std::thread consumer([&] {
    while (queue.pop()) ++taken;
  });
  for (auto& thread : threads) thread.join();
  queue.close();
  consumer.join();
  EXPECT_EQ(refused + taken, 6'000u);
}

}  // namespace
}  // namespace tally::engine
