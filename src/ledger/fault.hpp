// What can go wrong with the ledger's own memory: never a verdict on a transaction, always
// something for the operator.
#pragma once

#include <cstdint>
#include <expected>
#include <string>

#include "storage/error.hpp"

namespace tally::ledger {

/// Numbers are append-only.
enum class FaultCode : std::uint16_t {
  storage = 1,          ///< `storage` says which; nothing of the block was written unless unknown.
  journal_corrupt = 2,  ///< A block's bytes are not what was written. `height` says which.
  journal_gap = 3,      ///< Heights or hashes do not follow on each other.
  journal_rolled_back = 4,  ///< The journal ends before the tip that is kept outside it.
  state_corrupt = 5,        ///< A record of the state is damaged, or an unspent output is missing.
  state_ahead = 6,          ///< The state's checkpoint is beyond the journal's end.
  state_mismatch = 7,       ///< Replay gives another root or digest than the block's header.
  genesis_mismatch = 8,     ///< The directory belongs to another network.
  invariant_broken =
      9,            ///< A bug: `height` is the block's, `detail` names transaction and invariant.
  clock_jump = 10,  ///< The wall clock left the monotonic one by more than is allowed.
  history_archived =
      11,  ///< The block was pruned, and the archive's segment that has it is not here.
  archive_corrupt = 12,  ///< A segment of the archive is not what was written. `detail` names it.
};

struct Fault {
  FaultCode code;
  storage::Error storage{};  ///< For FaultCode::storage.
  std::uint64_t height = 0;
  std::string detail{};  ///< For the log: which record, what to do.
};

template <typename T>
using Faulty = std::expected<T, Fault>;

inline std::unexpected<Fault> fault(storage::Error error, std::string detail,
                                    std::uint64_t height = 0) {
  return std::unexpected(Fault{FaultCode::storage, error, height, std::move(detail)});
}
inline std::unexpected<Fault> fault(FaultCode code, std::uint64_t height, std::string detail) {
  return std::unexpected(Fault{code, {}, height, std::move(detail)});
}

/// Whether it is known to have changed nothing and passes by itself, so that the same may succeed
/// later: a full disk, a full map, readers in the way.
bool is_want_of_room(const Fault& fault);

/// One line for the operator's log.
std::string describe(const Fault& fault);

}  // namespace tally::ledger
