// Commitments to profile data: docs/spec/profile.md. The value itself never comes to the ledger.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"
#include "base/id.hpp"

namespace tally::market {

/// tagged_hash("tally/profile-attribute", name): what the ledger calls an attribute.
[[nodiscard]] Hash32 profile_attribute_id(std::string_view name);

/// tagged_hash("tally/profile-value", salt ‖ attribute id ‖ version (u64, big-endian) ‖ value). The
/// salt is 32 bytes of entropy for each version: without it the few values that an attribute can
/// have would be tried out.
[[nodiscard]] Hash32 profile_commitment(const Hash32& salt, const Hash32& attribute_id,
                                        std::uint64_t version, ByteView value);

}  // namespace tally::market
