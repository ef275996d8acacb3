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

}  // namespace tally::storage
