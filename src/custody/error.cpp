#include "custody/error.hpp"

namespace tally::custody {

std::string_view name(Error error) {
  switch (error) {
    case Error::expired:
      return "expired";
    case Error::revoked:
      return "revoked";
    case Error::wrong_signature:
      return "wrong_signature";
    case Error::too_many:
      return "too_many";
    case Error::already_used:
      return "already_used";
    case Error::leased:
      return "leased";
    case Error::wrong_passphrase:
      return "wrong_passphrase";
    case Error::exists:
      return "exists";
    case Error::full:
      return "full";
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

}  // namespace tally::custody
