// Authority: who may act for a principal. Either the principal signed, or an agent did, to whom the
// principal has delegated the power in a registry entry that the transaction names in `references`.
// The source is the design's ledger page, "Who may call".
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "contracts/rule.hpp"

namespace tally::contracts {

/// What is done to items in a principal's name.
struct Deed {
  CommandNumber command = 0;
  std::span<const std::string_view> gs1_keys;  ///< Valid keys, of items or a lot.
  std::optional<Hash32> place;                 ///< Where, if the command says.
  std::uint64_t items = 0;  ///< How many items they stand for, if not one each: a lot's count.
};

/// Whether a delegation counts at `time_ms`: not revoked, and its end has not come.
[[nodiscard]] bool live(const DelegationEntry& delegation, std::uint64_t time_ms);

/// Whether the principal may be taken to do this. Gives nothing if it signed itself; else the entry
/// to write, with its running total, of the first referenced delegation to a signer that allows it.
///
/// A delegation allows a deed if it is live, lists the command, has every key under one of its
/// prefixes, has the place among its places (or none at all; a deed without a place is anywhere),
/// and the items used so far and these together are at most `items_max`.
///
/// Errors in precedence order: delegation_missing (no referenced delegation from the principal to a
/// signer), delegation_expired (figure: since when), delegation_exceeded (figure: how many items
/// are left, if they are what lacks). If several delegations are referenced, the error is the first
/// one's.
[[nodiscard]] Result<std::optional<RegistryWrite>> acting_for(const RuleInput& input,
                                                              const PublicKey& principal,
                                                              const Deed& deed);

/// One item of a command and whose right it is that the command uses.
struct ItemRight {
  PublicKey principal;
  std::string_view gs1_key;
  std::uint32_t index = 0;  ///< Of the input or key, for errors.
};

/// acting_for, for items of several principals: each must have signed or delegated all of its own.
/// Gives the writes, in the order in which the principals appear. Errors: acting_for's of the first
/// principal that has one, with the index of its first item.
[[nodiscard]] Result<std::vector<RegistryWrite>> acting_for_each(
    const RuleInput& input, CommandNumber command, std::span<const ItemRight> rights,
    const std::optional<Hash32>& place);

}  // namespace tally::contracts
