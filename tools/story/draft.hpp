// Transactions as the story's people write them: out of the ledger's own types, signed here.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "client/development.hpp"
#include "codec/transaction.hpp"
#include "contracts/transaction.hpp"

namespace tally::story {

/// An output on the ledger that the story knows.
struct Owned {
  contracts::OutputNumber number = 0;
  contracts::Outpoint outpoint;
  contracts::Output output;
};

/// The public key of a well-known name.
[[nodiscard]] contracts::PublicKey key_of(std::string_view name);
/// Its address on a development network.
[[nodiscard]] std::string address_of(std::string_view name);
[[nodiscard]] std::string address_of(const contracts::PublicKey& key);

/// A transaction that names sign. What it spends and makes is claimed by the command that follows.
class Draft {
 public:
  explicit Draft(std::vector<std::string> signers) : signers_(std::move(signers)) {}

  Draft& spend(const Owned& owned);
  Draft& make(contracts::Output output);
  /// Claims every input and output since the last command.
  Draft& command(contracts::CommandBody body);
  Draft& idempotency_key(std::string_view key);
  /// Otherwise the stage says how long it is valid.
  Draft& valid_until(std::uint64_t time_ms);
  /// Otherwise it is for the stage's network.
  Draft& network(const contracts::NetworkId& network_id);

  /// The transaction, with what was left open.
  [[nodiscard]] contracts::Transaction transaction(const contracts::NetworkId& network_id,
                                                   std::uint64_t valid_until_ms) const;
  [[nodiscard]] const std::vector<std::string>& signers() const { return signers_; }

 private:
  std::vector<std::string> signers_;
  contracts::Transaction tx_;
  std::uint32_t inputs_claimed_ = 0;
  std::uint32_t outputs_claimed_ = 0;
};

/// A transaction with its witnesses, ready to be sent.
struct Signed {
  contracts::Transaction transaction;
  codec::SignedTransaction bytes;
  contracts::Txid txid;
};

/// Signs as `names`, one witness each, in their order.
[[nodiscard]] Signed sign(contracts::Transaction transaction,
                          const std::vector<std::string>& names);

/// An amount for people: "3,500.00 EURT".
[[nodiscard]] std::string money(std::uint64_t minor, std::string_view symbol, int decimals = 2);

}  // namespace tally::story
