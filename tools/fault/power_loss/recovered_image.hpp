// Opens a disk image as a node would, and holds it against what the recorded node had promised up
// to the cut.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "fault/common/data_check.hpp"
#include "fault/power_loss/recording.hpp"

namespace tally::fault {

/// What was written in whole: the only history that there may be.
struct History {
  std::vector<Hash32> blocks;                   ///< The hash of each, by height.
  std::set<documents::DocumentHash> documents;  ///< All that ever were, those erased since too.
};

/// How much of what was promised was held against an image.
struct Checked {
  std::uint64_t transactions = 0;
  std::uint64_t others = 0;  ///< Documents, jobs, tokens and agents.
};

/// The history of a disk that nothing happened to, which tally-replay has executed again; and
/// everything promised is in it. Errors: what is wrong already now.
std::expected<History, Wrong> read_history(const Options& options, const Recording& recording);

/// What a data directory holds, whose node has run on and has written more than was recorded.
std::expected<History, Wrong> history_of(const std::filesystem::path& data);

/// Opens the data directory `data` as app::Node does, but serves nobody, and checks that
/// - it opens by itself, whatever is missing;
/// - its journal is the beginning of the history, and its state that of its last block;
/// - what was answered before the cut is there, as it was answered, once;
/// - documents that are named can be read, and nothing is there that was not sent before the cut.
std::expected<Checked, Wrong> check_image(const std::filesystem::path& data,
                                          const Recording& recording, const History& history,
                                          std::uint64_t cut);

}  // namespace tally::fault
