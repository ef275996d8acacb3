// Failpoints: named places where a test ends the process, as a power cut or `kill -9` would.
//
//   TALLY_FAILPOINT=<name>[:<hit>]   in the environment: SIGKILL at the hit-th pass (default 1)
//
// The names are in failpoints.def, one line each with the phase in which it is passed;
// FAILPOINT(name) marks the place, at exactly one place of the sources (tests/faults_test.py).
// Without -DTALLY_FAILPOINTS=ON, as in what is
// shipped, the macro is empty: there is nothing of it in the program.
//
// This is the one process-wide state of the project beside the log: a failpoint must be reachable
// from everywhere, and only tests arm it.
#pragma once

#include <cstdint>
#include <string_view>

#ifdef TALLY_FAILPOINTS

namespace tally {

enum class Failpoint : std::uint16_t {
#define TALLY_FAILPOINT(name, phase, where) name,
#include "base/failpoints.def"
#undef TALLY_FAILPOINT
  kCount
};

/// When a failpoint is passed: what a harness must do to have it passed.
enum class Phase : std::uint8_t {
  load,         ///< Under load, or with some of it soon.
  checkpoint,   ///< In a checkpoint, which load makes due.
  recovery,     ///< At a start.
  lost_tip,     ///< At a start, after a kill between a block and its tip.
  long_replay,  ///< At a start, after checkpoints that were not committed.
  rebuild,      ///< At a start from which the views are gone: they are built anew.
  stop,         ///< In a clean stop.
  archive,      ///< While an operator archives.
  backup,       ///< While an operator backs up.
};

std::string_view name(Failpoint point);
Phase phase(Failpoint point);

/// Counts a pass, and ends the process with SIGKILL if it is the one that the environment names,
/// after one line `failpoint <name>` to standard error. Any thread.
void pass(Failpoint point) noexcept;

}  // namespace tally

#define FAILPOINT(name) ::tally::pass(::tally::Failpoint::name)
#else
#define FAILPOINT(name) static_cast<void>(0)
#endif
