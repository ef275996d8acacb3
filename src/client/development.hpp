// The development network: keys that everybody knows, so that a story can be played on a fresh
// machine. Only `tallyd --dev` starts such a network; on any other these names mean nothing.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "contracts/genesis.hpp"
#include "crypto/schnorr.hpp"

namespace tally::client {

/// The token that may do anything on a development network.
inline constexpr std::string_view kDevelopmentToken = "dev";

/// The secret key of a well-known name, as `ana`: tagged_hash("tally/development-key", name).
crypto::SecretKey development_key(std::string_view name);

/// Three operators (`operator-1` … `operator-3`) with a quorum of two. Always the same bytes, so
/// the network has one id.
contracts::Genesis development_genesis();
std::vector<std::string_view> development_operators();

}  // namespace tally::client
