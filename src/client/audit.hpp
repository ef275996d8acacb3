// An audit of blocks, independent of the rules: it shares no code with what produced them and looks
// only at bodies and registry writes.
#pragma once

#include <cstdint>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "codec/block.hpp"
#include "codec/output.hpp"
#include "contracts/registry.hpp"
#include "contracts/transaction.hpp"

namespace tally::client {

/// What an audit counts. All but the totals must be 0.
struct AuditCounts {
  std::uint64_t blocks = 0;
  std::uint64_t settled = 0;
  std::uint64_t rejected = 0;
  std::uint64_t spent_twice = 0;      ///< Inputs whose output is not there: it was spent before, or
                                      ///< is another; and items that are in two places at once.
  std::uint64_t settled_twice = 0;    ///< Transactions that were answered twice, however.
  std::uint64_t sold_unverified = 0;  ///< Items released to a buyer while their order's policy did
                                      ///< not hold by the prefixes, verdicts, flags and challenges
                                      ///< on record.
  std::uint64_t broken_chain = 0;     ///< Blocks that do not follow on the one before, or whose
                                      ///< outcomes are not those of their header.
  std::uint64_t supply_mismatch = 0;  ///< Assets whose live coins, escrow, fees and bonds are not
                                      ///< their supply.
};

class Audit {
 public:
  explicit Audit(const contracts::NetworkId& network_id) : network_id_(network_id) {}

  /// The next block, from height 1 on. Bodies that do not decode count as a broken chain.
  void take(const codec::Block& block);
  /// The counts so far; supply and places of items are summed anew.
  [[nodiscard]] AuditCounts counts() const;
  /// Whether this transaction settled.
  [[nodiscard]] bool settled(const contracts::Txid& txid) const { return settled_.contains(txid); }

 private:
  void check_header(const codec::Block& block);
  Hash32 take(const codec::SettledRecord& record, const codec::BlockHeader& header);
  Hash32 take(const codec::RejectedRecord& record);
  void spend(const contracts::Transaction& transaction, std::vector<contracts::Output>& spent);
  void check_sales(const std::vector<contracts::Output>& spent, const codec::SettledRecord& record,
                   std::uint64_t time_ms);
  void check_sale(const contracts::Order& order, std::uint64_t time_ms);
  [[nodiscard]] bool commissioned_by_brand(const contracts::ItemEntry& item) const;
  [[nodiscard]] bool verified(const contracts::OrderTerms& terms, const contracts::OrderLine& line,
                              std::uint64_t time_ms) const;

  contracts::NetworkId network_id_;
  AuditCounts counts_;
  std::optional<Hash32> last_hash_;
  std::uint64_t next_number_ = 0;
  std::unordered_map<std::uint64_t, codec::StoredOutput> live_;
  std::unordered_set<contracts::Txid, IdHash> settled_;
  std::unordered_set<contracts::Txid, IdHash> rejected_;
  std::map<contracts::RegistryKey, contracts::RegistryEntry> registry_;
};

}  // namespace tally::client
