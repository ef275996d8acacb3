// The flow of an order: what each step makes of it, and exactly what every end pays out. Rules
// demand these outputs; builders and the node's keeper of timeouts make them. b = buyer, s =
// seller:
//
//     OFFERED ──fund(b)──▶ FUNDED ──accept(s)──▶ ACCEPTED ──ship(s)──▶ SHIPPED ──deliver(b,
//     carrier)──▶
//        │ withdraw(s)        │ refund(b or s)      │ refund(s; b+s)      │ refund(s)
//        ▼ timeout            ▼ timeout             ▼ timeout             ▼ timeout
//     WITHDRAWN EXPIRED    REFUNDED              REFUNDED              REFUNDED
//
//     ▶ DELIVERED ──dispute(b or s, if the policy fails)──▶ DISPUTED ──timeout──▶ SPLIT
//        │ release(b, if the policy holds), refund(s)          │ release(b+s), refund(b+s)
//        ▼ timeout: RELEASED, or DISPUTED if the policy fails  ▼ RELEASED, REFUNDED
//
// Every state has a deadline in active time. What carries an order on by one party's word (fund,
// accept, ship, deliver) must come before it; its timeout at it or after; every other step may come
// whenever the order is still there. The Order output holds the bond for as long as it exists.
//
// The outputs of an end, in this order, each left out where the amount is 0: the items in the order
// of the lines; the seller's coins in the order of the payment; the bond; the buyer's coins in the
// order of the payment; the loyalty. All under plain keys.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "contracts/output.hpp"
#include "contracts/registry.hpp"

namespace tally::contracts {

/// What is fixed for ever about an asset of the payment and decides its way out.
struct AssetFacts {
  bool own_iou = false;            ///< An IOU of the seller: burned where it would be the seller's.
  std::uint64_t minimum_unit = 1;  ///< A split leaves multiples of it.
  bool operator==(const AssetFacts&) const = default;
};

/// The facts of each holding of a payment, in its order.
[[nodiscard]] std::vector<AssetFacts> asset_facts(const PublicKey& seller,
                                                  const std::vector<Holding>& payment,
                                                  const Registry& registry);

/// What a step leads to. `outputs` is the Order alone where it lives on, else its payout.
struct OrderOutcome {
  OrderState state = OrderState::offered;
  std::vector<Output> outputs;
  std::vector<Holding> burned;          ///< The seller's own IOUs that it took for the price.
  std::optional<LoyaltyReward> minted;  ///< To the buyer, out of the reserve.
  bool sold = false;                    ///< The items are the buyer's now.
  bool operator==(const OrderOutcome&) const = default;
};

// ---- Steps: the order as it lives on. ----

[[nodiscard]] Order offered_order(const OrderTerms& terms, const Outpoint& first_input);
/// Accepted if the terms accept at once, else funded; only then does `reserve_loyalty` count.
[[nodiscard]] Order funded_order(const Order& order, const PublicKey& buyer,
                                 std::vector<Holding> payment, bool reserve_loyalty);
[[nodiscard]] Order accepted_order(const Order& order, bool reserve_loyalty);
[[nodiscard]] Order shipped_order(const Order& order, const Hash32& tracking_hash);
[[nodiscard]] Order delivered_order(const Order& order);
[[nodiscard]] Order disputed_order(const Order& order);
/// The outcome of a step after which the order lives on as `next`.
[[nodiscard]] OrderOutcome step_outcome(Order next);

/// Whether acceptance now reserves the loyalty of the terms: the asset is the seller's own, and the
/// reward fits into its maximum supply beside the supply and what is reserved.
[[nodiscard]] bool reserves_loyalty(const OrderTerms& terms, const Registry& registry);

/// How long an order may stay in a state; 0 for the ends.
[[nodiscard]] std::uint64_t period_ms(const OrderTerms& terms, OrderState state);

// ---- Ends. `facts` belong to `order.payment`, one each. ----

/// How much of each holding is the price: taken first from the seller's own IOUs, then from
/// others', both in the order of `accepted_ious`, then from the price's asset. What is left over is
/// change.
[[nodiscard]] std::vector<std::uint64_t> price_parts(const OrderTerms& terms,
                                                     const std::vector<Holding>& payment,
                                                     const std::vector<AssetFacts>& facts);

/// RELEASED: items, change and reserved loyalty to the buyer; the price and the bond to the seller,
/// its own IOUs burned.
[[nodiscard]] OrderOutcome release_outcome(const Order& order,
                                           const std::vector<AssetFacts>& facts);

enum class OrderParty : std::uint8_t { seller, buyer };

/// Who gets the bond of an order that is refunded in this state by those who sign. A seller who
/// gives up alone what it has accepted, shipped or not, pays as if it had let the deadline pass: a
/// parcel that was never sent would else get the bond back at once.
[[nodiscard]] OrderParty refund_bond_to(OrderState state, bool buyer_signs);

/// REFUNDED: items to the seller, the payment in kind to the buyer, the bond to `bond_to`.
[[nodiscard]] OrderOutcome refund_outcome(const Order& order, OrderParty bond_to);

/// WITHDRAWN: items and bond back to the seller. The same as EXPIRED but for the state.
[[nodiscard]] OrderOutcome withdraw_outcome(const Order& order);

/// SPLIT: of the price's part of each holding the buyer gets `dispute_buyer_bps`, rounded down to
/// the asset's minimum unit, and all the change; the seller the rest, its own IOUs burned, and the
/// bond. The items go with the price: to the seller if the buyer gets all of it back, else to the
/// buyer. No loyalty.
[[nodiscard]] OrderOutcome split_outcome(const Order& order, const std::vector<AssetFacts>& facts);

/// What the deadline of the order's state leads to: EXPIRED; REFUNDED (of an accepted order with
/// the bond to the buyer, since it was not shipped); RELEASED if `policy_holds`, else DISPUTED;
/// SPLIT. `policy_holds` counts for a delivered order only. The order has not ended.
[[nodiscard]] OrderOutcome timeout_outcome(const Order& order, bool policy_holds,
                                           const std::vector<AssetFacts>& facts);

}  // namespace tally::contracts
