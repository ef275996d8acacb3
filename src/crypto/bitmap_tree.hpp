// An incremental Merkle tree over a bitmap that grows at its end and changes anywhere: the spent
// bitmap of the ledger, whose root goes into every block header.
//
//   leaf(x)       = tagged_hash("tally/bitmap/leaf", x)      x = 256 bits of the bitmap, 32 bytes
//   node(a, b)    = tagged_hash("tally/bitmap/node", a ‖ b)
//   zero(0)       = leaf(32 bytes of 0);  zero(k + 1) = node(zero(k), zero(k))
//   height(n)     = the least h with n <= 2^h; 0 for n = 0
//   top(n leaves) = the complete binary tree of height(n), every leaf from n on being all zero
//   root          = tagged_hash("tally/bitmap/root", n as 8 bytes, big-endian ‖ top)
//
// The count is in the root, so the zero leaves that fill the tree cannot pass for leaves of the
// bitmap. A missing subtree is zero(k): adding zero leaves changes no node that exists.
// Memory: 64 bytes for each leaf. One thread at a time; const calls from many.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/id.hpp"

namespace tally::crypto {

/// The most leaves a tree can have: 2^40 leaves are 2^48 bits.
inline constexpr std::uint64_t kBitmapTreeLeavesMax = std::uint64_t{1} << 40;

class BitmapTree {
 public:
  /// New content for the leaf at `index`.
  struct Change {
    std::uint64_t index;
    Hash32 bits;
  };

  /// A tree without leaves.
  BitmapTree();

  /// Appends zero leaves until there are `count`; does nothing if there are as many already.
  /// `count` is at most kBitmapTreeLeavesMax. O(height) hashes.
  void grow_to(std::uint64_t count);

  /// Appends leaves with content: grow_to and update in one.
  void append(std::span<const Hash32> leaves);

  /// Replaces leaves; each index is below size(), and of two changes to one leaf the later counts.
  /// Every inner node above a change is computed once, however many of its leaves changed.
  void update(std::span<const Change> changes);

  /// The number of leaves.
  [[nodiscard]] std::uint64_t size() const { return count_; }

  /// The root for the present leaves. O(1).
  [[nodiscard]] const Hash32& root() const { return root_; }

  /// The siblings from the leaf at `index` (below size()) to the top: height(size()) hashes.
  [[nodiscard]] std::vector<Hash32> prove(std::uint64_t index) const;

  /// Whether `path` proves that the leaf at `index` of the tree of `count` leaves with this root is
  /// `bits`. The root commits to the count, so no argument needs trust but `root`; every argument
  /// may be hostile.
  [[nodiscard]] static bool verify(const Hash32& root, std::uint64_t count, std::uint64_t index,
                                   const Hash32& bits, std::span<const Hash32> path);

 private:
  // The node's hash, or that of an all-zero subtree where the tree has no such node.
  [[nodiscard]] const Hash32& at(std::size_t level, std::uint64_t index) const;
  void set_root();

  std::uint64_t count_ = 0;
  // levels_[k][i] covers the leaves from i · 2^k; levels_[0] are the leaves' hashes and the last
  // level is the top alone. Without leaves there is no level.
  std::vector<std::vector<Hash32>> levels_;
  Hash32 root_;
};

}  // namespace tally::crypto
