#include "crypto/merkle.hpp"

#include "base/check.hpp"
#include "crypto/hash.hpp"

namespace tally::crypto {
namespace {

Hash32 leaf_hash(const Hash32& payload) {
  static const TaggedHasher hasher("tally/merkle/leaf");
  return hasher({payload});
}

Hash32 node_hash(const Hash32& left, const Hash32& right) {
  static const TaggedHasher hasher("tally/merkle/node");
  return hasher({left, right});
}

std::vector<Hash32> leaf_hashes(std::span<const Hash32> payloads) {
  std::vector<Hash32> out;
  out.reserve(payloads.size());
  for (const Hash32& payload : payloads) out.push_back(leaf_hash(payload));
  return out;
}

// Replaces a level of at least two nodes by the one above it, in place.
void join_level(std::vector<Hash32>& level) {
  const std::size_t pairs = level.size() / 2;
  for (std::size_t i = 0; i < pairs; ++i) level[i] = node_hash(level[2 * i], level[2 * i + 1]);
  if (level.size() % 2 == 1) level[pairs] = level.back();
  level.resize(pairs + level.size() % 2);
}

}  // namespace

Hash32 merkle_root(std::span<const Hash32> payloads) {
  if (payloads.empty()) return tagged_hash("tally/merkle/empty", {});
  std::vector<Hash32> level = leaf_hashes(payloads);
  while (level.size() > 1) join_level(level);
  return level[0];
}

std::vector<Hash32> merkle_prove(std::span<const Hash32> payloads, std::size_t index) {
  return std::move(merkle_prove(payloads, std::span(&index, 1)).front());
}

std::vector<std::vector<Hash32>> merkle_prove(std::span<const Hash32> payloads,
                                              std::span<const std::size_t> indices) {
  for (const auto index : indices) CHECK(index < payloads.size());
  std::vector<std::vector<Hash32>> paths(indices.size());
  std::size_t depth = 0;
  for (auto level = leaf_hashes(payloads); level.size() > 1; join_level(level), ++depth) {
    for (std::size_t i = 0; i < indices.size(); ++i) {
      const std::size_t sibling = (indices[i] >> depth) ^ 1;
      if (sibling < level.size()) paths[i].push_back(level[sibling]);
    }
  }
  return paths;
}

bool merkle_verify(const Hash32& root, const Hash32& payload, std::uint64_t index,
                   std::uint64_t count, std::span<const Hash32> path) {
  if (index >= count) return false;
  Hash32 node = leaf_hash(payload);
  for (; count > 1; index /= 2, count = count / 2 + count % 2) {
    if ((index ^ 1) >= count) continue;  // No neighbour: the node goes up unchanged.
    if (path.empty()) return false;
    node = index % 2 == 0 ? node_hash(node, path[0]) : node_hash(path[0], node);
    path = path.subspan(1);
  }
  return path.empty() && node == root;
}

}  // namespace tally::crypto
