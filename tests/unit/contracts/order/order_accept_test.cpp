#include "contracts/order/order_accept.hpp"

#include "unit/contracts/order/order_case.hpp"

namespace tally::contracts::order_case {
namespace {

Case valid() {
  const auto order = order_at(OrderState::funded);
  return order_step(order, OrderAccept{}, step_outcome(accepted_order(order, true))).sign("seller");
}

TEST(OrderAccept, ReservesLoyaltyAndStartsTheClockOfShipping) {
  const auto c = valid();
  auto entry = entry_after(c, order_at(OrderState::accepted), 3 * kHourMs);
  entry.accepted_ms = c.block.time_ms;
  expect_writes(c, {{order_key(order_at(OrderState::funded).id), entry},
                    asset_write(c, points(), [](auto& asset) { asset.reserved = 30; })});
}

TEST(OrderAccept, RefusesInPrecedenceOrder) {
  run_table(valid, step_rows(OrderState::offered,
                             {{"the seller has not signed", [](Case& c) { c.tx.signers.clear(); },
                               ErrorCode::order_party},
                              {"too late", [](Case& c) { c.block.active_ms += kLeftMs; },
                               ErrorCode::order_deadline_passed}}));
}

TEST(OrderAccept, IsNotForTheBuyer) {
  auto c = valid();
  c.tx.signers = {buyer()};
  expect_error(c, {ErrorCode::order_party, 0, 0});
}

TEST(OrderAccept, ComesBeforeTheDeadline) { expect_before_deadline(valid()); }

// The reward must fit beside the supply and what others have reserved; if it does not, the order
// goes on without it.
TEST(OrderAccept, ReservesOnlyWhatFits) {
  for (const bool fits : {true, false}) {
    const auto order = order_at(OrderState::funded);
    auto c = order_step(order, OrderAccept{}, step_outcome(accepted_order(order, fits)));
    c.sign("seller");
    auto& asset = c.registry.at<AssetEntry>(asset_key(points()));
    asset.reserved = 50;
    asset.burned = 1'000;
    asset.policies.supply_max = kIssued - 1'000 + 50 + 30 - (fits ? 0 : 1);
    const auto delta = c.run();
    ASSERT_TRUE(delta);
    EXPECT_EQ(delta->writes.size(), fits ? 2u : 1u);
    c.out<Order>(0).loyalty_reserved = !fits;
    expect_error(c, {ErrorCode::order_outputs_mismatch, 0, 1});
  }
}

TEST(OrderAccept, NeverLetsTheRunningTotalWrap) {
  const auto order = order_at(OrderState::funded);
  for (const std::uint64_t room : {29, 30}) {
    auto c = order_step(order, OrderAccept{}, step_outcome(accepted_order(order, room == 30)));
    c.sign("seller");
    auto& asset = c.registry.at<AssetEntry>(asset_key(points()));
    asset.issued = UINT64_MAX - room;
    asset.burned = asset.issued;
    EXPECT_TRUE(c.run()) << room;
  }
}

TEST(OrderAccept, WorksWithoutLoyalty) {
  auto without = terms();
  without.loyalty.reset();
  const auto order = order_at(OrderState::funded, without);
  auto c = order_step(order, OrderAccept{}, step_outcome(accepted_order(order, false)));
  EXPECT_TRUE(c.sign("seller").run());
}

}  // namespace
}  // namespace tally::contracts::order_case
