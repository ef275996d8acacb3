#include "crypto/bitmap_tree.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <random>
#include <set>

#include "crypto/hash.hpp"

namespace tally::crypto {
namespace {

Hash32 bits(std::uint64_t number) { return sha256(as_bytes(std::to_string(number))); }

// The root as the grammar in the header says it, with nothing incremental.
Hash32 root_by_definition(const std::vector<Hash32>& leaves) {
  std::vector<Hash32> level(std::bit_ceil(std::max<std::size_t>(leaves.size(), 1)));
  std::copy(leaves.begin(), leaves.end(), level.begin());
  for (Hash32& leaf : level) leaf = tagged_hash("tally/bitmap/leaf", {leaf});
  for (; level.size() > 1; level.resize(level.size() / 2)) {
    for (std::size_t i = 0; i < level.size() / 2; ++i) {
      level[i] = tagged_hash("tally/bitmap/node", {level[2 * i], level[2 * i + 1]});
    }
  }
  Bytes count;
  append_be(count, std::uint64_t{leaves.size()});
  return tagged_hash("tally/bitmap/root", {count, level[0]});
}

TEST(BitmapTree, GrowsLeafByLeafAsDefined) {
  BitmapTree tree;
  std::vector<Hash32> leaves;
  EXPECT_EQ(tree.root(), root_by_definition(leaves));
  for (std::uint64_t i = 0; i < 70; ++i) {
    const Hash32 leaf = bits(i);
    leaves.push_back(leaf);
    tree.append({&leaf, 1});
    EXPECT_EQ(tree.size(), leaves.size());
    EXPECT_EQ(tree.root(), root_by_definition(leaves)) << i;
  }
}

TEST(BitmapTree, GrowsByZerosAsDefined) {
  for (const std::uint64_t start : {0, 1, 2, 3, 5, 8}) {
    for (const std::uint64_t end : {0, 1, 2, 3, 4, 7, 8, 9, 31, 32, 33, 100}) {
      BitmapTree tree;
      std::vector<Hash32> leaves;
      for (std::uint64_t i = 0; i < start; ++i) leaves.push_back(bits(i));
      tree.append(leaves);
      tree.grow_to(end);
      leaves.resize(std::max(start, end));
      EXPECT_EQ(tree.root(), root_by_definition(leaves)) << start << ' ' << end;
    }
  }
}

TEST(BitmapTree, BatchesOfChangesAgreeWithTheDefinition) {
  std::mt19937_64 random(7);
  BitmapTree tree;
  std::vector<Hash32> leaves;
  for (int round = 0; round < 200; ++round) {
    leaves.resize(leaves.size() + random() % 5 + (round == 0 ? 1 : 0));
    tree.grow_to(leaves.size());
    std::vector<BitmapTree::Change> changes;
    for (std::uint64_t i = random() % 10; i > 0; --i) {
      changes.push_back({random() % leaves.size(), bits(random())});
      leaves[changes.back().index] = changes.back().bits;
    }
    tree.update(changes);
    ASSERT_EQ(tree.root(), root_by_definition(leaves)) << round;
  }
}

TEST(BitmapTree, OfTwoChangesToOneLeafTheLaterCounts) {
  BitmapTree tree;
  tree.grow_to(3);
  tree.update(std::vector<BitmapTree::Change>{{1, bits(1)}, {1, bits(2)}});
  EXPECT_EQ(tree.root(), root_by_definition({Hash32{}, bits(2), Hash32{}}));
}

TEST(BitmapTree, RootsCommitToTheCount) {
  std::set<Hash32> roots;
  BitmapTree tree;
  for (std::uint64_t n = 0; n <= 40; ++n) {
    tree.grow_to(n);
    EXPECT_TRUE(roots.insert(tree.root()).second) << n;
  }
}

TEST(BitmapTree, ProofsHoldForTheirLeafPlaceAndCountOnly) {
  for (const std::uint64_t n : {1, 2, 3, 5, 8, 21}) {
    BitmapTree tree;
    for (std::uint64_t i = 0; i < n; ++i) {
      const Hash32 leaf = bits(i);
      tree.append({&leaf, 1});
    }
    for (std::uint64_t i = 0; i < n; ++i) {
      const auto path = tree.prove(i);
      const auto verify = [&](std::uint64_t count, std::uint64_t index, const Hash32& leaf) {
        return BitmapTree::verify(tree.root(), count, index, leaf, path);
      };
      EXPECT_TRUE(verify(n, i, bits(i)));
      EXPECT_FALSE(verify(n, i ^ 1, bits(i)));
      EXPECT_FALSE(verify(n + 1, i, bits(i)));
      EXPECT_FALSE(verify(n - 1, i, bits(i)));
      EXPECT_FALSE(verify(n, i, Hash32{}));
      EXPECT_FALSE(verify(n, n, bits(i)));
    }
  }
}

TEST(BitmapTree, ProofsOfAnotherLengthAreRefused) {
  BitmapTree tree;
  tree.grow_to(5);
  auto path = tree.prove(4);
  ASSERT_EQ(path.size(), 3U);
  EXPECT_TRUE(BitmapTree::verify(tree.root(), 5, 4, Hash32{}, path));
  path.push_back(Hash32{});
  EXPECT_FALSE(BitmapTree::verify(tree.root(), 5, 4, Hash32{}, path));
  EXPECT_FALSE(BitmapTree::verify(tree.root(), 5, 4, Hash32{}, {}));
  EXPECT_FALSE(BitmapTree::verify(tree.root(), UINT64_MAX, 4, Hash32{}, path));
}

TEST(BitmapTree, AnInnerNodeIsNoLeaf) {
  BitmapTree tree;
  tree.append(std::vector<Hash32>{bits(0), bits(1)});
  const Hash32 top = tagged_hash(
      "tally/bitmap/node",
      {tagged_hash("tally/bitmap/leaf", {bits(0)}), tagged_hash("tally/bitmap/leaf", {bits(1)})});
  EXPECT_FALSE(BitmapTree::verify(tree.root(), 1, 0, top, {}));
  EXPECT_FALSE(BitmapTree::verify(tree.root(), 2, 0, top, {}));
}

}  // namespace
}  // namespace tally::crypto
