#include "engine/unknown_outcome.hpp"

#include <unistd.h>

#include "base/log.hpp"

namespace tally::engine {

void stop_process(const ledger::Fault& fault) {
  spdlog::critical(
      "the outcome of a write is unknown: {}. Stopping at once; what waits is not answered. Start "
      "the node again: recovery finds out what was written. If it comes again, replace the disk",
      describe(fault));
  spdlog::default_logger()->flush();
  ::_exit(kUnknownOutcomeStatus);
}

}  // namespace tally::engine
