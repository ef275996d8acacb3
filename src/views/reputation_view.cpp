// What a block changes in the facts that reputation rests on.
#include <algorithm>
#include <map>
#include <set>

#include "base/checked.hpp"
#include "contracts/limits.hpp"
#include "views/reputation_rows.hpp"
#include "views/tables.hpp"
#include "views/view.hpp"

namespace tally::views {

using contracts::OrderState;

Blame blame_of(const contracts::OrderEntry& entry, OrderState state, std::uint32_t buyer_bps,
               bool seller_signed, bool buyer_signed) {
  if (entry.state == OrderState::split) {
    if (buyer_bps == contracts::kBasisPoints) return Blame::seller;
    return buyer_bps == 0 ? Blame::buyer : Blame::shared;
  }
  if (entry.state != OrderState::refunded) return Blame::nobody;
  if (entry.timed_out) return Blame::seller;
  if (state == OrderState::funded) return seller_signed ? Blame::nobody : Blame::buyer;
  if (state == OrderState::accepted) return buyer_signed ? Blame::nobody : Blame::seller;
  return Blame::nobody;
}

namespace {

void count_fact(const OrderFact& fact, const contracts::OrderEntry& entry, SideTotals& totals) {
  const auto own = fact.side == OrderSide::seller ? Blame::seller : Blame::buyer;
  switch (fact.state) {
    case OrderState::released:
      ++totals.released;
      break;
    case OrderState::refunded:
      ++totals.refunded;
      if (fact.blame == own) ++totals.refunded_own_blame;
      if (fact.blame != own && fact.blame != Blame::nobody) ++totals.refunded_other_blame;
      break;
    case OrderState::split:
      ++totals.split;
      break;
    case OrderState::withdrawn:
    case OrderState::expired:
      ++totals.not_funded;
      break;
    case OrderState::offered:
    case OrderState::funded:
    case OrderState::accepted:
    case OrderState::shipped:
    case OrderState::delivered:
    case OrderState::disputed:
      break;
  }
  totals.disputed += fact.disputed;
  totals.timed_out += fact.timed_out;
  totals.accepted += entry.accepted_ms != 0;
  totals.shipped += fact.shipped;
  totals.shipping_missed += fact.timed_out && entry.accepted_ms != 0 && !fact.shipped &&
                            fact.state == OrderState::refunded;
}

void put_fact(const contracts::PublicKey& party, const OrderFact& fact,
              const contracts::OrderEntry& entry, Writer& tables) {
  const auto key = side_key(party, fact.side);
  tables.put(kFactsTable, Row(key).u64(fact.height).id(fact.order), encode(fact));
  auto totals = get_totals(party, fact.side, tables);
  count_fact(fact, entry, totals);
  if (!fact.counterparty.is_zero()) {
    const auto pair = Row(key).id(fact.counterparty);
    if (!tables.get(kPairsTable, pair)) {
      ++totals.counterparties;
      tables.put(kPairsTable, pair, {});
    }
  }
  tables.put(kTotalsTable, key, encode(totals));
  if (fact.state == OrderState::released) {
    const auto volume = Row(key).id(fact.price_asset);
    const auto sum = checked_add(tables.number(kVolumesTable, volume), fact.price);
    tables.put(kVolumesTable, volume, Row().u64(sum.value_or(UINT64_MAX)));
  }
}

void put_end(const BlockFacts& block, const SettledFacts& settled, const contracts::OrderId& id,
             const contracts::OrderEntry& entry, Writer& tables) {
  const auto* order = spent_order(settled, id);
  if (order == nullptr) return;  // The rules let an order end only by spending it.
  const auto& signers = settled.transaction.signers;
  const auto signed_by = [&](const contracts::PublicKey& key) {
    return std::ranges::find(signers, key) != signers.end();
  };
  const auto split_bps = order->terms.dispute_buyer_bps;
  OrderFact fact{.order = id,
                 .side = OrderSide::seller,
                 .counterparty = entry.buyer,
                 .price_asset = entry.price_asset,
                 .price = entry.price,
                 .state = entry.state,
                 .blame = blame_of(entry, order->state, split_bps, signed_by(entry.seller),
                                   signed_by(entry.buyer)),
                 .buyer_bps = entry.state == OrderState::split ? split_bps : 0,
                 .timed_out = entry.timed_out,
                 .disputed = entry.disputed,
                 .shipped = entry.shipped_ms != 0,
                 .ended_ms = entry.ended_ms,
                 .height = block.header.height};
  put_fact(entry.seller, fact, entry, tables);
  if (entry.buyer.is_zero()) return;
  fact.side = OrderSide::buyer;
  fact.counterparty = entry.seller;
  put_fact(entry.buyer, fact, entry, tables);
}

void put_cluster(const contracts::Account& account, const Cluster& cluster, Writer& tables) {
  tables.put(kClustersTable, account.encode(), Row().account(cluster.root).u32(cluster.size));
}

// The smaller cluster joins the larger, so that no way to a root is longer than the logarithm.
void join(const contracts::Account& a, const contracts::Account& b, Writer& tables) {
  auto larger = find_cluster(a, tables);
  auto smaller = find_cluster(b, tables);
  if (larger.root == smaller.root) return;
  if (larger.size < smaller.size) std::swap(larger, smaller);
  put_cluster(smaller.root, {larger.root, smaller.size}, tables);
  put_cluster(larger.root, {larger.root, larger.size + smaller.size}, tables);
}

// Accounts whose coins of one asset one command spends together.
void put_clusters(const SettledFacts& settled, Writer& tables) {
  for (const auto& command : settled.transaction.commands) {
    std::map<contracts::AssetId, std::set<contracts::Account>> spenders;
    for (const auto i : command.inputs) {
      if (const auto* coin = std::get_if<contracts::Coin>(settled.spent[i])) {
        spenders[coin->asset].insert(contracts::account_of(coin->lock));
      }
    }
    for (const auto& [asset, accounts] : spenders) {
      for (const auto& account : accounts) {
        if (account != *accounts.begin()) join(*accounts.begin(), account, tables);
      }
    }
  }
}

class ReputationView final : public View {
 public:
  [[nodiscard]] std::string_view name() const override { return "reputation"; }
  [[nodiscard]] std::uint32_t format() const override { return 1; }
  [[nodiscard]] std::span<const storage::Table> tables() const override {
    static constexpr std::array kTables{kFactsTable, kTotalsTable, kPairsTable, kVolumesTable,
                                        kClustersTable};
    return kTables;
  }

  void apply(const BlockFacts& block, Writer& tables) const override {
    for (const auto& settled : block.settled) {
      put_clusters(settled, tables);
      for (const auto& write : settled.writes) {
        const auto* entry = std::get_if<contracts::OrderEntry>(&write.entry);
        if (entry == nullptr || !contracts::ended(entry->state)) continue;
        put_end(block, settled, contracts::OrderId{write.key.id}, *entry, tables);
      }
    }
  }
};

}  // namespace

std::unique_ptr<View> make_reputation_view() { return std::make_unique<ReputationView>(); }

}  // namespace tally::views
