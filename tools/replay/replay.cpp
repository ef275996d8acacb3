#include "replay/replay.hpp"

#include <boost/json.hpp>
#include <chrono>

#include "client/audit.hpp"
#include "client/development.hpp"
#include "codec/genesis.hpp"
#include "codec/transaction.hpp"
#include "crypto/schnorr.hpp"
#include "ledger/ledger.hpp"
#include "ledger/state_tables.hpp"
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
  return std::unexpected(fmt::format("{}: {}", what, storage::name(error)));
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

Try<Bytes> load_genesis(const Options& options) {
  if (options.development) return codec::encode_genesis(client::development_genesis());
  const auto file = storage::read_file(options.data_dir / "genesis", kGenesisBytesMax);
  if (!file) return failure("genesis", file.error());
  auto genesis = codec::decode_signed_genesis(*file);
  if (!genesis) return failure("genesis: the file is not a signed genesis");
  return std::move(genesis->body);
}

Try<std::unique_ptr<storage::Store>> open_store(const std::filesystem::path& directory,
                                                const Clock& clock, std::string kind,
                                                std::vector<std::string> tables,
                                                const contracts::NetworkId& network, bool create) {
  storage::Options options;
  options.tables = std::move(tables);
  options.identity = {std::move(kind), 1, network.bytes};
  options.create = create;
  auto store = storage::open_lmdb_store(directory, clock, options);
  if (!store) return failure(directory.filename().string(), store.error());
  return std::move(*store);
}

Try<std::unique_ptr<ledger::Journal>> open_journal(const std::filesystem::path& directory,
                                                   const Clock& clock,
                                                   const contracts::NetworkId& network,
                                                   bool create) {
  auto store = open_store(directory / "journal", clock, "journal", ledger::Journal::table_names(),
                          network, create);
  if (!store) return std::unexpected(store.error());
  auto tip = storage::TipFile::open(directory / "journal.tip", create);
  if (!tip) return failure("journal.tip", tip.error());
  auto journal = ledger::Journal::open(std::move(*store), std::move(*tip));
  if (!journal) return failure(journal.error());
  return std::move(*journal);
}

// A ledger on directories of its own, to be filled block by block.
Try<std::unique_ptr<ledger::Ledger>> scratch_ledger(const std::filesystem::path& directory,
                                                    const Clock& clock, ByteView genesis) {
  const auto network = contracts::network_id(genesis);
  auto journal = open_journal(directory, clock, network, true);
  if (!journal) return std::unexpected(journal.error());
  auto state = open_store(directory / "state", clock, "state", ledger::state_table_names(), network,
                          true);
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

}  // namespace

Report verify(const Options& options) {
  const SystemClock clock;
  const auto genesis = load_genesis(options);
  if (!genesis) return std::unexpected(genesis.error());
  const auto network = contracts::network_id(*genesis);
  auto journal = open_journal(options.data_dir, clock, network, false);
  if (!journal) return std::unexpected(journal.error());
  const TemporaryDirectory scratch(options.data_dir / "replay.tmp");
  auto ledger = scratch_ledger(scratch.path, clock, *genesis);
  if (!ledger) return std::unexpected(ledger.error());

  const auto end = (*journal)->tip()->height;
  Progress progress(options, "verified", end);
  client::Audit audit(network);
  std::uint64_t signatures = 0;
  std::string wrong;
  const auto start = SteadyClock::now();
  const auto walked = (*journal)->for_each(1, [&](const codec::Block& block) {
    if (options.signatures) {
      const auto checked = check_signatures(block, network);
      if (!checked) {
        wrong = checked.error();
        return false;
      }
      signatures += *checked;
    }
    if (const auto done = (*ledger)->reexecute(block); !done) {
      wrong = describe(done.error());
      return false;
    }
    if ((*ledger)->checkpoint_due()) {
      const auto written = (*ledger)->start_checkpoint()();
      if (!written) {
        wrong = describe(written.error());
        return false;
      }
      (*ledger)->finish_checkpoint();
    }
    audit.take(block);
    progress.at(block.header.height);
    return true;
  });
  if (!walked) return failure(walked.error());
  if (!wrong.empty()) return failure(wrong);
  if ((*ledger)->head_hash() != (*journal)->tip()->hash) return failure("the journals' tips differ");
  auto report = report_of(audit.counts());
  const auto seconds = std::chrono::duration<double>(SteadyClock::now() - start).count();
  report["height"] = end;
  report["tip"] = to_hex((*ledger)->head_hash());
  report["registry_digest"] = to_hex((*ledger)->head().registry_digest);
  report["spent_root"] = to_hex((*ledger)->head().spent_root);
  report["signatures"] = signatures;
  report["seconds"] = seconds;
  report["transactions_per_s"] = static_cast<double>(audit.counts().settled) / seconds;
  report["verified"] = true;
  return report;
}

Report rebuild_views(const Options& options) {
  const SystemClock clock;
  const auto genesis = load_genesis(options);
  if (!genesis) return std::unexpected(genesis.error());
  const auto network = contracts::network_id(*genesis);
  auto journal = open_journal(options.data_dir, clock, network, false);
  if (!journal) return std::unexpected(journal.error());
  auto store_options = views::Views::store_options(network);
  store_options.create = true;
  auto store = storage::open_lmdb_store(options.data_dir / "views", clock, store_options);
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
  auto journal = open_journal(options.data_dir, clock, network, false);
  if (!journal) return std::unexpected(journal.error());
  // The new state stands beside the old one until it is whole.
  const auto state_dir = options.data_dir / "state";
  const TemporaryDirectory fresh(options.data_dir / "state.new");
  {
    auto state =
        open_store(fresh.path, clock, "state", ledger::state_table_names(), network, true);
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
