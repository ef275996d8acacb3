#include "contracts/order/order_timeout.hpp"

#include "unit/contracts/order/order_case.hpp"

namespace tally::contracts::order_case {
namespace {

Case timeout_from(OrderState state, bool policy_holds = true) {
  const auto order = order_at(state);
  auto c = order_step(order, OrderTimeout{}, timeout_outcome(order, policy_holds, facts_of(order)));
  c.block.active_ms += kLeftMs;
  if (!policy_holds) c.registry.at<PrefixEntry>(prefix_key(kPrefix)).withdrawn_ms = 5;
  return c;
}

constexpr OrderState kLiving[] = {OrderState::offered, OrderState::funded,    OrderState::accepted,
                                  OrderState::shipped, OrderState::delivered, OrderState::disputed};

TEST(OrderTimeout, EndsEveryStateWithoutASignature) {
  const auto ends = [](OrderState state) {
    switch (state) {
      case OrderState::offered:
        return OrderState::expired;
      case OrderState::delivered:
        return OrderState::released;
      case OrderState::disputed:
        return OrderState::split;
      default:
        return OrderState::refunded;
    }
  };
  for (const auto state : kLiving) {
    SCOPED_TRACE(static_cast<int>(state));
    const auto c = timeout_from(state);
    const auto order = order_at(state);
    EXPECT_TRUE(c.tx.signers.empty());
    auto entry = entry_of(order, order_world().block);
    entry.state = ends(state);
    entry.deadline_active_ms = 0;
    entry.ended_ms = c.block.time_ms;
    entry.timed_out = true;
    std::vector<RegistryWrite> writes{{order_key(order.id), entry}};
    if (state == OrderState::delivered || state == OrderState::disputed) {
      // A split of 6,000 basis points leaves the seller 80 of its own 200.
      const std::uint64_t burned = state == OrderState::delivered ? 200 : 80;
      writes.push_back(asset_write(c, own_iou(), [&](auto& asset) { asset.burned = burned; }));
    }
    if (state >= OrderState::accepted) {
      writes.push_back(asset_write(c, points(), [&](auto& asset) {
        asset.reserved = 0;
        if (state == OrderState::delivered) asset.issued += 30;
      }));
    }
    if (state == OrderState::delivered || state == OrderState::disputed) {
      writes.push_back(sold_write(c, kBag));
      writes.push_back(sold_write(c, kWatch));
    }
    expect_writes(c, writes);
  }
}

TEST(OrderTimeout, OfADeliveryWhosePolicyFailsIsADispute) {
  const auto c = timeout_from(OrderState::delivered, false);
  const auto entry = entry_after(c, order_at(OrderState::disputed), 6 * kHourMs);
  expect_writes(c, {{order_key(order_at(OrderState::delivered).id), entry}});
}

TEST(OrderTimeout, WaitsForTheDeadline) {
  for (const auto state : kLiving) {
    auto c = timeout_from(state);
    const auto deadline = c.block.active_ms;
    c.block.active_ms = deadline - 1;
    expect_error(c, {ErrorCode::order_deadline_open, 0, deadline});
    c.block.active_ms = deadline + 1;
    EXPECT_TRUE(c.run());
  }
}

// Wall-clock time moves no deadline: only active time does.
TEST(OrderTimeout, StandsStillInAnOutage) {
  auto c = timeout_from(OrderState::shipped);
  c.block.active_ms -= 1;
  c.block.time_ms += 1'000 * kDayMs;
  EXPECT_FALSE(c.run());
}

TEST(OrderTimeout, RefusesInPrecedenceOrder) {
  run_table([] { return timeout_from(OrderState::disputed); },
            step_rows(OrderState::split, {{"too early", [](Case& c) { c.block.active_ms -= 1; },
                                           ErrorCode::order_deadline_open}}));
}

TEST(OrderTimeout, CannotBeHeldUp) {
  for (const auto state : kLiving) {
    if (state == OrderState::delivered) continue;  // The policy decides there.
    auto c = timeout_from(state, false);
    for (const auto& asset : {eur(), own_iou(), other_iou(), points()}) {
      c.registry.at<AssetEntry>(asset_key(asset)).frozen = true;
    }
    for (const auto key : {kBag, kWatch}) {
      auto& item = c.registry.at<ItemEntry>(item_key(key));
      item.flag = FlagState{.expires_ms = c.block.time_ms + kDayMs};
      item.challenges.emplace_back();
    }
    EXPECT_TRUE(c.run()) << static_cast<int>(state);
  }
}

TEST(OrderTimeout, PaysExactlyTheOutcome) {
  for (const auto state : kLiving) {
    auto c = timeout_from(state);
    const auto count = c.tx.outputs.size();
    c.tx.commands[0].outputs.pop_back();
    expect_error(c,
                 {ErrorCode::order_outputs_mismatch, static_cast<std::uint32_t>(count - 1), count});
  }
}

}  // namespace
}  // namespace tally::contracts::order_case
