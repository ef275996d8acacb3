// Conveniences over the interface of store.hpp, the same for every implementation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <utility>

#include "storage/store.hpp"

namespace tally::storage {

/// The smallest key after every key that begins with `prefix`: the end of its range. Empty (no
/// bound) if there is none, that is if `prefix` is empty or all 0xff.
Bytes prefix_end(ByteView prefix);

/// The first entry of `range` in `direction`; with Direction::backward the last. Errors: not_found
/// (the range is empty), corrupt, io. The views live as values of `transaction` do.
[[nodiscard]] std::expected<Entry, Error> first_entry(const ReadTransaction& transaction,
                                                      Table table, Range range = {},
                                                      Direction direction = Direction::forward);

/// Erases up to `count_max` entries of `range`, lowest keys first, and returns how many it erased.
/// Errors: those of scan() and erase().
[[nodiscard]] std::expected<std::size_t, Error> erase_range(WriteTransaction& transaction,
                                                            Table table, Range range,
                                                            std::size_t count_max);

/// Calls `visit(Entry)` for each entry of `range` until it returns false or the range ends.
/// Errors: corrupt, io. `visit` must not write to the transaction.
template <typename Visit>
[[nodiscard]] std::expected<void, Error> for_each(const ReadTransaction& transaction, Table table,
                                                  Range range, Direction direction, Visit&& visit) {
  auto cursor = transaction.scan(table, range, direction);
  if (!cursor) return std::unexpected(cursor.error());
  while (true) {
    const auto entry = (*cursor)->next();
    if (!entry) return std::unexpected(entry.error());
    if (!*entry || !visit(**entry)) return {};
  }
}

}  // namespace tally::storage
