// The tables of the views' environment. The grammar of keys and values is in *_rows.hpp; each
// table belongs to one view, which alone writes it. Private to this folder.
#pragma once

#include <string>
#include <vector>

#include "storage/store.hpp"

namespace tally::views {

inline constexpr storage::Table kProgressTable{0};
// accounts
inline constexpr storage::Table kOutputsTable{1};
inline constexpr storage::Table kSpentTable{2};
inline constexpr storage::Table kLiveTable{3};
inline constexpr storage::Table kBalancesTable{4};
inline constexpr storage::Table kHoldersTable{5};
inline constexpr storage::Table kMovementsTable{6};
inline constexpr storage::Table kMovementTimesTable{7};
// transactions
inline constexpr storage::Table kTransactionsTable{8};
inline constexpr storage::Table kTransactionCountsTable{9};
// registry
inline constexpr storage::Table kEntriesTable{10};
inline constexpr storage::Table kOwnedTable{11};
inline constexpr storage::Table kEntryCountsTable{12};
// items
inline constexpr storage::Table kItemsTable{13};
inline constexpr storage::Table kItemHistoryTable{14};
inline constexpr storage::Table kItemClaimsTable{15};
inline constexpr storage::Table kItemPrefixesTable{16};
// orders
inline constexpr storage::Table kOrdersTable{17};
inline constexpr storage::Table kOrderStepsTable{18};
inline constexpr storage::Table kPartyOrdersTable{19};
inline constexpr storage::Table kStateOrdersTable{20};
inline constexpr storage::Table kOrderCountsTable{21};
// reputation
inline constexpr storage::Table kFactsTable{22};
inline constexpr storage::Table kTotalsTable{23};
inline constexpr storage::Table kPairsTable{24};
inline constexpr storage::Table kVolumesTable{25};
inline constexpr storage::Table kClustersTable{26};
// cases
inline constexpr storage::Table kCountedCasesTable{27};
inline constexpr storage::Table kCaseCountsTable{28};
// item_links
inline constexpr storage::Table kItemLinksTable{29};
inline constexpr storage::Table kPromisesTable{30};

/// The names, by index.
inline const std::vector<std::string>& table_names() {
  static const std::vector<std::string> names{
      "progress",     "outputs",       "spent",          "live",         "balances",
      "holders",      "movements",     "movement_times", "transactions", "transaction_counts",
      "entries",      "owned",         "entry_counts",   "items",        "item_history",
      "item_claims",  "item_prefixes", "orders",         "order_steps",  "party_orders",
      "state_orders", "order_counts",  "facts",          "totals",       "pairs",
      "volumes",      "clusters",      "counted_cases",  "case_counts",  "item_links",
      "promises"};
  return names;
}

}  // namespace tally::views
