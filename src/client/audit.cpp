#include "client/audit.hpp"

#include "base/checked.hpp"
#include "codec/transaction.hpp"

namespace tally::client {

using namespace contracts;

namespace {

constexpr std::uint64_t kDay = 24ull * 3600 * 1000;

template <typename Entry>
const Entry* entry(const std::map<RegistryKey, RegistryEntry>& registry, const RegistryKey& key) {
  const auto found = registry.find(key);
  return found == registry.end() ? nullptr : std::get_if<Entry>(&found->second);
}

}  // namespace

void Audit::take(const codec::Block& block) {
  ++counts_.blocks;
  if (last_hash_ && block.header.previous_hash != *last_hash_) ++counts_.broken_chain;
  last_hash_ = codec::block_hash(block.header);
  next_number_ = block.header.first_output_number;
  for (const auto& outcome : block.outcomes) {
    if (const auto* settled = std::get_if<codec::SettledRecord>(&outcome)) {
      take(*settled, block.header);
    } else {
      ++counts_.rejected;
    }
  }
}

void Audit::take(const codec::SettledRecord& record, const codec::BlockHeader& header) {
  ++counts_.settled;
  const auto tx = codec::decode_body(record.body);
  if (!tx) {
    ++counts_.broken_chain;
    return;
  }
  if (!settled_.insert(txid(network_id_, record.body)).second) ++counts_.settled_twice;
  std::vector<Output> spent;
  for (const auto& input : tx->inputs) {
    const auto found = live_.find(input.number);
    if (found == live_.end()) {
      ++counts_.spent_twice;
      continue;
    }
    spent.push_back(std::move(found->second));
    live_.erase(found);
  }
  // The policy is held against the registry as it was when goods and money changed hands.
  for (const auto& output : spent) {
    const auto* order = std::get_if<Order>(&output);
    if (order == nullptr) continue;
    for (const auto& write : record.writes) {
      const auto* end = std::get_if<OrderEntry>(&write.entry);
      if (end != nullptr && end->state == OrderState::released) check_sale(*order, header.time_ms);
    }
  }
  for (const auto& output : tx->outputs) live_.emplace(next_number_++, output);
  for (const auto& write : record.writes) registry_[write.key] = write.entry;
}

// A disputed order that both parties release by their own signatures is theirs to settle.
void Audit::check_sale(const Order& order, std::uint64_t time_ms) {
  if (order.state == OrderState::disputed) return;
  for (const auto& line : order.terms.lines) {
    if (!verified(order.terms, line, time_ms)) ++counts_.sold_unverified;
  }
}

bool Audit::verified(const OrderTerms& terms, const OrderLine& line, std::uint64_t time_ms) const {
  const auto* item = entry<ItemEntry>(registry_, item_key(line.gs1_key));
  if (item == nullptr || item->status == ItemStatus::decommissioned) return false;
  if (item->flag && time_ms < item->flag->expires_ms) return false;
  if (!item->challenges.empty()) return false;
  for (const auto& claimed : line.attributes) {
    if (std::find(item->attributes.begin(), item->attributes.end(), claimed) ==
        item->attributes.end()) {
      return false;
    }
  }
  if (terms.policy.accept_commissioned && item->status == ItemStatus::commissioned) return true;
  std::set<PublicKey> genuine;
  for (const auto& verdict : item->attestations) {
    const bool fresh = verdict.time_ms + terms.policy.verdict_days_max * kDay >= time_ms;
    if (verdict.verdict == Verdict::genuine && fresh) genuine.insert(verdict.appraiser);
  }
  return terms.policy.verdicts_min > 0 && genuine.size() >= terms.policy.verdicts_min;
}

AuditCounts Audit::counts() const {
  auto out = counts_;
  std::map<AssetId, Uint128> sums;
  for (const auto& [number, output] : live_) {
    if (const auto* coin = std::get_if<Coin>(&output)) sums[coin->asset] += coin->amount;
    if (const auto* order = std::get_if<Order>(&output)) {
      for (const auto& holding : order->payment) sums[holding.asset] += holding.amount;
      sums[order->terms.price_asset] += order->terms.bond;
    }
  }
  for (const auto& [key, value] : registry_) {
    const auto* asset = std::get_if<AssetEntry>(&value);
    if (asset != nullptr && sums[asset->id] != asset->supply()) ++out.supply_mismatch;
  }
  return out;
}

}  // namespace tally::client
