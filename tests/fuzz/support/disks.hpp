// Stores in memory with any content: what is on a disk, whoever wrote it there.
#pragma once

#include <memory>
#include <vector>

#include "base/clock.hpp"
#include "storage/memory_store.hpp"
#include "storage/tip_file.hpp"

namespace tally::fuzz {

/// One entry of a table.
struct Row {
  storage::Table table;
  Bytes key;
  Bytes value;
};

/// The store made anew on `disk` with these rows.
[[nodiscard]] std::unique_ptr<storage::Store> store_of(storage::MemoryDisk& disk,
                                                       const Clock& clock, storage::Options options,
                                                       const std::vector<Row>& rows);
/// Everything in a store of so many tables.
[[nodiscard]] std::vector<Row> rows_of(storage::Store& store, std::uint32_t tables);

/// The ledger's record of a payload, and the payload of one; CHECKs that it is one.
[[nodiscard]] Bytes record_of(ByteView payload);
[[nodiscard]] Bytes payload_of(ByteView record);

/// A tip file in memory; `bytes` are storage::TipFile::kBytes, and outlive it.
class TipInMemory final : public storage::TipMedium {
 public:
  explicit TipInMemory(Bytes& bytes) : bytes_(bytes) {}
  std::expected<Bytes, storage::Error> read() override { return bytes_; }
  std::expected<void, storage::Error> write(std::uint64_t offset, ByteView bytes) override;

 private:
  Bytes& bytes_;
};

}  // namespace tally::fuzz
