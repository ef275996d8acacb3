// The scrub of what the ledger keeps: the journal with the tip beside it, and its archive
// (storage/scrub.hpp). A node may be running on them.
#pragma once

#include <expected>
#include <filesystem>

#include "contracts/id.hpp"
#include "storage/scrub.hpp"

namespace tally::ledger {

/// Reads the journal in `data_dir` whole: each record, that each is a block of its height which
/// follows on the one before, and that it has the block that `journal.tip` names. Any thread.
[[nodiscard]] std::expected<storage::ScrubReport, storage::Damage> scrub_journal(
    const std::filesystem::path& data_dir, const storage::ScrubOptions& options);

/// Reads each segment in `directory` whole (SegmentFile::verify()); `files` of the report is how
/// many, `records` the blocks in them. A directory that is not there has none. Any thread.
[[nodiscard]] std::expected<storage::ScrubReport, storage::Damage> scrub_archive(
    const std::filesystem::path& directory, const contracts::NetworkId& network,
    const storage::ScrubOptions& options);

}  // namespace tally::ledger
