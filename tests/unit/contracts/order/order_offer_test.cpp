#include "contracts/order/order_offer.hpp"

#include "contracts/order/order_terms.hpp"
#include "unit/contracts/order/order_case.hpp"

namespace tally::contracts::order_case {
namespace {

Case offer(const OrderTerms& of) {
  auto c = order_world().sign("seller");
  for (const auto& line : of.lines) c.spend(item(line.gs1_key, seller()));
  c.make(offered_order(of, {Txid{hash_of("spent0")}, 0}));
  if (of.bond > 0) {
    c.spend(coin(eur(), of.bond + 20, seller()));
    c.make(coin(eur(), 20, seller()));
  }
  c.command(OrderOffer{of});
  return c;
}
Case valid() { return offer(terms()); }

TEST(OrderOffer, StartsTheOrderUnderTheIdOfItsFirstInput) {
  const auto c = valid();
  const auto id = order_id({Txid{hash_of("spent0")}, 0});
  EXPECT_EQ(std::get<Order>(c.tx.outputs[0]).id, id);
  OrderEntry entry;
  entry.state = OrderState::offered;
  entry.seller = seller();
  entry.price_asset = eur();
  entry.price = 1'500;
  entry.deadline_active_ms = c.block.active_ms + 1 * kHourMs;
  entry.output_number = 5'000;
  entry.outpoint = {Txid{hash_of("this transaction")}, 0};
  entry.offered_ms = c.block.time_ms;
  expect_writes(c, {{order_key(id), entry}});
}

TEST(OrderOffer, RefusesInPrecedenceOrder) {
  run_table(valid, {{"no output claimed", [](Case& c) { c.tx.commands[0].outputs.clear(); },
                     ErrorCode::claim_count},
                    {"no coin for the bond", [](Case& c) { c.tx.commands[0].inputs.resize(2); },
                     ErrorCode::claim_count},
                    {"a coin for an item", [](Case& c) { c.spent[1] = coin(eur(), 5, seller()); },
                     ErrorCode::claim_type},
                    {"the seller has not signed", [](Case& c) { c.tx.signers.clear(); },
                     ErrorCode::signature_missing},
                    {"bad terms", [](Case& c) { c.body<OrderOffer>().terms.lines[1].price = 0; },
                     ErrorCode::order_terms_invalid},
                    {"another item", [](Case& c) { c.in<Item>(0).gs1_key = "8004/95211410"; },
                     ErrorCode::item_mismatch}});
}

TEST(OrderOffer, RefusesItemsAndCoinsInPrecedenceOrder) {
  run_table(valid, {{"somebody else's item",
                     [](Case& c) { c.in<Item>(0).lock = KeyLock{key_of("somebody")}; },
                     ErrorCode::signature_missing},
                    {"a flagged item",
                     [](Case& c) {
                       c.registry.at<ItemEntry>(item_key(kBag)).flag =
                           FlagState{.expires_ms = c.block.time_ms + 1};
                     },
                     ErrorCode::item_flagged},
                    {"somebody else's item in the next line",
                     [](Case& c) { c.in<Item>(1).lock = KeyLock{key_of("somebody")}; },
                     ErrorCode::signature_missing},
                    {"more change than there is", [](Case& c) { c.out<Coin>(1).amount = 121; },
                     ErrorCode::not_conserved},
                    {"a frozen asset",
                     [](Case& c) { c.registry.at<AssetEntry>(asset_key(eur())).frozen = true; },
                     ErrorCode::asset_frozen}});
  run_table(valid, {{"not the whole bond", [](Case& c) { c.out<Coin>(1).amount = 21; },
                     ErrorCode::not_conserved},
                    {"not the order", [](Case& c) { c.out<Order>(0).state = OrderState::funded; },
                     ErrorCode::order_outputs_mismatch}});
}

TEST(OrderOffer, NamesWhatIsWrong) {
  auto c = valid();
  c.in<Item>(1).gs1_key = "8004/95211410";
  expect_error(c, {ErrorCode::item_mismatch, 1, 0});
  c = valid();
  c.body<OrderOffer>().terms.lines[1].price = 0;
  expect_error(
      c, {ErrorCode::order_terms_invalid, 1, static_cast<std::uint64_t>(TermsFault::line_price)});
  c = valid();
  c.out<Order>(0).buyer = buyer();
  expect_error(c, {ErrorCode::order_outputs_mismatch, 0, 1});
}

TEST(OrderOffer, TakesTheBondInThePricesAssetOnly) {
  auto c = valid();
  c.in<Coin>(2).asset = other_iou();
  c.out<Coin>(1).asset = other_iou();
  expect_error(c, {ErrorCode::not_conserved, 2, 100});
}

TEST(OrderOffer, WithoutABondTakesNoCoins) {
  auto of = terms();
  of.bond = 0;
  auto c = offer(of);
  EXPECT_TRUE(c.run());
  c.tx.commands[0].inputs.push_back(c.spend(coin(eur(), 5, seller())));
  expect_error(c, {ErrorCode::claim_count, 0, 2});
}

TEST(OrderOffer, OpensWhateverLockAnItemIsUnder) {
  auto c = valid();
  c.in<Item>(0).lock = TimeLock{seller(), c.block.time_ms + 1};
  expect_error(c, {ErrorCode::lock_time, 0, c.block.time_ms + 1});
  c.in<Item>(0).lock = TimeLock{seller(), c.block.time_ms};
  EXPECT_TRUE(c.run());
}

// A flag that has expired blocks nothing; nor does a challenge, which counts when money comes.
TEST(OrderOffer, LooksAtStandingFlagsOnly) {
  auto c = valid();
  auto& bag = c.registry.at<ItemEntry>(item_key(kBag));
  bag.challenges.emplace_back();
  bag.flag = FlagState{.expires_ms = c.block.time_ms};
  EXPECT_TRUE(c.run());
}

}  // namespace
}  // namespace tally::contracts::order_case
