// The real ledger on disks in memory, stepped beside the naive one and compared with it.
#pragma once

#include <deque>
#include <map>
#include <optional>

#include "base/clock.hpp"
#include "fuzz/support/model.hpp"
#include "ledger/ledger.hpp"
#include "storage/memory_store.hpp"

namespace tally::fuzz {

class LedgerUnderTest {
 public:
  /// Opens it and settles the first of what beginning() settled.
  LedgerUnderTest();

  [[nodiscard]] const Model& model() const { return now_.model; }
  [[nodiscard]] const std::vector<contracts::Transaction>& sent() const { return sent_; }

  /// Executes it in the open block, opening one if need be, and CHECKs the answer.
  void execute(const contracts::Transaction& tx);
  /// Passes time before the next block; nothing while a block is open.
  void pass(std::uint64_t ms);
  /// Completes the open block; the next follows on it in the same commit.
  void seal();
  /// Commits what is sealed; a journal whose disk gives this fault takes all of it back, or ends
  /// the process, with or without the blocks.
  void commit(std::optional<storage::CommitFault> fault);
  void abandon();
  /// The three steps of a checkpoint, each only if its turn is now.
  void start_checkpoint();
  void write_checkpoint();
  void finish_checkpoint();
  /// Ends the process and starts another on the same disks.
  void crash();
  /// CHECKs everything that can be asked of the ledger, at a moment without an open block.
  void compare();

 private:
  struct Known {
    ledger::Outcome outcome;
    contracts::PublicKey first_signer;
    Bytes idempotency_key;
    std::uint64_t valid_until_ms = 0;
    std::uint64_t time_ms = 0;
    bool has_inputs = false;
  };
  /// What a commit makes lasting and abandon() takes back.
  struct State {
    Model model;
    std::vector<Known> known;  // in order
  };
  void open();
  void begin();
  void check(const contracts::Transaction& tx, const contracts::Txid& txid,
             const ledger::Outcome& outcome);
  [[nodiscard]] const Known* recalled(const contracts::Transaction& tx, const contracts::Txid& txid,
                                      bool& conflict) const;
  void remember(const contracts::Transaction& tx, const ledger::Outcome& outcome);
  void check_roots() const;

  ManualClock clock_{0};
  Bytes tip_ = Bytes(storage::TipFile::kBytes);  // survives a crash, as the disks do
  storage::MemoryDisk journal_disk_;
  storage::MemoryDisk state_disk_;
  std::unique_ptr<ledger::Ledger> ledger_;
  State now_;
  State durable_;
  std::uint64_t pause_ms_ = 1;
  bool open_ = false;
  std::vector<codec::Block> sealed_;
  std::vector<contracts::Transaction> sent_;
  std::function<ledger::Faulty<void>()> checkpoint_;
  bool checkpoint_written_ = false;
};

}  // namespace tally::fuzz
