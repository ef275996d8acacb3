#include "storage/unknown_outcome.hpp"

#include <unistd.h>

#include "base/log.hpp"
#include "base/planted.hpp"

namespace tally::storage {

void stop_process(std::string_view where) {
  spdlog::critical(
      "{}: the outcome of a write is unknown. Stopping at once; what waits is not answered. Start "
      "again: what was written is found out then. If it comes again, replace the disk",
      where);
  spdlog::default_logger()->flush();
  ::_exit(kUnknownOutcomeStatus);
}

Error Fuse::blow() {
  if (PLANTED(retry_after_unknown_outcome)) return Error::io;
  blown_ = true;
  if (then_) then_(where_);
  return Error::outcome_unknown;
}

}  // namespace tally::storage
