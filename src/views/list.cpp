#include "views/list.hpp"

#include <algorithm>

#include "crypto/hash.hpp"
#include "views/row.hpp"

namespace tally::views {
namespace {

// cursor = height(8) list(4) key without the prefix, in hexadecimal
constexpr std::size_t kHeadBytes = 12;

// Tells a list's cursors from another's; a caller who forges it only pages through another part of
// the same list.
std::uint32_t list_tag(const ListKeys& keys) {
  const auto heights = keys.heights.value_or(HeightRange{});
  const auto digest = crypto::sha256(Row()
                                         .u32(keys.table.index)
                                         .u32(static_cast<std::uint32_t>(keys.prefix.size()))
                                         .raw(keys.prefix)
                                         .u64(heights.from)
                                         .u64(heights.to)
                                         .raw(keys.filter));
  return read_be<std::uint32_t>(digest);
}

contracts::Result<void> resume(const Snapshot& snapshot, const ListKeys& keys,
                               const std::string& cursor, PageStart& start) {
  const auto refuse = contracts::fail(contracts::ErrorCode::bad_parameter, 1);
  if (cursor.size() > 2 * (kHeadBytes + storage::kKeyBytesMax)) return refuse;
  const auto bytes = from_hex(cursor);
  if (!bytes || bytes->size() <= kHeadBytes) return refuse;
  RowReader row(*bytes);
  start.height = row.u64();
  if (start.height > snapshot.height() || row.u32() != list_tag(keys)) return refuse;
  Bytes after = keys.prefix;
  append(after, row.rest());
  after.push_back(0);  // The least key behind the last one.
  if (after.size() > storage::kKeyBytesMax) return refuse;
  start.first = std::max(start.first, after);
  return {};
}

}  // namespace

contracts::Result<PageStart> start_page(const Snapshot& snapshot, const ListKeys& keys,
                                        const PageRequest& request) {
  if (request.limit == 0 || request.limit > kPageRowsMax) {
    return contracts::fail(contracts::ErrorCode::bad_parameter, 0, kPageRowsMax);
  }
  PageStart start{.height = snapshot.height(), .first = keys.prefix, .end = {}};
  if (keys.heights) start.first = Row().raw(keys.prefix).u64(keys.heights->from).bytes();
  if (!request.cursor.empty()) {
    if (auto done = resume(snapshot, keys, request.cursor, start); !done) {
      return std::unexpected(done.error());
    }
  }
  if (keys.heights) {
    const auto last = std::min(keys.heights->to, start.height);
    start.end = Row().raw(keys.prefix).u64(last + 1).bytes();
    // An empty range, whatever the bounds were.
    start.first = std::min(start.first, start.end);
  } else {
    start.end = storage::prefix_end(keys.prefix);
  }
  return start;
}

std::string page_cursor(const ListKeys& keys, std::uint64_t height, ByteView last_key) {
  return to_hex(Row().u64(height).u32(list_tag(keys)).raw(last_key.subspan(keys.prefix.size())));
}

}  // namespace tally::views
