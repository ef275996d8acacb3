// Whether a body that somebody else built is what was asked for. A node that builds is not trusted:
// its client checks this before it signs.
//
// Outputs are checked, inputs need not be where a command conserves what goes in: coins in are
// coins out, so if the only outputs are those asked for and change to oneself, nothing is lost
// whichever coins went in. That does not hold where something ends (item_decommission,
// profile_revoke) or where an order is spent: there `spendable` says what may go in.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <vector>

#include "contracts/transaction.hpp"

namespace tally::market {

struct Expectation {
  contracts::NetworkId network_id;
  std::vector<contracts::PublicKey> signers;  ///< Exactly these, in this order.
  std::uint64_t valid_until_ms_max = 0;
  Bytes idempotency_key{};
  std::optional<Hash32> note_hash{};
  std::vector<contracts::RegistryKey> references{};  ///< Exactly these.
  std::vector<contracts::CommandBody> commands;      ///< Exactly these, in this order.
  /// Each of these exactly once. Of an Order whether loyalty is reserved does not count: the ledger
  /// decides that.
  std::vector<contracts::Output> outputs;
  /// Coins beyond `outputs` go to these accounts; nothing else is made.
  std::vector<contracts::Account> change_to{};
  /// What may go in; none: anything.
  std::optional<std::vector<contracts::Outpoint>> spendable{};
};

/// Numbers are append-only.
enum class BuiltFault : std::uint8_t {
  shape = 1,  ///< contracts::check_shape() refuses it, or it is for another network.
  signers = 2,
  validity = 3,  ///< Valid for longer than allowed.
  idempotency_key = 4,
  note = 5,
  references =
      6,         ///< It acts under a delegation that was not asked for, or not under one that was.
  commands = 7,  ///< Index: the first that differs.
  foreign_input = 8,      ///< Index: the input.
  output_unexpected = 9,  ///< Index: the output.
  output_missing = 10,    ///< Index: in Expectation::outputs.
};

struct BuiltMismatch {
  BuiltFault fault;
  std::size_t index = 0;
  bool operator==(const BuiltMismatch&) const = default;
};

/// Errors in the order of BuiltFault. Pure; any thread.
[[nodiscard]] std::expected<void, BuiltMismatch> check_built(
    const contracts::Transaction& transaction, const Expectation& expected);

/// What a payment of `me` is: exactly these coins to others, change to me, nothing else.
[[nodiscard]] Expectation expect_payment(const contracts::NetworkId& network_id,
                                         const contracts::PublicKey& me,
                                         std::vector<contracts::Coin> payments,
                                         std::uint64_t valid_until_ms_max);

}  // namespace tally::market
