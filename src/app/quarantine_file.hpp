// What is in quarantine, kept across restarts in a small file of the data directory.
//
//   quarantine = {line}      line = ("transaction " | "order " | "case ") 64 hexadecimal digits
//   "\n"
//
// An operator may read it, and take a line out while the node is stopped.
#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "engine/core.hpp"

namespace tally::app {

/// What the file holds; nothing if there is none. The error is a sentence for the operator: the
/// file cannot be read, or a line is neither.
[[nodiscard]] std::expected<engine::Quarantine, std::string> read_quarantine(
    const std::filesystem::path& path);

/// Replaces the file durably; where that is of unknown outcome, the process stops. The error is
/// storage's name of it.
[[nodiscard]] std::expected<void, std::string> write_quarantine(
    const std::filesystem::path& path, const engine::Quarantine& quarantine);

}  // namespace tally::app
