#include "views/assets.hpp"

#include "contracts/asset.hpp"
#include "views/accounts.hpp"
#include "views/registry.hpp"

namespace tally::views {
namespace {

ledger::Faulty<AssetView> with_holders(const Snapshot& snapshot, contracts::AssetEntry entry) {
  const auto holders = count_holders(snapshot, entry.id);
  if (!holders) return std::unexpected(holders.error());
  AssetView view{.entry = std::move(entry), .holders = *holders, .iou_status = {}};
  if (view.entry.terms) {
    view.iou_status = contracts::iou_status(*view.entry.terms, snapshot.time_ms());
  }
  return view;
}

}  // namespace

ledger::Faulty<std::optional<AssetView>> find_asset(const Snapshot& snapshot,
                                                    const contracts::AssetId& id) {
  auto found = find_entry(snapshot, contracts::asset_key(id));
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::nullopt;
  return with_holders(snapshot, std::get<contracts::AssetEntry>(std::move((*found)->entry)));
}

ledger::Faulty<std::optional<AssetView>> find_asset(const Snapshot& snapshot,
                                                    std::string_view symbol) {
  const auto folded = contracts::fold_symbol(symbol);
  if (!folded) return std::nullopt;
  const auto found = find_entry(snapshot, contracts::symbol_key(*folded));
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::nullopt;
  return find_asset(snapshot, std::get<contracts::SymbolEntry>((*found)->entry).asset);
}

Answer<Page<AssetView>> list_assets(const Snapshot& snapshot,
                                    const std::optional<contracts::PublicKey>& issuer,
                                    const PageRequest& request) {
  constexpr auto kKind = contracts::RegistryKind::asset;
  auto entries = issuer ? list_owned_entries(snapshot, kKind, issuer->bytes, request)
                        : list_entries(snapshot, kKind, request);
  if (!entries) return std::unexpected(entries.error());
  Page<AssetView> page{
      .rows = {}, .next_cursor = std::move(entries->next_cursor), .height = entries->height};
  for (auto& row : entries->rows) {
    auto view = with_holders(snapshot, std::get<contracts::AssetEntry>(std::move(row.entry)));
    if (!view) return std::unexpected(QueryError{view.error()});
    page.rows.push_back(std::move(*view));
  }
  return page;
}

}  // namespace tally::views
