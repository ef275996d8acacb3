#include "documents/error.hpp"

namespace tally::documents {

std::string_view name(Error error) {
  switch (error) {
    case Error::erased:
      return "erased";
    case Error::too_large:
      return "too_large";
    case Error::wrong_key:
      return "wrong_key";
    case Error::not_found:
    case Error::out_of_order:
    case Error::invalid:
    case Error::map_full:
    case Error::disk_full:
    case Error::busy:
    case Error::denied:
    case Error::locked:
    case Error::wrong_network:
    case Error::newer_format:
    case Error::older_format:
    case Error::wrong_kind:
    case Error::io:
    case Error::corrupt:
    case Error::outcome_unknown:
    case Error::halted:
      break;
  }
  return storage::name(static_cast<storage::Error>(static_cast<std::uint16_t>(error)));
}

}  // namespace tally::documents
