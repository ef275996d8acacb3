// Orders: the terms that a seller offers, the escrow that an Order output holds, and the exact
// payout of every way an order can end. The source is the design's market page, "Orders".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "contracts/id.hpp"
#include "contracts/item.hpp"

namespace tally::contracts {

enum class OrderState : std::uint8_t {
  offered = 1,
  funded = 2,
  accepted = 3,
  shipped = 4,
  delivered = 5,
  disputed = 6,
  // Ends; an order in one of these is a registry entry without an output.
  released = 16,
  refunded = 17,
  withdrawn = 18,
  expired = 19,
  split = 20,
};

[[nodiscard]] inline bool ended(OrderState state) { return state >= OrderState::released; }

/// What must hold for every item of the order when it is funded and when it is released:
/// commissioned by the brand's registered prefix (if `accept_commissioned`), or at least
/// `verdicts_min` verdicts `genuine`, none older than `verdict_days_max`; and no open challenge, no
/// flag, not decommissioned.
struct AuthenticityPolicy {
  bool accept_commissioned = true;
  std::uint32_t verdicts_min = 0;  ///< 0: verdicts do not count.
  std::uint32_t verdict_days_max = 0;
  bool operator==(const AuthenticityPolicy&) const = default;
};

struct OrderLine {
  std::string gs1_key;
  std::uint64_t price = 0;            ///< Minor units of the price's asset.
  std::vector<Attribute> attributes;  ///< What the seller says of it; ascending by name.
  bool operator==(const OrderLine&) const = default;
};

/// An amount of loyalty minted to the buyer at release, reserved at acceptance.
struct LoyaltyReward {
  AssetId asset;
  std::uint64_t amount = 0;
  bool operator==(const LoyaltyReward&) const = default;
};

/// How long each stage may last, in milliseconds of active time (`active_ms`).
struct OrderPeriods {
  std::uint64_t offer_ms = 0;
  std::uint64_t accept_ms = 0;
  std::uint64_t ship_ms = 0;
  std::uint64_t transit_ms = 0;
  std::uint64_t inspect_ms = 0;
  std::uint64_t dispute_ms = 0;
  bool operator==(const OrderPeriods&) const = default;
};

struct OrderTerms {
  PublicKey seller;
  std::optional<PublicKey> named_buyer;  ///< Nobody else may fund it.
  std::optional<PublicKey> carrier;      ///< May sign the delivery beside the buyer.
  std::vector<OrderLine> lines;          ///< 1 … kOrderLinesMax.
  AssetId price_asset;
  std::vector<AssetId> accepted_ious;  ///< Taken at par; promised in the price's asset.
  AuthenticityPolicy policy;
  OrderPeriods periods;
  bool accept_at_once = false;  ///< Funding is acceptance.
  std::optional<LoyaltyReward> loyalty;
  std::uint64_t bond =
      0;  ///< The seller's, in the price's asset; the buyer's if it is not shipped.
  std::uint32_t dispute_buyer_bps = kDisputeDefault;  ///< The split agreed in advance.
  Hash32 terms_hash{};
  static constexpr std::uint32_t kDisputeDefault = 10'000;
  bool operator==(const OrderTerms&) const = default;
};

struct Holding {
  AssetId asset;
  std::uint64_t amount = 0;
  bool operator==(const Holding&) const = default;
};

/// The output that holds all of an order's escrow: the items of its lines, the seller's bond, the
/// buyer's payment.
struct Order {
  OrderId id;
  OrderState state = OrderState::offered;
  OrderTerms terms;
  PublicKey buyer;  ///< Zero until funded.
  std::vector<Holding>
      payment;  ///< Ascending by asset; may exceed the price: the change is in kind.
  bool loyalty_reserved = false;
  Hash32 tracking_hash{};  ///< The seller's commitment at shipping.
  bool operator==(const Order&) const = default;
};

/// The registry entry of an order, from its offer to for ever: its clock while it lives, the fact
/// that reputation rests on when it has ended. Active times count block by block (`active_ms`).
struct OrderEntry {
  OrderState state = OrderState::offered;
  PublicKey seller;
  PublicKey buyer;
  AssetId price_asset;
  std::uint64_t price = 0;               ///< Sum of the lines.
  std::uint64_t deadline_active_ms = 0;  ///< Of the present state; 0 once ended.
  OutputNumber output_number = 0;        ///< Where it lives now; the last place once ended.
  Outpoint outpoint;
  std::uint64_t offered_ms = 0;  ///< Block times of the steps; 0 where not reached.
  std::uint64_t funded_ms = 0;
  std::uint64_t accepted_ms = 0;
  std::uint64_t shipped_ms = 0;
  std::uint64_t delivered_ms = 0;
  std::uint64_t ended_ms = 0;
  bool timed_out = false;  ///< Ended by a deadline and nobody's signature.
  bool disputed = false;
  bool operator==(const OrderEntry&) const = default;
};

/// The sum of the lines' prices; nothing on overflow.
[[nodiscard]] std::optional<std::uint64_t> order_price(const OrderTerms& terms);

}  // namespace tally::contracts
