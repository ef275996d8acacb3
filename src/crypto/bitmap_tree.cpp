#include "crypto/bitmap_tree.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "base/check.hpp"
#include "crypto/hash.hpp"

namespace tally::crypto {
namespace {

constexpr std::size_t kLevelsMax = std::bit_width(kBitmapTreeLeavesMax);

Hash32 leaf_hash(const Hash32& bits) {
  static const TaggedHasher hasher("tally/bitmap/leaf");
  return hasher({bits});
}

Hash32 node_hash(const Hash32& left, const Hash32& right) {
  static const TaggedHasher hasher("tally/bitmap/node");
  return hasher({left, right});
}

Hash32 root_hash(std::uint64_t count, const Hash32& top) {
  static const TaggedHasher hasher("tally/bitmap/root");
  std::array<std::uint8_t, 8> be;
  for (std::size_t i = 0; i < be.size(); ++i) {
    be[i] = static_cast<std::uint8_t>(count >> (8 * (be.size() - 1 - i)));
  }
  return hasher({be, top});
}

// zero(k) for every level that a tree can have.
const Hash32& zero_hash(std::size_t level) {
  static const auto table = [] {
    std::array<Hash32, kLevelsMax> zeros;
    zeros[0] = leaf_hash(Hash32{});
    for (std::size_t k = 1; k < zeros.size(); ++k) zeros[k] = node_hash(zeros[k - 1], zeros[k - 1]);
    return zeros;
  }();
  return table[level];
}

std::size_t height(std::uint64_t count) {
  return count <= 1 ? 0 : static_cast<std::size_t>(std::bit_width(count - 1));
}

}  // namespace

BitmapTree::BitmapTree() { set_root(); }

const Hash32& BitmapTree::at(std::size_t level, std::uint64_t index) const {
  return index < levels_[level].size() ? levels_[level][index] : zero_hash(level);
}

void BitmapTree::set_root() {
  root_ = root_hash(count_, levels_.empty() ? zero_hash(0) : levels_.back()[0]);
}

void BitmapTree::grow_to(std::uint64_t count) {
  CHECK(count <= kBitmapTreeLeavesMax);
  if (count <= count_) return;
  const std::size_t levels_before = levels_.size();
  count_ = count;
  levels_.resize(height(count) + 1);
  for (std::size_t k = 0; k < levels_.size(); ++k) {
    const std::uint64_t nodes = ((count - 1) >> k) + 1;
    levels_[k].resize(nodes, zero_hash(k));
    // A level that is new lies above old leaves with its first node only.
    if (k >= levels_before && k > 0) levels_[k][0] = node_hash(at(k - 1, 0), at(k - 1, 1));
  }
  set_root();
}

void BitmapTree::append(std::span<const Hash32> leaves) {
  std::vector<Change> changes;
  changes.reserve(leaves.size());
  for (const Hash32& bits : leaves) changes.push_back({count_ + changes.size(), bits});
  grow_to(count_ + leaves.size());
  update(changes);
}

void BitmapTree::update(std::span<const Change> changes) {
  if (changes.empty()) return;
  std::vector<std::uint64_t> dirty;
  dirty.reserve(changes.size());
  for (const Change& change : changes) {
    CHECK(change.index < count_);
    levels_[0][change.index] = leaf_hash(change.bits);
    dirty.push_back(change.index);
  }
  std::ranges::sort(dirty);
  for (std::size_t k = 1; k < levels_.size(); ++k) {
    for (std::uint64_t& index : dirty) index /= 2;
    dirty.erase(std::ranges::unique(dirty).begin(), dirty.end());
    for (const std::uint64_t index : dirty) {
      levels_[k][index] = node_hash(at(k - 1, 2 * index), at(k - 1, 2 * index + 1));
    }
  }
  set_root();
}

std::vector<Hash32> BitmapTree::prove(std::uint64_t index) const {
  CHECK(index < count_);
  std::vector<Hash32> path;
  for (std::size_t k = 0; k + 1 < levels_.size(); ++k, index /= 2) path.push_back(at(k, index ^ 1));
  return path;
}

bool BitmapTree::verify(const Hash32& root, std::uint64_t count, std::uint64_t index,
                        const Hash32& bits, std::span<const Hash32> path) {
  if (count > kBitmapTreeLeavesMax || index >= count || path.size() != height(count)) return false;
  Hash32 node = leaf_hash(bits);
  for (const Hash32& sibling : path) {
    node = index % 2 == 0 ? node_hash(node, sibling) : node_hash(sibling, node);
    index /= 2;
  }
  return root_hash(count, node) == root;
}

}  // namespace tally::crypto
