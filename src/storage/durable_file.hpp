// Small files that are there whole or not at all, whatever happens while they are written.
//
// Threads: calls for different paths are independent; two writers of one path at a time are a bug
// of the caller, and the last to rename wins.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <expected>
#include <filesystem>

#include "base/bytes.hpp"
#include "storage/error.hpp"

namespace tally::storage {

/// Replaces or creates the file `path`, in a directory that exists: writes `path` + ".tmp", syncs
/// it, renames it over `path`, syncs the directory. A reader, also after a crash, sees the old
/// bytes or the new ones. Errors: disk_full, denied, busy, not_found (the directory), io: nothing
/// was changed; outcome_unknown: a sync failed; if that of the directory, the rename may not
/// survive.
[[nodiscard]] std::expected<void, Error> write_file(const std::filesystem::path& path,
                                                    ByteView bytes, mode_t mode = 0600);

/// All bytes of a regular file. Errors: not_found, denied, busy, invalid (larger than
/// `size_bytes_max`), io.
[[nodiscard]] std::expected<Bytes, Error> read_file(const std::filesystem::path& path,
                                                    std::size_t size_bytes_max);

/// Removes a file durably. Errors: not_found, denied, io; outcome_unknown: its name may come back.
[[nodiscard]] std::expected<void, Error> remove_file(const std::filesystem::path& path);

}  // namespace tally::storage
