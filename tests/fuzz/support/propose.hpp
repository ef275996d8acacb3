// Transactions made of an input: for every command one that fits the ledger as it stands, and then
// whatever the input changes about it.
#pragma once

#include "fuzz/support/input.hpp"
#include "fuzz/support/model.hpp"

namespace tally::fuzz {

/// The people of every proposal: the operators first.
[[nodiscard]] const std::vector<contracts::PublicKey>& people();

/// The next transaction. It may be of wrong shape (contracts::check_shape()).
[[nodiscard]] contracts::Transaction propose(Input& input, const Model& model);

/// A name for its bytes: nobody signs here.
[[nodiscard]] contracts::Txid txid_of(const contracts::Transaction& tx);

/// A ledger with something of everything in it, and the transactions that led there, each in a
/// block of its own, kStepMs apart.
struct Beginning {
  Model model;
  std::vector<contracts::Transaction> transactions;
};
inline constexpr std::uint64_t kStepMs = 1'000;
[[nodiscard]] const Beginning& beginning();

}  // namespace tally::fuzz
