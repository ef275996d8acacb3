// A Merkle tree over a list of 32-byte payloads, with proofs of inclusion.
//
//   leaf(x)    = tagged_hash("tally/merkle/leaf", x)
//   node(a, b) = tagged_hash("tally/merkle/node", a ‖ b)
//   root       = the last node left when neighbours are joined level by level, from the left; a
//                node without a neighbour goes up unchanged (the shape of RFC 6962, section 2.1)
//   root of no leaves = tagged_hash("tally/merkle/empty", "")
//
// Two lists never have the same root: nothing is duplicated to fill a level (CVE-2012-2459), and a
// leaf cannot pose as a node nor a node as a leaf, since their tags differ (CVE-2017-12842). So the
// root fixes the count as well. All functions are pure; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/id.hpp"

namespace tally::crypto {

/// The root over `payloads`, which may be empty. O(n) hashes and n · 32 bytes of memory.
Hash32 merkle_root(std::span<const Hash32> payloads);

/// The siblings from the leaf at `index` up to the root, at most 64 of them: levels where the node
/// goes up unchanged have none. `index` is below the number of payloads.
std::vector<Hash32> merkle_prove(std::span<const Hash32> payloads, std::size_t index);

/// Likewise for several leaves, in the order of `indices`, in one pass over the tree.
std::vector<std::vector<Hash32>> merkle_prove(std::span<const Hash32> payloads,
                                              std::span<const std::size_t> indices);

/// Whether `path` proves that `payload` is at `index` of a list of `count` payloads with this root.
/// False for every path that is too short or too long, and for an index outside the list. `count`
/// has to come from a source as trusted as `root`. Every argument may be hostile.
[[nodiscard]] bool merkle_verify(const Hash32& root, const Hash32& payload, std::uint64_t index,
                                 std::uint64_t count, std::span<const Hash32> path);

}  // namespace tally::crypto
