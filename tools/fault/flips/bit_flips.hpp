// Damaged disks: bits, sectors and pages of every class, in every store of a data directory and in
// the files beside them, and what a reader is then told. ADR 0015.
#pragma once

#include "fault/harness.hpp"

namespace tally::fault {

/// Takes the data directory of tests/golden/format-1, upgrades it, and damages a copy `count`
/// times. Allowed is: the answers of the undamaged copy, a named refusal, or the end of the process
/// with kDamagedStatus; and the scrub finds whatever a reader was refused for. The rows tell of
/// each class how it was found. At last the state and the views are rebuilt from damaged
/// directories and compared.
Result run_flips(const Options& options);

}  // namespace tally::fault
