#include "ledger/fault.hpp"

#include <fmt/format.h>

#include "base/check.hpp"

namespace tally::ledger {
namespace {

std::string_view text(FaultCode code) {
  switch (code) {
    case FaultCode::storage:
      return "storage";
    case FaultCode::journal_corrupt:
      return "journal_corrupt";
    case FaultCode::journal_gap:
      return "journal_gap";
    case FaultCode::journal_rolled_back:
      return "journal_rolled_back";
    case FaultCode::state_corrupt:
      return "state_corrupt";
    case FaultCode::state_ahead:
      return "state_ahead";
    case FaultCode::state_mismatch:
      return "state_mismatch";
    case FaultCode::genesis_mismatch:
      return "genesis_mismatch";
    case FaultCode::invariant_broken:
      return "invariant_broken";
    case FaultCode::clock_jump:
      return "clock_jump";
    case FaultCode::history_archived:
      return "history_archived";
    case FaultCode::archive_corrupt:
      return "archive_corrupt";
  }
  CHECK(false);
}

}  // namespace

bool is_want_of_room(const Fault& fault) {
  return fault.code == FaultCode::storage &&
         (fault.storage == storage::Error::disk_full || fault.storage == storage::Error::map_full ||
          fault.storage == storage::Error::busy);
}

std::string describe(const Fault& fault) {
  if (fault.code == FaultCode::storage) {
    return fmt::format("storage {} (height {}): {}", storage::name(fault.storage), fault.height,
                       fault.detail);
  }
  return fmt::format("{} (height {}): {}", text(fault.code), fault.height, fault.detail);
}

}  // namespace tally::ledger
