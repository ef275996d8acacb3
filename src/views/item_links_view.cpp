// What a block changes in the links between items, and in what IOUs promise.
#include "contracts/lot.hpp"
#include "views/item_link_rows.hpp"
#include "views/tables.hpp"
#include "views/view.hpp"

namespace tally::views {
namespace {

class Links {
 public:
  Links(const BlockFacts& block, const SettledFacts& settled, const contracts::Command& command,
        Writer& tables)
      : block_(block), settled_(settled), command_(command), tables_(tables) {}

  void operator()(const contracts::LotStepOut& body) const {
    const auto lot = contracts::lot_id(body.lot);
    for (const auto i : command_.outputs) put(lot, LinkKind::stepped_out, made(i));
  }
  void operator()(const contracts::ItemAggregate&) const {
    for (std::size_t i = 1; i < command_.inputs.size(); ++i) {
      put(used(command_.inputs.front()), LinkKind::holds, used(command_.inputs[i]));
    }
  }
  void operator()(const contracts::ItemDisaggregate&) const {
    for (std::size_t i = 1; i < command_.outputs.size(); ++i) {
      erase(made(command_.outputs.front()), LinkKind::holds, made(command_.outputs[i]));
    }
  }
  void operator()(const contracts::ItemTransform&) const {
    const auto first = command_.inputs.front();
    const auto id = contracts::transformation_id(settled_.transaction.inputs[first].outpoint);
    for (const auto i : command_.inputs) put(used(i), LinkKind::used_in, id);
    for (const auto i : command_.outputs) put(id, LinkKind::made, made(i));
  }
  void operator()(const contracts::ItemMerge&) const {
    put(used(command_.inputs.front()), LinkKind::merged, made(command_.outputs.front()));
  }
  void operator()(const contracts::ItemAssociate& body) const {
    const auto whole = contracts::item_id(body.gs1_key).bytes;
    for (const auto& part : body.parts) {
      const auto id = contracts::item_id(part).bytes;
      body.dissociate ? erase(id, LinkKind::part_of, whole) : put(id, LinkKind::part_of, whole);
    }
  }
  void operator()(const contracts::AssetDefine& body) const {
    if (!body.terms || !body.terms->promised_hash) return;
    for (const auto& write : settled_.writes) {
      const auto* asset = std::get_if<contracts::AssetEntry>(&write.entry);
      if (asset == nullptr || asset->issuer != body.issuer || asset->symbol != body.symbol) {
        continue;
      }
      tables_.put(kPromisesTable, Row().raw(*body.terms->promised_hash).id(asset->id), height());
    }
  }
  /// Every other command links nothing.
  void operator()(const auto&) const {}

 private:
  static Hash32 id_of(const contracts::Output& output) {
    const auto* item = std::get_if<contracts::Item>(&output);
    return item == nullptr ? Hash32{} : contracts::item_id(item->gs1_key).bytes;
  }
  [[nodiscard]] Hash32 used(std::uint32_t input) const { return id_of(*settled_.spent[input]); }
  [[nodiscard]] Hash32 made(std::uint32_t output) const {
    return id_of(settled_.transaction.outputs[output]);
  }
  [[nodiscard]] Row height() const { return Row().u64(block_.header.height); }
  void put(const Hash32& from, LinkKind kind, const Hash32& to) const {
    tables_.put(kItemLinksTable, link_key(from, kind).raw(to), height());
  }
  void erase(const Hash32& from, LinkKind kind, const Hash32& to) const {
    tables_.erase(kItemLinksTable, link_key(from, kind).raw(to));
  }

  const BlockFacts& block_;
  const SettledFacts& settled_;
  const contracts::Command& command_;
  Writer& tables_;
};

class ItemLinksView final : public View {
 public:
  [[nodiscard]] std::string_view name() const override { return "item_links"; }
  [[nodiscard]] std::uint32_t format() const override { return 1; }
  [[nodiscard]] std::span<const storage::Table> tables() const override {
    static constexpr std::array kTables{kItemLinksTable, kPromisesTable};
    return kTables;
  }

  void apply(const BlockFacts& block, Writer& tables) const override {
    for (const auto& settled : block.settled) {
      for (const auto& command : settled.transaction.commands) {
        std::visit(Links(block, settled, command, tables), command.body);
      }
    }
  }
};

}  // namespace

std::unique_ptr<View> make_item_links_view() { return std::make_unique<ItemLinksView>(); }

}  // namespace tally::views
