#include "storage/scan.hpp"

#include <algorithm>

namespace tally::storage {
namespace {

constexpr std::size_t kEraseBatch = 4096;

}  // namespace

Bytes prefix_end(ByteView prefix) {
  Bytes end(prefix.begin(), prefix.end());
  while (!end.empty() && end.back() == 0xff) end.pop_back();
  if (!end.empty()) ++end.back();
  return end;
}

std::expected<Entry, Error> first_entry(const ReadTransaction& transaction, Table table,
                                        Range range, Direction direction) {
  auto cursor = transaction.scan(table, range, direction);
  if (!cursor) return std::unexpected(cursor.error());
  const auto entry = (*cursor)->next();
  if (!entry) return std::unexpected(entry.error());
  if (!*entry) return std::unexpected(Error::not_found);
  return **entry;
}

std::expected<std::size_t, Error> erase_range(WriteTransaction& transaction, Table table,
                                              Range range, std::size_t count_max) {
  std::size_t erased = 0;
  std::vector<Bytes> keys;
  while (erased < count_max) {
    const std::size_t batch = std::min(kEraseBatch, count_max - erased);
    keys.clear();
    const auto scanned =
        for_each(transaction, table, range, Direction::forward, [&](const Entry& entry) {
          keys.emplace_back(entry.key.begin(), entry.key.end());
          return keys.size() < batch;
        });
    if (!scanned) return std::unexpected(scanned.error());
    if (const auto gone = transaction.erase_run(table, keys); !gone) {
      return std::unexpected(gone.error());
    }
    erased += keys.size();
    if (keys.size() < batch) break;
  }
  return erased;
}

}  // namespace tally::storage
