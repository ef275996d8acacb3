#include "contracts/order/order_release.hpp"

#include "unit/contracts/order/order_case.hpp"

namespace tally::contracts::order_case {
namespace {

Case release_from(OrderState state) {
  const auto order = order_at(state);
  return order_step(order, OrderRelease{}, release_outcome(order, facts_of(order)));
}
Case valid() { return release_from(OrderState::delivered).sign("buyer"); }
Case settled_dispute() { return release_from(OrderState::disputed).sign("seller").sign("buyer"); }

std::vector<RegistryWrite> writes_of(const Case& c, const Order& from) {
  return {{order_key(from.id), entry_ended(c, from, OrderState::released, false)},
          asset_write(c, own_iou(), [](auto& asset) { asset.burned = 200; }),
          asset_write(c, points(),
                      [](auto& asset) {
                        asset.issued = kIssued + 30;
                        asset.reserved = 0;
                      }),
          sold_write(c, kBag),
          sold_write(c, kWatch)};
}

TEST(OrderRelease, BurnsMintsAndCountsTheOwner) {
  const auto c = valid();
  expect_writes(c, writes_of(c, order_at(OrderState::delivered)));
}

TEST(OrderRelease, BothSettleADisputeWhateverThePolicySays) {
  auto c = settled_dispute();
  c.registry.at<PrefixEntry>(prefix_key(kPrefix)).withdrawn_ms = 5;
  expect_writes(c, writes_of(c, order_at(OrderState::disputed)));
}

TEST(OrderRelease, RefusesInPrecedenceOrder) {
  run_table(
      valid,
      step_rows(
          OrderState::shipped,
          {{"the buyer has not signed", [](Case& c) { c.tx.signers = {seller()}; },
            ErrorCode::order_party},
           {"a flag",
            [](Case& c) {
              c.registry.at<ItemEntry>(item_key(kBag)).flag =
                  FlagState{.expires_ms = c.block.time_ms + 1};
            },
            ErrorCode::order_policy_flag},
           {"a challenge",
            [](Case& c) { c.registry.at<ItemEntry>(item_key(kBag)).challenges.emplace_back(); },
            ErrorCode::order_policy_challenge},
           {"the prefix is withdrawn",
            [](Case& c) { c.registry.at<PrefixEntry>(prefix_key(kPrefix)).withdrawn_ms = 5; },
            ErrorCode::order_policy_commission}}));
}

TEST(OrderRelease, OfADisputeRefusesInPrecedenceOrder) {
  run_table(
      settled_dispute,
      step_rows(OrderState::accepted, {{"neither has signed", [](Case& c) { c.tx.signers.clear(); },
                                        ErrorCode::order_party},
                                       {"one has not", [](Case& c) { c.tx.signers = {buyer()}; },
                                        ErrorCode::signature_missing}}));
  auto c = settled_dispute();
  c.tx.signers = {seller()};
  expect_error(c, {ErrorCode::signature_missing, 0, 1});
}

TEST(OrderRelease, IsNeverTooLate) {
  expect_no_deadline(valid());
  expect_no_deadline(settled_dispute());
}

TEST(OrderRelease, NamesTheOutputThatDiffers) {
  const auto count = valid().tx.outputs.size();
  for (std::uint32_t i = 0; i < count; ++i) {
    auto c = valid();
    if (auto* paid = std::get_if<Coin>(&c.tx.outputs[i])) {
      paid->amount += 1;
    } else {
      c.out<Item>(i).lock = KeyLock{seller()};
    }
    expect_error(c, {ErrorCode::order_outputs_mismatch, i, count});
  }
  auto c = valid();
  c.tx.commands[0].outputs.pop_back();
  expect_error(c,
               {ErrorCode::order_outputs_mismatch, static_cast<std::uint32_t>(count - 1), count});
}

TEST(OrderRelease, IsNotHeldUpByAnyFreeze) {
  auto c = valid();
  for (const auto& asset : {eur(), own_iou(), other_iou(), points()}) {
    auto& entry = c.registry.at<AssetEntry>(asset_key(asset));
    entry.frozen = true;
    entry.frozen_holders = 2;
    for (const auto& who : {seller(), buyer()}) {
      c.registry.put(freeze_key(asset, account_of(who)), FreezeEntry{asset, account_of(who), true});
    }
  }
  EXPECT_TRUE(c.run());
}

TEST(OrderRelease, MintsNothingThatWasNotReserved) {
  auto order = order_at(OrderState::delivered);
  order.loyalty_reserved = false;
  auto c = order_step(order, OrderRelease{}, release_outcome(order, facts_of(order)));
  const auto delta = c.sign("buyer").run();
  ASSERT_TRUE(delta);
  for (const auto& write : delta->writes) EXPECT_NE(write.key, asset_key(points()));
}

}  // namespace
}  // namespace tally::contracts::order_case
