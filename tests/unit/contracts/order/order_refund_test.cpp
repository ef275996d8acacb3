#include "contracts/order/order_refund.hpp"

#include "unit/contracts/order/order_case.hpp"

namespace tally::contracts::order_case {
namespace {

Case refund_from(OrderState state, OrderParty bond_to) {
  const auto order = order_at(state);
  return order_step(order, OrderRefund{}, refund_outcome(order, bond_to));
}

struct Signing {
  OrderState state;
  std::vector<std::string_view> signers;
  std::optional<OrderParty> bond_to;        // Nothing: refused …
  ErrorCode code = ErrorCode::order_party;  // … with this.
};

TEST(OrderRefund, IsForThoseWhoWouldLose) {
  using enum OrderParty;
  constexpr auto kMissing = ErrorCode::signature_missing;
  const Signing table[] = {
      {OrderState::funded, {"seller"}, seller},
      {OrderState::funded, {"buyer"}, seller},
      {OrderState::funded, {"seller", "buyer"}, seller},
      {OrderState::funded, {"carrier"}, {}},
      {OrderState::accepted, {"seller"}, buyer},
      {OrderState::accepted, {"seller", "buyer"}, seller},
      {OrderState::accepted, {"buyer"}, {}, kMissing},
      {OrderState::accepted, {}, {}},
      {OrderState::shipped, {"seller"}, buyer},
      {OrderState::shipped, {"seller", "buyer"}, seller},
      {OrderState::shipped, {"buyer"}, {}, kMissing},
      {OrderState::shipped, {}, {}},
      {OrderState::delivered, {"seller"}, seller},
      {OrderState::delivered, {"buyer", "seller"}, seller},
      {OrderState::delivered, {"buyer"}, {}, kMissing},
      {OrderState::delivered, {}, {}},
      {OrderState::disputed, {"seller", "buyer"}, seller},
      {OrderState::disputed, {"seller"}, {}, kMissing},
      {OrderState::disputed, {"buyer"}, {}, kMissing},
      {OrderState::disputed, {}, {}},
  };
  for (const auto& row : table) {
    SCOPED_TRACE(testing::Message() << static_cast<int>(row.state) << " by " << row.signers.size());
    for (const auto bond_to : {seller, buyer}) {
      auto c = refund_from(row.state, bond_to);
      for (const auto signer : row.signers) c.sign(signer);
      const auto delta = c.run();
      if (row.bond_to == bond_to) {
        EXPECT_TRUE(delta);
        continue;
      }
      ASSERT_FALSE(delta);
      EXPECT_EQ(name(delta.error().code),
                name(row.bond_to ? ErrorCode::order_outputs_mismatch : row.code));
    }
  }
}

TEST(OrderRefund, DropsTheReserve) {
  auto c = refund_from(OrderState::delivered, OrderParty::seller).sign("seller");
  const auto order = order_at(OrderState::delivered);
  expect_writes(c, {{order_key(order.id), entry_ended(c, order, OrderState::refunded, false)},
                    asset_write(c, points(), [](auto& asset) { asset.reserved = 0; })});
}

TEST(OrderRefund, WritesTheEntryAloneBeforeAcceptance) {
  auto c = refund_from(OrderState::funded, OrderParty::seller).sign("buyer");
  const auto order = order_at(OrderState::funded);
  expect_writes(c, {{order_key(order.id), entry_ended(c, order, OrderState::refunded, false)}});
}

TEST(OrderRefund, RefusesInPrecedenceOrder) {
  const auto valid = [] {
    return refund_from(OrderState::disputed, OrderParty::seller).sign("seller").sign("buyer");
  };
  run_table(valid, step_rows(OrderState::offered,
                             {{"neither has signed", [](Case& c) { c.tx.signers.clear(); },
                               ErrorCode::order_party},
                              {"one has not", [](Case& c) { c.tx.signers = {seller()}; },
                               ErrorCode::signature_missing}}));
}

TEST(OrderRefund, IsNeverTooLateNorHeldUp) {
  for (const auto state : {OrderState::funded, OrderState::shipped, OrderState::delivered}) {
    auto c = refund_from(state, refund_bond_to(state, false)).sign("seller");
    expect_no_deadline(c);
    c.registry.at<AssetEntry>(asset_key(eur())).frozen = true;
    c.registry.at<ItemEntry>(item_key(kBag)).flag =
        FlagState{.expires_ms = c.block.time_ms + kDayMs};
    EXPECT_TRUE(c.run());
  }
}

}  // namespace
}  // namespace tally::contracts::order_case
