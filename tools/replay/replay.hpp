// What tally-replay does. Each opens the data directory for itself alone.
#pragma once

#include <boost/json/fwd.hpp>
#include <expected>
#include <filesystem>
#include <string>

#include "base/bytes.hpp"

namespace tally::replay {

struct Options {
  std::filesystem::path data_dir;
  std::filesystem::path archive_dir{};  ///< Empty: `archive` in the data directory.
  bool development = false;
  bool signatures = true;
  bool progress = true;  ///< On standard error, for anything over a second.
};

/// A report as JSON, or why there is none.
using Report = std::expected<boost::json::object, std::string>;

/// Executes every block of the journal again from genesis on a ledger of its own and compares each
/// header: transactions, spent root, registry digest. Also audits the blocks independently of the
/// rules.
Report verify(const Options& options);

/// Holds every file of a backup against its manifest, then executes its journal as verify() does;
/// `data_dir` is the backup.
Report verify_backup(const Options& options);

/// Restores the backup `from` into the data directory, which is empty or not there.
Report restore(const std::filesystem::path& from, const Options& options);

/// Where the archive is. For this folder.
std::filesystem::path archive_of(const Options& options);

/// The body of the genesis, checked to be one. For this folder.
std::expected<Bytes, std::string> load_genesis(const Options& options);

/// Drops the views and builds them anew from the journal; what cannot be opened is moved to
/// `views.old`.
Report rebuild_views(const Options& options);

/// Drops the state environment and builds it anew from the journal.
Report rebuild_state(const Options& options);

}  // namespace tally::replay
