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
/// the old one and then takes its place; the old one stays as `directory` + ".format-1". A process
/// that ends in between has changed nothing that counts: call it again. Returns how many entries
/// were written, 0 if it is of the wanted format already. `progress` is told that number now and
/// then. Errors: not_found, locked, wrong_kind, wrong_network, newer_format, corrupt, disk_full,
/// io.
[[nodiscard]] std::expected<std::uint64_t, Error> upgrade_store(
    const std::filesystem::path& directory, const Clock& clock, Options wanted,
    const std::function<void(std::uint64_t)>& progress);

}  // namespace tally::storage
