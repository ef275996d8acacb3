// The ledger as a naive model: maps, sums and a list of what was spent, from the blocks alone. It
// executes no rule and never crashes. It holds each block to the promises: nothing is present twice
// or spent twice, every asset and item is where it should be and nowhere else, the chain is
// contiguous, and the roots in the headers are those of what the maps hold.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "codec/block.hpp"
#include "contracts/genesis.hpp"
#include "contracts/transaction.hpp"
#include "ledger/outcome.hpp"

namespace tally::fault {

class LedgerModel {
 public:
  LedgerModel(const contracts::Genesis& genesis, const contracts::NetworkId& network_id);

  /// Takes the next block. Returns what is wrong with it, or with the ledger after it; "" if
  /// nothing.
  std::string apply(const codec::Block& block);
  /// The same for what apply() keeps up by differences: counts everything from the maps anew.
  [[nodiscard]] std::string check_whole() const;

  /// The height that apply() wants.
  [[nodiscard]] std::uint64_t next_height() const { return began_ ? head_.height + 1 : 0; }
  [[nodiscard]] const codec::BlockHeader& head() const { return head_; }
  [[nodiscard]] const Hash32& head_hash() const { return head_hash_; }
  /// What became of a transaction, as its submitter must be told; nothing if it is not there.
  [[nodiscard]] std::optional<ledger::Outcome> find(const contracts::Txid& txid) const;
  /// The first deadline of a live order, in active time; nothing if none lives.
  [[nodiscard]] std::optional<std::uint64_t> next_deadline_active_ms() const;
  [[nodiscard]] std::uint64_t timeouts() const { return timeouts_; }
  [[nodiscard]] std::size_t outcomes() const { return answers_.size(); }

 private:
  __extension__ using Sum = __int128;
  struct Live {
    contracts::Outpoint outpoint;
    contracts::Output output;
  };
  std::string apply_settled(const codec::SettledRecord& record, std::uint64_t height,
                            std::vector<Hash32>& leaves);
  std::string apply_rejected(const codec::RejectedRecord& record, std::uint64_t height,
                             std::vector<Hash32>& leaves);
  std::string spend(const contracts::Input& input);
  void count(const contracts::Output& output, int sign);
  void write(const contracts::RegistryWrite& write);
  [[nodiscard]] std::string check_header(const codec::Block& block,
                                         const std::vector<Hash32>& leaves) const;
  [[nodiscard]] std::string check_assets() const;
  [[nodiscard]] std::string check_items() const;
  [[nodiscard]] std::string check_orders() const;
  [[nodiscard]] Hash32 spent_root() const;

  const contracts::NetworkId network_id_;
  bool began_ = false;
  codec::BlockHeader head_;
  Hash32 head_hash_{};
  std::map<contracts::OutputNumber, Live> live_;
  std::vector<bool> spent_;  // by number
  std::map<contracts::RegistryKey, contracts::RegistryEntry> registry_;
  std::map<contracts::AssetId, Sum> held_;      // in live outputs
  std::map<contracts::AssetId, Sum> promised_;  // as loyalty, by live orders
  std::map<std::string, int> places_;           // of each item, in live outputs
  std::map<contracts::Txid, ledger::Outcome> answers_;
  std::uint64_t timeouts_ = 0;
};

}  // namespace tally::fault
