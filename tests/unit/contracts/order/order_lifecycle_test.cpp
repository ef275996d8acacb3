// A model of the market: people offer, pay, ship, dispute and let deadlines pass at random, while
// the world freezes, flags, challenges and withdraws in between. After every transaction the whole
// state is conserved; and at any moment every order ends by timeouts alone.
#include <random>
#include <set>

#include "contracts/order/authenticity.hpp"
#include "contracts/order/order_flow.hpp"
#include "unit/contracts/support.hpp"

namespace tally::contracts::order_case {
namespace {

constexpr std::string_view kPeople[] = {"alice", "bob", "carol"};
constexpr std::string_view kPrefixDigits = "9521141";
constexpr std::size_t kItems = 6;

PublicKey person(std::size_t i) { return key_of(kPeople[i]); }
AssetId eur() { return asset_id(key_of("bank"), "eur"); }
AssetId iou_of(std::size_t i) { return asset_id(person(i), "iou"); }
AssetId points_of(std::size_t i) { return asset_id(person(i), "points"); }
std::string item_of(std::size_t i) { return "01/09521141000006/21/" + std::to_string(i); }

struct Unspent {
  Outpoint outpoint;
  Output output;
};

/// The ledger in maps: verifies, checks the invariants, applies.
struct Ledger {
  MapRegistry registry;
  BlockContext block{.height = 1, .time_ms = 1'800'000'000'000, .active_ms = 1'000};
  std::map<OutputNumber, Unspent> unspent;
  OutputNumber next = 0;
  std::uint64_t transactions = 0;

  void add(const Txid& txid, std::uint32_t index, const Output& output) {
    unspent[next++] = {{txid, index}, output};
  }
  void mint(const Output& output) { add(Txid{hash_of("mint" + std::to_string(next))}, 0, output); }

  std::optional<ErrorCode> submit(const Transaction& tx) {
    ResolvedTransaction what{tx, Txid{hash_of(std::to_string(++transactions))}, next, {}};
    for (const auto& input : tx.inputs) what.inputs.push_back(&unspent.at(input.number).output);
    const auto delta = verify(what, registry, block);
    if (!delta) return delta.error().code;
    EXPECT_FALSE(check_invariants(what, registry, *delta));
    for (const auto& input : tx.inputs) unspent.erase(input.number);
    for (std::uint32_t i = 0; i < tx.outputs.size(); ++i) add(what.txid, i, tx.outputs[i]);
    for (const auto& write : delta->writes) registry.put(write.key, write.entry);
    return std::nullopt;
  }

  [[nodiscard]] std::vector<OutputNumber> orders() const {
    std::vector<OutputNumber> numbers;
    for (const auto& [number, what] : unspent) {
      if (std::holds_alternative<Order>(what.output)) numbers.push_back(number);
    }
    return numbers;
  }
  [[nodiscard]] const Order& order(OutputNumber number) const {
    return std::get<Order>(unspent.at(number).output);
  }
  [[nodiscard]] Input input(OutputNumber number) const {
    return {number, unspent.at(number).outpoint, {}};
  }
};

void put_asset(Ledger& ledger, const AssetId& id, const PublicKey& issuer, AssetKind kind,
               std::uint64_t supply_max, std::uint64_t unit) {
  AssetEntry entry;
  entry.id = id;
  entry.issuer = issuer;
  entry.kind = kind;
  entry.policies = {.supply_max = supply_max, .freezable = true, .minimum_unit = unit};
  if (kind == AssetKind::iou) {
    entry.terms.emplace();
    entry.terms->promised_asset = eur();
  }
  ledger.registry.put(asset_key(id), entry);
}

void give(Ledger& ledger, const AssetId& asset, std::uint64_t amount, const PublicKey& to) {
  ledger.mint(Coin{asset, amount, KeyLock{to}});
  ledger.registry.at<AssetEntry>(asset_key(asset)).issued += amount;
}

Ledger genesis() {
  Ledger ledger;
  put_asset(ledger, eur(), key_of("bank"), AssetKind::payment, kSupplyMax, 1);
  for (std::size_t i = 0; i < std::size(kPeople); ++i) {
    put_asset(ledger, iou_of(i), person(i), AssetKind::iou, kSupplyMax, i == 0 ? 10 : 1);
    put_asset(ledger, points_of(i), person(i), AssetKind::loyalty, 100, 1);
  }
  for (std::size_t i = 0; i < std::size(kPeople); ++i) {
    give(ledger, eur(), 100'000, person(i));
    for (std::size_t k = 0; k < std::size(kPeople); ++k) give(ledger, iou_of(k), 9'000, person(i));
  }
  for (std::size_t i = 0; i < kItems; ++i) {
    ItemEntry entry;
    entry.gs1_key = item_of(i);
    entry.prefix = kPrefixDigits;
    entry.authority = key_of("brand");
    ledger.registry.put(item_key(entry.gs1_key), entry);
    ledger.mint(Item{item_of(i), KeyLock{person(i % std::size(kPeople))}});
  }
  ledger.registry.put(prefix_key(kPrefixDigits),
                      PrefixEntry{.prefix = std::string(kPrefixDigits), .brand = key_of("brand")});
  ledger.registry.put(accreditation_key(key_of("carrier"), Role::carrier),
                      AccreditationEntry{.key = key_of("carrier"), .role = Role::carrier});
  return ledger;
}

Transaction transaction(std::vector<PublicKey> signers, CommandBody body, std::vector<Input> inputs,
                        std::vector<Output> outputs) {
  Transaction tx;
  tx.version = kTransactionVersion;
  tx.signers = std::move(signers);
  tx.inputs = std::move(inputs);
  tx.outputs = std::move(outputs);
  Command command{{}, {}, std::move(body)};
  for (std::uint32_t i = 0; i < tx.inputs.size(); ++i) command.inputs.push_back(i);
  for (std::uint32_t i = 0; i < tx.outputs.size(); ++i) command.outputs.push_back(i);
  tx.commands.push_back(std::move(command));
  return tx;
}

/// Supply is what coins and escrows hold, every item stands in one place, and what is reserved is
/// what living orders have reserved.
void expect_whole(const Ledger& ledger) {
  std::map<AssetId, std::uint64_t> held;
  std::map<AssetId, std::uint64_t> reserved;
  std::map<std::string, int> places;
  for (const auto& [number, what] : ledger.unspent) {
    if (const auto* coin = std::get_if<Coin>(&what.output)) {
      EXPECT_GT(coin->amount, 0u);
      held[coin->asset] += coin->amount;
    } else if (const auto* item = std::get_if<Item>(&what.output)) {
      ++places[item->gs1_key];
    } else if (const auto* order = std::get_if<Order>(&what.output)) {
      for (const auto& holding : order->payment) held[holding.asset] += holding.amount;
      held[order->terms.price_asset] += order->terms.bond;
      for (const auto& line : order->terms.lines) ++places[line.gs1_key];
      if (order->loyalty_reserved) {
        reserved[order->terms.loyalty->asset] += order->terms.loyalty->amount;
      }
      const auto* entry = ledger.registry.get<OrderEntry>(order_key(order->id));
      ASSERT_NE(entry, nullptr);
      EXPECT_EQ(entry->state, order->state);
      EXPECT_EQ(entry->output_number, number);
      EXPECT_EQ(entry->outpoint, what.outpoint);
      EXPECT_EQ(entry->buyer, order->buyer);
    }
  }
  const auto check = [&](const AssetId& asset) {
    const auto* entry = ledger.registry.get<AssetEntry>(asset_key(asset));
    EXPECT_EQ(entry->supply(), held[asset]);
    EXPECT_EQ(entry->reserved, reserved[asset]);
    EXPECT_LE(entry->supply() + entry->reserved, entry->policies.supply_max);
  };
  check(eur());
  for (std::size_t i = 0; i < std::size(kPeople); ++i) {
    check(iou_of(i));
    check(points_of(i));
  }
  for (std::size_t i = 0; i < kItems; ++i) EXPECT_EQ(places[item_of(i)], 1);
}

/// Only the keeper is left: whoever it is submits each timeout when it is due, and nobody signs.
void expect_timeouts_end_all(Ledger ledger) {
  std::map<OrderId, int> timeouts;
  while (true) {
    const auto orders = ledger.orders();
    if (orders.empty()) break;
    const auto number = orders.front();
    const auto order = ledger.order(number);
    const auto deadline = ledger.registry.get<OrderEntry>(order_key(order.id))->deadline_active_ms;
    EXPECT_LE(deadline, ledger.block.active_ms + 2 * kOrderStageMsMin);
    ledger.block.active_ms = std::max(ledger.block.active_ms, deadline);
    const bool holds =
        check_authenticity(order.terms, ledger.registry, ledger.block.time_ms).has_value();
    const auto facts = asset_facts(order.terms.seller, order.payment, ledger.registry);
    auto outcome = timeout_outcome(order, holds, facts);
    const auto refused = ledger.submit(
        transaction({}, OrderTimeout{}, {ledger.input(number)}, std::move(outcome.outputs)));
    ASSERT_FALSE(refused) << name(*refused);
    // From DELIVERED by way of DISPUTED at the longest.
    ASSERT_LE(++timeouts[order.id], 2);
  }
  expect_whole(ledger);
}

class Market {
 public:
  explicit Market(std::uint64_t seed) : random_(seed) {}

  void run(int steps) {
    for (int i = 0; i < steps && !testing::Test::HasFailure(); ++i) {
      step();
      expect_whole(ledger_);
      if (i % 8 == 0) expect_timeouts_end_all(ledger_);
    }
    expect_timeouts_end_all(ledger_);
  }

  std::set<std::pair<std::string_view, bool>> seen;  ///< Commands that settled, and were refused.
  std::set<OrderState> ends;
  bool loyalty_left_out = false;  ///< A reward did not fit, and its order went on without.

 private:
  std::uint64_t pick(std::uint64_t count) { return random_() % count; }
  bool chance(std::uint64_t percent) { return pick(100) < percent; }

  void step() {
    ledger_.block.active_ms += pick(kOrderStageMsMin / 3);
    ledger_.block.time_ms += pick(kOrderStageMsMin);
    const auto what = pick(10);
    if (what < 2) return offer();
    if (what < 3) return interfere();
    const auto orders = ledger_.orders();
    if (!orders.empty()) advance(orders[pick(orders.size())]);
  }

  void submit(const Transaction& tx) {
    const auto refused = ledger_.submit(tx);
    const auto& body = tx.commands.front().body;
    seen.insert({command_name(command_number(body)), !refused});
  }

  OrderTerms terms(std::size_t who) {
    OrderTerms terms;
    terms.seller = person(who);
    terms.carrier = key_of("carrier");
    terms.price_asset = eur();
    for (std::size_t i = 0; i < std::size(kPeople); ++i) {
      if (chance(60)) terms.accepted_ious.push_back(iou_of(i));
    }
    const std::uint64_t ms = kOrderStageMsMin;
    terms.periods = {ms, ms + pick(ms), ms, 2 * ms, ms, ms};
    terms.accept_at_once = chance(30);
    if (chance(70)) terms.loyalty = LoyaltyReward{points_of(who), 30 + pick(50)};
    terms.bond = chance(50) ? 1 + pick(500) : 0;
    constexpr std::uint32_t kSplits[] = {0, 1, 3'333, 6'000, 9'999, 10'000};
    terms.dispute_buyer_bps = kSplits[pick(std::size(kSplits))];
    return terms;
  }

  // All coins of one asset that a key holds, with their sum.
  std::uint64_t coins(const PublicKey& of, const AssetId& asset, std::vector<Input>& inputs) {
    std::uint64_t sum = 0;
    for (const auto& [number, what] : ledger_.unspent) {
      const auto* coin = std::get_if<Coin>(&what.output);
      if (coin == nullptr || coin->asset != asset || coin->lock != Lock{KeyLock{of}}) continue;
      inputs.push_back(ledger_.input(number));
      sum += coin->amount;
    }
    return sum;
  }

  void offer() {
    const auto who = pick(std::size(kPeople));
    auto of = terms(who);
    std::vector<Input> inputs;
    for (const auto& [number, what] : ledger_.unspent) {
      const auto* item = std::get_if<Item>(&what.output);
      if (item == nullptr || item->lock != Lock{KeyLock{person(who)}} || !chance(60)) continue;
      of.lines.push_back({item->gs1_key, 10 * (1 + pick(300)), {}});
      inputs.push_back(ledger_.input(number));
    }
    if (of.lines.empty()) return;
    const auto id_from = inputs.front().outpoint;
    std::vector<Output> outputs{offered_order(of, id_from)};
    if (of.bond > 0) {
      const auto sum = coins(person(who), eur(), inputs);
      if (sum > of.bond) outputs.emplace_back(Coin{eur(), sum - of.bond, KeyLock{person(who)}});
    }
    submit(transaction({person(who)}, OrderOffer{of}, inputs, outputs));
  }

  void fund(OutputNumber number) {
    const auto& order = ledger_.order(number);
    const auto buyer = person(pick(std::size(kPeople)));
    std::vector<Input> inputs{ledger_.input(number)};
    std::vector<Holding> payment;
    std::vector<Output> change;
    auto assets = order.terms.accepted_ious;
    assets.push_back(eur());
    std::ranges::sort(assets);
    const auto price = order_price(order.terms).value_or(0);
    for (const auto& asset : assets) {
      if (asset != eur() && chance(40)) continue;
      const auto sum = coins(buyer, asset, inputs);
      if (sum == 0) continue;
      const auto paid = std::min(sum, asset == eur() ? price + pick(50) : 10 * (1 + pick(200)));
      payment.push_back({asset, paid});
      if (sum > paid) change.emplace_back(Coin{asset, sum - paid, KeyLock{buyer}});
    }
    const bool reserve = reserves_loyalty(order.terms, ledger_.registry);
    std::vector<Output> outputs{funded_order(order, buyer, payment, reserve)};
    outputs.insert(outputs.end(), change.begin(), change.end());
    submit(transaction({buyer}, OrderFund{buyer, payment}, inputs, outputs));
  }

  // Any step of the order, mostly one that its state allows, signed by any of those concerned.
  void advance(OutputNumber number) {
    const auto order = ledger_.order(number);
    if (order.state == OrderState::offered && chance(85)) return fund(number);
    const auto facts = asset_facts(order.terms.seller, order.payment, ledger_.registry);
    const bool holds =
        check_authenticity(order.terms, ledger_.registry, ledger_.block.time_ms).has_value();
    const bool reserve = reserves_loyalty(order.terms, ledger_.registry);
    std::vector<PublicKey> signers;
    for (const auto& who : {order.terms.seller, order.buyer, key_of("carrier")}) {
      if (chance(50)) signers.push_back(who);
    }
    CommandBody body = OrderTimeout{};
    auto outcome = timeout_outcome(order, holds, facts);
    switch (pick(9)) {
      case 0:
        body = OrderAccept{};
        outcome = step_outcome(accepted_order(order, reserve));
        break;
      case 1:
      case 2:
        body = OrderShip{hash_of("tracking")};
        outcome = step_outcome(shipped_order(order, hash_of("tracking")));
        break;
      case 3:
        body = OrderDeliver{};
        outcome = step_outcome(delivered_order(order));
        break;
      case 4:
        body = OrderRelease{};
        outcome = release_outcome(order, facts);
        break;
      case 5:
        body = OrderRefund{};
        outcome = refund_outcome(order, chance(50) ? OrderParty::seller : OrderParty::buyer);
        break;
      case 6:
        body = OrderWithdraw{};
        outcome = withdraw_outcome(order);
        break;
      case 7:
        body = OrderDispute{};
        outcome = step_outcome(disputed_order(order));
        break;
      default:
        break;
    }
    submit(transaction(signers, body, {ledger_.input(number)}, outcome.outputs));
    const auto* entry = ledger_.registry.get<OrderEntry>(order_key(order.id));
    if (entry->state == OrderState::accepted && order.state == OrderState::funded) {
      loyalty_left_out |= order.terms.loyalty && !reserve;
    }
    if (ended(entry->state)) {
      ends.insert(entry->state);
      EXPECT_EQ(entry->deadline_active_ms, 0u);
      EXPECT_EQ(entry->ended_ms, ledger_.block.time_ms);
      EXPECT_EQ(entry->timed_out, std::holds_alternative<OrderTimeout>(body));
    }
  }

  void interfere() {
    AssetId assets[] = {eur(), iou_of(0), iou_of(1), points_of(0), points_of(1)};
    auto& asset = ledger_.registry.at<AssetEntry>(asset_key(assets[pick(std::size(assets))]));
    auto& item = ledger_.registry.at<ItemEntry>(item_key(item_of(pick(kItems))));
    switch (pick(5)) {
      case 0:
        asset.frozen = !asset.frozen;
        break;
      case 1: {
        const auto holder = account_of(person(pick(std::size(kPeople))));
        const auto key = freeze_key(asset.id, holder);
        const auto* was = ledger_.registry.get<FreezeEntry>(key);
        const bool frozen = was == nullptr || !was->frozen;
        asset.frozen_holders += frozen ? 1u : -1u;
        ledger_.registry.put(key, FreezeEntry{asset.id, holder, frozen});
        break;
      }
      case 2:
        item.flag = FlagState{.flag = ItemFlag::stolen,
                              .expires_ms = ledger_.block.time_ms + pick(10 * kOrderStageMsMin)};
        break;
      case 3:
        if (item.challenges.empty()) {
          item.challenges.emplace_back();
        } else {
          item.challenges.clear();
        }
        break;
      default: {
        auto& prefix = ledger_.registry.at<PrefixEntry>(prefix_key(kPrefixDigits));
        prefix.withdrawn_ms = prefix.withdrawn_ms == 0 ? 1 : 0;
      }
    }
  }

  std::mt19937_64 random_;
  Ledger ledger_ = genesis();
};

TEST(OrderLifecycle, ConservesAllAndAlwaysEndsByTimeoutsAlone) {
  std::set<std::pair<std::string_view, bool>> seen;
  std::set<OrderState> ends;
  bool loyalty_left_out = false;
  for (std::uint64_t seed = 1; seed <= 200 && !HasFailure(); ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Market market(seed);
    market.run(250);
    seen.merge(market.seen);
    ends.merge(market.ends);
    loyalty_left_out |= market.loyalty_left_out;
  }
  // The walk has been everywhere, or it would prove nothing.
  for (CommandNumber number = OrderOffer::kNumber; number <= OrderDispute::kNumber; ++number) {
    EXPECT_TRUE(seen.contains({command_name(number), true})) << command_name(number);
    EXPECT_TRUE(seen.contains({command_name(number), false})) << command_name(number);
  }
  EXPECT_EQ(ends.size(), 5u);
  EXPECT_TRUE(loyalty_left_out);
}

}  // namespace
}  // namespace tally::contracts::order_case
