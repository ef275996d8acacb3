// What can go wrong with what the node keeps for others.
#pragma once

#include <cstdint>
#include <string_view>

#include "storage/error.hpp"

namespace tally::custody {

/// Numbers are append-only. Below 100 they are those of storage::Error, with its meanings.
enum class Error : std::uint16_t {
  not_found = 1,  // no such token, agent, session, lease; or a secret that is nobody's
  out_of_order = 2,
  invalid = 3,  // a label, time or list outside its limits

  map_full = 20,
  disk_full = 21,
  busy = 22,
  denied = 23,  // also: a key file that others may read

  locked = 40,
  wrong_network = 41,
  newer_format = 42,
  older_format = 43,
  wrong_kind = 44,

  io = 60,
  corrupt = 61,
  outcome_unknown = 62,
  halted = 63,

  expired = 200,           // token, challenge: its time is over
  revoked = 201,           // token: by its principal or an operator
  wrong_signature = 202,   // challenge: not signed by the account's key, or not one of ours
  too_many = 203,          // the bound of who asks is reached
  already_used = 204,      // challenge: it has given its session
  leased = 205,            // a coin of the list is leased already
  wrong_passphrase = 206,  // key file: or it was changed, which cannot be told apart
  exists = 207,            // key file: it is never overwritten
  full = 208,              // as many as the node keeps for all together
};

/// The error of storage, under the same number.
[[nodiscard]] inline Error from_storage(storage::Error error) {
  return static_cast<Error>(static_cast<std::uint16_t>(error));
}

/// The error's stable name, as in logs.
[[nodiscard]] std::string_view name(Error error);

}  // namespace tally::custody
