// What is on the ledger as far as the story knows: the outputs of what it settled, less what that
// spent. People find their coins and titles here; the node's builders are for wallets that remember
// nothing.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "story/draft.hpp"

namespace tally::story {

class Purse {
 public:
  /// A transaction settled, its first output under this number.
  void settled(const Signed& transaction, contracts::OutputNumber first_output_number);
  /// An output that others made, as the node tells of it.
  void add(Owned owned);
  void forget(contracts::OutputNumber number) { outputs_.erase(number); }

  // Each throws std::runtime_error if there is none.

  /// The smallest coin of at least this amount that opens to the name's key.
  [[nodiscard]] Owned coin(std::string_view owner, const contracts::AssetId& asset,
                           std::uint64_t amount_min) const;
  /// The title to an item.
  [[nodiscard]] Owned item(std::string_view owner, std::string_view gs1_key) const;
  /// Where an order lives now.
  [[nodiscard]] Owned order(const contracts::OrderId& id) const;

  /// The grant that a transaction made.
  [[nodiscard]] Owned grant(const contracts::Txid& txid) const;

  [[nodiscard]] std::uint64_t balance(std::string_view owner,
                                      const contracts::AssetId& asset) const;

 private:
  std::map<contracts::OutputNumber, Owned> outputs_;
};

}  // namespace tally::story
