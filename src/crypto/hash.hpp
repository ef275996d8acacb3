// SHA-256, BIP-340 tagged hashes and HMAC.
//
// A tagged hash is SHA-256(SHA-256(tag) ‖ SHA-256(tag) ‖ message): a digest made for one purpose
// can never be taken for one made for another. Source: BIP-340, "Design"; FIPS 180-4; RFC 2104.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "base/bytes.hpp"
#include "base/id.hpp"

namespace tally::crypto {

using Hash64 = std::array<std::uint8_t, 64>;

/// SHA-256 of all of `message`. Any thread.
Hash32 sha256(ByteView message);

/// SHA-256 in pieces. A copy goes on from the same point on its own. Never allocates; one thread at
/// a time for each object.
class Sha256 {
 public:
  Sha256();

  /// Appends `piece` to the message. Not after finish().
  Sha256& update(ByteView piece);

  /// The digest of all pieces so far, in their order. The object is then used up.
  Hash32 finish();

 private:
  // An OpenSSL SHA256_CTX, which hash.cpp checks for size and alignment: the header stays free of
  // OpenSSL.
  alignas(8) std::array<std::byte, 112> state_;
};

/// Tagged hash for one tag, whose two leading blocks are hashed once, in the constructor. A call
/// hashes the concatenation of its parts and nothing else, without allocating. Calls are const and
/// safe from any number of threads.
class TaggedHasher {
 public:
  explicit TaggedHasher(std::string_view tag);

  /// The tagged hash of the concatenation of `parts`. Their boundaries are not part of the digest:
  /// parts of variable length must be delimited by the caller.
  [[nodiscard]] Hash32 operator()(std::initializer_list<ByteView> parts) const;

  /// A hash that has taken in the tag, for messages that come in pieces.
  [[nodiscard]] Sha256 start() const { return midstate_; }

 private:
  Sha256 midstate_;
};

/// TaggedHasher(tag)(parts), for a tag that is used once.
Hash32 tagged_hash(std::string_view tag, std::initializer_list<ByteView> parts);

/// HMAC-SHA-256 (RFC 2104, RFC 4231). Any length of key and message. Any thread.
Hash32 hmac_sha256(ByteView key, ByteView message);

/// HMAC-SHA-512, likewise.
Hash64 hmac_sha512(ByteView key, ByteView message);

}  // namespace tally::crypto
