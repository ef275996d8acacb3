// Whoever made a key, has an address or was given bytes takes nothing from others with it.
#include "integration/attacks.hpp"

namespace tally::test {
namespace {

class Floods : public Attacks {};

// A wait for what does not come in time held a place for five seconds.
TEST_F(Floods, NobodyWaitsForAHeightThatIsFarAway) {
  const auto begun = std::chrono::steady_clock::now();
  const auto answer = node_->get("/v1/assets/TEST?min_height=18446744073709551615");
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(3));
  EXPECT_EQ(answer.code(), "views_behind") << answer.body;
}

// Who has what a member signed, also what is too old, sends it again and again: the member could
// submit nothing more.
TEST_F(Attacks, CounterpartyDrainsAQuota) {
  TemporaryDirectory data;
  NodeProcess process(data.path(), {"--dev", "--set", "engine.member_rate_per_second=1", "--set",
                                    "engine.member_rate_burst=16"});
  ASSERT_TRUE(process.start());
  Conversation node(process.url());
  found(node, {"ana"});
  const auto profile = [&](std::string_view name) {
    return node.draft({"ana"}).command(ProfileSet{key("ana"), hash_of(name), hash_of("42"), 1});
  };
  const auto seen = profile("size").sign();
  auto late = profile("late");
  late.tx.valid_until_ms = node.time_ms() - 1;
  const auto old = late.sign();
  EXPECT_TRUE(node.submit(seen).settled());
  std::size_t charged = 0;
  for (int i = 0; i < 60; ++i)
    charged += node.submit(i % 2 == 0 ? seen : old).code() == "rate_quota";
  EXPECT_GT(charged, 30u) << "whoever sends it pays for it";
  EXPECT_TRUE(node.submit(profile("colour")).settled());
  const auto own = codec::encode_signed(profile("taste").sign());
  EXPECT_TRUE(
      node.post("/v1/transactions", kProtobuf, as_text(own), node.sign_in("ana")).settled());
  EXPECT_EQ(process.stop().code, 0);
}

}  // namespace
}  // namespace tally::test
