// Ledger::open: the last checkpoint, then the journal behind it.
#include "base/check.hpp"
#include "base/failpoint.hpp"
#include "base/planted.hpp"
#include "codec/genesis.hpp"
#include "codec/transaction.hpp"
#include "contracts/limits.hpp"
#include "ledger/checkpoint.hpp"
#include "ledger/ledger_undo.hpp"
#include "ledger/state_tables.hpp"
#include "storage/scan.hpp"
#include "storage/sealed_record.hpp"

namespace tally::ledger {

Faulty<std::unique_ptr<Ledger>> Ledger::open(std::unique_ptr<storage::Store> state,
                                             std::unique_ptr<Journal> journal,
                                             ByteView genesis_bytes, LedgerOptions options) {
  std::unique_ptr<Ledger> ledger(
      new Ledger(std::move(state), std::move(journal), std::move(options)));
  if (auto done = ledger->recover(genesis_bytes); !done) return std::unexpected(done.error());
  return ledger;
}

Faulty<void> Ledger::recover(ByteView genesis_bytes) {
  auto genesis = codec::decode_genesis(genesis_bytes);
  if (!genesis) return fault(FaultCode::genesis_mismatch, 0, "the genesis is not well formed");
  genesis_ = std::move(*genesis);
  network_id_ = contracts::network_id(genesis_bytes);
  FAILPOINT(recovery_before_checkpoint);
  if (auto done = load_checkpoint(); !done) return done;
  FAILPOINT(recovery_after_checkpoint);
  if (checkpoint_loaded_) {
    if (bitmap_.settle() != head_.spent_root ||
        registries_.digest().digest() != head_.registry_digest) {
      return fault(FaultCode::state_mismatch, head_.height,
                   "the checkpoint is not the state of its block: rebuild it from the journal with "
                   "tally-replay --rebuild-state");
    }
  } else if (auto done = found(); !done) {
    return done;
  }
  FAILPOINT(recovery_before_deadlines);
  for (const auto kind :
       {contracts::RegistryKind::order, contracts::RegistryKind::authentication_case}) {
    if (auto done = load_deadlines(kind); !done) return done;
  }
  Faulty<void> result;
  const auto first = head_.height + (PLANTED(apply_a_block_twice) ? 0 : 1);
  auto done = journal_->for_each(first, [&](const codec::Block& block) {
    FAILPOINT(recovery_before_replay);
    result = replay(block);
    if (result && checkpoint_due()) {
      FAILPOINT(recovery_before_checkpoint_write);
      result = start_checkpoint()();
      if (result) finish_checkpoint();
      // The views are there up to a checkpoint before anything is written: LedgerOptions.
      if (result && options_.find_settled) publish(checkpoint_height_);
    }
    return result.has_value();
  });
  FAILPOINT(recovery_after_replay);
  return done ? result : done;
}

// Lays the genesis' writes down; journals block 0 unless it is there. Its header has no previous
// block and commits to the genesis through the registries' digest.
Faulty<void> Ledger::found() {
  const auto writes = contracts::apply(genesis_);
  if (!writes) return fault(FaultCode::genesis_mismatch, 0, "the genesis breaks its rules");
  for (const auto& write : *writes) registries_.put(write);
  if (registries_.fault()) return std::unexpected(*registries_.fault());
  block_ = codec::Block{};
  block_.header.time_ms = genesis_.time_ms;
  complete_header();
  snapshot_.end();
  if (!journal_->tip()) return journal_->append(std::span(&block_, 1));
  auto first = journal_->read(0);
  if (!first) return std::unexpected(first.error());
  if (first->header != head_) {
    return fault(FaultCode::genesis_mismatch, 0, "the journal begins with another genesis");
  }
  return {};
}

Faulty<void> Ledger::load_checkpoint() {
  auto read = state_->begin_read();
  if (!read) return fault(read.error(), "state: begin read");
  auto checkpoint = read_checkpoint(**read);
  if (!checkpoint) return std::unexpected(checkpoint.error());
  if (!*checkpoint) return {};
  checkpoint_loaded_ = true;
  checkpoint_height_ = (*checkpoint)->height;
  if (!journal_->tip() || journal_->tip()->height < checkpoint_height_) {
    return fault(FaultCode::state_ahead, checkpoint_height_,
                 "the state's checkpoint is beyond the journal's end");
  }
  auto block = journal_->read(checkpoint_height_);
  if (!block) return std::unexpected(block.error());
  head_ = block->header;
  head_hash_ = codec::block_hash(head_);
  // Before memory is taken for so many.
  if ((*checkpoint)->next_output != head_.first_output_number + head_.outputs_count) {
    return fault(FaultCode::state_mismatch, head_.height,
                 "the checkpoint has other outputs than its block: rebuild the state from the "
                 "journal with tally-replay --rebuild-state");
  }
  reclaim_ = (*checkpoint)->reclaim;
  outputs_.start_at((*checkpoint)->next_output);
  registries_.start_with((*checkpoint)->registry);
  bitmap_.resize((*checkpoint)->next_output);
  std::optional<Fault> damaged;
  auto done = storage::for_each(
      **read, kBitmapTable, {}, storage::Direction::forward, [&](const storage::Entry& entry) {
        const auto bytes = storage::open_record(entry.value);
        if (entry.key.size() != 8 || !bytes ||
            !bitmap_.load(
                {read_be<std::uint64_t>(entry.key), Bytes(bytes->begin(), bytes->end())})) {
          damaged = Fault{FaultCode::state_corrupt,
                          {},
                          0,
                          "spent bitmap page " + to_hex(entry.key) +
                              ": rebuild the state with tally-replay --rebuild-state"};
          return false;
        }
        return true;
      });
  if (!done) return fault(done.error(), "state: bitmap");
  if (damaged) return std::unexpected(*damaged);
  return {};
}

// The deadlines of what lives of a kind, from the registry's table.
Faulty<void> Ledger::load_deadlines(contracts::RegistryKind kind) {
  auto read = state_->begin_read();
  if (!read) return fault(read.error(), "state: begin read");
  const Bytes first{static_cast<std::uint8_t>(kind)};
  const auto end = storage::prefix_end(first);
  std::optional<Fault> damaged;
  auto done = storage::for_each(
      **read, kRegistryTable, {first, end}, storage::Direction::forward,
      [&](const storage::Entry& entry) {
        const auto id = contracts::OrderId::from(entry.key.subspan(1));
        if (!id) {
          damaged = Fault{FaultCode::state_corrupt, {}, 0, "registry key " + to_hex(entry.key)};
          return false;
        }
        const contracts::RegistryKey key{kind, id->bytes};
        auto found = read_registry(**read, key);
        if (!found) {
          damaged = found.error();
          return false;
        }
        track_deadline(key, &**found, nullptr);
        return true;
      });
  if (!done) return fault(done.error(), "state: deadlines");
  if (damaged) return std::unexpected(*damaged);
  return {};
}

Faulty<void> Ledger::replay(const codec::Block& block) {
  const auto& header = block.header;
  const auto mismatch = [&](std::string_view what) {
    return fault(FaultCode::state_mismatch, header.height,
                 fmt::format("replay gives another {} than the block's header", what));
  };
  if (header.previous_hash != head_hash_ || header.height != head_.height + 1) {
    return fault(FaultCode::journal_gap, header.height, "the block does not follow on the state");
  }
  if (header.time_ms < head_.time_ms) return mismatch("time");
  begin(header.time_ms);
  let_go();       // nobody else is here yet
  undo_.reset();  // what is in the journal is never taken back
  for (const auto& outcome : block.outcomes) {
    if (auto done = replay_outcome(outcome); !done) return done;
  }
  // What could not be read is not another state.
  if (registries_.fault()) return std::unexpected(*registries_.fault());
  complete_header();
  if (head_.spent_root != header.spent_root) return mismatch("spent root");
  if (head_.registry_digest != header.registry_digest) return mismatch("registry digest");
  if (head_ != header) return mismatch("header");
  registries_.trim();
  snapshot_.end();
  return {};
}

// Applies what the journal says became of a transaction, without judging it again.
Faulty<void> Ledger::replay_outcome(const codec::Outcome& outcome) {
  auto& header = block_.header;
  if (const auto* rejected = std::get_if<codec::RejectedRecord>(&outcome)) {
    const Remembered value{rejected->txid, header.height, header.time_ms, 0, rejected->error};
    remember(once_key(rejected->txid, rejected->valid_until_ms), value);
    if (!rejected->idempotency_key.empty()) {
      remember(once_key(rejected->first_signer, rejected->idempotency_key, header.time_ms), value);
    }
    leaves_.push_back(codec::rejected_leaf(rejected->txid, rejected->error));
    ++header.rejected_count;
    return {};
  }
  const auto& settled = std::get<codec::SettledRecord>(outcome);
  const auto tx = codec::decode_body(settled.body);
  if (!tx) {
    return fault(FaultCode::journal_corrupt, header.height, "a settled body does not decode");
  }
  const auto txid = contracts::txid(network_id_, settled.body);
  std::set<contracts::OutputNumber> spends;
  for (const auto& input : tx->inputs) {
    if (input.number >= outputs_.next() || bitmap_.spent(input.number) ||
        !spends.insert(input.number).second) {
      return fault(FaultCode::state_mismatch, header.height,
                   fmt::format("output {} is spent twice", input.number));
    }
  }
  const auto first_number = outputs_.next();
  apply(*tx, txid, settled.writes);
  for (const auto& input : tx->inputs) outputs_.release(input.number);
  remember(*tx, {txid, header.height, header.time_ms, first_number, std::nullopt});
  if (!tx->inputs.empty()) {
    note_settled({.kind = Outcome::Kind::settled,
                  .txid = txid,
                  .height = header.height,
                  .first_output_number = first_number,
                  .error = {},
                  .conflicting = {}});
  }
  leaves_.push_back(codec::settled_leaf(txid, first_number, settled.writes));
  ++header.settled_count;
  return {};
}

}  // namespace tally::ledger
