// Items: what is known of one, where its title is, and everything that happened to it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "contracts/command.hpp"
#include "contracts/item.hpp"
#include "contracts/lock.hpp"
#include "views/page.hpp"
#include "views/views.hpp"

namespace tally::views {

/// Where an item's title is: in an Item output of an account, or in an order's escrow. Of a packed
/// item it is where the title of the outermost container is.
struct ItemPlace {
  contracts::OutputNumber number = 0;       ///< The Item's output, or the Order's.
  std::optional<contracts::Account> owner;  ///< Of the Item output.
  std::optional<contracts::OrderId> order;  ///< The escrow it is in.
};

struct ItemView {
  contracts::ItemId id;
  contracts::ItemEntry entry;
  std::optional<ItemPlace> place;                  ///< None once it has ended.
  std::optional<contracts::FlagState> blocked_by;  ///< contracts::blocking_flag() at its time.
  std::uint64_t history_count = 0;                 ///< Rows of list_item_history().
  std::uint64_t claims_count = 0;                  ///< Rows of list_item_claims().
  std::uint64_t first_height = 0;
};

/// What one command did to an item, or claims of it.
struct ItemEvent {
  std::uint64_t height = 0;
  std::uint32_t position = 0;
  std::uint32_t command_index = 0;
  std::uint64_t time_ms = 0;
  contracts::Txid txid;
  contracts::CommandNumber command = 0;
  std::optional<Hash32>
      event_hash;  ///< Of the event, reason or evidence, where the command has one.
  std::optional<contracts::PublicKey> actor;  ///< Brand, centre, appraiser, challenger, claimant as
                                              ///< the command names it; else the first signer.
  std::optional<contracts::OrderId> order;
};

/// By GS1 key in canonical form (epcis::Gs1Key::canonical()). Faults: storage.
ledger::Faulty<std::optional<ItemView>> find_item(const Snapshot& snapshot,
                                                  std::string_view gs1_key);
ledger::Faulty<std::optional<ItemView>> find_item(const Snapshot& snapshot,
                                                  const contracts::ItemId& id);

/// Likewise, without `blocked_by`, which takes a walk over all that holds it: for who looks at many
/// items or needs none of it.
ledger::Faulty<std::optional<ItemView>> find_item_alone(const Snapshot& snapshot,
                                                        const contracts::ItemId& id);
/// Fills in `blocked_by`. Faults: storage.
ledger::Faulty<void> find_blocking_flag(const Snapshot& snapshot, ItemView& item);

/// What authorised commands and orders did to it, in ledger order.
Answer<Page<ItemEvent>> list_item_history(const Snapshot& snapshot, const contracts::ItemId& id,
                                          const PageRequest& request);
/// What anyone claimed of it (item_claim), in ledger order; the item need not exist.
Answer<Page<ItemEvent>> list_item_claims(const Snapshot& snapshot, const contracts::ItemId& id,
                                         const PageRequest& request);

/// The items whose title the account holds now, without those in an escrow or in a container, by
/// output number.
Answer<Page<ItemView>> list_items_of(const Snapshot& snapshot, const contracts::Account& account,
                                     const PageRequest& request);
/// Items issued under exactly this GS1 company prefix, in the order of their first appearance.
Answer<Page<ItemView>> list_items_with_prefix(const Snapshot& snapshot, std::string_view prefix,
                                              const PageRequest& request);

}  // namespace tally::views
