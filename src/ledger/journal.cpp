#include "ledger/journal.hpp"

#include "base/check.hpp"
#include "base/failpoint.hpp"
#include "base/planted.hpp"
#include "ledger/journal_record.hpp"
#include "ledger/state_tables.hpp"
#include "storage/scan.hpp"
#include "storage/sealed_record.hpp"

namespace tally::ledger {
namespace {

constexpr storage::Table kBlocks{0};

// The first height in a snapshot; none in an empty journal.
Faulty<std::optional<std::uint64_t>> first_in(const storage::ReadTransaction& read) {
  const auto first = storage::first_entry(read, kBlocks);
  if (!first) {
    if (first.error() == storage::Error::not_found) return std::optional<std::uint64_t>{};
    return fault(first.error(), "journal: first block");
  }
  if (first->key.size() != 8) return fault(FaultCode::journal_corrupt, 0, "a key of the journal");
  return read_be<std::uint64_t>(first->key);
}

}  // namespace

Faulty<codec::Block> decode_journal_record(ByteView record, std::uint64_t height) {
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

Faulty<std::optional<codec::Block>> last_block(storage::Store& store) {
  const auto read = store.begin_read();
  if (!read) return fault(read.error(), "journal: begin read");
  const auto last = storage::first_entry(**read, kBlocks, {}, storage::Direction::backward);
  if (!last) {
    if (last.error() == storage::Error::not_found) return std::optional<codec::Block>{};
    return fault(last.error(), "journal: last block");
  }
  if (last->key.size() != 8) return fault(FaultCode::journal_corrupt, 0, "a key of the journal");
  auto block = decode_journal_record(last->value, read_be<std::uint64_t>(last->key));
  if (!block) return std::unexpected(block.error());
  return std::move(*block);
}

storage::Options Journal::store_options(const contracts::NetworkId& network_id) {
  storage::Options options;
  options.tables = {"blocks"};
  options.identity = {.kind = "journal", .format = 2, .network_id = network_id.bytes};
  return options;
}

Faulty<std::unique_ptr<Journal>> Journal::open(std::unique_ptr<storage::Store> store,
                                               storage::TipFile tip_file,
                                               std::unique_ptr<Archive> archive) {
  std::unique_ptr<Journal> journal(
      new Journal(std::move(store), std::move(tip_file), std::move(archive)));
  const auto last = last_block(*journal->store_);
  if (!last) return std::unexpected(last.error());
  if (*last) journal->tip_ = tip_of(**last);
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
  // After the commit there would be no way back.
  if (tip_file_.halted()) return fault(storage::Error::halted, "journal: tip file");
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
  // After a crash between a commit and its tip the file is behind, or empty. It catches up first:
  // of two blocks in a row without a tip of their own nobody could say that they are the last.
  if (tip_ && tip_file_.read() != tip_) {
    FAILPOINT(journal_tip_catches_up);
    if (const auto done = tip_file_.write(tip_->height, tip_->hash); !done) {
      return fault(done.error(), "journal: tip file", tip_->height);
    }
  }
  auto write = store_->begin_write(total * 2 + storage::kRoomBytes);
  if (!write && PLANTED(full_disk_taken_for_written)) {
    tip_ = tip;
    return {};
  }
  if (!write) return fault(write.error(), "journal: begin write", height);
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const auto put = (*write)->append(kBlocks, number_key(blocks[i].header.height), records[i]);
    if (!put) return fault(put.error(), "journal: append", height);
  }
  FAILPOINT(journal_before_commit);
  if (const auto done = (*write)->commit(); !done) {
    return fault(done.error(), "journal: commit", height);
  }
  // The blocks are durable from here on; a tip that cannot be written leaves it unknown what the
  // next start would make of them.
  FAILPOINT(journal_after_commit);
  if (const auto done = tip_file_.write(tip.height, tip.hash); !done) {
    return fault(done.error(), "journal: tip file", height);
  }
  FAILPOINT(journal_after_tip);
  tip_ = tip;
  return {};
}

Faulty<codec::Block> Journal::read(std::uint64_t height) const {
  {
    const auto read = store_->begin_read();
    if (!read) return fault(read.error(), "journal: begin read", height);
    const auto record = (*read)->get(kBlocks, number_key(height));
    if (record) return decode_journal_record(*record, height);
    if (record.error() != storage::Error::not_found) {
      return fault(record.error(), "journal: get", height);
    }
    const auto first = first_in(**read);
    if (!first) return std::unexpected(first.error());
    if (!*first || height > **first) return fault(record.error(), "journal: get", height);
  }
  return read_archived(height);
}

Faulty<codec::Block> Journal::read_archived(std::uint64_t height) const {
  if (!archive_) {
    return fault(FaultCode::history_archived, height, "the block was moved to an archive");
  }
  return archive_->read(height);
}

Faulty<void> Journal::for_each(std::uint64_t first,
                               const std::function<bool(const codec::Block&)>& visit) const {
  std::optional<Tip> previous;
  bool more = true;
  const auto take = [&](const codec::Block& block) -> Faulty<void> {
    if (previous && block.header.previous_hash != previous->hash) {
      return fault(FaultCode::journal_gap, block.header.height,
                   "the block does not follow on the one before");
    }
    previous = tip_of(block);
    more = visit(block);
    return {};
  };
  for (auto height = first;;) {
    // What is pruned comes from the archive, without a snapshot that would keep the map from
    // growing.
    const auto kept = first_height();
    if (!kept) return std::unexpected(kept.error());
    for (; height < *kept; ++height) {
      const auto block = read(height);
      if (!block) return std::unexpected(block.error());
      if (auto done = take(*block); !done || !more) return done;
    }
    const auto read = store_->begin_read();
    if (!read) return fault(read.error(), "journal: begin read", height);
    const auto now = first_in(**read);
    if (!now) return std::unexpected(now.error());
    if (now->value_or(0) > height) continue;  // pruned meanwhile
    const auto cursor = (*read)->scan(kBlocks, {number_key(height), {}});
    if (!cursor) return fault(cursor.error(), "journal: scan", height);
    for (;; ++height) {
      const auto entry = (*cursor)->next();
      if (!entry) return fault(entry.error(), "journal: next", height);
      if (!*entry) return {};
      const auto block = decode_journal_record((*entry)->value, height);
      if (!block) return std::unexpected(block.error());
      if (auto done = take(*block); !done || !more) return done;
    }
  }
}

Faulty<std::uint64_t> Journal::first_height() const {
  const auto read = store_->begin_read();
  if (!read) return fault(read.error(), "journal: begin read");
  const auto first = first_in(**read);
  if (!first) return std::unexpected(first.error());
  return first->value_or(0);
}

}  // namespace tally::ledger
