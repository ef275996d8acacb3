// What a rule gets and gives. A rule is a pure function
//
//     Result<Delta> apply(const RuleInput& input, const SomeCommand& command);
//
// of the outputs it claims, the registries and the block; it has no clock, no randomness, no other
// state. Its overload stands in a pair of files named after the command.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include "contracts/error_code.hpp"
#include "contracts/output.hpp"
#include "contracts/registry.hpp"
#include "contracts/transaction.hpp"

namespace tally::contracts {

/// The block that the transaction is in.
struct BlockContext {
  std::uint64_t height = 0;
  std::uint64_t time_ms = 0;    ///< The block's time.
  std::uint64_t active_ms = 0;  ///< Grows with time, but stands still in an outage.
  /// Of the block before: what nobody knew when that block's transactions were made. A forecast
  /// that does not know it leaves it zero; no rule settles or refuses by it.
  Hash32 previous_hash{};
};

struct ClaimedInput {
  std::uint32_t index;  ///< In the transaction.
  const Input* input;
  const Output* output;  ///< What it spends.
};

struct ClaimedOutput {
  std::uint32_t index;  ///< In the transaction.
  const Output* output;
};

struct RuleInput {
  const Registry& registry;  ///< Holds what earlier commands of the transaction wrote.
  const BlockContext& block;
  const Transaction& transaction;
  Txid txid;
  OutputNumber first_output_number;  ///< What the transaction's output 0 will be.
  std::vector<ClaimedInput> inputs;
  std::vector<ClaimedOutput> outputs;

  [[nodiscard]] bool signed_by(const PublicKey& key) const;
  /// Whether at least a quorum of the operators signed, or quorum_missing (figure: how many lack).
  [[nodiscard]] Result<void> signed_by_quorum() const;
  /// Opens the lock of a claimed input with the signers, its preimage and the block's time.
  [[nodiscard]] Result<void> open(const ClaimedInput& claimed, const Lock& lock) const;
};

/// What a rule changes beside the outputs that it claims.
struct Delta {
  std::vector<RegistryWrite> writes;
  bool operator==(const Delta&) const = default;
};

/// A registry with writes laid over it, each entry once: a later write replaces an earlier one.
/// Looking up costs the same however many writes there are. Keeps a reference to the base: lives
/// shorter.
class RegistryOverlay final : public Registry {
 public:
  explicit RegistryOverlay(const Registry& base) : base_(base) {}
  /// A pointer into the overlay is valid until the next put.
  [[nodiscard]] const RegistryEntry* find(const RegistryKey& key) const override;
  void put(RegistryWrite write);
  [[nodiscard]] std::size_t size() const { return writes_.size(); }
  /// The writes in the order of their first put; the overlay is then used up.
  [[nodiscard]] std::vector<RegistryWrite> take() { return std::move(writes_); }

 private:
  const Registry& base_;
  std::vector<RegistryWrite> writes_;
  std::unordered_map<RegistryKey, std::size_t, RegistryKeyHash> places_;
};

/// Claim counts: claim_count (index: the first of them in the transaction) unless exactly so many.
[[nodiscard]] Result<void> expect_counts(const RuleInput& input, std::size_t inputs,
                                         std::size_t outputs);

}  // namespace tally::contracts
