// Whoever made a key, has an address or was given bytes takes nothing from others with it.
#include <boost/json.hpp>

#include "integration/attacks.hpp"

namespace tally::test {
namespace {

namespace json = boost::json;

class Floods : public Attacks {
 protected:
  static Answer post(std::string_view target, const json::object& body, std::string_view token) {
    return node_->post(target, "application/json", json::serialize(body), token);
  }
  static Answer new_token(std::string_view session) {
    return post("/v1/tokens",
                {{"scopes", {"query"}}, {"expires_ms", std::to_string(node_->time_ms() + kDayMs)}},
                session);
  }
};

// Anybody can make a key and sign in with it. A made-up key sent documents of 3.6 MB, which were
// kept before the ledger was asked.
TEST_F(Floods, AStrangerKeepsNothingOnTheNode) {
  const auto session = node_->sign_in("made up");
  const auto agent = post("/v1/agents", {{"label", "erp"}}, session);
  EXPECT_EQ(agent.status, 403) << agent.body;
  EXPECT_EQ(agent.code(), "not_a_member");
  EXPECT_EQ(new_token(session).code(), "not_a_member");
  const auto profile = node_->request(
      "PUT", "/v1/profile/size?commitment=" + to_hex(hash_of("size")), "application/octet-stream",
      std::string(64 * 1024, 'x'), {{"Authorization", "Bearer " + session}});
  EXPECT_EQ(profile.code(), "not_a_member") << profile.body;
}

// A member that was one when its agent was made.
TEST_F(Floods, WhoIsNoMemberAnyMoreCapturesNothing) {
  const auto session = node_->sign_in("gone");
  const auto agent = post("/v1/agents", {{"label", "erp"}}, session).text("address");
  const auto token = post("/v1/tokens",
                          {{"scopes", {"capture", "build"}},
                           {"agent", agent},
                           {"expires_ms", std::to_string(node_->time_ms() + kDayMs)}},
                          session)
                         .text("token");
  ASSERT_FALSE(token.empty());
  const auto capture = [&] {
    return node_->post("/epcis/v2/capture", "application/json", R"({"type":"Other"})", token);
  };
  EXPECT_EQ(capture().status, 400);
  node_->settle(two_operators(MemberRevoke{key("gone"), {}}));
  const auto refused = capture();
  EXPECT_EQ(refused.status, 403) << refused.body;
  EXPECT_EQ(refused.code(), "not_a_member");
}

// 64 tokens, issued and revoked, were as many as an account could ever have.
TEST_F(Floods, RevokedTokensMakeRoom) {
  const auto session = node_->sign_in("shop");
  std::vector<std::string> ids;
  for (int i = 0; i < 64; ++i) ids.push_back(new_token(session).text("id"));
  EXPECT_EQ(new_token(session).code(), "bad_parameter");
  for (const auto& id : ids) {
    EXPECT_EQ(node_
                  ->request("DELETE", "/v1/tokens/" + id, "", "",
                            {{"Authorization", "Bearer " + session}})
                  .status,
              204);
  }
  for (int i = 0; i < 64; ++i) EXPECT_EQ(new_token(session).status, 201) << i;
  EXPECT_EQ(new_token(session).code(), "bad_parameter");
}

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
