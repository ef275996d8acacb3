// What can go wrong with documents.
#pragma once

#include <cstdint>
#include <string_view>

#include "storage/error.hpp"

namespace tally::documents {

/// Numbers are append-only. Below 100 they are those of storage::Error, with its meanings.
enum class Error : std::uint16_t {
  not_found = 1,
  out_of_order = 2,
  invalid = 3,  // the metadata: media type empty, too long or not printable

  map_full = 20,
  disk_full = 21,
  busy = 22,
  denied = 23,

  locked = 40,
  wrong_network = 41,
  newer_format = 42,
  older_format = 43,
  wrong_kind = 44,

  io = 60,
  corrupt = 61,  // also: the content no longer has the hash that it is stored under
  outcome_unknown = 62,
  halted = 63,

  erased = 100,     // its key was destroyed; a tombstone says when and why
  too_large = 101,  // more bytes than the store's limit
  wrong_key = 102,  // the store was made with another document key
};

/// The error of storage, under the same number.
[[nodiscard]] inline Error from_storage(storage::Error error) {
  return static_cast<Error>(static_cast<std::uint16_t>(error));
}

/// The error's stable name, as in logs.
[[nodiscard]] std::string_view name(Error error);

}  // namespace tally::documents
