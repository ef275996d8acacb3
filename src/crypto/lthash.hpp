// LtHash: one digest of a set that is kept up to date by adding and removing elements, in any
// order.
//
//   seed(e)     = tagged_hash("tally/lthash/element", e)
//   block(e, i) = SHA-256(seed(e) ‖ i as 4 bytes, big-endian)            i = 0 … 63
//   lanes(e)    = block(e, 0) ‖ … ‖ block(e, 63), as 1,024 big-endian 16-bit numbers
//   lanes(set)  = the sum of lanes(e) over the elements, each lane modulo 2^16
//   digest(set) = tagged_hash("tally/lthash", lanes(set) as 2,048 bytes)
//
// Finding two sets of the same digest is as hard as a lattice problem, estimated at more than 200
// bits. It counts elements modulo 2^16: callers keep each element in the set at most once. Source:
// Lewi, Kim, Maykov, Weis, "Securing Update Propagation with Homomorphic Hashing", IACR 2019/227.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/id.hpp"

namespace tally::crypto {

class LtHash {
 public:
  static constexpr std::size_t kLanes = 1024;
  static constexpr std::size_t kBytes = 2 * kLanes;

  /// The hash of the empty set.
  LtHash() = default;

  bool operator==(const LtHash&) const = default;

  /// Adds the element of any number of bytes. About 4 µs, all of it SHA-256.
  void add(ByteView element);
  /// Takes away an element that was added.
  void remove(ByteView element);
  /// Adds every element of a disjoint set: parts can be hashed on several threads.
  void merge(const LtHash& other);

  /// 32 bytes that stand for the set.
  [[nodiscard]] Hash32 digest() const;

  /// All lanes, 2,048 bytes: what has to be kept to go on later.
  [[nodiscard]] Bytes serialise() const;
  /// From exactly 2,048 bytes; any such bytes are lanes.
  static std::optional<LtHash> parse(ByteView bytes);

 private:
  std::array<std::uint16_t, kLanes> lanes_{};
};

}  // namespace tally::crypto
