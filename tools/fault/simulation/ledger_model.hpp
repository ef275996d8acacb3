// The ledger as a naive model: maps, sums and a list of what was spent, from the blocks alone. It
// executes no rule and never crashes. It holds each block to the promises: nothing is present twice
// or spent twice, every asset and item is where it should be and nowhere else, the chain is
// contiguous, and the roots in the headers are those of what the maps hold. And it says what must
// become of a submission, as far as that is not the rules' to say (predict()): a block with another
// outcome is wrong too.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "codec/block.hpp"
#include "contracts/genesis.hpp"
#include "contracts/transaction.hpp"
#include "ledger/outcome.hpp"

namespace tally::fault {

/// What must become of a submission that is judged now.
struct Prediction {
  std::optional<ledger::Outcome> answer{};      ///< It was judged before: this, again.
  std::optional<contracts::ErrorCode> error{};  ///< Else the first error in precedence.
  // Neither: it is the rules' to say.
};

class LedgerModel {
 public:
  /// The transaction of that name, as somebody has submitted it.
  using Submitted = std::function<std::optional<contracts::Transaction>(const contracts::Txid&)>;

  LedgerModel(const contracts::Genesis& genesis, const contracts::NetworkId& network_id);

  /// Takes the next block. Returns what is wrong with it, or with the ledger after it; "" if
  /// nothing.
  std::string apply(const codec::Block& block, const Submitted& submitted);
  /// The same for what apply() keeps up by differences: counts everything from the maps anew.
  [[nodiscard]] std::string check_whole() const;

  /// What must become of a well-formed submission with the right signatures, in a block of this
  /// time. Errors in precedence order: idempotency_conflict, not_a_member, member_revoked, expired,
  /// valid_too_long, and for each input in turn output_unknown, already_spent, outpoint_mismatch.
  [[nodiscard]] Prediction predict(const contracts::Transaction& tx, const contracts::Txid& txid,
                                   std::uint64_t time_ms) const;
  /// The account that answers for a key, and pays for what it submits; nothing if it is no member.
  [[nodiscard]] std::optional<contracts::PublicKey> payer(const contracts::PublicKey& key) const;

  /// The height that apply() wants.
  [[nodiscard]] std::uint64_t next_height() const { return began_ ? head_.height + 1 : 0; }
  [[nodiscard]] const codec::BlockHeader& head() const { return head_; }
  [[nodiscard]] const Hash32& head_hash() const { return head_hash_; }
  /// What became of a transaction, as its submitter must be told; nothing if it is not there.
  [[nodiscard]] std::optional<ledger::Outcome> find(const contracts::Txid& txid) const;
  /// The first deadline of a live order or case, in active time; nothing if none lives.
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
                             const Submitted& submitted, std::vector<Hash32>& leaves);
  void remember(const contracts::Transaction& tx, const ledger::Outcome& outcome);
  [[nodiscard]] std::optional<contracts::ErrorCode> membership(
      const contracts::PublicKey& key) const;
  [[nodiscard]] std::optional<contracts::ErrorCode> inputs(const contracts::Transaction& tx) const;
  std::string spend(const contracts::Input& input);
  void count(const contracts::Output& output, int sign);
  void count(const contracts::RegistryEntry& entry, int sign);
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
  std::map<contracts::AssetId, Sum> held_;      // in live outputs and entries
  std::map<contracts::AssetId, Sum> promised_;  // as loyalty, by live orders
  std::map<std::string, int> places_;           // of each item, in live outputs
  std::map<contracts::Txid, ledger::Outcome> answers_;
  struct Used {
    contracts::Txid by;
    std::uint64_t time_ms = 0;
  };
  std::map<std::pair<contracts::PublicKey, Bytes>, Used> keys_;  // of idempotency
  std::uint64_t time_ms_ = 0;                                    // of the block that is applied
  std::vector<contracts::Outpoint> outpoints_;                   // by number, the spent ones too
  std::uint64_t timeouts_ = 0;
};

}  // namespace tally::fault
