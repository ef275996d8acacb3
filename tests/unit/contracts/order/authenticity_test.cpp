#include "contracts/order/authenticity.hpp"

#include "unit/contracts/order/order_case.hpp"

namespace tally::contracts::order_case {
namespace {

struct World {
  Case c = order_world();
  OrderTerms of = terms();

  ItemEntry& bag() { return c.registry.at<ItemEntry>(item_key(kBag)); }
  ItemEntry& watch() { return c.registry.at<ItemEntry>(item_key(kWatch)); }
  PrefixEntry& prefix() { return c.registry.at<PrefixEntry>(prefix_key(kPrefix)); }
  void attest(std::string_view appraiser, Verdict verdict, std::uint64_t age_ms) {
    bag().attestations.push_back(
        {.appraiser = key_of(appraiser), .verdict = verdict, .time_ms = c.block.time_ms - age_ms});
  }
  [[nodiscard]] std::optional<Error> error() const {
    const auto holds = check_authenticity(of, c.registry, c.block.time_ms);
    return holds ? std::nullopt : std::optional(holds.error());
  }
};

struct Fault {
  std::string_view what;
  std::function<void(World&)> breaks;
  Error error;
};

TEST(Authenticity, FailsInPrecedenceOrder) {
  const Fault faults[] = {
      {"no such item",
       [](World& w) { w.of.lines[0].gs1_key = "8004/95211410"; },
       {ErrorCode::item_unknown, 0, 0}},
      {"flagged",
       [](World& w) { w.bag().flag = FlagState{.expires_ms = w.c.block.time_ms + 1}; },
       {ErrorCode::order_policy_flag, 0, 0}},
      {"challenged",
       [](World& w) { w.bag().challenges.resize(2); },
       {ErrorCode::order_policy_challenge, 0, 2}},
      {"only admitted",
       [](World& w) { w.bag().status = ItemStatus::admitted; },
       {ErrorCode::order_policy_commission, 0, 0}},
      {"another colour",
       [](World& w) { w.of.lines[0].attributes[0].value_hash = {}; },
       {ErrorCode::order_attributes_mismatch, 0, 0}},
      {"the next line's item is decommissioned",
       [](World& w) { w.watch().status = ItemStatus::decommissioned; },
       {ErrorCode::order_policy_flag, 1, 0}},
  };
  ASSERT_FALSE(World{}.error());
  for (std::size_t i = 0; i < std::size(faults); ++i) {
    SCOPED_TRACE(faults[i].what);
    World alone;
    faults[i].breaks(alone);
    EXPECT_EQ(alone.error(), faults[i].error);
    World all;
    for (std::size_t k = std::size(faults); k-- > i;) faults[k].breaks(all);
    EXPECT_EQ(all.error(), faults[i].error);
  }
}

TEST(Authenticity, CommissionCountsWhileTheBrandHoldsThePrefix) {
  const Error failed{ErrorCode::order_policy_commission, 0, 0};
  World withdrawn;
  withdrawn.prefix().withdrawn_ms = 1;
  EXPECT_EQ(withdrawn.error(), failed);
  World another_brand;
  another_brand.prefix().brand = key_of("another brand");
  EXPECT_EQ(another_brand.error(), failed);
  World only_counts_longer;
  only_counts_longer.prefix().brand = {};
  only_counts_longer.bag().authority = {};
  EXPECT_EQ(only_counts_longer.error(), failed);
  World never_registered;
  never_registered.bag().prefix = "4012345";
  EXPECT_EQ(never_registered.error(), failed);
}

TEST(Authenticity, AFlagStandsUntilItExpires) {
  World w;
  w.bag().flag = FlagState{.expires_ms = w.c.block.time_ms};
  EXPECT_FALSE(w.error());
}

World verdicts_only(std::uint32_t min, std::uint32_t days) {
  World w;
  w.of.policy = {false, min, days};
  w.of.lines.resize(1);
  return w;
}

TEST(Authenticity, CountsEnoughGenuineVerdicts) {
  auto w = verdicts_only(2, 30);
  EXPECT_EQ(w.error(), (Error{ErrorCode::order_policy_verdicts, 0, 2}));
  w.attest("a", Verdict::genuine, 0);
  w.attest("b", Verdict::fake, 0);
  w.attest("c", Verdict::inconclusive, 0);
  w.attest("a", Verdict::genuine, 5);  // The same appraiser counts once.
  EXPECT_EQ(w.error(), (Error{ErrorCode::order_policy_verdicts, 0, 1}));
  w.attest("d", Verdict::genuine, 0);
  EXPECT_FALSE(w.error());
  w.attest("e", Verdict::genuine, 0);
  EXPECT_FALSE(w.error());
}

TEST(Authenticity, CountsVerdictsToTheMillisecondOfTheirAge) {
  for (const std::uint64_t past : {0, 1}) {
    auto w = verdicts_only(1, 30);
    w.attest("a", Verdict::genuine, 30 * kDayMs + past);
    EXPECT_EQ(w.error().has_value(), past == 1);
  }
  auto oldest = verdicts_only(1, UINT32_MAX);
  oldest.attest("a", Verdict::genuine, oldest.c.block.time_ms);
  EXPECT_FALSE(oldest.error());
}

TEST(Authenticity, EitherWayIsEnough) {
  World w;
  w.of.policy = {true, 1, 30};
  w.of.lines.resize(1);
  EXPECT_FALSE(w.error());
  w.prefix().withdrawn_ms = 1;
  EXPECT_EQ(w.error(), (Error{ErrorCode::order_policy_verdicts, 0, 1}));
  w.attest("a", Verdict::genuine, kDayMs);
  EXPECT_FALSE(w.error());
}

TEST(Authenticity, FollowsTheLotsAndTransformationsThatAnItemCameFrom) {
  World w;
  const Batch lot{BatchKind::lot, lot_id("01/09521101530001/10/L1")};
  const Batch cut{BatchKind::transformation, Hash32{1}};
  w.c.registry.put(lot_key("01/09521101530001/10/L1"), LotEntry{});
  w.c.registry.put(transformation_key(cut.id), TransformationEntry{});
  w.bag().batches = {lot, cut};
  EXPECT_FALSE(w.error());
  const auto later_ms = w.c.block.time_ms + 1;
  auto& recalled = w.c.registry.at<LotEntry>(lot_key("01/09521101530001/10/L1"));
  recalled.flag = FlagState{ItemFlag::recalled, {}, 1, later_ms};
  EXPECT_EQ(w.error(), (Error{ErrorCode::order_policy_flag, 0, 0}));
  recalled.flag.reset();
  auto& made = w.c.registry.at<TransformationEntry>(transformation_key(cut.id));
  made.flags = 1;
  made.flags_until_ms = later_ms;
  EXPECT_EQ(w.error(), (Error{ErrorCode::order_policy_flag, 0, 0}));
}

TEST(Authenticity, OfAContainerHoldsForAllThatIsInIt) {
  World w;
  w.bag().contents = Contents{.children = 1, .items = 2, .height = 2, .batches = {}};
  EXPECT_FALSE(w.error());
  auto& inside = *w.bag().contents;
  inside.admitted = 1;
  EXPECT_EQ(w.error(), (Error{ErrorCode::order_policy_commission, 0, 0}));
  w.bag().challenges.resize(1);
  inside.challenges = 2;
  EXPECT_EQ(w.error(), (Error{ErrorCode::order_policy_challenge, 0, 3}));
  inside.flags = 1;
  inside.flags_until_ms = w.c.block.time_ms + 1;
  EXPECT_EQ(w.error(), (Error{ErrorCode::order_policy_flag, 0, 0}));
}

TEST(Authenticity, FailsForWhatHasEnded) {
  for (const auto status :
       {ItemStatus::decommissioned, ItemStatus::transformed, ItemStatus::merged}) {
    World w;
    w.bag().status = status;
    EXPECT_EQ(w.error(), (Error{ErrorCode::order_policy_flag, 0, 0}));
  }
}

}  // namespace
}  // namespace tally::contracts::order_case
