// Reputation: the facts of ended orders, and a first score over them (reputation_score.hpp).
//
// Anyone with the facts can compute the score again. Not counted: orders with oneself or with an
// account of the same cluster (two accounts whose coins of one asset one command ever spent
// together have one owner: Victor and Weintraud 2021), orders that were never funded, and prices in
// anything but a payment token, which only licensed issuers make.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "contracts/order.hpp"
#include "views/orders.hpp"
#include "views/page.hpp"
#include "views/reputation_score.hpp"
#include "views/views.hpp"

namespace tally::views {

/// Whose doing a refund or split was. A buyer who cancels before acceptance and a seller who lets a
/// deadline pass (acceptance, shipping, transit) or takes an accepted order back alone is blamed;
/// declining before acceptance, taking goods back, and what both sign blames nobody.
enum class Blame : std::uint8_t { nobody = 0, seller = 1, buyer = 2, shared = 3 };

/// One ended order, as it counts for one of its parties.
struct OrderFact {
  contracts::OrderId order;
  OrderSide side = OrderSide::seller;  ///< Of the party that the fact is about.
  contracts::PublicKey counterparty;   ///< Zero if it was never funded.
  contracts::AssetId price_asset;
  std::uint64_t price = 0;
  contracts::OrderState state = contracts::OrderState::released;  ///< How it ended.
  Blame blame = Blame::nobody;
  std::uint32_t buyer_bps = 0;  ///< Of a split: the buyer's share.
  bool timed_out = false;
  bool disputed = false;
  bool shipped = false;
  std::uint64_t ended_ms = 0;
  std::uint64_t height = 0;
};

/// Counts over all ended orders of a party on one side.
struct SideTotals {
  std::uint64_t released = 0;
  std::uint64_t refunded = 0;
  std::uint64_t refunded_own_blame = 0;    ///< Of `refunded`.
  std::uint64_t refunded_other_blame = 0;  ///< Of `refunded`.
  std::uint64_t split = 0;
  std::uint64_t disputed = 0;
  std::uint64_t timed_out = 0;   ///< Ended by a deadline, in whatever state.
  std::uint64_t not_funded = 0;  ///< Withdrawn or expired.
  std::uint64_t accepted = 0;    ///< Reached acceptance …
  std::uint64_t shipped = 0;     ///< … and shipping, which is always in time:
  std::uint64_t shipping_missed =
      0;  ///< or its deadline passed. On-time ratio: shipped/(shipped + this).
  std::uint64_t counterparties = 0;  ///< Distinct ones of funded orders.
};

/// What was released on one side in one asset, summed; the largest number if it is more.
struct Volume {
  OrderSide side = OrderSide::seller;
  contracts::AssetId asset;
  std::uint64_t amount = 0;
};

/// A fact and what the score would lack without it.
struct Explanation {
  OrderFact fact;
  std::int32_t points = 0;
};

/// The score rests on so many of the party's facts on a side, the latest.
inline constexpr std::size_t kScoredFactsMax = 10'000;
/// Volumes that are shown: the first by side and asset.
inline constexpr std::size_t kVolumesMax = 256;
/// V0: the price that weighs 1 is so many whole units of the asset (10^decimals minor units each).
inline constexpr std::uint64_t kValueUnits = 10;

struct SideReputation {
  SideTotals totals;
  Score score;                     ///< Its influences are in `moved_most`.
  std::uint64_t facts_scored = 0;  ///< How many the score counts.
  std::vector<Explanation> moved_most;
};

struct Reputation {
  contracts::PublicKey account;
  std::uint64_t height = 0;
  std::uint64_t time_ms = 0;  ///< What ages are counted to: the snapshot's.
  SideReputation as_seller;
  SideReputation as_buyer;
  std::vector<Volume> volumes;
};

/// Of an account without facts: the score of an unknown. Faults: storage.
ledger::Faulty<Reputation> find_reputation(const Snapshot& snapshot,
                                           const contracts::PublicKey& account);

/// The facts on one side, oldest first: with the prices' assets, all that the score needs.
Answer<Page<OrderFact>> list_order_facts(const Snapshot& snapshot,
                                         const contracts::PublicKey& account, OrderSide side,
                                         const PageRequest& request);

/// Whether two accounts count as one owner's. Faults: storage.
ledger::Faulty<bool> same_cluster(const Snapshot& snapshot, const contracts::Account& a,
                                  const contracts::Account& b);

}  // namespace tally::views
