// What can go wrong in storage, by cause and by what the caller should do.
#pragma once

#include <cstdint>
#include <string_view>

namespace tally::storage {

/// Numbers are append-only; families are told apart by their tens.
enum class Error : std::uint16_t {
  // The request: nothing was changed, and the same request fails again.
  not_found = 1,     // no such key, file or store
  out_of_order = 2,  // an appended key is not after the table's last
  invalid = 3,       // key empty or over kKeyBytesMax, value or file over its limit

  // Room: nothing was changed; the same request may succeed once there is room.
  map_full = 20,   // the map is at its configured bound
  disk_full = 21,  // the volume, a quota or the file size limit is used up
  busy = 22,       // too many readers, or readers did not end in time for the map to grow
  denied = 23,     // the operating system does not permit it

  // The directory is not for this process. Nothing was changed.
  locked = 40,         // another process, or another part of this one, has it open
  wrong_network = 41,  // it belongs to another network
  newer_format = 42,   // a newer program wrote it
  older_format = 43,   // an older program wrote it; it wants an upgrade
  wrong_kind = 44,     // it holds something else (a journal where views are expected)

  // The store can no longer be trusted: stop.
  io = 60,               // the disk failed to read or write
  corrupt = 61,          // bytes are not what was written
  outcome_unknown = 62,  // a commit failed in a way that does not tell whether it took effect
  halted = 63,           // an earlier commit's outcome is unknown; this write was not tried
};

/// The error's stable name, as in logs: "map_full".
std::string_view name(Error error);

/// What an operator does about it when a directory cannot be opened or written: "make room on …".
/// Empty where the name says all there is to say.
std::string_view advice(Error error);

}  // namespace tally::storage
