// The end of a process that does not know what it has written.
#pragma once

#include "ledger/fault.hpp"

namespace tally::engine {

/// EX_IOERR of sysexits.h: tells a supervisor to start the node again.
inline constexpr int kUnknownOutcomeStatus = 74;

/// After a commit or a sync whose outcome is unknown: says so in the log, with what to do, and ends
/// the process at once with kUnknownOutcomeStatus. Nobody is answered and nothing more is written,
/// not even what a clean stop would: whatever this process did next would rest on a guess, and a
/// sync that is tried again may report success for what the first one lost (the fsync failures of
/// PostgreSQL, 2018). The next start finds out from the disk. Any thread.
[[noreturn]] void stop_process(const ledger::Fault& fault);

}  // namespace tally::engine
