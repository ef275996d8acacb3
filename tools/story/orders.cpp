#include "story/orders.hpp"

#include <algorithm>

#include "contracts/limits.hpp"

namespace tally::story {

using namespace contracts;

namespace {

Coin coin_for(const std::string& owner, const AssetId& asset, std::uint64_t amount) {
  return {asset, amount, KeyLock{key_of(owner)}};
}

// Spends a coin of at least `amount`; what is over comes back. To be claimed together with what the
// amount is for.
void put_in(Draft& draft, Story& story, const std::string& owner, const Holding& holding,
            std::vector<Output>& change) {
  const auto owned = story.stage.purse().coin(owner, holding.asset, holding.amount);
  draft.spend(owned);
  const auto over = std::get<Coin>(owned.output).amount - holding.amount;
  if (over > 0) change.emplace_back(coin_for(owner, holding.asset, over));
}

Draft step(Story& story, const OrderId& id, const std::string& signer, Order (*next)(const Order&),
           CommandBody body) {
  const auto owned = story.stage.purse().order(id);
  Draft draft({signer});
  draft.spend(owned).make(next(std::get<Order>(owned.output))).command(std::move(body));
  return draft;
}

}  // namespace

OrderTerms terms_for(const Story& story, const std::string& seller, const std::string& gs1_key,
                     std::uint64_t price) {
  OrderTerms terms;
  terms.seller = key_of(seller);
  terms.lines = {{gs1_key, price, {}}};
  terms.price_asset = story.token;
  terms.policy = {.accept_commissioned = false, .verdicts_min = 2, .verdict_days_max = 30};
  terms.periods = {.offer_ms = 7 * kDayMs,
                   .accept_ms = 2 * kDayMs,
                   .ship_ms = 2 * kDayMs,
                   .transit_ms = 7 * kDayMs,
                   .inspect_ms = 2 * kDayMs,
                   .dispute_ms = 14 * kDayMs};
  terms.terms_hash = document_hash("terms of sale");
  return terms;
}

OrderId order_of(const Signed& offer) {
  return order_id(offer.transaction.inputs.front().outpoint);
}

Draft offer(Story& story, const std::string& seller, const OrderTerms& terms) {
  return offer(story, seller, terms, story.stage.purse().item(seller, terms.lines[0].gs1_key));
}

Draft offer(Story& story, const std::string& seller, const OrderTerms& terms, const Owned& title) {
  Draft draft({seller});
  std::vector<Output> change;
  draft.spend(title);
  if (terms.bond > 0) put_in(draft, story, seller, {terms.price_asset, terms.bond}, change);
  draft.make(offered_order(terms, title.outpoint));
  for (auto& output : change) draft.make(std::move(output));
  draft.command(OrderOffer{terms});
  return draft;
}

Draft fund(Story& story, const OrderId& id, const std::string& buyer,
           std::vector<Holding> payment) {
  std::ranges::sort(payment, {}, &Holding::asset);
  const auto owned = story.stage.purse().order(id);
  const auto& order = std::get<Order>(owned.output);
  Draft draft({buyer});
  std::vector<Output> change;
  draft.spend(owned);
  for (const auto& holding : payment) put_in(draft, story, buyer, holding, change);
  draft.make(funded_order(order, key_of(buyer), payment, order.terms.loyalty.has_value()));
  for (auto& output : change) draft.make(std::move(output));
  draft.command(OrderFund{key_of(buyer), std::move(payment)});
  return draft;
}

Draft accept(Story& story, const OrderId& id, const std::string& seller) {
  return step(
      story, id, seller,
      [](const Order& order) { return accepted_order(order, order.terms.loyalty.has_value()); },
      OrderAccept{});
}

Draft ship(Story& story, const OrderId& id, const std::string& seller, std::string_view tracking) {
  const auto owned = story.stage.purse().order(id);
  const auto hash = document_hash(tracking);
  Draft draft({seller});
  draft.spend(owned)
      .make(shipped_order(std::get<Order>(owned.output), hash))
      .command(OrderShip{hash});
  return draft;
}

Draft deliver(Story& story, const OrderId& id, const std::string& buyer) {
  return step(story, id, buyer, delivered_order, OrderDeliver{});
}

Draft release(Story& story, const OrderId& id, const std::string& buyer) {
  const auto owned = story.stage.purse().order(id);
  const auto& order = std::get<Order>(owned.output);
  std::vector<AssetFacts> facts;
  for (const auto& holding : order.payment) {
    const bool own_iou = holding.asset == story.credit && order.terms.seller == key_of(kBoutique);
    facts.push_back({.own_iou = own_iou, .minimum_unit = 1});
  }
  Draft draft({buyer});
  draft.spend(owned);
  for (auto& output : release_outcome(order, facts).outputs) draft.make(std::move(output));
  draft.command(OrderRelease{});
  return draft;
}

Draft pay(Story& story, const std::string& from, const std::string& to, const AssetId& asset,
          std::uint64_t amount) {
  return pay(from, to, story.stage.purse().coin(from, asset, amount), amount);
}

Draft pay(const std::string& from, const std::string& to, const Owned& coin, std::uint64_t amount) {
  const auto& had = std::get<Coin>(coin.output);
  Draft draft({from});
  draft.spend(coin).make(coin_for(to, had.asset, amount));
  if (had.amount > amount) draft.make(coin_for(from, had.asset, had.amount - amount));
  draft.command(AssetTransfer{});
  return draft;
}

}  // namespace tally::story
