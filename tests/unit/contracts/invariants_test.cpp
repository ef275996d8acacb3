// Deltas made by hand, each wrong in one way: what no rule gives, and what a wrong rule would.
#include "contracts/invariants.hpp"

#include "unit/contracts/asset/world.hpp"

namespace tally::contracts {
namespace {

constexpr std::string_view kKey = "01/09521101530001/21/1";

/// Ana's coin and item go to Bo.
Case valid() {
  Case c;
  add_asset(c, "ONE");
  ItemEntry item;
  item.gs1_key = kKey;
  item.prefix = "952110";
  item.authority = key_of("brand");
  item.attributes = {{"colour", hash_of("red")}};
  item.events_count = 4;
  item.owners = 1;
  c.registry.put(item_key(kKey), item);
  c.spend(coin("ONE", 100, "ana"));
  c.spend(Item{std::string(kKey), KeyLock{key_of("ana")}});
  c.make(coin("ONE", 100, "bo"));
  c.make(Item{std::string(kKey), KeyLock{key_of("bo")}});
  return c;
}

std::optional<Violation> check(const Case& c, const Delta& delta = {}) {
  return check_invariants(c.resolved(), c.registry, delta);
}

/// The delta that changes the asset so.
Delta asset_delta(Case& c, const std::function<void(AssetEntry&)>& change) {
  auto after = asset_in(c, "ONE");
  change(after);
  return {{{asset_key(asset_named("ONE")), after}}};
}

Delta item_delta(Case& c, const std::function<void(ItemEntry&)>& change) {
  auto after = c.registry.at<ItemEntry>(item_key(kKey));
  change(after);
  return {{{item_key(kKey), after}}};
}

Order order_of(std::vector<Holding> payment, std::uint64_t bond) {
  Order order;
  order.terms.lines.push_back({std::string(kKey), 60, {}});
  order.terms.price_asset = asset_named("ONE");
  order.terms.bond = bond;
  order.payment = std::move(payment);
  return order;
}

TEST(Invariants, HoldForAnHonestTransfer) { EXPECT_EQ(check(valid()), std::nullopt); }

TEST(Invariants, AnInputTwiceIsFound) {
  auto c = valid();
  c.tx.inputs[1].number = c.tx.inputs[0].number;
  EXPECT_EQ(check(c), Violation::output_spent_twice);
  c = valid();
  c.tx.inputs[1].outpoint = c.tx.inputs[0].outpoint;
  EXPECT_EQ(check(c), Violation::output_spent_twice);
}

TEST(Invariants, CoinsFromNothingOrIntoNothingAreFound) {
  for (const std::uint64_t amount : {0u, 99u, 101u}) {
    auto c = valid();
    c.out<Coin>(0).amount = amount;
    EXPECT_EQ(check(c), Violation::coins_not_conserved) << amount;
  }
  auto c = valid();
  c.out<Coin>(0).asset = asset_named("TWO");
  EXPECT_EQ(check(c), Violation::coins_not_conserved);
  c = valid();
  c.tx.outputs.erase(c.tx.outputs.begin());
  EXPECT_EQ(check(c), Violation::coins_not_conserved);
}

// CVE-2010-5139: the true sum counts, not the one that wraps.
TEST(Invariants, ASumThatWrapsIsFound) {
  auto c = valid();
  c.out<Coin>(0).amount = std::uint64_t{1} << 63;
  c.make(coin("ONE", (std::uint64_t{1} << 63) + 100, "bo"));
  EXPECT_EQ(check(c), Violation::coins_not_conserved);
}

TEST(Invariants, WhatIsIssuedOrGoneIsCounted) {
  struct Change {
    std::uint64_t out;
    std::uint64_t issued, redeemed, burned;
    bool ok;
  };
  for (const auto& [out, issued, redeemed, burned, ok] :
       std::vector<Change>{{150, 50, 0, 0, true},
                           {150, 49, 0, 0, false},
                           {100, 50, 0, 0, false},
                           {40, 0, 60, 0, true},
                           {40, 0, 0, 60, true},
                           {40, 0, 30, 30, true},
                           {40, 0, 30, 29, false},
                           {100, 0, 0, 1, false},
                           {100, 5, 2, 3, true}}) {
    auto c = valid();
    c.out<Coin>(0).amount = out;
    const auto delta = asset_delta(c, [&](AssetEntry& asset) {
      asset.issued += issued;
      asset.redeemed += redeemed;
      asset.burned += burned;
    });
    EXPECT_EQ(check(c, delta), ok ? std::nullopt : std::optional(Violation::coins_not_conserved));
  }
}

TEST(Invariants, ANewAssetsCoinsAreCounted) {
  auto c = valid();
  AssetEntry fresh;
  fresh.id = asset_named("TWO");
  fresh.policies.supply_max = 10;
  fresh.issued = 10;
  const Delta delta{{{asset_key(fresh.id), fresh}}};
  EXPECT_EQ(check(c, delta), Violation::coins_not_conserved);
  c.make(coin("TWO", 10, "bo"));
  EXPECT_EQ(check(c, delta), std::nullopt);
}

TEST(Invariants, AnEscrowHoldsItsPaymentAndItsBond) {
  auto c = valid();
  c.tx.outputs = {order_of({{asset_named("ONE"), 90}}, 10)};
  EXPECT_EQ(check(c), std::nullopt);
  c.tx.outputs = {order_of({{asset_named("ONE"), 90}}, 9)};
  EXPECT_EQ(check(c), Violation::coins_not_conserved);
  c.tx.outputs = {order_of({{asset_named("ONE"), 91}}, 10)};
  EXPECT_EQ(check(c), Violation::coins_not_conserved);
  c.tx.outputs = {order_of({{asset_named("ONE"), 80}, {asset_named("TWO"), 10}}, 10)};
  EXPECT_EQ(check(c), Violation::coins_not_conserved);
}

TEST(Invariants, AnEscrowPaysOutWhatItHolds) {
  auto c = valid();
  c.spent[0] = order_of({{asset_named("ONE"), 90}}, 10);
  c.tx.inputs.pop_back();
  c.spent.pop_back();
  EXPECT_EQ(check(c), std::nullopt);
  c.out<Coin>(0).amount = 90;
  EXPECT_EQ(check(c), Violation::coins_not_conserved);
}

TEST(Invariants, SupplyOutOfBoundsIsFound) {
  const std::vector<std::function<void(AssetEntry&)>> wrong{
      [](AssetEntry& a) { a.redeemed = 1'001; },
      [](AssetEntry& a) { a.redeemed = 500, a.burned = 501; },
      [](AssetEntry& a) { a.redeemed = UINT64_MAX, a.burned = UINT64_MAX; },
      [](AssetEntry& a) { a.issued = 10'001; },
      [](AssetEntry& a) { a.reserved = 9'001; },
      [](AssetEntry& a) { a.reserved = UINT64_MAX; }};
  for (std::size_t i = 0; i < wrong.size(); ++i) {
    auto c = valid();
    EXPECT_EQ(check(c, asset_delta(c, wrong[i])), Violation::supply_out_of_bounds) << i;
  }
  auto c = valid();
  EXPECT_EQ(check(c, asset_delta(c, [](AssetEntry& a) { a.reserved = 9'000; })), std::nullopt);
}

TEST(Invariants, AnItemThatVanishesIsFound) {
  auto c = valid();
  c.tx.outputs.pop_back();
  EXPECT_EQ(check(c), Violation::item_not_conserved);
  EXPECT_EQ(check(c, item_delta(c, [](ItemEntry& item) { ++item.events_count; })),
            Violation::item_not_conserved);
  EXPECT_EQ(
      check(c, item_delta(c, [](ItemEntry& item) { item.status = ItemStatus::decommissioned; })),
      std::nullopt);
}

TEST(Invariants, AnItemThatBecomesAnotherIsFound) {
  auto c = valid();
  c.out<Item>(1).gs1_key = "01/09521101530001/21/2";
  EXPECT_EQ(check(c), Violation::item_not_conserved);
}

TEST(Invariants, AnItemThatIsDoubledIsFound) {
  auto c = valid();
  c.make(Item{std::string(kKey), KeyLock{key_of("ana")}});
  EXPECT_EQ(check(c), Violation::item_made_twice);
  c = valid();
  c.in<Coin>(0).amount = 110;
  c.make(order_of({}, 10));
  EXPECT_EQ(check(c), Violation::item_made_twice);
  c = valid();
  c.spend(Item{std::string(kKey), KeyLock{key_of("ana")}});
  EXPECT_EQ(check(c), Violation::item_not_conserved);
}

TEST(Invariants, AnItemComesNewOnlyOnce) {
  auto c = valid();
  c.tx.inputs.pop_back();
  c.spent.pop_back();
  // It exists already, so it is not new, whatever the delta says.
  EXPECT_EQ(check(c), Violation::item_made_twice);
  EXPECT_EQ(check(c, item_delta(c, [](ItemEntry&) {})), Violation::item_made_twice);
  // New, with its entry; then without.
  constexpr std::string_view kOther = "01/09521101530001/21/2";
  c.out<Item>(1).gs1_key = kOther;
  ItemEntry fresh;
  fresh.gs1_key = kOther;
  EXPECT_EQ(check(c, {{{item_key(kOther), fresh}}}), std::nullopt);
  EXPECT_EQ(check(c), Violation::item_made_twice);
}

TEST(Invariants, AnItemInAnOrdersLinesIsInOnePlace) {
  auto c = valid();
  c.tx.outputs = {order_of({{asset_named("ONE"), 100}}, 0)};
  EXPECT_EQ(check(c), std::nullopt);
  auto twice = order_of({{asset_named("ONE"), 100}}, 0);
  twice.terms.lines.push_back(twice.terms.lines[0]);
  c.tx.outputs = {twice};
  EXPECT_EQ(check(c), Violation::item_made_twice);
}

TEST(Invariants, AnEntryUnderAnothersKeyIsFound) {
  auto c = valid();
  const auto asset = asset_in(c, "ONE");
  EXPECT_EQ(check(c, {{{symbol_key("one"), asset}}}), Violation::entry_kind);
  EXPECT_EQ(check(c, {{{asset_key(asset_named("TWO")), asset}}}), Violation::entry_kind);
  EXPECT_EQ(check(c, {{{item_key("other"), c.registry.at<ItemEntry>(item_key(kKey))}}}),
            Violation::entry_kind);
  EXPECT_EQ(check(c, {{{asset_key(asset.id), asset}, {asset_key(asset.id), asset}}}),
            Violation::entry_kind);
}

TEST(Invariants, WhatIsFixedAboutAnAssetStays) {
  const std::vector<std::function<void(AssetEntry&)>> wrong{
      [](AssetEntry& a) { a.issuer = key_of("thief"); },
      [](AssetEntry& a) { a.kind = AssetKind::payment; },
      [](AssetEntry& a) { a.symbol = "One"; },
      [](AssetEntry& a) { a.decimals = 3; },
      [](AssetEntry& a) { a.policies.supply_max = 20'000; },
      [](AssetEntry& a) { a.policies.transferable = false; },
      [](AssetEntry& a) { a.policies.freezable = false; },
      [](AssetEntry& a) { a.policies.minimum_unit = 2; },
      [](AssetEntry& a) { a.terms.emplace(); },
      [](AssetEntry& a) { a.since_ms = 6; },
      [](AssetEntry& a) { a.issued = 999; }};
  for (std::size_t i = 0; i < wrong.size(); ++i) {
    auto c = valid();
    EXPECT_EQ(check(c, asset_delta(c, wrong[i])), Violation::asset_rewritten) << i;
  }
  auto c = valid();
  EXPECT_EQ(check(c, asset_delta(c, [](AssetEntry& a) { a.frozen = true, ++a.frozen_holders; })),
            std::nullopt);
}

TEST(Invariants, WhatIsFixedAboutAnItemStays) {
  const std::vector<std::function<void(ItemEntry&)>> wrong{
      [](ItemEntry& i) { i.prefix = "952111"; },
      [](ItemEntry& i) { i.authority = key_of("thief"); },
      [](ItemEntry& i) { i.attributes[0].value_hash = hash_of("blue"); },
      [](ItemEntry& i) { i.attributes.clear(); },
      [](ItemEntry& i) { i.since_ms = 9; },
      [](ItemEntry& i) { i.events_count = 3; },
      [](ItemEntry& i) { i.owners = 0; },
      [](ItemEntry& i) { i.status = ItemStatus::admitted; }};
  for (std::size_t k = 0; k < wrong.size(); ++k) {
    auto c = valid();
    EXPECT_EQ(check(c, item_delta(c, wrong[k])), Violation::asset_rewritten) << k;
  }
  auto c = valid();
  c.registry.at<ItemEntry>(item_key(kKey)).status = ItemStatus::decommissioned;
  EXPECT_EQ(check(c, item_delta(c, [](ItemEntry& i) { i.status = ItemStatus::commissioned; })),
            Violation::asset_rewritten);
}

TEST(Invariants, WhatIsPackedHasNoTitle) {
  auto c = valid();
  c.tx.outputs.pop_back();
  const auto pack = [](ItemEntry& item) { item.packed_in = "8004/9521101"; };
  EXPECT_EQ(check(c, item_delta(c, pack)), std::nullopt);
  c = valid();  // It comes out all the same.
  EXPECT_EQ(check(c, item_delta(c, pack)), Violation::item_made_twice);
  c = valid();  // Nobody spends it.
  c.tx.outputs.pop_back();
  c.tx.inputs.pop_back();
  c.spent.pop_back();
  EXPECT_EQ(check(c, item_delta(c, pack)), Violation::item_not_conserved);
}

TEST(Invariants, WhatIsUnpackedHasOneTitle) {
  auto c = valid();
  c.registry.at<ItemEntry>(item_key(kKey)).packed_in = "8004/9521101";
  const auto unpack = [](ItemEntry& item) { item.packed_in.clear(); };
  EXPECT_EQ(check(c, item_delta(c, unpack)), Violation::item_not_conserved);  // It went in too.
  c.tx.inputs.pop_back();
  c.spent.pop_back();
  EXPECT_EQ(check(c, item_delta(c, unpack)), std::nullopt);
  EXPECT_EQ(check(c), Violation::item_made_twice);
  c.tx.outputs.pop_back();
  EXPECT_EQ(check(c, item_delta(c, unpack)), Violation::item_not_conserved);
}

TEST(Invariants, WhatEndedIsSpent) {
  auto c = valid();
  c.tx.outputs.pop_back();
  c.tx.inputs.pop_back();
  c.spent.pop_back();
  for (const auto status :
       {ItemStatus::decommissioned, ItemStatus::transformed, ItemStatus::merged}) {
    const auto delta = item_delta(c, [&](ItemEntry& item) { item.status = status; });
    EXPECT_EQ(check(c, delta), Violation::item_not_conserved);
  }
}

TEST(Invariants, ALotCountsWhatSteppedOut) {
  auto c = valid();
  LotEntry lot;
  lot.count = 9;
  lot.stepped_out = 1;
  const auto key = lot_key("01/09521101530001/10/L1");
  LotPageEntry page{key.id, 0, {0b1, 0}};
  const auto page_key = lot_page_key(key.id, 0);
  c.registry.put(key, lot);
  c.registry.put(page_key, page);
  auto after = lot;
  after.stepped_out = 3;
  auto used = page;
  used.bits = {0b101, 0b1};
  EXPECT_EQ(check(c, {{{key, after}, {page_key, used}}}), std::nullopt);
  EXPECT_EQ(check(c, {{{key, after}}}), Violation::lot_miscounted);
  EXPECT_EQ(check(c, {{{page_key, used}}}), Violation::lot_miscounted);
  used.bits = {0b100, 0b11};  // The first bit has gone.
  EXPECT_EQ(check(c, {{{key, after}, {page_key, used}}}), Violation::asset_rewritten);
  after.count = 2;
  EXPECT_EQ(check(c, {{{key, after}}}), Violation::asset_rewritten);
}

}  // namespace
}  // namespace tally::contracts
