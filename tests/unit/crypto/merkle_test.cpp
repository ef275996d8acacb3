#include "crypto/merkle.hpp"

#include <gtest/gtest.h>

#include <set>

#include "crypto/hash.hpp"

namespace tally::crypto {
namespace {

std::vector<Hash32> payloads(std::size_t count) {
  std::vector<Hash32> out(count);
  for (std::size_t i = 0; i < count; ++i) out[i] = sha256(as_bytes(std::to_string(i)));
  return out;
}

Hash32 leaf(const Hash32& x) { return tagged_hash("tally/merkle/leaf", {x}); }
Hash32 node(const Hash32& a, const Hash32& b) { return tagged_hash("tally/merkle/node", {a, b}); }

// RFC 6962, section 2.1, as it is written there: split at the largest power of two below n.
Hash32 root_by_definition(std::span<const Hash32> list) {
  if (list.empty()) return tagged_hash("tally/merkle/empty", {});
  if (list.size() == 1) return leaf(list[0]);
  const std::size_t left = std::bit_floor(list.size() - 1);
  return node(root_by_definition(list.first(left)), root_by_definition(list.subspan(left)));
}

TEST(MerkleRoot, IsThatOfRfc6962sShape) {
  for (std::size_t n = 0; n <= 70; ++n) {
    const auto list = payloads(n);
    EXPECT_EQ(merkle_root(list), root_by_definition(list)) << n;
  }
}

TEST(MerkleRoot, DiffersForAListWithItsEndRepeated) {
  // CVE-2012-2459: Bitcoin's tree gives [1 2 3] and [1 2 3 3] one root.
  for (std::size_t n = 1; n <= 33; ++n) {
    auto list = payloads(n);
    std::set<Hash32> roots{merkle_root(list)};
    for (std::size_t repeat = 1; repeat <= n; ++repeat) {
      auto longer = list;
      longer.insert(longer.end(), list.end() - static_cast<std::ptrdiff_t>(repeat), list.end());
      EXPECT_TRUE(roots.insert(merkle_root(longer)).second) << n << ' ' << repeat;
    }
  }
}

TEST(MerkleRoot, LeavesAreNotNodes) {
  // CVE-2017-12842: the two nodes below a root, offered as if they were leaves.
  const auto list = payloads(4);
  const std::vector<Hash32> nodes{node(leaf(list[0]), leaf(list[1])),
                                  node(leaf(list[2]), leaf(list[3]))};
  EXPECT_NE(merkle_root(nodes), merkle_root(list));
  const std::vector<Hash32> path{nodes[1]};
  EXPECT_FALSE(merkle_verify(merkle_root(list), nodes[0], 0, 2, path));
}

TEST(MerkleProof, OfSeveralLeavesIsThatOfEach) {
  for (std::size_t n = 1; n <= 20; ++n) {
    const auto list = payloads(n);
    std::vector<std::size_t> indices;
    for (std::size_t i = n; i-- > 0;) indices.push_back(i);
    indices.push_back(0);  // One of them twice.
    const auto paths = merkle_prove(list, indices);
    ASSERT_EQ(paths.size(), indices.size());
    for (std::size_t i = 0; i < paths.size(); ++i) {
      EXPECT_EQ(paths[i], merkle_prove(list, indices[i])) << n << ' ' << indices[i];
    }
  }
  EXPECT_TRUE(merkle_prove(payloads(3), std::span<const std::size_t>{}).empty());
}

TEST(MerkleProof, HoldsForItsLeafPlaceAndCountOnly) {
  for (std::size_t n = 1; n <= 20; ++n) {
    const auto list = payloads(n);
    const Hash32 root = merkle_root(list);
    for (std::size_t i = 0; i < n; ++i) {
      const auto path = merkle_prove(list, i);
      EXPECT_TRUE(merkle_verify(root, list[i], i, n, path));
      for (std::size_t j = 0; j < n + 2; ++j) {
        EXPECT_EQ(merkle_verify(root, list[i], j, n, path), j == i) << n << ' ' << j;
      }
      EXPECT_FALSE(merkle_verify(root, Hash32{}, i, n, path));
      EXPECT_FALSE(merkle_verify(Hash32{}, list[i], i, n, path));
      EXPECT_FALSE(merkle_verify(root, list[i], i, 0, path));
    }
  }
}

TEST(MerkleProof, EveryChangedHashIsRefused) {
  const auto list = payloads(13);
  const Hash32 root = merkle_root(list);
  const auto good = merkle_prove(list, 5);
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto bad = good;
    bad[i][31] ^= 1;
    EXPECT_FALSE(merkle_verify(root, list[5], 5, 13, bad)) << i;
  }
}

TEST(MerkleProof, TooShortAndTooLongAreRefused) {
  const auto list = payloads(13);
  const Hash32 root = merkle_root(list);
  auto path = merkle_prove(list, 12);
  path.push_back(Hash32{});
  EXPECT_FALSE(merkle_verify(root, list[12], 12, 13, path));
  path.resize(path.size() - 2);
  EXPECT_FALSE(merkle_verify(root, list[12], 12, 13, path));
  EXPECT_FALSE(merkle_verify(root, list[12], 12, 13, {}));
}

TEST(MerkleProof, TheLargestNumbersEndTheCheck) {
  const std::vector<Hash32> path(64);
  EXPECT_FALSE(merkle_verify({}, {}, UINT64_MAX - 1, UINT64_MAX, path));
  EXPECT_FALSE(merkle_verify({}, {}, UINT64_MAX, UINT64_MAX, path));
  EXPECT_FALSE(merkle_verify({}, {}, 0, UINT64_MAX, path));
}

}  // namespace
}  // namespace tally::crypto
