// What a block changes in the places and histories of items.
#include <algorithm>
#include <map>

#include "views/item_rows.hpp"
#include "views/tables.hpp"
#include "views/view.hpp"

namespace tally::views {
namespace {

using contracts::ItemId;

// What a command says beside the items that it claims.
struct Said {
  std::vector<ItemId> items{};  // that it names
  std::optional<Hash32> event_hash{};
  std::optional<contracts::PublicKey> actor{};
  bool claim = false;
};

Said said_of_keys(const std::vector<std::string>& gs1_keys, const Hash32& event_hash) {
  Said said{.event_hash = event_hash};
  for (const auto& key : gs1_keys) said.items.push_back(contracts::item_id(key));
  return said;
}

Said said_of_key(const std::string& gs1_key, const Hash32& event_hash,
                 std::optional<contracts::PublicKey> actor) {
  return {.items = {contracts::item_id(gs1_key)}, .event_hash = event_hash, .actor = actor};
}

struct SaidBy {
  Said operator()(const contracts::ItemCommission& c) const { return {.event_hash = c.event_hash}; }
  Said operator()(const contracts::ItemAdmit& c) const {
    return {.event_hash = c.evidence_hash, .actor = c.centre};
  }
  Said operator()(const contracts::ItemObserve& c) const {
    return said_of_keys(c.gs1_keys, c.event_hash);
  }
  Said operator()(const contracts::ItemTransfer& c) const { return {.event_hash = c.event_hash}; }
  Said operator()(const contracts::ItemAttest& c) const {
    return said_of_key(c.gs1_key, c.evidence_hash, c.appraiser);
  }
  Said operator()(const contracts::ItemChallenge& c) const {
    return said_of_key(c.gs1_key, c.reason_hash, c.challenger);
  }
  Said operator()(const contracts::ItemFlagSet& c) const {
    return said_of_key(c.gs1_key, c.reason_hash, {});
  }
  Said operator()(const contracts::ItemDecommission& c) const {
    return {.event_hash = c.event_hash};
  }
  Said operator()(const contracts::ItemAggregate& c) const { return {.event_hash = c.event_hash}; }
  Said operator()(const contracts::ItemDisaggregate& c) const {
    return {.event_hash = c.event_hash};
  }
  Said operator()(const contracts::ItemTransform& c) const { return {.event_hash = c.event_hash}; }
  Said operator()(const contracts::ItemMerge& c) const { return {.event_hash = c.event_hash}; }
  Said operator()(const contracts::ItemAssociate& c) const {
    auto said = said_of_keys(c.parts, c.event_hash);
    said.items.push_back(contracts::item_id(c.gs1_key));
    return said;
  }
  Said operator()(const contracts::ItemEventError& c) const {
    return said_of_keys(c.gs1_keys, c.event_hash);
  }
  Said operator()(const contracts::ItemHandOver& c) const {
    auto said = said_of_keys(c.gs1_keys, c.event_hash);
    said.actor = c.from;
    return said;
  }
  Said operator()(const contracts::ItemClaim& c) const {
    auto said = said_of_keys(c.gs1_keys, c.event_hash);
    said.actor = c.claimant;
    said.claim = true;
    return said;
  }
  /// Every other command says nothing of items but by those it claims.
  Said operator()(const auto&) const { return {}; }
};

using Changes = std::map<ItemId, ItemRow>;

ItemRow& change(const ItemId& id, Changes& changes, Writer& tables) {
  const auto known = changes.find(id);
  if (known != changes.end()) return known->second;
  return changes.emplace(id, get_item_row(id, tables)).first->second;
}

// The item's title, or an order with items in it, goes from or comes to a place.
void move(const contracts::Output& output, std::optional<std::uint64_t> number,
          std::vector<ItemId>& touched, std::optional<contracts::OrderId>& order, Changes& changes,
          Writer& tables) {
  if (const auto* item = std::get_if<contracts::Item>(&output)) {
    const auto id = contracts::item_id(item->gs1_key);
    touched.push_back(id);
    auto& row = change(id, changes, tables);
    row.place.reset();
    if (number) row.place = ItemPlace{*number, contracts::account_of(item->lock), {}};
  } else if (const auto* escrow = std::get_if<contracts::Order>(&output)) {
    order = escrow->id;
    for (const auto& line : escrow->terms.lines) {
      const auto id = contracts::item_id(line.gs1_key);
      touched.push_back(id);
      auto& row = change(id, changes, tables);
      row.place.reset();
      if (number) row.place = ItemPlace{*number, {}, escrow->id};
    }
  }
}

void put_command(const BlockFacts& block, const SettledFacts& settled, std::uint32_t index,
                 Changes& changes, Writer& tables) {
  const auto& tx = settled.transaction;
  const auto& command = tx.commands[index];
  auto said = std::visit(SaidBy{}, command.body);
  auto touched = std::move(said.items);
  std::optional<contracts::OrderId> order;
  for (const auto i : command.inputs) {
    move(*settled.spent[i], std::nullopt, touched, order, changes, tables);
  }
  for (const auto i : command.outputs) {
    move(tx.outputs[i], settled.first_output_number + i, touched, order, changes, tables);
  }
  if (touched.empty()) return;
  std::ranges::sort(touched);
  const auto repeated = std::ranges::unique(touched);
  touched.erase(repeated.begin(), repeated.end());
  if (!said.actor && !tx.signers.empty()) said.actor = tx.signers.front();
  const auto value = Row()
                         .u64(block.header.time_ms)
                         .id(settled.txid)
                         .u32(contracts::command_number(command.body))
                         .maybe(said.event_hash)
                         .maybe(said.actor)
                         .maybe(order);
  for (const auto& id : touched) {
    auto& row = change(id, changes, tables);
    ++(said.claim ? row.claims_count : row.history_count);
    tables.put(said.claim ? kItemClaimsTable : kItemHistoryTable,
               Row()
                   .id(id)
                   .u64(block.header.height)
                   .u32(settled.position)
                   .u16(static_cast<std::uint16_t>(index)),
               value);
  }
}

// Whether the command may bring identities under a brand's prefix into being. Their entries have
// one event.
bool issues(const contracts::CommandBody& body) {
  return std::holds_alternative<contracts::ItemCommission>(body) ||
         std::holds_alternative<contracts::LotStepOut>(body) ||
         std::holds_alternative<contracts::ItemTransform>(body) ||
         std::holds_alternative<contracts::ItemMerge>(body);
}

class ItemsView final : public View {
 public:
  [[nodiscard]] std::string_view name() const override { return "items"; }
  [[nodiscard]] std::uint32_t format() const override { return 1; }
  [[nodiscard]] std::span<const storage::Table> tables() const override {
    static constexpr std::array kTables{kItemsTable, kItemHistoryTable, kItemClaimsTable,
                                        kItemPrefixesTable};
    return kTables;
  }

  void apply(const BlockFacts& block, Writer& tables) const override {
    for (const auto& settled : block.settled) {
      Changes changes;
      const auto& commands = settled.transaction.commands;
      for (std::uint32_t i = 0; i < commands.size(); ++i) {
        put_command(block, settled, i, changes, tables);
        put_prefixes(block, settled, commands[i], tables);
      }
      for (const auto& [id, row] : changes) tables.put(kItemsTable, id.view(), encode(row));
    }
  }

 private:
  static void put_prefixes(const BlockFacts& block, const SettledFacts& settled,
                           const contracts::Command& command, Writer& tables) {
    if (!issues(command.body)) return;
    std::map<std::string_view, std::string_view> fresh;  // key and prefix
    for (const auto& write : settled.writes) {
      const auto* entry = std::get_if<contracts::ItemEntry>(&write.entry);
      if (entry != nullptr && entry->events_count == 1) fresh[entry->gs1_key] = entry->prefix;
    }
    for (const auto i : command.outputs) {
      const auto* item = std::get_if<contracts::Item>(&settled.transaction.outputs[i]);
      if (item == nullptr) continue;
      const auto found = fresh.find(item->gs1_key);
      if (found == fresh.end()) continue;
      tables.put(kItemPrefixesTable,
                 Row()
                     .raw(prefix_of_items(found->second))
                     .u64(block.header.height)
                     .id(contracts::item_id(item->gs1_key)),
                 {});
    }
  }
};

}  // namespace

std::unique_ptr<View> make_items_view() { return std::make_unique<ItemsView>(); }

}  // namespace tally::views
