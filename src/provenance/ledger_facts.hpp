// What the mapping of an event asks of the ledger, as an interface: so that the mapping is a pure
// function and its table can be tested without a ledger.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "contracts/lock.hpp"
#include "contracts/registry.hpp"
#include "epcis/gs1_key.hpp"
#include "views/registry.hpp"

namespace tally::provenance {

/// The Item output that holds an item's title.
struct Title {
  contracts::OutputNumber number = 0;
  contracts::Outpoint outpoint;
  contracts::Lock lock;
};

struct ItemFacts {
  contracts::PublicKey authority;  ///< The brand or centre that issued it.
  bool decommissioned = false;
  std::uint32_t owners = 0;    ///< Since it left the trade.
  std::optional<Title> title;  ///< None in an order's escrow, in a container, or once it has ended.
  std::string packed_in{};     ///< Its container; empty while it is loose.
  std::string fixed_to{};      ///< What it is a part of; empty if of nothing.
};

/// A registered company prefix and whose it is.
struct Registration {
  std::string prefix;
  contracts::PublicKey brand;
};

class LedgerFacts {
 public:
  virtual ~LedgerFacts() = default;
  /// The item of a canonical key, if it was ever issued.
  [[nodiscard]] virtual std::optional<ItemFacts> item(std::string_view gs1_key) const = 0;
  /// The registered prefix of exactly these digits.
  [[nodiscard]] virtual std::optional<Registration> registration(std::string_view prefix) const = 0;
  /// The delegation from `principal` to `agent`, live or not.
  [[nodiscard]] virtual std::optional<contracts::DelegationEntry> delegation(
      const contracts::PublicKey& principal, const contracts::PublicKey& agent) const = 0;
  [[nodiscard]] virtual std::uint64_t time_ms() const = 0;
};

/// The registered prefix that the key was given out under: there is at most one, for registered
/// prefixes do not overlap. Works for items, logistic units, places and parties.
[[nodiscard]] std::optional<Registration> covering(const LedgerFacts& facts,
                                                   const epcis::Gs1Key& key);

/// The facts as the views have them. One thread; lives shorter than the snapshot.
class ViewFacts final : public LedgerFacts {
 public:
  explicit ViewFacts(const views::Snapshot& snapshot) : snapshot_(snapshot), registry_(snapshot) {}

  [[nodiscard]] std::optional<ItemFacts> item(std::string_view gs1_key) const override;
  [[nodiscard]] std::optional<Registration> registration(std::string_view prefix) const override;
  [[nodiscard]] std::optional<contracts::DelegationEntry> delegation(
      const contracts::PublicKey& principal, const contracts::PublicKey& agent) const override;
  [[nodiscard]] std::uint64_t time_ms() const override { return snapshot_.time_ms(); }

  /// The first fault of the views, after which the facts are not to be relied on.
  [[nodiscard]] std::optional<ledger::Fault> fault() const;

 private:
  const views::Snapshot& snapshot_;
  views::SnapshotRegistry registry_;
  mutable std::optional<ledger::Fault> fault_;
};

}  // namespace tally::provenance
