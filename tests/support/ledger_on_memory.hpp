// A ledger on disks in memory that can be closed, lose its process, and be opened again.
#pragma once

#include "ledger/ledger.hpp"
#include "ledger/state_tables.hpp"
#include "storage/memory_store.hpp"
#include "support/small_network.hpp"

namespace tally::test {

using namespace ledger;

/// A store whose snapshots can be refused: what a map that grows, or a disk, does to readers.
class RefusingStore final : public storage::Store {
 public:
  /// Refuses with `refusal`, but for the first `let_in`.
  RefusingStore(std::unique_ptr<storage::Store> store, const std::optional<storage::Error>& refusal,
                int& let_in)
      : store_(std::move(store)), refusal_(refusal), let_in_(let_in) {}
  std::expected<std::unique_ptr<storage::ReadTransaction>, storage::Error> begin_read() override {
    if (refusal_ && let_in_-- <= 0) return std::unexpected(*refusal_);
    return store_->begin_read();
  }
  std::expected<std::unique_ptr<storage::WriteTransaction>, storage::Error> begin_write(
      std::size_t room_bytes) override {
    return store_->begin_write(room_bytes);
  }
  std::expected<void, storage::Error> ensure_room(std::size_t room_bytes) override {
    return store_->ensure_room(room_bytes);
  }
  std::expected<storage::Stat, storage::Error> stat() override { return store_->stat(); }
  [[nodiscard]] bool halted() const override { return store_->halted(); }

 private:
  std::unique_ptr<storage::Store> store_;
  const std::optional<storage::Error>& refusal_;
  int& let_in_;
};

class LedgerOnMemory {
 public:
  explicit LedgerOnMemory(LedgerOptions options = {},
                          storage::OnUnknownOutcome on_unknown_outcome = storage::stop_process)
      : options_(std::move(options)), on_unknown_outcome_(std::move(on_unknown_outcome)) {
    directory_ = std::filesystem::temp_directory_path() /
                 fmt::format("tally-ledger-{}-{}", getpid(), counter_++);
    std::filesystem::create_directories(directory_);
    open();
  }
  ~LedgerOnMemory() {
    ledger.reset();
    std::filesystem::remove_all(directory_);
  }

  /// What a process that starts on this disk does.
  Faulty<void> try_open() {
    ledger.reset();
    auto journal_store =
        storage::open_memory_store(journal_disk, clock, created(Journal::store_options(network())));
    auto state_store =
        storage::open_memory_store(state_disk, clock, created(state_store_options(network())));
    EXPECT_TRUE(journal_store && state_store);
    auto tip = storage::TipFile::open(tip_path(), true, on_unknown_outcome_);
    EXPECT_TRUE(tip);
    std::unique_ptr<Archive> archive;
    if (archive_directory) {
      auto files = Archive::open(*archive_directory, network());
      if (!files) return std::unexpected(files.error());
      archive = std::move(*files);
    }
    auto journal = Journal::open(std::move(*journal_store), std::move(*tip), std::move(archive));
    if (!journal) return std::unexpected(journal.error());
    auto opened =
        Ledger::open(std::make_unique<RefusingStore>(std::move(*state_store), state_refuses_readers,
                                                     state_readers_let_in),
                     std::move(*journal), genesis_bytes(), options_);
    if (!opened) return std::unexpected(opened.error());
    ledger = std::move(*opened);
    return {};
  }
  void open() {
    const auto opened = try_open();
    ASSERT_TRUE(opened) << describe(opened.error());
  }

  /// One block of these transactions.
  std::vector<Outcome> block(const std::vector<Draft>& drafts) {
    std::vector<Outcome> outcomes;
    ledger->begin(now_ms);
    for (const auto& draft : drafts) outcomes.push_back(execute(draft));
    const auto block = ledger->seal();
    EXPECT_TRUE(ledger->commit(std::span(&block, 1)));
    now_ms += 1'000;
    return outcomes;
  }
  Outcome execute(const Draft& draft) {
    auto signed_transaction = draft.sign();
    const auto id = contracts::txid(draft.tx.network_id, signed_transaction.body);
    auto outcome =
        ledger->execute({draft.tx, id, signed_transaction.body, signed_transaction.witnesses});
    EXPECT_TRUE(outcome) << describe(outcome.error());
    return outcome ? *outcome : Outcome{};
  }
  Outcome one(const Draft& draft) { return block({draft}).front(); }

  void checkpoint() {
    const auto work = ledger->start_checkpoint();
    const auto done = work();
    ASSERT_TRUE(done) << describe(done.error());
    ledger->finish_checkpoint();
  }

  /// Members, the asset, and coins of 100 for ana: numbers 0 … count − 1 of the returned outcome.
  Outcome fund(std::size_t count) {
    EXPECT_EQ(one(admit_members({"issuer", "ana", "bo", "cai"})).kind, Outcome::Kind::settled);
    EXPECT_EQ(one(define_test_asset()).kind, Outcome::Kind::settled);
    return one(issue(std::vector(count, coin(100, "ana"))));
  }

  [[nodiscard]] std::filesystem::path tip_path() const { return directory_ / "journal.tip"; }

  ManualClock clock{kStartMs};
  storage::MemoryDisk journal_disk;
  storage::MemoryDisk state_disk;
  std::optional<storage::Error> state_refuses_readers;
  int state_readers_let_in = 0;
  std::optional<std::filesystem::path> archive_directory;  ///< From the next open() on.
  std::uint64_t now_ms = kStartMs;
  std::unique_ptr<Ledger> ledger;

 private:
  storage::Options created(storage::Options options) {
    options.create = true;
    options.on_unknown_outcome = on_unknown_outcome_;
    return options;
  }

  LedgerOptions options_;
  storage::OnUnknownOutcome on_unknown_outcome_;
  std::filesystem::path directory_;
  static inline int counter_ = 0;
};

/// ana pays bo from a coin of 100 of `funds`.
inline Draft pay(const Outcome& funds, std::uint32_t index, std::uint64_t amount) {
  Draft draft({"ana"});
  draft.spend(funds.first_output_number + index, funds.txid, index);
  draft.make(coin(amount, "bo"));
  if (amount < 100) draft.make(coin(100 - amount, "ana"));
  return draft.command(contracts::AssetTransfer{});
}

}  // namespace tally::test
