// Stores of an older format, brought to this one.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>

#include "base/clock.hpp"
#include "storage/store.hpp"

namespace tally::storage {

/// Brings the LMDB store in `directory` from format 1 to that of `wanted`, which is 2: the same
/// tables, keys and values, each now sealed by the store itself. The new store is written beside
/// the old one and read back; then its file takes the old one's name, which stays in `directory` +
/// ".format-1" (".format-1.2" and so on, if another one is there). Whenever the process ends, the
/// store in `directory` is the old one or the new one, whole: call it again. What an earlier call
/// has left beside it is never taken for the store. Returns how many entries were written, 0 if it
/// is of the wanted format already. `progress` is told that number now and then. Errors: not_found,
/// locked, wrong_kind, wrong_network, newer_format, corrupt, disk_full, denied, io.
[[nodiscard]] std::expected<std::uint64_t, Error> upgrade_store(
    const std::filesystem::path& directory, const Clock& clock, Options wanted,
    const std::function<void(std::uint64_t)>& progress);

}  // namespace tally::storage
