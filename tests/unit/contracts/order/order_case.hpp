// What the order rules' tests share: a seller, a buyer, two items, four assets, and an order in any
// of its states with a transaction that takes one step from there.
#pragma once

#include "contracts/order/order_flow.hpp"
#include "unit/contracts/support.hpp"

namespace tally::contracts::order_case {

inline PublicKey seller() { return key_of("seller"); }
inline PublicKey buyer() { return key_of("buyer"); }
inline PublicKey carrier() { return key_of("carrier"); }
inline PublicKey brand() { return key_of("brand"); }

inline AssetId eur() { return asset_id(key_of("bank"), "eur"); }
inline AssetId own_iou() { return asset_id(seller(), "own"); }
inline AssetId other_iou() { return asset_id(key_of("friend"), "other"); }
inline AssetId points() { return asset_id(seller(), "points"); }

inline constexpr std::string_view kBag = "01/09521141000006/21/bag";
inline constexpr std::string_view kWatch = "01/09521141000006/21/watch";
inline constexpr std::string_view kPrefix = "9521141";
inline constexpr std::uint64_t kHourMs = 60 * kMinuteMs;
inline constexpr std::uint64_t kIssued = 1'000'000;

/// An asset of which kIssued exist and ten times as many may.
inline void put_asset(MapRegistry& registry, const AssetId& id, const PublicKey& issuer,
                      AssetKind kind) {
  AssetEntry entry;
  entry.id = id;
  entry.issuer = issuer;
  entry.kind = kind;
  entry.policies = {.supply_max = 10 * kIssued, .freezable = true};
  if (kind == AssetKind::iou) {
    entry.terms.emplace();
    entry.terms->promised_asset = eur();
    entry.terms->maturity_ms = 1'900'000'000'000;
    entry.terms->grace_ms = 3 * kDayMs;
  }
  entry.issued = kIssued;
  registry.put(asset_key(id), entry);
}

inline void put_item(MapRegistry& registry, std::string_view gs1_key) {
  ItemEntry entry;
  entry.gs1_key = gs1_key;
  entry.prefix = kPrefix;
  entry.authority = brand();
  entry.attributes = {{"colour", hash_of("black")}, {"size", hash_of("m")}};
  registry.put(item_key(gs1_key), entry);
}

/// Everything that an order may need, and no order.
inline Case order_world() {
  Case c;
  put_asset(c.registry, eur(), key_of("bank"), AssetKind::payment);
  put_asset(c.registry, own_iou(), seller(), AssetKind::iou);
  put_asset(c.registry, other_iou(), key_of("friend"), AssetKind::iou);
  put_asset(c.registry, points(), seller(), AssetKind::loyalty);
  put_item(c.registry, kBag);
  put_item(c.registry, kWatch);
  c.registry.put(
      prefix_key(kPrefix),
      PrefixEntry{.prefix = std::string(kPrefix), .brand = brand(), .since_ms = 1'700'000'000'000});
  c.registry.put(accreditation_key(carrier(), Role::carrier),
                 AccreditationEntry{.key = carrier(), .role = Role::carrier, .since_ms = 1});
  return c;
}

/// A bag for 1,000 and a watch for 500, with everything that terms can say but a named buyer.
inline OrderTerms terms() {
  OrderTerms terms;
  terms.seller = seller();
  terms.carrier = carrier();
  terms.lines = {{std::string(kBag), 1'000, {{"colour", hash_of("black")}}},
                 {std::string(kWatch), 500, {}}};
  terms.price_asset = eur();
  terms.accepted_ious = {other_iou(), own_iou()};
  terms.periods = {.offer_ms = 1 * kHourMs,
                   .accept_ms = 2 * kHourMs,
                   .ship_ms = 3 * kHourMs,
                   .transit_ms = 4 * kHourMs,
                   .inspect_ms = 5 * kHourMs,
                   .dispute_ms = 6 * kHourMs};
  terms.loyalty = LoyaltyReward{points(), 30};
  terms.bond = 100;
  terms.dispute_buyer_bps = 6'000;
  terms.terms_hash = hash_of("terms");
  return terms;
}

inline std::vector<Holding> ascending(std::vector<Holding> holdings) {
  std::ranges::sort(holdings, {}, &Holding::asset);
  return holdings;
}

/// 1,700 for a price of 1,500: the IOUs count first, so 200 of the 1,200 eur are change.
inline std::vector<Holding> payment() {
  return ascending({{own_iou(), 200}, {other_iou(), 300}, {eur(), 1'200}});
}

/// An order of these terms that has come to `state` by its regular steps, loyalty reserved.
inline Order order_at(OrderState state, const OrderTerms& of = terms()) {
  auto order = offered_order(of, {Txid{hash_of("offer")}, 0});
  if (state == OrderState::offered) return order;
  auto at_once = order;
  at_once.terms.accept_at_once = false;
  order = funded_order(at_once, buyer(), payment(), false);
  order.terms = of;
  if (state >= OrderState::accepted) order = accepted_order(order, of.loyalty.has_value());
  if (state >= OrderState::shipped) order = shipped_order(order, hash_of("tracking"));
  if (state >= OrderState::delivered) order = delivered_order(order);
  if (state >= OrderState::disputed) order = disputed_order(order);
  return order;
}

/// The entry of an order whose deadline is `kLeftMs` after the case's block.
inline constexpr std::uint64_t kLeftMs = 1'000;
inline OrderEntry entry_of(const Order& order, const BlockContext& block) {
  OrderEntry entry;
  entry.state = order.state;
  entry.seller = order.terms.seller;
  entry.buyer = order.buyer;
  entry.price_asset = order.terms.price_asset;
  entry.price = 1'500;
  entry.deadline_active_ms = block.active_ms + kLeftMs;
  entry.output_number = 1'000;
  entry.outpoint = {Txid{hash_of("spent0")}, 0};
  entry.offered_ms = 11;
  if (order.state >= OrderState::funded) entry.funded_ms = 12;
  if (order.state >= OrderState::accepted) entry.accepted_ms = 13;
  if (order.state >= OrderState::shipped) entry.shipped_ms = 14;
  if (order.state >= OrderState::delivered) entry.delivered_ms = 15;
  entry.disputed = order.state == OrderState::disputed;
  return entry;
}

/// The world with this order in it, spent by the first input; its reserve is in the asset's entry.
inline Case order_spent(const Order& order) {
  auto c = order_world();
  c.spend(order);
  c.registry.put(order_key(order.id), entry_of(order, c.block));
  if (order.loyalty_reserved) {
    c.registry.at<AssetEntry>(asset_key(points())).reserved = order.terms.loyalty->amount;
  }
  return c;
}

/// A transaction that takes one step of the order to exactly this outcome; nobody has signed.
inline Case order_step(const Order& order, CommandBody body, const OrderOutcome& outcome) {
  auto c = order_spent(order);
  for (const auto& output : outcome.outputs) c.make(output);
  c.command(std::move(body));
  return c;
}

inline std::vector<AssetFacts> facts_of(const Order& order) {
  return asset_facts(order.terms.seller, order.payment, order_world().registry);
}

/// The entry that a step leaves of an order that lives on in the transaction's output 0.
inline OrderEntry entry_after(const Case& c, const Order& order, std::uint64_t period) {
  auto entry = entry_of(order, c.block);
  entry.deadline_active_ms = c.block.active_ms + period;
  entry.output_number = 5'000;
  entry.outpoint = {Txid{hash_of("this transaction")}, 0};
  return entry;
}

/// The entry that the end of an order leaves; `from` is the order that was spent.
inline OrderEntry entry_ended(const Case& c, const Order& from, OrderState end, bool timed_out) {
  auto entry = entry_of(from, c.block);
  entry.state = end;
  entry.deadline_active_ms = 0;
  entry.ended_ms = c.block.time_ms;
  entry.timed_out = timed_out;
  return entry;
}

inline RegistryWrite asset_write(const Case& c, const AssetId& id,
                                 const std::function<void(AssetEntry&)>& change) {
  auto entry = *c.registry.get<AssetEntry>(asset_key(id));
  change(entry);
  return {asset_key(id), entry};
}

/// The write of a line's item that has one owner more.
inline RegistryWrite sold_write(const Case& c, std::string_view gs1_key) {
  auto entry = *c.registry.get<ItemEntry>(item_key(gs1_key));
  ++entry.owners;
  return {item_key(gs1_key), entry};
}

inline Coin coin(const AssetId& asset, std::uint64_t amount, const PublicKey& to) {
  return {asset, amount, KeyLock{to}};
}
inline Item item(std::string_view gs1_key, const PublicKey& to) {
  return {std::string(gs1_key), KeyLock{to}};
}

/// Expects an error with its index and figure.
inline void expect_error(const Case& c, Error expected) {
  const auto outcome = c.run();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(name(outcome.error().code), name(expected.code));
  EXPECT_EQ(outcome.error().index, expected.index);
  EXPECT_EQ(outcome.error().figure, expected.figure);
}

/// Expects exactly these writes.
inline void expect_writes(const Case& c, const std::vector<RegistryWrite>& writes) {
  const auto delta = c.run();
  ASSERT_TRUE(delta) << name(delta.error().code);
  ASSERT_EQ(delta->writes.size(), writes.size());
  for (std::size_t i = 0; i < writes.size(); ++i) {
    EXPECT_TRUE(delta->writes[i] == writes[i]) << "write " << i;
  }
}

/// The faults that every step of an order shares, in precedence order, around those of its own
/// rule. The order is input 0. `state` is one from which the step is not allowed.
inline std::vector<Row> step_rows(OrderState state, std::vector<Row> own) {
  std::vector<Row> rows{
      {"a second input",
       [](Case& c) { c.tx.commands[0].inputs.push_back(c.spend(coin(eur(), 1, buyer()))); },
       ErrorCode::claim_count},
      {"not an order", [](Case& c) { c.spent[0] = coin(eur(), 1, buyer()); },
       ErrorCode::claim_type},
      {"no entry", [](Case& c) { c.in<Order>(0).id = OrderId{hash_of("nothing")}; },
       ErrorCode::order_unknown},
      {"another state", [state](Case& c) { c.in<Order>(0).state = state; },
       ErrorCode::order_state}};
  std::ranges::move(own, std::back_inserter(rows));
  rows.push_back(
      {"an output too many",
       [](Case& c) { c.tx.commands[0].outputs.push_back(c.make(coin(eur(), 1, buyer()))); },
       ErrorCode::order_outputs_mismatch});
  return rows;
}

/// The step settles up to the last millisecond before the deadline and not from it on.
inline void expect_before_deadline(const Case& valid) {
  const auto deadline = valid.block.active_ms + kLeftMs;
  auto c = valid;
  c.block.active_ms = deadline - 1;
  EXPECT_TRUE(c.run());
  for (const auto late : {deadline, deadline + 1}) {
    c.block.active_ms = late;
    expect_error(c, {ErrorCode::order_deadline_passed, 0, deadline});
  }
}

/// The step settles before its deadline, at it and after it.
inline void expect_no_deadline(const Case& valid) {
  for (const auto later : {kLeftMs - 1, kLeftMs, kLeftMs + 1}) {
    auto c = valid;
    c.block.active_ms += later;
    EXPECT_TRUE(c.run());
  }
}

}  // namespace tally::contracts::order_case
