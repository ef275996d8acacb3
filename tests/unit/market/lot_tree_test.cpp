#include "market/lot_tree.hpp"

#include <gtest/gtest.h>

#include "crypto/merkle.hpp"

namespace tally::market {
namespace {

constexpr std::string_view kLot = "01/09506000134352/10/SPRING";

LotTree tree_of(std::size_t count, std::uint8_t secret = 7) {
  LotTree tree(kLot, Hash32{secret});
  for (std::size_t i = 0; i < count; ++i) tree.add("S" + std::to_string(i));
  return tree;
}

bool proves(const LotTree& tree, const contracts::LotStep& step, std::string_view serial) {
  return crypto::merkle_verify(tree.root(), contracts::lot_leaf(step.salt, step.index, serial),
                               step.index, tree.size(), step.path);
}

TEST(LotTree, ProvesEachOfItsItemsAndNoOther) {
  for (const std::size_t count : {1u, 2u, 3u, 8u, 13u}) {
    const auto tree = tree_of(count);
    for (std::size_t i = 0; i < count; ++i) {
      const auto step = tree.step(i);
      EXPECT_TRUE(proves(tree, step, "S" + std::to_string(i)));
      EXPECT_FALSE(proves(tree, step, "S" + std::to_string(i + 1)));
    }
  }
}

TEST(LotTree, DependsOnSecretLotAndOrder) {
  const auto root = tree_of(3).root();
  EXPECT_EQ(root, tree_of(3).root());
  EXPECT_NE(root, tree_of(3, 8).root());
  EXPECT_NE(root, tree_of(4).root());
  LotTree other("01/09506000134352/10/AUTUMN", Hash32{7});
  for (const auto* serial : {"S0", "S1", "S2"}) other.add(serial);
  EXPECT_NE(root, other.root());
  EXPECT_NE(tree_of(2).step(0).salt, tree_of(2).step(1).salt);
}

// The most that a lot holds: its proofs are as long as the ledger takes them.
TEST(LotTree, OfAMillionItemsHasProofsOf20Siblings) {
  LotTree tree(kLot, Hash32{7});
  for (std::uint64_t i = 0; i < 1'000'000; ++i) tree.add(std::to_string(i));
  const auto step = tree.step(777'777);
  EXPECT_EQ(step.path.size(), 20u);
  EXPECT_TRUE(proves(tree, step, "777777"));
}

}  // namespace
}  // namespace tally::market
