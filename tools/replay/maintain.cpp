#include "replay/maintain.hpp"

#include <boost/json.hpp>

#include "contracts/id.hpp"
#include "custody/custody_store.hpp"
#include "documents/document_store.hpp"
#include "documents/profile_store.hpp"
#include "ledger/chain_check.hpp"
#include "ledger/journal.hpp"
#include "ledger/state_tables.hpp"
#include "provenance/capture_store.hpp"
#include "storage/scrub.hpp"
#include "storage/tip_file.hpp"
#include "storage/upgrade.hpp"
#include "views/views.hpp"

namespace tally::replay {
namespace {

struct Environment {
  std::string directory;
  storage::Options options;
};

// All that upgrade() converts. The views follow from the journal.
std::vector<Environment> environments(const contracts::NetworkId& network) {
  documents::Options index;
  index.network_id = network.bytes;
  return {{"journal", ledger::Journal::store_options(network)},
          {"state", ledger::state_store_options(network)},
          {"custody", custody::custody_options(network.bytes, false)},
          {"documents/index", documents::index_options(index)},
          {"profiles", documents::ProfileStore::store_options(network.bytes)},
          {"provenance", provenance::capture_store_options(network.bytes)}};
}

}  // namespace

Report scrub(const Options& options) {
  constexpr std::string_view kStores[] = {"journal",  "state",      "views",          "custody",
                                          "profiles", "provenance", "documents/index"};
  std::string damages;
  boost::json::object stores;
  for (const auto directory : kStores) {
    const auto path = options.data_dir / directory;
    if (!std::filesystem::exists(path / "data.mdb")) continue;
    storage::ScrubOptions scrub;
    if (directory == "journal") scrub.visit = ledger::ChainCheck();
    const auto kind = directory.substr(0, directory.find('/'));
    const auto report = storage::scrub_store(path, kind, scrub);
    if (!report) {
      damages += (damages.empty() ? "" : "\n") + describe(report.error());
      continue;
    }
    stores[directory] = {{"bytes", report->bytes}, {"records", report->records}};
  }
  if (std::filesystem::exists(options.data_dir / "journal.tip")) {
    const auto tip = storage::TipFile::open(options.data_dir / "journal.tip", false);
    if (!tip) {
      damages += fmt::format("{}{} is damaged: {}", damages.empty() ? "" : "\n",
                             (options.data_dir / "journal.tip").string(), name(tip.error()));
    }
  }
  if (!damages.empty()) return std::unexpected(damages);
  return boost::json::object{{"scrubbed", std::move(stores)}};
}

Report upgrade(const Options& options) {
  const SystemClock clock;
  const auto genesis = load_genesis(options);
  if (!genesis) return std::unexpected(genesis.error());
  boost::json::object upgraded;
  for (auto& environment : environments(contracts::network_id(*genesis))) {
    const auto path = options.data_dir / environment.directory;
    const auto entries =
        storage::upgrade_store(path, clock, environment.options, [&](std::uint64_t count) {
          if (options.progress)
            fmt::print(stderr, "{}: {} entries\n", environment.directory, count);
        });
    if (!entries) {
      if (entries.error() == storage::Error::not_found) continue;
      return std::unexpected(
          fmt::format("{}: {}; what was there is as it was", path.string(), name(entries.error())));
    }
    upgraded[environment.directory] = *entries;
  }
  std::filesystem::remove_all(options.data_dir / "views");
  return boost::json::object{{"upgraded", std::move(upgraded)}};
}

}  // namespace tally::replay
