#include "contracts/delegation/authority.hpp"

#include "unit/contracts/item/items.hpp"

namespace tally::contracts {
namespace {

constexpr auto kObserve = ItemObserve::kNumber;

// An agent of the brand's observes two bags at a dock.
struct Scene {
  Case c;
  std::vector<std::string_view> keys{kBag1, kBag2};
  std::optional<Hash32> place = hash_of("dock 4");
  CommandNumber command = kObserve;

  Scene() {
    c.sign("agent");
    auto& entry = put_delegation(c, "brand", "agent", kObserve);
    entry.powers.commands = {kObserve, ItemTransfer::kNumber};
    entry.powers.places = {hash_of("dock 4")};
    entry.powers.items_max = 5;
    entry.items_used = 3;
  }
  DelegationEntry& entry() {
    return c.registry.at<DelegationEntry>(delegation_key(key_of("brand"), key_of("agent")));
  }
  [[nodiscard]] RuleInput input() const { return {c.registry, c.block, c.tx, Txid{}, 0, {}, {}}; }
  [[nodiscard]] Result<std::optional<RegistryWrite>> run() const {
    return acting_for(input(), key_of("brand"), {command, keys, place});
  }
  [[nodiscard]] Error error() const { return run() ? Error{} : run().error(); }
};

TEST(ActingFor, AddsToTheTotals) {
  Scene scene;
  auto expected = scene.entry();
  expected.items_used = 5;
  const auto write = scene.run();
  ASSERT_TRUE(write);
  ASSERT_TRUE(*write);
  EXPECT_TRUE(**write ==
              (RegistryWrite{delegation_key(key_of("brand"), key_of("agent")), expected}));
}

TEST(ActingFor, NeedsNoDelegationIfThePrincipalSigned) {
  Scene scene;
  scene.c.sign("brand");
  scene.entry().revoked_ms = 1;
  const auto write = scene.run();
  ASSERT_TRUE(write);
  EXPECT_FALSE(*write);
}

TEST(ActingFor, ErrorsInPrecedenceOrder) {
  const struct {
    std::string_view what;
    std::function<void(Scene&)> breaks;
    ErrorCode code;
  } rows[] = {
      {"not referenced", [](Scene& s) { s.c.tx.references.clear(); },
       ErrorCode::delegation_missing},
      {"revoked", [](Scene& s) { s.entry().revoked_ms = 7; }, ErrorCode::delegation_expired},
      {"its end has come", [](Scene& s) { s.entry().powers.until_ms = s.c.block.time_ms; },
       ErrorCode::delegation_expired},
      {"another command", [](Scene& s) { s.command = ItemCommission::kNumber; },
       ErrorCode::delegation_exceeded},
      {"another brand's item", [](Scene& s) { s.keys[1] = kForeignBag; },
       ErrorCode::delegation_exceeded},
      {"another place", [](Scene& s) { s.place = hash_of("dock 5"); },
       ErrorCode::delegation_exceeded},
      {"nowhere", [](Scene& s) { s.place.reset(); }, ErrorCode::delegation_exceeded},
      {"too many items", [](Scene& s) { s.entry().items_used = 4; },
       ErrorCode::delegation_exceeded},
  };
  for (std::size_t i = 0; i < std::size(rows); ++i) {
    Scene single;
    rows[i].breaks(single);
    EXPECT_EQ(name(single.error().code), name(rows[i].code)) << rows[i].what;
    Scene all;
    for (std::size_t k = std::size(rows); k-- > i;) rows[k].breaks(all);
    EXPECT_EQ(name(all.error().code), name(rows[i].code)) << rows[i].what << " with later faults";
  }
}

TEST(ActingFor, ErrorsCarryFigures) {
  Scene scene;
  scene.entry().items_used = 4;
  EXPECT_EQ(scene.error(), (Error{ErrorCode::delegation_exceeded, 0, 1}));
  scene.entry().powers.until_ms = 9;
  EXPECT_EQ(scene.error(), (Error{ErrorCode::delegation_expired, 0, 9}));
  scene.entry().revoked_ms = 7;
  EXPECT_EQ(scene.error(), (Error{ErrorCode::delegation_expired, 0, 7}));
}

TEST(ActingFor, CountsToTheMaximumAndLastsToItsEnd) {
  Scene scene;
  scene.entry().powers.until_ms = scene.c.block.time_ms + 1;
  EXPECT_TRUE(scene.run());
  scene.entry().powers.items_max = ~std::uint64_t{0};
  scene.entry().items_used = ~std::uint64_t{0} - 1;
  EXPECT_EQ(scene.error(), (Error{ErrorCode::delegation_exceeded, 0, 1}));
  scene.keys.pop_back();
  EXPECT_TRUE(scene.run());
  scene.keys.clear();  // no item: fits into a delegation for none
  scene.entry().powers.items_max = 0;
  scene.entry().items_used = 0;
  EXPECT_TRUE(scene.run());
}

TEST(ActingFor, AllowsEveryPlaceIfNoneIsNamed) {
  Scene scene;
  scene.entry().powers.places.clear();
  EXPECT_TRUE(scene.run());
  scene.place.reset();
  EXPECT_TRUE(scene.run());
}

TEST(ActingFor, WantsAnAgentThatSignedForThisPrincipal) {
  Scene scene;
  scene.c.tx.signers = {key_of("ana")};
  EXPECT_EQ(scene.error().code, ErrorCode::delegation_missing);
  scene.c.tx.signers = {key_of("agent")};
  scene.entry().principal = key_of("brand2");
  EXPECT_EQ(scene.error().code, ErrorCode::delegation_missing);
}

TEST(ActingFor, PassesOverReferencesToOtherThings) {
  Scene scene;
  put_member(scene.c, "agent");
  auto& references = scene.c.tx.references;
  references.insert(references.begin(),
                    {{member_key(key_of("agent"))}, {delegation_key(key_of("no"), key_of("one"))}});
  EXPECT_TRUE(scene.run());
}

TEST(ActingFor, TakesTheFirstDelegationThatReaches) {
  Scene scene;
  scene.c.sign("agent2");
  put_delegation(scene.c, "brand", "agent2", kObserve);
  scene.entry().revoked_ms = 7;
  const auto write = scene.run();
  ASSERT_TRUE(write && *write);
  EXPECT_EQ((*write)->key, delegation_key(key_of("brand"), key_of("agent2")));
  scene.command = ItemClaim::kNumber;  // neither does: the first one's error
  EXPECT_EQ(scene.error(), (Error{ErrorCode::delegation_expired, 0, 7}));
}

TEST(ActingForEach, HoldsEachPrincipalsItemsTogether) {
  Scene scene;
  scene.c.sign("centre");
  scene.entry().powers.prefixes = {kPrefix};
  const std::vector<ItemRight> rights{{key_of("centre"), kAdmittedBag, 4},
                                      {key_of("brand"), kBag1, 5},
                                      {key_of("centre"), kForeignBag, 6},
                                      {key_of("brand"), kBag2, 7}};
  auto expected = scene.entry();
  expected.items_used = 5;
  const auto writes = acting_for_each(scene.input(), kObserve, rights, scene.place);
  ASSERT_TRUE(writes);
  EXPECT_TRUE(*writes == (std::vector<RegistryWrite>{
                             {delegation_key(key_of("brand"), key_of("agent")), expected}}));

  scene.entry().items_used = 4;
  const auto refused = acting_for_each(scene.input(), kObserve, rights, scene.place);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), (Error{ErrorCode::delegation_exceeded, 5, 1}));
}

TEST(ActingForEach, GivesTheErrorOfTheFirstPrincipal) {
  Scene scene;
  scene.c.tx.signers.clear();
  for (const auto* first : {"ana", "bo", "carl"}) {
    const std::vector<ItemRight> rights{{key_of(first), kBag1, 8}, {key_of("dan"), kBag2, 9}};
    const auto refused = acting_for_each(scene.input(), kObserve, rights, std::nullopt);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), (Error{ErrorCode::delegation_missing, 8, 0}));
  }
  EXPECT_TRUE(acting_for_each(scene.input(), kObserve, {}, std::nullopt));
}

}  // namespace
}  // namespace tally::contracts
