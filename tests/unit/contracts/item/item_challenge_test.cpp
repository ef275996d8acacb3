#include "contracts/item/item_challenge.hpp"

#include "unit/contracts/item/items.hpp"

namespace tally::contracts {
namespace {

Case opening_case() {
  Case c;
  put_item(c, kBag1);
  put_member(c, "ana");
  c.sign("ana").command(ItemChallenge{kBag1, key_of("ana"), hash_of("seams"), false});
  return c;
}

Case resolving_case() {
  Case c;
  put_item(c, kBag1).challenges = {{key_of("bo"), hash_of("zip"), 1},
                                   {key_of("ana"), hash_of("seams"), 2}};
  c.sign_quorum().command(ItemChallenge{kBag1, key_of("ana"), {}, true});
  return c;
}

void decommission(Case& c) {
  c.registry.at<ItemEntry>(item_key(kBag1)).status = ItemStatus::decommissioned;
}
void forget_item(Case& c) { c.body<ItemChallenge>().gs1_key = kBag2; }

TEST(ItemChallenge, Opens) {
  const auto c = opening_case();
  auto entry = *c.registry.get<ItemEntry>(item_key(kBag1));
  entry.challenges = {{key_of("ana"), hash_of("seams"), c.block.time_ms}};
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == (Delta{{{item_key(kBag1), entry}}}));
}

TEST(ItemChallenge, ErrorsOfOpeningInPrecedenceOrder) {
  const auto challenges = [](Case& c) -> auto& {
    return c.registry.at<ItemEntry>(item_key(kBag1)).challenges;
  };
  run_table(opening_case,
            {{"a coin is claimed", [](Case& c) { claim(c, coin()); }, ErrorCode::claim_count},
             {"the challenger has not signed", [](Case& c) { c.tx.signers = {key_of("bo")}; },
              ErrorCode::signature_missing},
             {"the challenger's membership was revoked",
              [](Case& c) { put_member(c, "ana").revoked_ms = 1; }, ErrorCode::member_unknown},
             {"the item is no more", decommission, ErrorCode::item_decommissioned},
             {"the challenger has one open already",
              [&](Case& c) { challenges(c).push_back({key_of("ana"), {}, 1}); },
              ErrorCode::challenge_exists},
             {"too many are open",
              [&](Case& c) {
                for (std::size_t i = 0; i < kChallengesOpenMax; ++i) {
                  challenges(c).push_back({key_of("member" + std::to_string(i)), {}, 1});
                }
              },
              ErrorCode::too_many_challenges}});
  run_table(opening_case, {{"no such item", forget_item, ErrorCode::item_unknown}});
}

TEST(ItemChallenge, WantsAMember) {
  auto c = opening_case();
  c.sign("stranger").body<ItemChallenge>().challenger = key_of("stranger");
  EXPECT_EQ(error_of(c).code, ErrorCode::member_unknown);
}

TEST(ItemChallenge, OpensUpToTheMaximum) {
  auto c = opening_case();
  auto& challenges = c.registry.at<ItemEntry>(item_key(kBag1)).challenges;
  for (std::size_t i = 0; i + 1 < kChallengesOpenMax; ++i) {
    challenges.push_back({key_of("member" + std::to_string(i)), {}, 1});
  }
  EXPECT_EQ(written<ItemEntry>(c.run(), item_key(kBag1)).challenges.size(), kChallengesOpenMax);
  challenges.push_back({key_of("bo"), {}, 1});
  EXPECT_EQ(error_of(c), (Error{ErrorCode::too_many_challenges, 0, kChallengesOpenMax}));
}

TEST(ItemChallenge, IsResolvedByTheQuorumOrTheChallenger) {
  auto c = resolving_case();
  auto entry = c.registry.at<ItemEntry>(item_key(kBag1));
  entry.challenges.pop_back();
  const Delta expected{{{item_key(kBag1), entry}}};
  auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == expected);

  c.tx.signers = {key_of("ana")};
  delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == expected);

  c.tx.signers = {key_of("bo")};  // another challenger
  EXPECT_EQ(error_of(c), (Error{ErrorCode::quorum_missing, 0, 2}));
}

TEST(ItemChallenge, ErrorsOfResolvingInPrecedenceOrder) {
  run_table(resolving_case,
            {{"a coin is claimed", [](Case& c) { claim(c, coin()); }, ErrorCode::claim_count},
             {"an operator is missing", [](Case& c) { c.tx.signers.pop_back(); },
              ErrorCode::quorum_missing},
             {"the item is no more", decommission, ErrorCode::item_decommissioned},
             {"it is not open",
              [](Case& c) { c.registry.at<ItemEntry>(item_key(kBag1)).challenges.pop_back(); },
              ErrorCode::challenge_not_open}});
  run_table(resolving_case, {{"no such item", forget_item, ErrorCode::item_unknown}});
}

TEST(ItemChallenge, CountsInTheContainerAround) {
  for (const bool resolve : {false, true}) {
    auto c = resolve ? resolving_case() : opening_case();
    put_item(c, kBag2).contents =
        Contents{.children = 1, .items = 1, .height = 1, .challenges = 2, .batches = {}};
    c.registry.at<ItemEntry>(item_key(kBag1)).packed_in = kBag2;
    EXPECT_EQ(written<ItemEntry>(c.run(), item_key(kBag2)).contents->challenges, resolve ? 1u : 3u);
  }
}

}  // namespace
}  // namespace tally::contracts
