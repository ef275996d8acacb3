// A transaction of one command while it is being built: what it spends and makes, who signs, and
// where in the views to find what it names. As with parameters the first error is kept, and
// whatever comes after it is of no consequence.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/checked.hpp"
#include "market/build.hpp"
#include "market/coin_selection.hpp"
#include "market/parameters.hpp"
#include "views/accounts.hpp"
#include "views/orders.hpp"
#include "views/registry.hpp"

namespace tally::market {

class Draft {
 public:
  Draft(const BuildRequest& request, const BuildContext& context, Reading& reading);

  [[nodiscard]] const contracts::PublicKey& account() const { return request_.account; }
  [[nodiscard]] const contracts::Registry& registry() const { return reading_.registry; }
  [[nodiscard]] const BuildContext& context() const { return context_; }
  [[nodiscard]] bool ok() const { return reading_.ok(); }
  void refuse(contracts::ErrorCode code, std::string field, std::string detail,
              std::uint64_t figure = 0) {
    reading_.refuse(code, std::move(field), std::move(detail), figure);
  }

  // ---- Who. ----

  /// For whom the account acts: itself, or the `on_behalf_of` of the parameters, whose delegation
  /// is then referenced. Errors: delegation_missing (the ledger knows none that is in force).
  contracts::PublicKey principal(const Parameters& parameters);
  /// Adds a signer unless it is there.
  void sign(const contracts::PublicKey& key);
  /// Whether the caller may see what belongs to this lock: the account is one of its keys, or the
  /// lock is one of the readable accounts, or of a principal whose delegation is referenced (for
  /// coins: one that names their asset). Reports not_yours if not.
  bool may_see(const contracts::Lock& lock, const std::string& field,
               const contracts::AssetEntry* asset = nullptr);

  // ---- What it spends and makes. ----

  /// Spends an output that lives. Returns its index, in the order of the calls.
  void spend(const views::OutputView& output, const std::optional<Hash32>& preimage = {});
  void make(contracts::Output output);
  /// Chooses free coins of `owner` that cover the amount, spends them, and returns what is left
  /// over as a coin under the same lock, to be made as change (nothing if nothing is left). Errors:
  /// not_yours, not_enough_coins, coins_leased, too_many_inputs.
  std::optional<contracts::Coin> spend_coins(const contracts::Account& owner,
                                             const contracts::AssetEntry& asset,
                                             std::uint64_t amount, const std::string& field,
                                             const std::optional<Hash32>& preimage = {});
  /// The Item output of this key. Errors: item_unknown (never there, ended), container_mismatch (it
  /// is packed in another item), order_state (it is in an order's escrow), not_yours.
  std::optional<views::OutputView> find_item(const std::string& gs1_key, const std::string& field);
  /// A live output. Errors: output_unknown.
  std::optional<views::OutputView> find_output(contracts::OutputNumber number,
                                               const std::string& field);
  /// A page of the account's live grants; nothing after a fault of the node.
  std::optional<views::Page<views::OutputView>> list_grants(const views::PageRequest& page);
  /// A living order. Errors: order_unknown, order_state (it has ended), not_yours (the caller is no
  /// party, and it is not an offer to everybody).
  std::optional<views::OrderView> find_order(const contracts::OrderId& id,
                                             const std::string& field);
  /// Spends the order's output.
  void spend(const views::OrderView& order);

  /// The command, which claims everything.
  void command(contracts::CommandBody body);

  // ---- The outcome. ----

  [[nodiscard]] const contracts::Transaction& transaction() const { return transaction_; }
  [[nodiscard]] const std::vector<contracts::Output>& spent() const { return spent_; }
  /// The coins among the inputs.
  [[nodiscard]] const std::vector<contracts::OutputNumber>& coins() const { return coins_; }

  /// The value, or nothing after a fault of the node, which is kept as internal_error.
  template <typename T>
  std::optional<T> value_of(ledger::Faulty<T> answer) {
    if (answer) return std::move(*answer);
    keep(std::move(answer.error()));
    return std::nullopt;
  }

 private:
  struct Gathered {
    std::optional<contracts::Lock> lock;  ///< Of all coins of an account; none if there are none.
    std::vector<CoinCandidate> free;
    std::vector<views::OutputView> outputs;  ///< Of the free coins.
    Uint128 total = 0;                       ///< With those that are leased.
  };
  void keep(ledger::Fault fault);
  std::optional<views::Page<views::OutputView>> list_outputs(const contracts::Account& owner,
                                                             const views::OutputFilter& filter,
                                                             const views::PageRequest& page);
  std::optional<Gathered> gather(const contracts::Account& owner,
                                 const contracts::AssetEntry& asset, std::uint64_t amount);
  void refuse_shortage(const contracts::AssetEntry& asset, const Gathered& gathered,
                       const CoinShortage& shortage, std::uint64_t amount,
                       const std::string& field);

  const BuildRequest& request_;
  const BuildContext& context_;
  Reading& reading_;
  contracts::Transaction transaction_;
  std::vector<contracts::Output> spent_;
  std::vector<contracts::OutputNumber> coins_;
};

}  // namespace tally::market
