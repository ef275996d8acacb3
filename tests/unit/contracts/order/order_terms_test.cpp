#include "contracts/order/order_terms.hpp"

#include "unit/contracts/order/order_case.hpp"

namespace tally::contracts::order_case {
namespace {

struct Fault {
  std::string_view what;
  std::function<void(OrderTerms&)> breaks;
  TermsFault fault;
  std::uint32_t index = 0;
};

const Fault kFaults[] = {
    {"no line", [](auto& t) { t.lines.clear(); }, TermsFault::line_count},
    {"too many lines",
     [](auto& t) {
       while (t.lines.size() <= kOrderLinesMax) t.lines.push_back(t.lines.back());
     },
     TermsFault::line_count},
    {"a line for nothing", [](auto& t) { t.lines[0].price = 0; }, TermsFault::line_price},
    {"an item twice", [](auto& t) { t.lines.push_back(t.lines[0]); }, TermsFault::line_item, 2},
    {"attributes not ascending",
     [](auto& t) { t.lines[1].attributes = {{"size", {}}, {"colour", {}}}; },
     TermsFault::attributes, 1},
    {"more than can exist", [](auto& t) { t.lines[1].price = kSupplyMax - 999; },
     TermsFault::price_sum},
    {"a sum that wraps", [](auto& t) { t.lines[1].price = UINT64_MAX; }, TermsFault::price_sum},
    {"sold to itself", [](auto& t) { t.named_buyer = seller(); }, TermsFault::named_buyer},
    {"carried by itself", [](auto& t) { t.carrier = seller(); }, TermsFault::carrier},
    {"no way to be authentic", [](auto& t) { t.policy = {false, 0, 30}; }, TermsFault::policy},
    {"more verdicts than are kept", [](auto& t) { t.policy = {true, kAttestationsMax + 1, 30}; },
     TermsFault::policy},
    {"verdicts of no age", [](auto& t) { t.policy = {true, 1, 0}; }, TermsFault::policy},
    {"a stage too short", [](auto& t) { t.periods.offer_ms = kOrderStageMsMin - 1; },
     TermsFault::periods, 0},
    {"a stage too long", [](auto& t) { t.periods.dispute_ms = kOrderStageMsMax + 1; },
     TermsFault::periods, 5},
    {"more than all", [](auto& t) { t.dispute_buyer_bps = kBasisPoints + 1; }, TermsFault::split},
    {"no such price asset", [](auto& t) { t.price_asset = AssetId{hash_of("none")}; },
     TermsFault::price_asset},
    {"too many IOUs", [](auto& t) { t.accepted_ious.assign(kAcceptedIousMax + 1, own_iou()); },
     TermsFault::iou_count},
    {"an IOU twice", [](auto& t) { t.accepted_ious.push_back(own_iou()); }, TermsFault::iou, 2},
    {"no such IOU", [](auto& t) { t.accepted_ious[1] = AssetId{hash_of("none")}; }, TermsFault::iou,
     1},
    {"not an IOU", [](auto& t) { t.accepted_ious[0] = eur(); }, TermsFault::iou, 0},
    {"an IOU of something else", [](auto& t) { t.price_asset = points(); }, TermsFault::iou, 0},
    {"no reward", [](auto& t) { t.loyalty->amount = 0; }, TermsFault::loyalty},
    {"a reward of no loyalty asset", [](auto& t) { t.loyalty->asset = own_iou(); },
     TermsFault::loyalty},
    {"a reward that does not exist", [](auto& t) { t.loyalty->asset = AssetId{hash_of("none")}; },
     TermsFault::loyalty},
};

TEST(OrderTerms, AreRefusedInPrecedenceOrder) {
  const auto world = order_world();
  ASSERT_TRUE(check_terms(terms(), world.registry));
  for (std::size_t i = 0; i < std::size(kFaults); ++i) {
    const auto& fault = kFaults[i];
    SCOPED_TRACE(fault.what);
    auto broken = terms();
    fault.breaks(broken);
    const auto expected =
        Error{ErrorCode::order_terms_invalid, fault.index, static_cast<std::uint64_t>(fault.fault)};
    EXPECT_EQ(check_terms(broken, world.registry).error(), expected);
    // Faults of later kinds beside it, except those of the lines, which come line by line.
    if (fault.fault < TermsFault::price_sum) continue;
    auto all = terms();
    for (std::size_t k = std::size(kFaults); k-- > i;) {
      if (kFaults[k].fault > fault.fault || k == i) kFaults[k].breaks(all);
    }
    EXPECT_EQ(check_terms(all, world.registry).error().figure,
              static_cast<std::uint64_t>(fault.fault));
  }
}

TEST(OrderTerms, MayGoToEveryLimit) {
  auto world = order_world();
  auto limit = terms();
  limit.lines[1].price = kSupplyMax - 1'000;
  limit.policy = {false, kAttestationsMax, 1};
  limit.periods.offer_ms = kOrderStageMsMin;
  limit.periods.dispute_ms = kOrderStageMsMax;
  limit.dispute_buyer_bps = kBasisPoints;
  EXPECT_TRUE(check_terms(limit, world.registry));
  while (limit.lines.size() < kOrderLinesMax) {
    limit.lines.push_back({"8004/95211410" + std::to_string(limit.lines.size()), 1, {}});
  }
  limit.lines[1].price = 1;
  limit.accepted_ious.clear();
  for (std::size_t i = 0; i < kAcceptedIousMax; ++i) {
    limit.accepted_ious.push_back(asset_id(seller(), "iou" + std::to_string(i)));
    put_asset(world.registry, limit.accepted_ious.back(), seller(), AssetKind::iou);
  }
  limit.dispute_buyer_bps = 0;
  EXPECT_TRUE(check_terms(limit, world.registry));
}

TEST(OrderTerms, RewardInWholeUnitsOfTheSellersOwn) {
  auto world = order_world();
  auto& asset = world.registry.at<AssetEntry>(asset_key(points()));
  asset.policies.minimum_unit = 10;
  EXPECT_TRUE(check_terms(terms(), world.registry));
  asset.policies.minimum_unit = 20;
  EXPECT_FALSE(check_terms(terms(), world.registry));
  asset.policies.minimum_unit = 1;
  asset.issuer = key_of("somebody");
  EXPECT_FALSE(check_terms(terms(), world.registry));
}

}  // namespace
}  // namespace tally::contracts::order_case
