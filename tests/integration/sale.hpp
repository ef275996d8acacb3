// A sale step by step: offer, fund, ship, deliver, release, each signed against what the last one
// made. What was signed last can be sent again as often as it takes.
#pragma once

#include <optional>

#include "contracts/order/order_flow.hpp"
#include "integration/conversation.hpp"

namespace tally::test {

class Sale {
 public:
  /// `shop` sells the item to `buyer` for a coin of TEST that is exactly the price.
  Sale(std::string gs1_key, const Settled& item, std::uint32_t item_index, const Settled& coin,
       std::uint32_t coin_index, std::uint64_t price)
      : item_(item), item_index_(item_index), coin_(coin), coin_index_(coin_index), price_(price) {
    terms_.seller = key("shop");
    terms_.lines = {{.gs1_key = std::move(gs1_key), .price = price, .attributes = {}}};
    terms_.price_asset = test_asset();
    constexpr auto kStage = contracts::kDayMs;
    terms_.periods = {kStage, kStage, kStage, kStage, kStage, kStage};
    terms_.accept_at_once = true;
  }

  [[nodiscard]] bool done() const { return step_ == Step::released; }
  [[nodiscard]] std::string order_id() const { return order_.id.hex(); }
  [[nodiscard]] const contracts::OrderTerms& terms() const { return terms_; }

  /// The next step's transaction, made once and then the same until it has settled.
  const codec::SignedTransaction& next(std::uint64_t now_ms) {
    if (!signed_) signed_ = draft(now_ms).sign();
    return *signed_;
  }
  /// It has settled.
  void advance(const Settled& made) {
    at_ = made;
    signed_.reset();
    step_ = static_cast<Step>(static_cast<int>(step_) + 1);
  }

 private:
  enum class Step { offer, fund, ship, deliver, release, released };

  Draft draft(std::uint64_t now_ms) {
    using namespace contracts;
    const auto holdings = std::vector<Holding>{{test_asset(), price_}};
    Draft shop({"shop"}, now_ms);
    Draft buyer({"buyer"}, now_ms);
    switch (step_) {
      case Step::offer:
        spend(shop, item_, item_index_);
        order_ = offered_order(terms_, shop.tx.inputs.front().outpoint);
        return shop.make(order_).command(OrderOffer{terms_});
      case Step::fund:
        order_ = funded_order(order_, key("buyer"), holdings, false);
        spend(buyer, at_);
        spend(buyer, coin_, coin_index_);
        return buyer.make(order_).command(OrderFund{key("buyer"), holdings});
      case Step::ship:
        order_ = shipped_order(order_, hash_of("parcel"));
        return spend(shop, at_).make(order_).command(OrderShip{hash_of("parcel")});
      case Step::deliver:
        order_ = delivered_order(order_);
        return spend(buyer, at_).make(order_).command(OrderDeliver{});
      case Step::release:
      case Step::released:
        break;
    }
    spend(buyer, at_);
    for (auto& output : release_outcome(order_, {AssetFacts{}}).outputs) {
      buyer.make(std::move(output));
    }
    return buyer.command(OrderRelease{});
  }

  Step step_ = Step::offer;
  contracts::OrderTerms terms_;
  contracts::Order order_;
  Settled item_;
  std::uint32_t item_index_;
  Settled coin_;
  std::uint32_t coin_index_;
  std::uint64_t price_;
  Settled at_;
  std::optional<codec::SignedTransaction> signed_;
};

}  // namespace tally::test
