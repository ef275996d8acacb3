#include "fuzz/support/model.hpp"

#include "base/check.hpp"
#include "base/checked.hpp"
#include "client/development.hpp"
#include "codec/genesis.hpp"
#include "contracts/limits.hpp"

namespace tally::fuzz {
namespace {

using namespace contracts;

struct Sums {
  std::map<AssetId, Uint128> coins;     // and escrow
  std::map<AssetId, Uint128> reserved;  // loyalty that living orders wait for
  std::map<std::string, int> items;     // places of each
  std::set<OrderId> orders;             // that live
};

void add_order(Sums& sums, const Order& order) {
  for (const auto& holding : order.payment) sums.coins[holding.asset] += holding.amount;
  sums.coins[order.terms.price_asset] += order.terms.bond;
  for (const auto& line : order.terms.lines) ++sums.items[line.gs1_key];
  if (order.loyalty_reserved) {
    sums.reserved[order.terms.loyalty->asset] += order.terms.loyalty->amount;
  }
  CHECK(sums.orders.insert(order.id).second);
}

Sums add_up(const Model& model) {
  Sums sums;
  for (const auto& [number, stored] : model.unspent) {
    if (const auto* coin = std::get_if<Coin>(&stored.output)) {
      CHECK(coin->amount > 0);
      sums.coins[coin->asset] += coin->amount;
    } else if (const auto* item = std::get_if<Item>(&stored.output)) {
      ++sums.items[item->gs1_key];
    } else if (const auto* order = std::get_if<Order>(&stored.output)) {
      add_order(sums, *order);
      const auto* entry = model.registry.get<OrderEntry>(order_key(order->id));
      CHECK(entry != nullptr && entry->state == order->state && !ended(entry->state));
      CHECK(entry->output_number == number && entry->outpoint == stored.outpoint);
    }
  }
  // What entries hold themselves.
  std::map<std::pair<AssetId, PublicKey>, std::uint64_t> locked;
  for (const auto& [key, entry] : model.registry.entries) {
    if (const auto* panel = std::get_if<PanelEntry>(&entry)) {
      sums.coins[panel->asset] += held(*panel);
    } else if (const auto* of_case = std::get_if<CaseEntry>(&entry)) {
      sums.coins[of_case->asset] += held(*of_case);
      CHECK(of_case->state != CaseState::closed || held(*of_case) == 0);
      if (of_case->state == CaseState::closed) continue;
      for (const auto& seat : of_case->seats) {
        locked[{of_case->asset, seat.appraiser}] += of_case->terms.bond;
      }
    }
  }
  // A stake is locked by exactly the cases that live.
  for (const auto& [key, entry] : model.registry.entries) {
    const auto* panel = std::get_if<PanelEntry>(&entry);
    if (panel == nullptr) continue;
    CHECK(std::ranges::is_sorted(panel->roll, {}, &Stake::appraiser));
    for (const auto& stake : panel->roll) {
      CHECK(stake.amount > 0 && stake.locked <= stake.amount);
      const auto found = locked.extract({panel->asset, stake.appraiser});
      CHECK(stake.locked == (found ? found.mapped() : 0));
    }
  }
  CHECK(locked.empty());
  return sums;
}

void check_asset(const AssetEntry& asset, Sums& sums) {
  CHECK(static_cast<Uint128>(asset.redeemed) + asset.burned <= asset.issued);
  CHECK(sums.coins[asset.id] == asset.supply());
  CHECK(sums.reserved[asset.id] == asset.reserved);
  CHECK(static_cast<Uint128>(asset.supply()) + asset.reserved <= asset.policies.supply_max);
  CHECK(asset.policies.supply_max <= kSupplyMax);
}

void check_network(const NetworkEntry& network) {
  CHECK(!network.operators.empty() && network.operators.size() <= kOperatorsMax);
  CHECK(std::ranges::is_sorted(network.operators));
  CHECK(std::ranges::adjacent_find(network.operators) == network.operators.end());
  CHECK(network.quorum * 2 > network.operators.size());
  CHECK(network.quorum <= network.operators.size());
}

void check_delegation(const DelegationEntry& delegation) {
  CHECK(delegation.amount_used <= delegation.powers.amount_max);
  CHECK(delegation.items_used <= delegation.powers.items_max);
}

}  // namespace

const NetworkId& network() {
  static const auto kId = network_id(codec::encode_genesis(client::development_genesis()));
  return kId;
}

Model::Model(const Genesis& genesis) {
  const auto writes = apply(genesis);
  CHECK(writes.has_value());
  for (const auto& write : *writes) registry.entries[write.key] = write.entry;
  block = {0, genesis.time_ms, 0};
}

Result<Delta> Model::judge(const Transaction& tx, const Txid& txid) const {
  ResolvedTransaction resolved{tx, txid, next, {}};
  for (std::size_t i = 0; i < tx.inputs.size(); ++i) {
    const auto number = tx.inputs[i].number;
    if (number >= next) return fail(ErrorCode::output_unknown, i);
    const auto found = unspent.find(number);
    if (found == unspent.end()) return fail(ErrorCode::already_spent, i, number);
    if (found->second.outpoint != tx.inputs[i].outpoint) {
      return fail(ErrorCode::outpoint_mismatch, i);
    }
    resolved.inputs.push_back(&found->second.output);
  }
  auto verdict = verify(resolved, registry, block);
  CHECK(verify(resolved, registry, block) == verdict);
  if (verdict) CHECK(!check_invariants(resolved, registry, *verdict));
  return verdict;
}

void Model::settle(const Transaction& tx, const Txid& txid, const Delta& delta) {
  for (const auto& input : tx.inputs) unspent.erase(input.number);
  for (std::uint32_t i = 0; i < tx.outputs.size(); ++i) {
    unspent[next++] = {{txid, i}, tx.outputs[i]};
  }
  for (const auto& write : delta.writes) registry.entries[write.key] = write.entry;
}

void Model::pass(std::uint64_t ms) {
  ++block.height;
  block.time_ms += ms;
  block.active_ms += std::min(ms, kActiveStepMsMax);
}

void Model::check_whole() const {
  auto sums = add_up(*this);
  for (const auto& [key, entry] : registry.entries) {
    CHECK(key.kind == kind_of(entry));
    if (const auto* asset = std::get_if<AssetEntry>(&entry)) {
      CHECK(key == asset_key(asset->id));
      check_asset(*asset, sums);
      sums.coins.erase(asset->id);
      sums.reserved.erase(asset->id);
    } else if (const auto* item = std::get_if<ItemEntry>(&entry)) {
      const bool gone = ended(item->status) || !item->packed_in.empty();
      CHECK(sums.items[item->gs1_key] == (gone ? 0 : 1));
      sums.items.erase(item->gs1_key);
    } else if (const auto* order = std::get_if<OrderEntry>(&entry)) {
      CHECK(ended(order->state) != sums.orders.contains(OrderId{key.id}));
    } else if (const auto* network = std::get_if<NetworkEntry>(&entry)) {
      check_network(*network);
    } else if (const auto* delegation = std::get_if<DelegationEntry>(&entry)) {
      check_delegation(*delegation);
    }
  }
  // Nothing of what has no entry.
  for (const auto& [asset, sum] : sums.coins) CHECK(sum == 0);
  for (const auto& [asset, sum] : sums.reserved) CHECK(sum == 0);
  for (const auto& [gs1_key, places] : sums.items) CHECK(places == 0);
}

}  // namespace tally::fuzz
