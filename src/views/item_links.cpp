#include "views/item_links.hpp"

#include <algorithm>
#include <deque>
#include <set>

#include "views/item_link_rows.hpp"
#include "views/list.hpp"
#include "views/registry.hpp"
#include "views/tables.hpp"

namespace tally::views {
namespace {

using contracts::AssetId;
using contracts::ItemId;

std::vector<Hash32> linked(Reader& reader, const Hash32& from, LinkKind kind, std::size_t max) {
  std::vector<Hash32> out;
  reader.scan_prefix(kItemLinksTable, link_key(from, kind), [&](const storage::Entry& entry) {
    out.push_back(last_id<ItemId>(entry.key).bytes);
    return out.size() < max;
  });
  return out;
}

std::vector<AssetId> promising(Reader& reader, const Hash32& promised) {
  std::vector<AssetId> out;
  reader.scan_prefix(kPromisesTable, promised, [&](const storage::Entry& entry) {
    out.push_back(last_id<AssetId>(entry.key));
    return out.size() < kPageRowsMax;
  });
  return out;
}

// Follows links breadth first, so that the nearest come first.
class Follower {
 public:
  explicit Follower(const Snapshot& snapshot) : snapshot_(snapshot), reader_(snapshot.tables()) {}

  void begin_with_lot(std::string_view gs1_key) {
    const auto lot = contracts::lot_id(gs1_key);
    add_ious(lot);
    for (const auto& item : linked(reader_, lot, LinkKind::stepped_out, kTaintItemsMax + 1)) {
      reach(item, TaintVia::lot, std::string(gs1_key), 1);
    }
  }
  void begin_with_item(const ItemId& id) { reach(id.bytes, TaintVia::itself, {}, 0); }

  // Fills in what was reached; rows from `first` on, at most `limit`, are kept.
  ledger::Faulty<Taint> follow(std::size_t first, std::size_t limit) {
    while (!waiting_.empty() && reader_.ok()) {
      auto next = std::move(waiting_.front());
      waiting_.pop_front();
      auto item = find_item_alone(snapshot_, ItemId{next.id});
      if (!item) return std::unexpected(item.error());
      if (!*item) continue;  // A part of a transaction that named what is not there.
      auto ious = add_ious(next.id);
      if ((*item)->place && (*item)->place->order) orders_.insert(*(*item)->place->order);
      spread(next, **item);
      const auto position = taint_.items++;
      if (position < first || taint_.page.rows.size() == limit) continue;
      if (const auto done = find_blocking_flag(snapshot_, **item); !done) {
        return std::unexpected(done.error());
      }
      taint_.page.rows.push_back(
          {std::move(**item), next.via, std::move(next.from), next.steps, std::move(ious)});
    }
    taint_.orders.assign(orders_.begin(), orders_.end());
    taint_.ious.assign(ious_.begin(), ious_.end());
    return reader_.finish(std::move(taint_));
  }

 private:
  struct Reached {
    Hash32 id;
    TaintVia via;
    std::string from;
    std::uint32_t steps;
  };

  std::vector<AssetId> add_ious(const Hash32& promised) {
    auto ious = promising(reader_, promised);
    ious_.insert(ious.begin(), ious.end());
    return ious;
  }

  void reach(const Hash32& id, TaintVia via, const std::string& from, std::uint32_t steps) {
    if (known_.contains(id)) return;
    if (known_.size() >= kTaintItemsMax) {
      taint_.complete = false;
      return;
    }
    known_.insert(id);
    waiting_.push_back({id, via, from, steps});
  }

  // A container or a thing with parts is affected by what it holds; what else it holds is not.
  static bool by_what_it_holds(TaintVia via) {
    return via == TaintVia::container || via == TaintVia::part;
  }

  void spread(const Reached& at, const ItemView& item) {
    const auto& key = item.entry.gs1_key;
    const auto all = [&](const Hash32& from, LinkKind kind, TaintVia via) {
      for (const auto& to : linked(reader_, from, kind, kTaintItemsMax + 1)) {
        reach(to, via, key, at.steps + 1);
      }
    };
    if (!by_what_it_holds(at.via)) {
      for (const auto& made : linked(reader_, at.id, LinkKind::used_in, 1)) {
        all(made, LinkKind::made, TaintVia::transformation);
      }
      all(at.id, LinkKind::merged, TaintVia::merge);
      all(at.id, LinkKind::holds, TaintVia::content);
    }
    all(at.id, LinkKind::part_of, TaintVia::part);
    if (!item.entry.packed_in.empty()) {
      reach(contracts::item_id(item.entry.packed_in).bytes, TaintVia::container, key, at.steps + 1);
    }
  }

  const Snapshot& snapshot_;
  Reader reader_;
  Taint taint_;
  std::deque<Reached> waiting_;
  std::set<Hash32> known_;
  std::set<contracts::OrderId> orders_;
  std::set<AssetId> ious_;
};

}  // namespace

std::string_view word(TaintVia via) {
  switch (via) {
    case TaintVia::itself:
      return "itself";
    case TaintVia::lot:
      return "lot";
    case TaintVia::transformation:
      return "transformation";
    case TaintVia::merge:
      return "merge";
    case TaintVia::content:
      return "content";
    case TaintVia::container:
      return "container";
    case TaintVia::part:
      return "part";
  }
  return "unknown";
}

ledger::Faulty<std::optional<contracts::LotEntry>> find_lot(const Snapshot& snapshot,
                                                            std::string_view gs1_key) {
  auto found = find_entry(snapshot, contracts::lot_key(gs1_key));
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::nullopt;
  return std::get<contracts::LotEntry>(std::move((*found)->entry));
}

Answer<Page<ItemView>> list_contents(const Snapshot& snapshot, const ItemId& container,
                                     const PageRequest& request) {
  const ListKeys keys{.table = kItemLinksTable,
                      .prefix = link_key(container.bytes, LinkKind::holds).bytes()};
  return list_rows<ItemView>(snapshot, keys, request,
                             [&](Reader& reader, const storage::Entry& entry,
                                 std::uint64_t pinned) -> std::optional<ItemView> {
                               if (RowReader(entry.value).u64() > pinned) return std::nullopt;
                               auto item = find_item(snapshot, last_id<ItemId>(entry.key));
                               if (!item) {
                                 reader.set(item.error());
                                 return std::nullopt;
                               }
                               if (!*item) reader.corrupt(kItemLinksTable);
                               return std::move(*item);
                             });
}

Answer<std::optional<Taint>> follow_taint(const Snapshot& snapshot, std::string_view gs1_key,
                                          const PageRequest& request) {
  // The cursor's key is the place of the page's last row.
  const auto root = contracts::valid_lot_key(gs1_key) ? contracts::lot_id(gs1_key)
                                                      : contracts::item_id(gs1_key).bytes;
  const ListKeys keys{.table = kItemLinksTable,
                      .prefix = Row().raw(root).bytes(),
                      .heights = {},
                      .filter = Bytes{'t'}};
  const auto start = start_page(snapshot, keys, request);
  if (!start) return std::unexpected(QueryError{start.error()});
  RowReader place(start->first);
  place.skip(root.size());
  const std::size_t first = request.cursor.empty() ? 0 : place.u32() + std::size_t{1};

  Follower follower(snapshot);
  if (contracts::valid_lot_key(gs1_key)) {
    const auto lot = find_lot(snapshot, gs1_key);
    if (!lot) return std::unexpected(QueryError{lot.error()});
    if (!*lot) return std::nullopt;
    follower.begin_with_lot(gs1_key);
  } else {
    const auto item = find_item(snapshot, gs1_key);
    if (!item) return std::unexpected(QueryError{item.error()});
    if (!*item) return std::nullopt;
    follower.begin_with_item((*item)->id);
  }
  auto taint = follower.follow(first, request.limit);
  if (!taint) return std::unexpected(QueryError{taint.error()});
  taint->page.height = start->height;
  const auto end = first + taint->page.rows.size();
  if (end < taint->items) {
    const auto last = static_cast<std::uint32_t>(end - 1);
    taint->page.next_cursor = page_cursor(keys, start->height, Row().raw(root).u32(last).bytes());
  }
  return std::optional(*std::move(taint));
}

}  // namespace tally::views
