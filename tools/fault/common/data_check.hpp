// Holds the data directory of a node that has stopped to the whole of its promises: a twin that
// never crashed executes its journal again, and its views are built anew. Every harness that kills,
// fills or cuts ends with it.
#pragma once

#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "fault/harness.hpp"
#include "ledger/journal.hpp"
#include "views/views.hpp"

namespace tally::app {
class Node;
}

namespace tally::fault {

/// What is wrong.
using Wrong = std::string;

/// Opens a development network's data directory as a node does that starts, and serves nobody.
/// `settings` as --set takes them.
[[nodiscard]] std::expected<std::unique_ptr<app::Node>, Wrong> open_data(
    const std::filesystem::path& data, const Clock& clock,
    const std::vector<std::string>& settings = {});

/// The views follow to the journal's end, as they do in a node that runs.
[[nodiscard]] std::expected<void, Wrong> follow(views::Views& views,
                                                const ledger::Journal& journal);

/// The views, once they have followed, are what the journal gives: also of a node that was killed.
[[nodiscard]] std::expected<void, Wrong> check_views(const std::filesystem::path& data);

/// The views are what the journal gives, the journal is executed again (tally-replay), and tallyd
/// itself starts on it and stops.
[[nodiscard]] std::expected<void, Wrong> check_thoroughly(const Options& options,
                                                          const std::filesystem::path& data);

}  // namespace tally::fault
