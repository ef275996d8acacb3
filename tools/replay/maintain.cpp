#include "replay/maintain.hpp"

#include <boost/json.hpp>

#include "contracts/id.hpp"
#include "custody/custody_store.hpp"
#include "documents/document_store.hpp"
#include "documents/profile_store.hpp"
#include "documents/scrub.hpp"
#include "ledger/journal.hpp"
#include "ledger/scrub.hpp"
#include "ledger/state_tables.hpp"
#include "provenance/capture_store.hpp"
#include "storage/lmdb_store.hpp"
#include "storage/scrubber.hpp"
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

// All that a node scrubs. The views alone may be missing: the next start builds them.
std::vector<storage::ScrubbedPart> scrubbed_parts(const Options& options,
                                                  const contracts::NetworkId& network) {
  const auto data = options.data_dir;
  std::vector<storage::ScrubbedPart> out;
  out.push_back(
      {"journal", [data](const auto& with) { return ledger::scrub_journal(data, with); }});
  for (const std::string name : {"state", "views", "custody", "profiles", "provenance"}) {
    if (name == "views" && !std::filesystem::exists(data / name)) continue;
    out.push_back({name, [path = data / name, name](const auto& with) {
                     return storage::scrub_store(path, name, with);
                   }});
  }
  out.push_back({"documents/index", [data](const auto& with) {
                   return documents::scrub_documents(data / "documents", nullptr, with);
                 }});
  out.push_back({"archive", [archive = archive_of(options), network](const auto& with) {
                   return ledger::scrub_archive(archive, network, with);
                 }});
  return out;
}

}  // namespace

Report scrub(const Options& options) {
  const auto genesis = load_genesis(options);
  if (!genesis) return std::unexpected(genesis.error());
  std::string faults;
  boost::json::object looked_at;
  for (const auto& part : scrubbed_parts(options, contracts::network_id(*genesis))) {
    const auto report = part.scrub({});
    if (report && !report->ended_early) {
      looked_at[part.name] = {
          {"bytes", report->bytes}, {"records", report->records}, {"files", report->files}};
      continue;
    }
    faults += faults.empty() ? "" : "\n";
    faults += report ? part.name + ": it was written to all the time: not all was looked at"
                     : describe(report.error());
  }
  if (!faults.empty()) return std::unexpected(faults);
  return boost::json::object{{"scrubbed", std::move(looked_at)}};
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
  // They go only if this version cannot open them: building them takes the archive, too.
  const auto views = options.data_dir / "views";
  const auto opened = storage::open_lmdb_store(
      views, clock, views::Views::store_options(contracts::network_id(*genesis)));
  if (!opened && opened.error() == storage::Error::older_format) {
    std::filesystem::remove_all(views);
  }
  return boost::json::object{{"upgraded", std::move(upgraded)}};
}

}  // namespace tally::replay
