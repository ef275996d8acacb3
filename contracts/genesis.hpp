// Genesis: what a network starts from. Its hash is the network's id, so nothing signed for one
// network means anything on another.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "contracts/error_code.hpp"
#include "contracts/limits.hpp"
#include "contracts/registry.hpp"

namespace tally::contracts {

/// Which addresses a network uses: `tally`, `tallyt`, `tallyd`.
enum class NetworkKind : std::uint8_t { main = 1, test = 2, development = 3 };

struct Genesis {
  std::uint32_t version = kGenesisVersion;
  NetworkKind kind = NetworkKind::development;
  std::string name;                  ///< 1 … 64 bytes of printable ASCII.
  std::uint64_t time_ms = 0;         ///< The time of block 0.
  std::vector<PublicKey> operators;  ///< Ascending; each is a member from the start.
  std::uint32_t quorum = 0;
  bool operator==(const Genesis&) const = default;
};

/// tagged_hash("tally/genesis", bytes), where bytes is the genesis in canonical form.
NetworkId network_id(ByteView genesis_bytes);

/// What a genesis writes: the network's entry and one member for each operator. Errors in
/// precedence order: unknown_version, field_value (name), too_many_operators, field_missing (no
/// operator), field_value (not ascending), invalid_key (zero), quorum_invalid.
Result<std::vector<RegistryWrite>> apply(const Genesis& genesis);

}  // namespace tally::contracts
