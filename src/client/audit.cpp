#include "client/audit.hpp"

#include "base/checked.hpp"
#include "codec/transaction.hpp"
#include "crypto/merkle.hpp"

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
  check_header(block);
  ++counts_.blocks;
  last_hash_ = codec::block_hash(block.header);
  next_number_ = block.header.first_output_number;
  std::vector<Hash32> leaves;
  for (const auto& outcome : block.outcomes) {
    const auto* settled = std::get_if<codec::SettledRecord>(&outcome);
    leaves.push_back(settled != nullptr ? take(*settled, block.header)
                                        : take(std::get<codec::RejectedRecord>(outcome)));
  }
  if (crypto::merkle_root(leaves) != block.header.transactions_root) ++counts_.broken_chain;
}

void Audit::check_header(const codec::Block& block) {
  const auto& header = block.header;
  if (header.height != counts_.blocks + 1 || header.first_output_number != next_number_ ||
      (last_hash_ && header.previous_hash != *last_hash_)) {
    ++counts_.broken_chain;
  }
}

Hash32 Audit::take(const codec::RejectedRecord& record) {
  ++counts_.rejected;
  if (!rejected_.insert(record.txid).second || settled_.contains(record.txid)) {
    ++counts_.settled_twice;
  }
  return codec::rejected_leaf(record.txid, record.error);
}

Hash32 Audit::take(const codec::SettledRecord& record, const codec::BlockHeader& header) {
  ++counts_.settled;
  const auto id = txid(network_id_, record.body);
  const auto leaf = codec::settled_leaf(id, next_number_, record.writes);
  if (!settled_.insert(id).second || rejected_.contains(id)) ++counts_.settled_twice;
  const auto tx = codec::decode_body(record.body);
  if (!tx) {
    ++counts_.broken_chain;
    return leaf;
  }
  std::vector<Output> spent;
  spend(*tx, spent);
  // The policy is held against the registry as it was when goods and money changed hands.
  check_sales(spent, record, header.time_ms);
  for (std::uint32_t i = 0; i < tx->outputs.size(); ++i) {
    live_.emplace(next_number_++, codec::StoredOutput{{id, i}, tx->outputs[i]});
  }
  for (const auto& write : record.writes) registry_[write.key] = write.entry;
  return leaf;
}

void Audit::spend(const Transaction& transaction, std::vector<Output>& spent) {
  for (const auto& input : transaction.inputs) {
    const auto found = live_.find(input.number);
    if (found == live_.end() || found->second.outpoint != input.outpoint) {
      ++counts_.spent_twice;
      continue;
    }
    spent.push_back(std::move(found->second.output));
    live_.erase(found);
  }
}

void Audit::check_sales(const std::vector<Output>& spent, const codec::SettledRecord& record,
                        std::uint64_t time_ms) {
  for (const auto& output : spent) {
    const auto* order = std::get_if<Order>(&output);
    if (order == nullptr) continue;
    for (const auto& write : record.writes) {
      const auto* end = std::get_if<OrderEntry>(&write.entry);
      if (end != nullptr && write.key == order_key(order->id) &&
          end->state == OrderState::released) {
        check_sale(*order, time_ms);
      }
    }
  }
}

// A disputed order that both parties release by their own signatures is theirs to settle.
void Audit::check_sale(const Order& order, std::uint64_t time_ms) {
  if (order.state == OrderState::disputed) return;
  for (const auto& line : order.terms.lines) {
    if (!verified(order.terms, line, time_ms)) ++counts_.sold_unverified;
  }
}

bool Audit::commissioned_by_brand(const ItemEntry& item) const {
  if (item.status != ItemStatus::commissioned) return false;
  const auto* prefix = entry<PrefixEntry>(registry_, prefix_key(item.prefix));
  return prefix != nullptr && prefix->withdrawn_ms == 0 && prefix->brand == item.authority;
}

bool Audit::verified(const OrderTerms& terms, const OrderLine& line, std::uint64_t time_ms) const {
  const auto* item = entry<ItemEntry>(registry_, item_key(line.gs1_key));
  if (item == nullptr || contracts::ended(item->status)) return false;
  if (item->flag && time_ms < item->flag->expires_ms) return false;
  if (!item->challenges.empty()) return false;
  for (const auto& claimed : line.attributes) {
    if (std::find(item->attributes.begin(), item->attributes.end(), claimed) ==
        item->attributes.end()) {
      return false;
    }
  }
  if (terms.policy.accept_commissioned && commissioned_by_brand(*item)) return true;
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
  std::set<std::string_view> places;
  const auto place = [&](std::string_view gs1_key) {
    if (!places.insert(gs1_key).second) ++out.spent_twice;
  };
  for (const auto& [number, stored] : live_) {
    if (const auto* coin = std::get_if<Coin>(&stored.output)) sums[coin->asset] += coin->amount;
    if (const auto* item = std::get_if<Item>(&stored.output)) place(item->gs1_key);
    if (const auto* order = std::get_if<Order>(&stored.output)) {
      for (const auto& line : order->terms.lines) place(line.gs1_key);
      for (const auto& holding : order->payment) sums[holding.asset] += holding.amount;
      sums[order->terms.price_asset] += order->terms.bond;
    }
  }
  // Fees and bonds of cases have no output of their own.
  for (const auto& [key, value] : registry_) {
    if (const auto* panel = std::get_if<PanelEntry>(&value)) {
      sums[panel->asset] += panel->pool;
      for (const auto& stake : panel->roll) sums[panel->asset] += stake.amount;
    }
    if (const auto* of_case = std::get_if<CaseEntry>(&value)) {
      sums[of_case->asset] += Uint128{of_case->fee} + of_case->challenge_bond;
    }
  }
  for (const auto& [key, value] : registry_) {
    const auto* asset = std::get_if<AssetEntry>(&value);
    if (asset != nullptr && sums[asset->id] != asset->supply()) ++out.supply_mismatch;
  }
  for (const auto& [asset, sum] : sums) {
    if (sum > 0 && !registry_.contains(asset_key(asset))) ++out.supply_mismatch;
  }
  return out;
}

}  // namespace tally::client
