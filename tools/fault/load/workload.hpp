// A seeded load of signed transactions over every command of the ledger: what the harnesses send to
// a node, or to the engine in a simulator. Start here; kinds.def has one row for each command.
//
//   Made made = load.next(now_ms);            sign the next one
//   load.settled(made.txid, first output)     what became of it: exactly one of these for each
//   load.rejected(made.txid, code)            Made, in any order, as soon as it is known
//
// Where nothing is known of one (the node died, the connection broke) what it would spend stays set
// aside until it is: nothing that is good by itself ever gets in the way of another, in whatever
// order they settle. The load begins with the genesis of the development network and finds its way
// from there: whatever has what it needs may come next.
//
// The same options and the same calls give the same bytes. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "codec/block.hpp"
#include "codec/transaction.hpp"
#include "contracts/command.hpp"

namespace tally::fault {

/// The number of commands, and an index for each: its place in contracts::CommandBody.
inline constexpr std::size_t kKinds = std::variant_size_v<contracts::CommandAlternatives>;
/// How often each kind settled.
using Coverage = std::array<std::uint64_t, kKinds>;

struct WorkloadOptions {
  std::uint64_t seed = 1;
  std::size_t traders = 8;  ///< Members that hold, buy and sell.
  // How many of a hundred are, on purpose:
  unsigned copies_pct = 3;         ///< sent a second time, the same bytes
  unsigned double_spends_pct = 3;  ///< followed by a rival that spends the same coin
  unsigned same_keys_pct = 2;      ///< followed by another body under the same idempotency key
  unsigned expired_pct = 1;        ///< past their validity
  unsigned wrong_signatures_pct = 1;
  unsigned wrong_networks_pct = 1;  ///< made for another network
  unsigned two_faults_pct = 25;     ///< of those that are wrong somehow: in a second way too
  unsigned joined_pct = 10;         ///< of more than one command
};

/// One submission, and what may become of it.
struct Made {
  codec::SignedTransaction bytes;
  contracts::Txid txid;
  std::size_t kind = 0;  ///< Of the first command: a place in contracts::CommandBody.
  bool input_less = false;
  bool copy = false;  ///< The same bytes came before: the answer must be the same.
  /// Not 0: of the members of a group exactly one settles, if they are answered in time.
  std::uint64_t group = 0;
  std::uint64_t valid_until_ms = 0;
  /// Whether it may settle, and with what it may be refused or rejected. If `may_settle` and
  /// nothing else: it must settle, however the others are ordered, while it is valid and the node
  /// takes what it gets (allowed()).
  bool may_settle = true;
  std::vector<contracts::ErrorCode> may_fail;
  /// With what it is refused at the door, before the ledger sees it; nothing if it is let in.
  std::optional<contracts::ErrorCode> at_the_door{};
};

/// Whether a refusal or rejection is one that the load expects of `made`: one of `may_fail`; what
/// only says that the node is busy, halted or stopping; or `expired`, if it is so at `now_ms`.
[[nodiscard]] bool allowed(const Made& made, contracts::ErrorCode code, std::uint64_t now_ms);

/// Whether a code says that the node could not look at the transaction: the same bytes may yet be
/// settled by sending them again.
[[nodiscard]] bool not_looked_at(contracts::ErrorCode code);

class Workload {
 public:
  explicit Workload(WorkloadOptions options);
  Workload(Workload&&) noexcept;
  ~Workload();

  /// The next submission, valid from `now_ms` (ledger time) for contracts::kValidityMsDefault; one
  /// that is expired on purpose is so before `block_ms`, which no later block's time is behind.
  Made next(std::uint64_t now_ms, std::uint64_t block_ms = UINT64_MAX);
  /// It settled, and its first output has this number. A second call for the same is ignored.
  void settled(const contracts::Txid& txid, contracts::OutputNumber first_output_number);
  /// It has its final answer, which is not a settlement (or was not looked at, and never will be).
  void rejected(const contracts::Txid& txid, contracts::ErrorCode code);

  /// How many were made and are neither settled nor rejected.
  [[nodiscard]] std::size_t open() const;
  /// What settled(), by kind. What the node does by itself (timeouts) is not in it: see
  /// count_settled().
  [[nodiscard]] const Coverage& coverage() const { return coverage_; }

 private:
  struct Book;
  std::unique_ptr<Book> book_;
  Coverage coverage_{};
};

/// The name of a kind, as `order_fund`.
[[nodiscard]] std::string_view kind_name(std::size_t kind);

/// Adds what settled in a block, command by command, the node's own timeouts included.
void count_settled(const codec::Block& block, Coverage& coverage);

/// The names of the kinds that have not settled, with commas; "" if all have.
[[nodiscard]] std::string missing(const Coverage& coverage);

}  // namespace tally::fault
