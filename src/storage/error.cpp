#include "storage/error.hpp"

namespace tally::storage {

std::string_view name(Error error) {
  switch (error) {
    case Error::not_found:
      return "not_found";
    case Error::out_of_order:
      return "out_of_order";
    case Error::invalid:
      return "invalid";
    case Error::map_full:
      return "map_full";
    case Error::disk_full:
      return "disk_full";
    case Error::busy:
      return "busy";
    case Error::denied:
      return "denied";
    case Error::locked:
      return "locked";
    case Error::wrong_network:
      return "wrong_network";
    case Error::newer_format:
      return "newer_format";
    case Error::older_format:
      return "older_format";
    case Error::wrong_kind:
      return "wrong_kind";
    case Error::io:
      return "io";
    case Error::corrupt:
      return "corrupt";
    case Error::outcome_unknown:
      return "outcome_unknown";
    case Error::halted:
      return "halted";
  }
  return "unknown";
}

std::string_view advice(Error error) {
  switch (error) {
    case Error::map_full:
      return "it is at its bound: raise storage.*_map_bytes_max, or archive old blocks";
    case Error::disk_full:
      return "the disk is full: make room";
    case Error::busy:
      return "too much is open, or readers stand in the way: try again";
    case Error::denied:
      return "the system does not permit it: look at owner and mode";
    case Error::locked:
      return "another process has this data directory open: stop that one first";
    case Error::wrong_network:
      return "it belongs to another network: look at the directory and its genesis";
    case Error::newer_format:
      return "a newer program wrote it: use that one";
    case Error::older_format:
      return "an older program wrote it: upgrade it with tally-replay --upgrade";
    case Error::wrong_kind:
      return "it holds something else: look whether directories were exchanged";
    case Error::io:
      return "the disk failed: look at the system's log, and replace it";
    case Error::corrupt:
      return "its bytes are not what was written: rebuild it, or restore it from a backup";
    case Error::outcome_unknown:
    case Error::halted:
      return "what the last write left is unknown: start the process again";
    case Error::not_found:
    case Error::out_of_order:
    case Error::invalid:
      return "";
  }
  return "";
}

}  // namespace tally::storage
