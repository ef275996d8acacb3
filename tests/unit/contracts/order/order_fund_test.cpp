#include "contracts/order/order_fund.hpp"

#include "unit/contracts/order/order_case.hpp"

namespace tally::contracts::order_case {
namespace {

// Inputs: the order, 200 own, 300 other, 1,250 eur. Outputs: the order, 50 eur of change.
Case fund(const OrderTerms& of) {
  const auto order = order_at(OrderState::offered, of);
  auto c = order_spent(order).sign("buyer");
  for (const auto& asset : {own_iou(), other_iou()}) {
    c.spend(coin(asset, asset == own_iou() ? 200 : 300, buyer()));
  }
  c.spend(coin(eur(), 1'250, buyer()));
  c.make(funded_order(order, buyer(), payment(), of.accept_at_once && of.loyalty.has_value()));
  c.make(coin(eur(), 50, buyer()));
  c.command(OrderFund{buyer(), payment()});
  return c;
}
Case valid() { return fund(terms()); }

// The same with all the price in eur: `paid` of the 1,500 go into escrow.
Case fund_in_eur(std::uint64_t paid) {
  const auto order = order_at(OrderState::offered);
  auto c = order_spent(order).sign("buyer");
  c.spend(coin(eur(), paid, buyer()));
  c.make(funded_order(order, buyer(), {{eur(), paid}}, false));
  c.command(OrderFund{buyer(), {{eur(), paid}}});
  return c;
}

std::size_t place_of(const AssetId& asset) {
  const auto all = payment();
  return static_cast<std::size_t>(std::ranges::find(all, asset, &Holding::asset) - all.begin());
}

TEST(OrderFund, StartsTheClockOfAcceptance) {
  const auto c = valid();
  auto entry = entry_after(c, order_at(OrderState::funded), 2 * kHourMs);
  entry.funded_ms = c.block.time_ms;
  expect_writes(c, {{order_key(order_at(OrderState::offered).id), entry}});
}

TEST(OrderFund, IsAcceptanceWhereTheTermsSaySo) {
  auto at_once = terms();
  at_once.accept_at_once = true;
  const auto c = fund(at_once);
  auto entry = entry_after(c, order_at(OrderState::accepted), 3 * kHourMs);
  entry.funded_ms = c.block.time_ms;
  entry.accepted_ms = c.block.time_ms;
  expect_writes(c, {{order_key(order_at(OrderState::offered).id), entry},
                    asset_write(c, points(), [](auto& asset) { asset.reserved = 30; })});
}

TEST(OrderFund, RefusesInPrecedenceOrder) {
  run_table(
      valid,
      {{"no coin", [](Case& c) { c.tx.commands[0].inputs.resize(1); }, ErrorCode::claim_count},
       {"an item for a coin", [](Case& c) { c.spent[3] = item(kBag, buyer()); },
        ErrorCode::claim_type},
       {"the buyer has not signed", [](Case& c) { c.tx.signers.clear(); },
        ErrorCode::signature_missing},
       {"no entry", [](Case& c) { c.in<Order>(0).id = OrderId{hash_of("nothing")}; },
        ErrorCode::order_unknown},
       {"funded already", [](Case& c) { c.in<Order>(0).state = OrderState::funded; },
        ErrorCode::order_state},
       {"too late", [](Case& c) { c.block.active_ms += kLeftMs; },
        ErrorCode::order_deadline_passed},
       {"the buyer is the seller", [](Case& c) { c.in<Order>(0).terms.seller = buyer(); },
        ErrorCode::order_self},
       {"for another buyer", [](Case& c) { c.in<Order>(0).terms.named_buyer = key_of("other"); },
        ErrorCode::order_named_buyer},
       {"too many holdings",
        [](Case& c) { c.body<OrderFund>().payment.resize(kOrderHoldingsMax + 1); },
        ErrorCode::order_too_many_holdings},
       {"an amount of 0", [](Case& c) { c.body<OrderFund>().payment[0].amount = 0; },
        ErrorCode::amount_zero}});
}

TEST(OrderFund, RefusesThePaymentInPrecedenceOrder) {
  run_table(
      valid,
      {{"not ascending",
        [](Case& c) {
          auto& all = c.body<OrderFund>().payment;
          std::swap(all[0], all[1]);
        },
        ErrorCode::field_value},
       {"an IOU that the seller does not take",
        [](Case& c) { c.in<Order>(0).terms.accepted_ious = {own_iou()}; },
        ErrorCode::order_asset_not_accepted},
       {"an IOU past its grace",
        [](Case& c) {
          auto& iou = *c.registry.at<AssetEntry>(asset_key(other_iou())).terms;
          iou.maturity_ms = c.block.time_ms - iou.grace_ms;
        },
        ErrorCode::order_iou_not_accepted},
       {"less than the price", [](Case& c) { c.in<Order>(0).terms.lines[0].price = 1'201; },
        ErrorCode::order_not_enough},
       {"a price in broken units",
        [](Case& c) { c.registry.at<AssetEntry>(asset_key(eur())).policies.minimum_unit = 7; },
        ErrorCode::below_minimum_unit}});
}

TEST(OrderFund, RefusesTheCoinsAndItemsInPrecedenceOrder) {
  run_table(
      valid,
      {{"somebody else's coin", [](Case& c) { c.in<Coin>(3).lock = KeyLock{key_of("somebody")}; },
        ErrorCode::signature_missing},
       {"more change than there is", [](Case& c) { c.out<Coin>(1).amount = 1'251; },
        ErrorCode::not_conserved},
       {"a frozen asset",
        [](Case& c) { c.registry.at<AssetEntry>(asset_key(other_iou())).frozen = true; },
        ErrorCode::asset_frozen},
       {"a frozen holder",
        [](Case& c) {
          c.registry.at<AssetEntry>(asset_key(eur())).frozen_holders = 1;
          c.registry.put(freeze_key(eur(), account_of(buyer())),
                         FreezeEntry{eur(), account_of(buyer()), true});
        },
        ErrorCode::holder_frozen},
       {"not for the payee",
        [](Case& c) {
          c.registry.at<AssetEntry>(asset_key(other_iou())).policies.transferable = false;
        },
        ErrorCode::not_transferable},
       {"a challenge",
        [](Case& c) { c.registry.at<ItemEntry>(item_key(kWatch)).challenges.emplace_back(); },
        ErrorCode::order_policy_challenge},
       {"not the order", [](Case& c) { c.out<Order>(0).buyer = key_of("other"); },
        ErrorCode::order_outputs_mismatch}});
}

TEST(OrderFund, LeavesExactlyThePaymentInEscrow) {
  auto c = valid();
  c.out<Coin>(1).amount = 49;
  expect_error(c, {ErrorCode::not_conserved, 1, 0});
  c.out<Coin>(1).amount = 51;
  expect_error(c, {ErrorCode::not_conserved, 1, 0});
}

TEST(OrderFund, ComesBeforeTheDeadline) { expect_before_deadline(valid()); }

TEST(OrderFund, CoversThePriceToTheUnit) {
  expect_error(fund_in_eur(1'499), {ErrorCode::order_not_enough, 0, 1});
  EXPECT_TRUE(fund_in_eur(1'500).run());
  EXPECT_TRUE(fund_in_eur(1'501).run());
}

TEST(OrderFund, IsForTheNamedBuyer) {
  auto named = terms();
  named.named_buyer = buyer();
  EXPECT_TRUE(fund(named).run());
}

// Sums in 128 bits: amounts that wrap 64 are not the price.
TEST(OrderFund, CannotBeWrapped) {
  auto c = valid();
  c.body<OrderFund>().payment[0].amount = UINT64_MAX;
  c.body<OrderFund>().payment[1].amount = UINT64_MAX;
  const auto outcome = c.run();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(name(outcome.error().code), name(ErrorCode::not_conserved));
}

TEST(OrderFund, TakesAnIouUpToTheEndOfItsGrace) {
  const auto other = static_cast<std::uint32_t>(place_of(other_iou()));
  for (const bool grace_is_over : {false, true}) {
    auto c = valid();
    auto& iou = *c.registry.at<AssetEntry>(asset_key(other_iou())).terms;
    iou.maturity_ms = c.block.time_ms - iou.grace_ms + (grace_is_over ? 0 : 1);
    if (grace_is_over) {
      expect_error(c, {ErrorCode::order_iou_not_accepted, other, 0});
    } else {
      EXPECT_TRUE(c.run());
    }
  }
}

TEST(OrderFund, TakesTheSellersOwnIouHoweverLate) {
  auto c = valid();
  c.registry.at<AssetEntry>(asset_key(own_iou())).terms->maturity_ms = 1;
  EXPECT_TRUE(c.run());
}

// Store credit: an IOU that goes to nobody but its issuer pays that issuer.
TEST(OrderFund, TakesTheSellersOwnIouThoughItIsNotTransferable) {
  auto c = valid();
  c.registry.at<AssetEntry>(asset_key(own_iou())).policies.transferable = false;
  EXPECT_TRUE(c.run());
}

TEST(OrderFund, HoldsThePriceAgainstEachAssetsUnit) {
  auto c = valid();
  c.registry.at<AssetEntry>(asset_key(eur())).policies.minimum_unit = 50;
  EXPECT_TRUE(c.run());
  auto& own = c.registry.at<AssetEntry>(asset_key(own_iou()));
  own.policies.minimum_unit = 3;
  expect_error(c,
               {ErrorCode::below_minimum_unit, static_cast<std::uint32_t>(place_of(own_iou())), 3});
}

// 1,200 eur are whole units of 300, but the 1,000 of them that are the price are not.
TEST(OrderFund, HoldsThePartThatIsThePriceAgainstTheUnit) {
  auto c = valid();
  c.registry.at<AssetEntry>(asset_key(eur())).policies.minimum_unit = 300;
  expect_error(c,
               {ErrorCode::below_minimum_unit, static_cast<std::uint32_t>(place_of(eur())), 300});
}

TEST(OrderFund, NamesTheLineWhosePolicyFails) {
  auto c = valid();
  c.in<Order>(0).terms.lines[1].attributes = {{"colour", hash_of("black")},
                                              {"size", hash_of("xl")}};
  expect_error(c, {ErrorCode::order_attributes_mismatch, 1, 1});
}

}  // namespace
}  // namespace tally::contracts::order_case
