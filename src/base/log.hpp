// Logging set-up. Logs carry identifiers and codes, never keys, tokens, bodies or passphrases.
#pragma once

#include <string>

#include <spdlog/spdlog.h>

namespace tally {

/// Sends the process's log to standard error in one line per record. `level` is one of
/// trace, debug, info, warn, error, off; returns false if it is none of them.
[[nodiscard]] bool set_up_log(const std::string& level);

}  // namespace tally
