#include "ledger/journal.hpp"

#include "base/check.hpp"
#include "ledger/state_tables.hpp"
#include "storage/scan.hpp"
#include "storage/sealed_record.hpp"

namespace tally::ledger {
namespace {

constexpr storage::Table kBlocks{0};

Faulty<codec::Block> decode(ByteView record, std::uint64_t height) {
  const auto payload = storage::open_record(record);
  if (payload) {
    if (auto block = codec::decode_block(*payload); block && block->header.height == height) {
      return std::move(*block);
    }
  }
  return fault(FaultCode::journal_corrupt, height,
               "the block's bytes are not what was written: restore this node's journal from a "
               "backup or another node");
}

Tip tip_of(const codec::Block& block) {
  return {block.header.height, codec::block_hash(block.header)};
}

}  // namespace

storage::Options Journal::store_options(const contracts::NetworkId& network_id) {
  storage::Options options;
  options.tables = {"blocks"};
  options.identity = {.kind = "journal", .format = 1, .network_id = network_id.bytes};
  return options;
}

Faulty<std::unique_ptr<Journal>> Journal::open(std::unique_ptr<storage::Store> store,
                                               storage::TipFile tip_file) {
  std::unique_ptr<Journal> journal(new Journal(std::move(store), std::move(tip_file)));
  {
    const auto read = journal->store_->begin_read();
    if (!read) return fault(read.error(), "journal: begin read");
    const auto last = storage::first_entry(**read, kBlocks, {}, storage::Direction::backward);
    if (last) {
      if (last->key.size() != 8)
        return fault(FaultCode::journal_corrupt, 0, "a key of the journal");
      auto block = decode(last->value, read_be<std::uint64_t>(last->key));
      if (!block) return std::unexpected(block.error());
      journal->tip_ = tip_of(*block);
    } else if (last.error() != storage::Error::not_found) {
      return fault(last.error(), "journal: last block");
    }
  }
  const auto outside = journal->tip_file_.read();
  // Only block 0 can be there without a tip: the process that wrote it ended before the tip was.
  if (!outside && journal->tip_ && journal->tip_->height > 0) {
    return fault(
        FaultCode::journal_rolled_back, journal->tip_->height,
        "the tip kept beside the journal is missing: whether the journal is whole cannot be "
        "told; restore both from a backup or another node");
  }
  if (outside && (!journal->tip_ || outside->height > journal->tip_->height)) {
    return fault(FaultCode::journal_rolled_back, outside->height,
                 "the journal ends before the tip kept beside it: blocks that were acknowledged "
                 "are missing; restore the journal from a backup or another node");
  }
  if (outside) {
    // The block that the tip file names must be the one that the journal has at that height.
    const auto block = journal->read(outside->height);
    if (!block) return std::unexpected(block.error());
    if (codec::block_hash(block->header) != outside->hash) {
      return fault(FaultCode::journal_rolled_back, outside->height,
                   "the journal has another block than the tip kept beside it");
    }
  }
  return journal;
}

Faulty<void> Journal::append(std::span<const codec::Block> blocks) {
  CHECK(!blocks.empty());
  std::vector<Bytes> records;
  std::size_t total = 0;
  Tip tip;
  for (const auto& block : blocks) {
    CHECK(!tip_ || &block != &blocks.front() ||
          (block.header.height == tip_->height + 1 && block.header.previous_hash == tip_->hash));
    records.push_back(storage::seal_record(codec::encode_block(block)));
    total += records.back().size() + 4096;
    tip = tip_of(block);
  }
  const auto height = blocks.front().header.height;
  auto write = store_->begin_write(total * 2 + storage::kRoomBytes);
  if (!write) return fault(write.error(), "journal: begin write", height);
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const auto put = (*write)->append(kBlocks, number_key(blocks[i].header.height), records[i]);
    if (!put) return fault(put.error(), "journal: append", height);
  }
  if (const auto done = (*write)->commit(); !done) {
    return fault(done.error(), "journal: commit", height);
  }
  // The blocks are durable from here on; a tip that cannot be written leaves it unknown what the
  // next start would make of them.
  if (const auto done = tip_file_.write(tip.height, tip.hash); !done) {
    return fault(storage::Error::outcome_unknown, "journal: tip file", height);
  }
  tip_ = tip;
  return {};
}

Faulty<codec::Block> Journal::read(std::uint64_t height) const {
  const auto read = store_->begin_read();
  if (!read) return fault(read.error(), "journal: begin read", height);
  const auto record = (*read)->get(kBlocks, number_key(height));
  if (!record) return fault(record.error(), "journal: get", height);
  return decode(*record, height);
}

Faulty<void> Journal::for_each(std::uint64_t first,
                               const std::function<bool(const codec::Block&)>& visit) const {
  const auto read = store_->begin_read();
  if (!read) return fault(read.error(), "journal: begin read", first);
  const auto cursor = (*read)->scan(kBlocks, {number_key(first), {}});
  if (!cursor) return fault(cursor.error(), "journal: scan", first);
  std::optional<Tip> previous;
  for (auto height = first;; ++height) {
    const auto entry = (*cursor)->next();
    if (!entry) return fault(entry.error(), "journal: next", height);
    if (!*entry) return {};
    const auto block = decode((*entry)->value, height);
    if (!block) return std::unexpected(block.error());
    if (previous && block->header.previous_hash != previous->hash) {
      return fault(FaultCode::journal_gap, height, "the block does not follow on the one before");
    }
    previous = tip_of(*block);
    if (!visit(*block)) return {};
  }
}

}  // namespace tally::ledger
