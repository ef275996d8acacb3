// Assets with their supply and holders. Entries come from the registries' view, holders from the
// accounts'.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "contracts/registry.hpp"
#include "views/page.hpp"
#include "views/views.hpp"

namespace tally::views {

struct AssetView {
  contracts::AssetEntry entry;                     ///< supply() is issued − redeemed − burned.
  std::uint64_t holders = 0;                       ///< Accounts with a coin of it now.
  std::optional<contracts::IouStatus> iou_status;  ///< IOUs: at the snapshot's time.
};

/// Faults: storage.
ledger::Faulty<std::optional<AssetView>> find_asset(const Snapshot& snapshot,
                                                    const contracts::AssetId& id);
/// By symbol, folded: `eur0` finds what is called `EURO`. Nothing if the text is no symbol.
ledger::Faulty<std::optional<AssetView>> find_asset(const Snapshot& snapshot,
                                                    std::string_view symbol);

/// By id; of one issuer if given.
Answer<Page<AssetView>> list_assets(const Snapshot& snapshot,
                                    const std::optional<contracts::PublicKey>& issuer,
                                    const PageRequest& request);

}  // namespace tally::views
