// One view: some tables and what a block changes in them. A new view is a class here, its tables in
// tables.hpp, and one line in make_views(). Private to this folder.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "views/block_facts.hpp"
#include "views/reader.hpp"

namespace tally::views {

/// Without state of its own: everything is in its tables, so that they alone say how far it is.
class View {
 public:
  virtual ~View() = default;
  /// Under which its progress is recorded; never changes.
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// Of its rows. Another number than the recorded one rebuilds the view.
  [[nodiscard]] virtual std::uint32_t format() const = 0;
  /// The tables that it alone writes.
  [[nodiscard]] virtual std::span<const storage::Table> tables() const = 0;
  /// Brings its tables from the height before to the block's. Blocks come once each and in order.
  /// It reads its own tables alone: another view's may be further. Faults are left in `tables`.
  virtual void apply(const BlockFacts& block, Writer& tables) const = 0;
};

std::unique_ptr<View> make_accounts_view();
std::unique_ptr<View> make_transactions_view();
std::unique_ptr<View> make_registry_view();
std::unique_ptr<View> make_items_view();
std::unique_ptr<View> make_orders_view();
std::unique_ptr<View> make_reputation_view();
std::unique_ptr<View> make_item_links_view();
std::unique_ptr<View> make_cases_view();

/// All of them.
std::vector<std::unique_ptr<View>> make_views();

}  // namespace tally::views
