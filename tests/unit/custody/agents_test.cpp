#include "custody/agents.hpp"

#include <gtest/gtest.h>

#include "custody/custody_store.hpp"
#include "storage/memory_store.hpp"

namespace tally::custody {
namespace {

class AgentsTest : public testing::Test {
 protected:
  AgentsTest() { restart(); }
  void restart(std::uint8_t wrapping_key = 7) {
    agents_.reset();
    store_.reset();
    store_ = std::move(*storage::open_memory_store(disk_, clock_, custody_options({}, true)));
    const Hash32 key{wrapping_key};
    agents_.emplace(*store_, key);
  }

  storage::MemoryDisk disk_;
  ManualClock clock_{0};
  std::unique_ptr<storage::Store> store_;
  std::optional<Agents> agents_;
  const crypto::PublicKey principal_{Hash32{1}};
};

TEST_F(AgentsTest, SignsOverARestart) {
  const auto agent = agents_->create(principal_, "erp", 5);
  ASSERT_TRUE(agent);
  restart();
  const Hash32 txid{9};
  const auto signature = agents_->sign(agent->key, txid);
  ASSERT_TRUE(signature);
  EXPECT_TRUE(crypto::verify(agent->key, txid, *signature));
  EXPECT_EQ(*agents_->find(agent->key), *agent);
  EXPECT_EQ(agent->principal, principal_);
  EXPECT_EQ(agent->label, "erp");
  EXPECT_EQ(agent->created_ms, 5u);
}

TEST_F(AgentsTest, UnknownAndRemovedAgentsDoNotSign) {
  EXPECT_EQ(agents_->sign({Hash32{3}}, {}).error(), Error::not_found);
  EXPECT_EQ(agents_->find({Hash32{3}}).error(), Error::not_found);
  EXPECT_EQ(agents_->remove({Hash32{3}}).error(), Error::not_found);
  const auto agent = agents_->create(principal_, "", 5);
  ASSERT_TRUE(agents_->remove(agent->key));
  EXPECT_EQ(agents_->sign(agent->key, {}).error(), Error::not_found);
  EXPECT_TRUE(agents_->list(principal_)->empty());
}

TEST_F(AgentsTest, AreBoundedAndListedByPrincipal) {
  std::set<crypto::PublicKey> made;
  for (std::size_t i = 0; i < kAgentsPerPrincipalMax; ++i) {
    made.insert(agents_->create(principal_, std::to_string(i), i)->key);
  }
  EXPECT_EQ(made.size(), kAgentsPerPrincipalMax);
  EXPECT_EQ(agents_->create(principal_, "", 0).error(), Error::too_many);
  EXPECT_TRUE(agents_->create({Hash32{2}}, "", 0));
  const auto listed = agents_->list(principal_);
  ASSERT_EQ(listed->size(), kAgentsPerPrincipalMax);
  EXPECT_TRUE(std::ranges::all_of(*listed, [&](const auto& a) { return made.contains(a.key); }));
  EXPECT_EQ(agents_->create({Hash32{3}}, "a\nb", 0).error(), Error::invalid);
}

TEST_F(AgentsTest, AnotherWrappingKeyOpensNothing) {
  const auto agent = agents_->create(principal_, "", 5);
  restart(8);
  EXPECT_EQ(agents_->sign(agent->key, {}).error(), Error::corrupt);
  EXPECT_TRUE(agents_->find(agent->key));
}

// Whoever can write to the disk, but has not the wrapping key, cannot make one agent sign for
// another.
TEST_F(AgentsTest, RecordsCannotBeExchanged) {
  const auto a = agents_->create(principal_, "a", 5);
  const auto b = agents_->create(principal_, "b", 5);
  ASSERT_TRUE(write(*store_, [&](storage::WriteTransaction& tx) -> std::expected<void, Error> {
    const auto record = *tx.get(kAgents, a->key.view());
    const Bytes copy(record.begin(), record.end());
    EXPECT_TRUE(tx.put(kAgents, b->key.view(), copy));
    return {};
  }));
  EXPECT_EQ(agents_->sign(b->key, {}).error(), Error::corrupt);
}

TEST_F(AgentsTest, DamageIsCorrupt) {
  const auto agent = agents_->create(principal_, "a", 5);
  ASSERT_TRUE(write(*store_, [&](storage::WriteTransaction& tx) -> std::expected<void, Error> {
    const auto record = *tx.get(kAgents, agent->key.view());
    Bytes bad(record.begin(), record.end());
    bad[60] ^= 1;
    EXPECT_TRUE(tx.put(kAgents, agent->key.view(), bad));
    return {};
  }));
  EXPECT_EQ(agents_->sign(agent->key, {}).error(), Error::corrupt);
  EXPECT_EQ(agents_->find(agent->key).error(), Error::corrupt);
  EXPECT_EQ(agents_->list(principal_).error(), Error::corrupt);
}

}  // namespace
}  // namespace tally::custody
