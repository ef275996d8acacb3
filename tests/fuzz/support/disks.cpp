#include "fuzz/support/disks.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "storage/sealed_record.hpp"

namespace tally::fuzz {

std::unique_ptr<storage::Store> store_of(storage::MemoryDisk& disk, const Clock& clock,
                                         storage::Options options, const std::vector<Row>& rows) {
  options.create = true;
  auto store = storage::open_memory_store(disk, clock, std::move(options));
  CHECK(store.has_value());
  if (rows.empty()) return std::move(*store);
  auto write = (*store)->begin_write();
  CHECK(write.has_value());
  for (const auto& [table, key, value] : rows) CHECK((*write)->put(table, key, value));
  CHECK((*write)->commit().has_value());
  write->reset();
  return std::move(*store);
}

std::vector<Row> rows_of(storage::Store& store, std::uint32_t tables) {
  std::vector<Row> out;
  const auto read = store.begin_read();
  CHECK(read.has_value());
  for (std::uint32_t index = 0; index < tables; ++index) {
    const auto cursor = (*read)->scan({index});
    CHECK(cursor.has_value());
    while (true) {
      const auto entry = (*cursor)->next();
      CHECK(entry.has_value());
      if (!*entry) break;
      const auto& [key, value] = **entry;
      out.push_back({{index}, {key.begin(), key.end()}, {value.begin(), value.end()}});
    }
  }
  return out;
}

Bytes record_of(ByteView payload) { return storage::seal_record(payload); }

Bytes payload_of(ByteView record) {
  const auto payload = storage::open_record(record);
  CHECK(payload.has_value());
  return {payload->begin(), payload->end()};
}

std::expected<void, storage::Error> TipInMemory::write(std::uint64_t offset, ByteView bytes) {
  CHECK(offset + bytes.size() <= bytes_.size());
  std::ranges::copy(bytes, bytes_.begin() + static_cast<std::ptrdiff_t>(offset));
  return {};
}

}  // namespace tally::fuzz
