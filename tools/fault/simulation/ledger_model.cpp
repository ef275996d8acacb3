#include "fault/simulation/ledger_model.hpp"

#include <fmt/format.h>

#include "base/check.hpp"
#include "codec/registry.hpp"
#include "contracts/limits.hpp"
#include "crypto/bitmap_tree.hpp"
#include "crypto/lthash.hpp"
#include "crypto/merkle.hpp"

namespace tally::fault {

using contracts::AssetEntry;
using contracts::OrderEntry;
using ledger::Outcome;

namespace {

// What predict() says whenever it is so, and nobody else ever says.
bool is_predicted(contracts::ErrorCode code) {
  using enum contracts::ErrorCode;
  constexpr contracts::ErrorCode kPredicted[] = {idempotency_conflict, expired,
                                                 valid_too_long,       output_unknown,
                                                 already_spent,        outpoint_mismatch};
  return std::ranges::find(kPredicted, code) != std::end(kPredicted);
}

}  // namespace

LedgerModel::LedgerModel(const contracts::Genesis& genesis, const contracts::NetworkId& network_id)
    : network_id_(network_id) {
  const auto writes = contracts::apply(genesis);
  CHECK(writes.has_value());
  for (const auto& each : *writes) write(each);
}

std::string LedgerModel::apply(const codec::Block& block, const Submitted& submitted) {
  const auto& header = block.header;
  const auto height = began_ ? head_.height + 1 : 0;  // what genesis writes is there already
  if (header.height != height)
    return fmt::format("block {} comes where {} should", header.height, height);
  time_ms_ = header.time_ms;
  std::vector<Hash32> leaves;
  const auto first = spent_.size();
  if (header.first_output_number != first) return "outputs are not numbered one after the other";
  for (const auto& outcome : block.outcomes) {
    const auto* settled = std::get_if<codec::SettledRecord>(&outcome);
    auto wrong = settled != nullptr ? apply_settled(*settled, header.height, leaves)
                                    : apply_rejected(std::get<codec::RejectedRecord>(outcome),
                                                     header.height, submitted, leaves);
    if (!wrong.empty()) return fmt::format("block {}: {}", header.height, wrong);
  }
  if (header.outputs_count != spent_.size() - first) return "the header counts other outputs";
  auto wrong = check_header(block, leaves);
  began_ = true;
  head_ = header;
  head_hash_ = codec::block_hash(header);
  if (wrong.empty()) wrong = check_assets();
  if (wrong.empty()) wrong = check_items();
  if (wrong.empty()) wrong = check_orders();
  return wrong.empty() ? wrong : fmt::format("block {}: {}", header.height, wrong);
}

std::string LedgerModel::apply_settled(const codec::SettledRecord& record, std::uint64_t height,
                                       std::vector<Hash32>& leaves) {
  const auto tx = codec::decode_body(record.body);
  if (!tx) return "a settled body does not decode";
  const auto txid = contracts::txid(network_id_, record.body);
  if (const auto predicted = predict(*tx, txid, time_ms_); predicted.error) {
    return fmt::format("transaction {} has settled, and should be {}", txid.hex(),
                       name(*predicted.error));
  }
  Outcome answer{.kind = Outcome::Kind::settled,
                 .txid = txid,
                 .height = height,
                 .first_output_number = spent_.size(),
                 .error = {},
                 .conflicting = {}};
  if (!answers_.emplace(txid, answer).second) {
    return fmt::format("transaction {} is there twice", txid.hex());
  }
  remember(*tx, answer);
  leaves.push_back(codec::settled_leaf(txid, spent_.size(), record.writes));
  for (const auto& input : tx->inputs) {
    if (auto wrong = spend(input); !wrong.empty()) return wrong;
  }
  for (std::uint32_t i = 0; i < tx->outputs.size(); ++i) {
    count(tx->outputs[i], 1);
    live_.emplace(spent_.size(), Live{{txid, i}, tx->outputs[i]});
    spent_.push_back(false);
    outpoints_.push_back({txid, i});
  }
  for (const auto& each : record.writes) write(each);
  for (const auto& command : tx->commands) {
    timeouts_ += std::holds_alternative<contracts::OrderTimeout>(command.body) ||
                 std::holds_alternative<contracts::CaseAdvance>(command.body);
  }
  return "";
}

std::string LedgerModel::apply_rejected(const codec::RejectedRecord& record, std::uint64_t height,
                                        const Submitted& submitted, std::vector<Hash32>& leaves) {
  const auto tx = submitted(record.txid);
  if (!tx) return fmt::format("transaction {} is rejected, and nobody sent it", record.txid.hex());
  const auto code = record.error.code;
  const auto predicted = predict(*tx, record.txid, time_ms_);
  const bool right = predicted.error ? *predicted.error == code : !is_predicted(code);
  if (!right) {
    return fmt::format("transaction {} is rejected ({}), and should be {}", record.txid.hex(),
                       name(code),
                       predicted.error ? name(*predicted.error) : "the rules' to judge");
  }
  Outcome answer{.kind = Outcome::Kind::rejected,
                 .txid = record.txid,
                 .height = height,
                 .first_output_number = 0,
                 .error = record.error,
                 .conflicting = {}};
  if (!answers_.emplace(record.txid, answer).second) {
    return fmt::format("transaction {} is there twice", record.txid.hex());
  }
  remember(*tx, answer);
  leaves.push_back(codec::rejected_leaf(record.txid, record.error));
  return "";
}

void LedgerModel::remember(const contracts::Transaction& tx, const Outcome& outcome) {
  if (tx.idempotency_key.empty() || tx.signers.empty()) return;
  keys_[{tx.signers.front(), tx.idempotency_key}] = {outcome.txid, time_ms_};
}

std::string LedgerModel::spend(const contracts::Input& input) {
  const auto found = live_.find(input.number);
  if (found == live_.end()) return fmt::format("output {} is spent twice", input.number);
  if (found->second.outpoint != input.outpoint) return "an input names another output";
  count(found->second.output, -1);
  spent_[input.number] = true;
  live_.erase(found);
  return "";
}

// Puts what an output holds into the sums, or takes it out.
void LedgerModel::count(const contracts::Output& output, int sign) {
  if (const auto* coin = std::get_if<contracts::Coin>(&output)) {
    held_[coin->asset] += Sum{coin->amount} * sign;
  } else if (const auto* item = std::get_if<contracts::Item>(&output)) {
    places_[item->gs1_key] += sign;
  } else if (const auto* order = std::get_if<contracts::Order>(&output)) {
    for (const auto& holding : order->payment) held_[holding.asset] += Sum{holding.amount} * sign;
    held_[order->terms.price_asset] += Sum{order->terms.bond} * sign;
    for (const auto& line : order->terms.lines) places_[line.gs1_key] += sign;
    if (order->loyalty_reserved) {
      promised_[order->terms.loyalty->asset] += Sum{order->terms.loyalty->amount} * sign;
    }
  }
}

// What an entry holds itself: a panel's stakes, a case's fee and bond.
void LedgerModel::count(const contracts::RegistryEntry& entry, int sign) {
  if (const auto* panel = std::get_if<contracts::PanelEntry>(&entry)) {
    held_[panel->asset] += Sum{held(*panel)} * sign;
  } else if (const auto* of_case = std::get_if<contracts::CaseEntry>(&entry)) {
    held_[of_case->asset] += Sum{held(*of_case)} * sign;
  }
}

void LedgerModel::write(const contracts::RegistryWrite& write) {
  const auto [at, fresh] = registry_.try_emplace(write.key, write.entry);
  if (!fresh) {
    count(at->second, -1);
    at->second = write.entry;
  }
  count(at->second, 1);
}

std::string LedgerModel::check_header(const codec::Block& block,
                                      const std::vector<Hash32>& leaves) const {
  const auto& header = block.header;
  if (header.height > 0) {
    if (header.previous_hash != head_hash_) return "it does not follow on the block before";
    if (header.time_ms < head_.time_ms) return "time goes back";
    const auto passed = std::min(header.time_ms - head_.time_ms, contracts::kActiveStepMsMax);
    if (header.active_ms != head_.active_ms + passed) return "active time is not what has passed";
  }
  if (header.settled_count + header.rejected_count != block.outcomes.size()) {
    return "the header counts other outcomes";
  }
  if (header.transactions_root != crypto::merkle_root(leaves)) return "the transactions' root";
  if (header.spent_root != spent_root()) return "the spent root";
  return "";
}

Hash32 LedgerModel::spent_root() const {
  std::vector<Hash32> leaves((spent_.size() + 255) / 256);
  for (std::size_t i = 0; i < spent_.size(); ++i) {
    if (spent_[i]) {
      auto& byte = leaves[i / 256][i % 256 / 8];
      byte = static_cast<std::uint8_t>(byte | 1u << (i % 8));
    }
  }
  crypto::BitmapTree tree;
  tree.append(leaves);
  return tree.root();
}

std::string LedgerModel::check_assets() const {
  const auto sum_of = [](const std::map<contracts::AssetId, Sum>& sums, const auto& asset) {
    const auto found = sums.find(asset);
    return found == sums.end() ? Sum{0} : found->second;
  };
  const auto first = contracts::RegistryKey{contracts::RegistryKind::asset, {}};
  for (auto at = registry_.lower_bound(first);
       at != registry_.end() && at->first.kind == contracts::RegistryKind::asset; ++at) {
    const auto& asset = std::get<AssetEntry>(at->second);
    const auto supply = Sum{asset.issued} - asset.redeemed - asset.burned;
    if (sum_of(held_, asset.id) != supply) {
      return fmt::format("outputs and entries hold {} of {}, its supply is {}",
                         static_cast<std::int64_t>(sum_of(held_, asset.id)), asset.symbol,
                         static_cast<std::int64_t>(supply));
    }
    if (sum_of(promised_, asset.id) != Sum{asset.reserved}) {
      return fmt::format("live orders promise {} of {}, {} is reserved",
                         static_cast<std::int64_t>(sum_of(promised_, asset.id)), asset.symbol,
                         asset.reserved);
    }
  }
  return "";
}

// What the keeper has to do is done in the first block at or after a deadline.
std::string LedgerModel::check_orders() const {
  const auto deadline = next_deadline_active_ms();
  if (deadline && *deadline <= head_.active_ms) {
    return fmt::format("an order or case outlives its deadline: {} at {}", *deadline,
                       head_.active_ms);
  }
  return "";
}

std::optional<std::uint64_t> LedgerModel::next_deadline_active_ms() const {
  std::optional<std::uint64_t> out;
  const auto note = [&](std::uint64_t deadline) {
    if (!out || deadline < *out) out = deadline;
  };
  const auto first = contracts::RegistryKey{contracts::RegistryKind::order, {}};
  for (auto at = registry_.lower_bound(first); at != registry_.end(); ++at) {
    if (const auto* order = std::get_if<OrderEntry>(&at->second)) {
      if (!contracts::ended(order->state)) note(order->deadline_active_ms);
    } else if (const auto* of_case = std::get_if<contracts::CaseEntry>(&at->second)) {
      if (of_case->state != contracts::CaseState::closed) note(of_case->deadline_active_ms);
    }
  }
  return out;
}

std::string LedgerModel::check_items() const {
  const auto first = contracts::RegistryKey{contracts::RegistryKind::item, {}};
  for (auto at = registry_.lower_bound(first);
       at != registry_.end() && at->first.kind == contracts::RegistryKind::item; ++at) {
    const auto& item = std::get<contracts::ItemEntry>(at->second);
    const auto found = places_.find(item.gs1_key);
    const auto places = found == places_.end() ? 0 : found->second;
    const auto wanted = contracts::ended(item.status) || !item.packed_in.empty() ? 0 : 1;
    if (places != wanted) return fmt::format("item {} is in {} outputs", item.gs1_key, places);
  }
  return "";
}

std::string LedgerModel::check_whole() const {
  LedgerModel anew(*this);
  anew.held_.clear();
  anew.promised_.clear();
  anew.places_.clear();
  for (const auto& [number, live] : live_) anew.count(live.output, 1);
  for (const auto& [key, entry] : registry_) anew.count(entry, 1);
  if (auto wrong = anew.check_assets(); !wrong.empty()) return wrong;
  if (auto wrong = anew.check_items(); !wrong.empty()) return wrong;
  crypto::LtHash digest;
  for (const auto& [key, entry] : registry_) {
    Bytes element{static_cast<std::uint8_t>(key.kind)};
    append(element, key.id);
    append(element, codec::encode_entry(entry));
    digest.add(element);
  }
  if (digest.digest() != head_.registry_digest) return "the registries' digest";
  return "";
}

std::optional<Outcome> LedgerModel::find(const contracts::Txid& txid) const {
  const auto found = answers_.find(txid);
  return found == answers_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace tally::fault
