#include "replay/replay.hpp"

#include <boost/json.hpp>
#include <chrono>

#include "backup/backup.hpp"
#include "client/audit.hpp"
#include "client/development.hpp"
#include "codec/genesis.hpp"
#include "codec/transaction.hpp"
#include "crypto/schnorr.hpp"
#include "ledger/checkpoint.hpp"
#include "ledger/ledger.hpp"
#include "ledger/state_tables.hpp"
#include "replay/compare_states.hpp"
#include "storage/durable_file.hpp"
#include "storage/lmdb_store.hpp"
#include "views/views.hpp"

namespace tally::replay {
namespace {

using SteadyClock = std::chrono::steady_clock;
template <typename T>
using Try = std::expected<T, std::string>;

constexpr std::size_t kGenesisBytesMax = 64 * 1024;

std::unexpected<std::string> failure(std::string text) { return std::unexpected(std::move(text)); }
std::unexpected<std::string> failure(const ledger::Fault& fault) {
  return std::unexpected(describe(fault));
}
std::unexpected<std::string> failure(std::string_view what, storage::Error error) {
  const auto advice = storage::advice(error);
  return std::unexpected(
      fmt::format("{}: {}{}{}", what, storage::name(error), advice.empty() ? "" : ": ", advice));
}

// Prints where it is, at most once a second.
class Progress {
 public:
  Progress(const Options& options, std::string what, std::uint64_t end)
      : enabled_(options.progress), what_(std::move(what)), end_(end) {}
  ~Progress() {
    if (printed_) fmt::print(stderr, "\n");
  }
  void at(std::uint64_t height) {
    if (!enabled_ || SteadyClock::now() < next_) return;
    next_ = SteadyClock::now() + std::chrono::seconds(1);
    fmt::print(stderr, "\r{} block {} of {}", what_, height, end_);
    printed_ = true;
  }

 private:
  const bool enabled_;
  const std::string what_;
  const std::uint64_t end_;
  bool printed_ = false;
  SteadyClock::time_point next_ = SteadyClock::now() + std::chrono::seconds(1);
};

Try<std::unique_ptr<storage::Store>> open_store(const std::filesystem::path& directory,
                                                const Clock& clock, storage::Options options,
                                                bool create) {
  options.create = create;
  auto store = storage::open_lmdb_store(directory, clock, options);
  if (!store) return failure(directory.filename().string(), store.error());
  return std::move(*store);
}

// With the archive of what it no longer keeps, if `archive_dir` is not empty.
Try<std::unique_ptr<ledger::Journal>> open_journal(const std::filesystem::path& directory,
                                                   const std::filesystem::path& archive_dir,
                                                   const Clock& clock,
                                                   const contracts::NetworkId& network,
                                                   bool create) {
  auto store =
      open_store(directory / "journal", clock, ledger::Journal::store_options(network), create);
  if (!store) return std::unexpected(store.error());
  auto tip = storage::TipFile::open(directory / "journal.tip", create);
  if (!tip) return failure("journal.tip", tip.error());
  std::unique_ptr<ledger::Archive> archive;
  if (!archive_dir.empty()) {
    auto files = ledger::Archive::open(archive_dir, network);
    if (!files) return failure(files.error());
    archive = std::move(*files);
  }
  auto journal = ledger::Journal::open(std::move(*store), std::move(*tip), std::move(archive));
  if (!journal) return failure(journal.error());
  return std::move(*journal);
}

// A ledger on directories of its own, to be filled block by block.
Try<std::unique_ptr<ledger::Ledger>> scratch_ledger(const std::filesystem::path& directory,
                                                    const Clock& clock, ByteView genesis) {
  const auto network = contracts::network_id(genesis);
  auto journal = open_journal(directory, {}, clock, network, true);
  if (!journal) return std::unexpected(journal.error());
  auto state = open_store(directory / "state", clock, ledger::state_store_options(network), true);
  if (!state) return std::unexpected(state.error());
  auto opened = ledger::Ledger::open(std::move(*state), std::move(*journal), genesis, {});
  if (!opened) return failure(opened.error());
  return std::move(*opened);
}

// A directory that goes when it is no longer needed.
struct TemporaryDirectory {
  std::filesystem::path path;
  explicit TemporaryDirectory(std::filesystem::path p) : path(std::move(p)) {
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
};

Try<std::uint64_t> check_signatures(const codec::Block& block,
                                    const contracts::NetworkId& network) {
  std::uint64_t count = 0;
  for (const auto& outcome : block.outcomes) {
    const auto* settled = std::get_if<codec::SettledRecord>(&outcome);
    if (settled == nullptr) continue;
    const auto tx = codec::decode_body(settled->body);
    const auto id = contracts::txid(network, settled->body);
    bool right = tx && tx->signers.size() == settled->witnesses.size();
    for (std::size_t i = 0; right && i < settled->witnesses.size(); ++i) {
      const auto signature = crypto::Signature::from(settled->witnesses[i]);
      right = signature && crypto::verify(tx->signers[i], id.bytes, *signature);
      ++count;
    }
    if (!right) {
      return failure(fmt::format("block {}: transaction {} has a wrong signature",
                                 block.header.height, id.hex()));
    }
  }
  return count;
}

boost::json::object report_of(const client::AuditCounts& counts) {
  return {{"blocks", counts.blocks},
          {"settled", counts.settled},
          {"rejected", counts.rejected},
          {"spent_twice", counts.spent_twice},
          {"settled_twice", counts.settled_twice},
          {"sold_unverified", counts.sold_unverified},
          {"broken_chain", counts.broken_chain},
          {"supply_mismatch", counts.supply_mismatch}};
}

std::uint64_t faults_of(const client::AuditCounts& counts) {
  return counts.spent_twice + counts.settled_twice + counts.sold_unverified + counts.broken_chain +
         counts.supply_mismatch;
}

// Executes a journal again, block by block, on a ledger of its own.
class Execution {
 public:
  Execution(const Options& options, const ledger::Journal& journal, ByteView genesis)
      : options_(options),
        journal_(journal),
        genesis_(genesis),
        network_(contracts::network_id(genesis)),
        scratch_(options.data_dir / "replay.tmp"),
        audit_(network_),
        progress_(options, "verified", journal.tip()->height) {}

  Report run() {
    if (auto done = open(); !done) return failure(done.error());
    if (auto done = compare_if_due(); !done) return failure(done.error());
    const auto start = SteadyClock::now();
    Try<void> taken;
    const auto walked = journal_.for_each(1, [&](const codec::Block& block) {
      taken = take(block);
      return taken.has_value();
    });
    if (!walked) return failure(walked.error());
    if (!taken) return failure(taken.error());
    if (ledger_->head_hash() != journal_.tip()->hash) return failure("the journals' tips differ");
    if (const auto faults = faults_of(audit_.counts()); faults > 0) {
      return failure(fmt::format("the audit counts {} faults: {}", faults,
                                 boost::json::serialize(report_of(audit_.counts()))));
    }
    return report(std::chrono::duration<double>(SteadyClock::now() - start).count());
  }

 private:
  Try<void> open() {
    auto ledger = scratch_ledger(scratch_.path, clock_, genesis_);
    if (!ledger) return failure(ledger.error());
    ledger_ = std::move(*ledger);
    if (state_) return {};
    if (!std::filesystem::exists(options_.data_dir / "state")) return {};
    auto state = open_store(options_.data_dir / "state", clock_,
                            ledger::state_store_options(network_), false);
    if (!state) return failure(state.error());
    const auto read = (*state)->begin_read();
    if (!read) return failure("state", read.error());
    const auto checkpoint = ledger::read_checkpoint(**read);
    if (!checkpoint) return failure(checkpoint.error());
    if (*checkpoint) compare_at_ = (*checkpoint)->height;
    state_ = std::move(*state);
    return {};
  }

  Try<void> take(const codec::Block& block) {
    if (options_.signatures) {
      const auto checked = check_signatures(block, network_);
      if (!checked) return failure(checked.error());
      signatures_ += *checked;
    }
    if (const auto done = ledger_->reexecute(block); !done) return failure(done.error());
    if (ledger_->checkpoint_due()) {
      if (const auto done = write_checkpoint(); !done) return done;
    }
    audit_.take(block);
    progress_.at(block.header.height);
    return compare_if_due();
  }

  Try<void> write_checkpoint() {
    if (const auto written = ledger_->start_checkpoint()(); !written) {
      return failure(written.error());
    }
    ledger_->finish_checkpoint();
    return {};
  }

  // At the height of the node's own checkpoint, holds it against what was executed.
  Try<void> compare_if_due() {
    if (!compare_at_ || ledger_->head().height != *compare_at_) return {};
    if (const auto done = write_checkpoint(); !done) return done;
    const auto time_ms = ledger_->head().time_ms;
    ledger_.reset();
    {
      auto again =
          open_store(scratch_.path / "state", clock_, ledger::state_store_options(network_), false);
      if (!again) return failure(again.error());
      const auto compared = compare_states(*state_, **again, time_ms);
      if (!compared) return failure(compared.error());
      compared_ = *compared;
    }
    return open();
  }

  [[nodiscard]] boost::json::object report(double seconds) const {
    const auto counts = audit_.counts();
    auto out = report_of(counts);
    const auto& head = ledger_->head();
    out["height"] = head.height;
    out["tip"] = to_hex(ledger_->head_hash());
    out["registry_digest"] = to_hex(head.registry_digest);
    out["spent_root"] = to_hex(head.spent_root);
    out["checkpoint"] = nullptr;
    if (compare_at_) out["checkpoint"] = *compare_at_;
    out["state_entries_compared"] = compared_;
    out["signatures"] = signatures_;
    out["seconds"] = seconds;
    out["transactions_per_s"] = static_cast<double>(counts.settled) / std::max(seconds, 1e-9);
    out["verified"] = true;
    return out;
  }

  const SystemClock clock_;
  const Options& options_;
  const ledger::Journal& journal_;
  const ByteView genesis_;
  const contracts::NetworkId network_;
  const TemporaryDirectory scratch_;
  std::unique_ptr<storage::Store> state_;
  std::optional<std::uint64_t> compare_at_;
  std::uint64_t compared_ = 0;
  std::unique_ptr<ledger::Ledger> ledger_;
  client::Audit audit_;
  Progress progress_;
  std::uint64_t signatures_ = 0;
};

}  // namespace

std::filesystem::path archive_of(const Options& options) {
  return options.archive_dir.empty() ? options.data_dir / "archive" : options.archive_dir;
}

std::expected<Bytes, std::string> load_genesis(const Options& options) {
  if (auto whole = backup::check_restored(options.data_dir); !whole) {
    return std::unexpected(whole.error());
  }
  if (options.development) return codec::encode_genesis(client::development_genesis());
  const auto file = storage::read_file(options.data_dir / "genesis", kGenesisBytesMax);
  if (!file) return failure("genesis", file.error());
  auto genesis = codec::decode_signed_genesis(*file);
  if (!genesis) return failure("genesis: the file is not a signed genesis");
  return std::move(genesis->body);
}

Report verify(const Options& options) {
  const SystemClock clock;
  const auto genesis = load_genesis(options);
  if (!genesis) return std::unexpected(genesis.error());
  auto journal = open_journal(options.data_dir, archive_of(options), clock,
                              contracts::network_id(*genesis), false);
  if (!journal) return std::unexpected(journal.error());
  if (!(*journal)->tip()) return failure("the journal is empty");
  return Execution(options, **journal, *genesis).run();
}

Report verify_backup(const Options& options) {
  const auto files = backup::check_files(options.data_dir);
  if (!files) return std::unexpected(files.error());
  auto report = verify(options);
  if (!report) return report;
  if (report->at("height").to_number<std::uint64_t>() != files->height ||
      report->at("tip").as_string() != to_hex(files->tip)) {
    return failure("the journal ends at another block than the manifest says");
  }
  (*report)["files"] = files->files.size();
  (*report)["backup_of_ms"] = files->created_ms;
  return report;
}

Report restore(const std::filesystem::path& from, const Options& options) {
  const auto done = backup::restore(from, options.data_dir);
  if (!done) return std::unexpected(done.error());
  return boost::json::object{{"restored", options.data_dir.string()},
                             {"height", done->height},
                             {"tip", to_hex(done->tip)},
                             {"files", done->files.size()}};
}

Report rebuild_views(const Options& options) {
  const SystemClock clock;
  const auto genesis = load_genesis(options);
  if (!genesis) return std::unexpected(genesis.error());
  const auto network = contracts::network_id(*genesis);
  auto journal = open_journal(options.data_dir, archive_of(options), clock, network, false);
  if (!journal) return std::unexpected(journal.error());
  auto store_options = views::Views::store_options(network);
  store_options.create = true;
  const auto views_dir = options.data_dir / "views";
  auto store = storage::open_lmdb_store(views_dir, clock, store_options);
  if (!store &&
      (store.error() == storage::Error::corrupt || store.error() == storage::Error::older_format)) {
    const auto old_dir = options.data_dir / "views.old";
    std::filesystem::remove_all(old_dir);
    std::filesystem::rename(views_dir, old_dir);
    store = storage::open_lmdb_store(views_dir, clock, store_options);
  }
  if (!store) return failure("views", store.error());
  auto views = views::Views::open(std::move(*store), *codec::decode_genesis(*genesis),
                                  [&](std::uint64_t height) { return (*journal)->read(height); });
  if (!views) return failure(views.error());
  const auto end = (*journal)->tip()->height;
  Progress progress(options, "projected", end);
  const auto done = (*views)->rebuild(end, [&](std::uint64_t height) {
    progress.at(height);
    return true;
  });
  if (!done) return failure(done.error());
  return boost::json::object{{"views_rebuilt_to", end}};
}

Report rebuild_state(const Options& options) {
  const SystemClock clock;
  const auto genesis = load_genesis(options);
  if (!genesis) return std::unexpected(genesis.error());
  const auto network = contracts::network_id(*genesis);
  auto journal = open_journal(options.data_dir, archive_of(options), clock, network, false);
  if (!journal) return std::unexpected(journal.error());
  // The new state stands beside the old one until it is whole.
  const auto state_dir = options.data_dir / "state";
  const TemporaryDirectory fresh(options.data_dir / "state.new");
  {
    auto state = open_store(fresh.path, clock, ledger::state_store_options(network), true);
    if (!state) return std::unexpected(state.error());
    auto opened = ledger::Ledger::open(std::move(*state), std::move(*journal), *genesis, {});
    if (!opened) return failure(opened.error());
    if (const auto written = (*opened)->start_checkpoint()(); !written) {
      return failure(written.error());
    }
    (*opened)->finish_checkpoint();
  }
  const auto old_dir = options.data_dir / "state.old";
  std::filesystem::remove_all(old_dir);
  if (std::filesystem::exists(state_dir)) std::filesystem::rename(state_dir, old_dir);
  std::filesystem::rename(fresh.path, state_dir);
  return boost::json::object{{"state_rebuilt", true}, {"old_state", old_dir.string()}};
}

}  // namespace tally::replay
