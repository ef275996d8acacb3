// Addresses: how people write accounts. bech32m (BIP-350) of a version byte and 32 bytes.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "contracts/genesis.hpp"
#include "contracts/lock.hpp"

namespace tally::contracts {

/// `tally`, `tallyt` or `tallyd`.
std::string_view address_prefix(NetworkKind kind);

/// The address of an account: version byte 0 and a key, or 1 and the hash of a lock.
std::string encode_address(const Account& account, NetworkKind kind);

/// The account of an address of this network; nothing if it is malformed, has a wrong checksum, is
/// of another network or of an unknown version.
std::optional<Account> decode_address(std::string_view text, NetworkKind kind);

}  // namespace tally::contracts
