#include "market/profile_commitment.hpp"

#include "crypto/hash.hpp"

namespace tally::market {

Hash32 profile_attribute_id(std::string_view name) {
  return crypto::tagged_hash("tally/profile-attribute", {as_bytes(name)});
}

Hash32 profile_commitment(const Hash32& salt, const Hash32& attribute_id, std::uint64_t version,
                          ByteView value) {
  Bytes version_bytes;
  append_be(version_bytes, version);
  return crypto::tagged_hash("tally/profile-value", {salt, attribute_id, version_bytes, value});
}

}  // namespace tally::market
