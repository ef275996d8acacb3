// What tally-replay does. Each opens the data directory for itself alone.
#pragma once

#include <boost/json/fwd.hpp>
#include <expected>
#include <filesystem>
#include <string>

namespace tally::replay {

struct Options {
  std::filesystem::path data_dir;
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

/// Drops the views and builds them anew from the journal.
Report rebuild_views(const Options& options);

/// Drops the state environment and builds it anew from the journal.
Report rebuild_state(const Options& options);

}  // namespace tally::replay
