#include "storage/persistent_tree.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace tally::storage {
namespace {

Bytes bytes(std::uint64_t number) {
  Bytes out;
  append_be(out, number);
  return out;
}

void expect_same(const PersistentTree& tree, const std::map<Bytes, Bytes>& model) {
  ASSERT_EQ(tree.size(), model.size());
  const auto* at = tree.next({}, false);
  for (const auto& [key, value] : model) {
    ASSERT_NE(at, nullptr);
    EXPECT_EQ(at->key, key);
    EXPECT_EQ(at->value, value);
    EXPECT_EQ(tree.find(key), at);
    at = tree.next(key, true);
  }
  EXPECT_EQ(at, nullptr);
  at = tree.last();
  for (auto entry = model.rbegin(); entry != model.rend(); ++entry) {
    ASSERT_NE(at, nullptr);
    EXPECT_EQ(at->key, entry->first);
    at = tree.previous(at->key);
  }
  EXPECT_EQ(at, nullptr);
}

TEST(PersistentTree, is_a_map_and_its_copies_stay_as_they_were) {
  std::mt19937_64 random(1);
  PersistentTree tree;
  std::map<Bytes, Bytes> model;
  std::vector<std::pair<PersistentTree, std::map<Bytes, Bytes>>> copies;
  for (int i = 0; i < 4'000; ++i) {
    const auto key = bytes(random() % 300);
    if (random() % 3 == 0) {
      tree.erase(key);
      model.erase(key);
    } else {
      const auto value = bytes(random());
      tree.put(key, value);
      model[key] = value;
    }
    const auto probe = bytes(random() % 300);
    EXPECT_EQ(tree.find(probe) != nullptr, model.contains(probe));
    if (i % 200 == 0) copies.emplace_back(tree, model);
  }
  for (const auto& [copy, then] : copies) expect_same(copy, then);
  expect_same(tree, model);
}

TEST(PersistentTree, a_prefix_comes_before_what_it_begins) {
  PersistentTree tree;
  tree.put(as_bytes("ab"), as_bytes("2"));
  tree.put(as_bytes("a"), as_bytes("1"));
  tree.put(as_bytes("abc"), {});
  EXPECT_EQ(as_text(tree.next({}, false)->value), "1");
  EXPECT_EQ(as_text(tree.next(as_bytes("a"), true)->value), "2");
  EXPECT_EQ(as_text(tree.next(as_bytes("aa"), false)->value), "2");
  EXPECT_EQ(as_text(tree.previous(as_bytes("abc"))->value), "2");
  EXPECT_TRUE(tree.last()->value.empty());
}

}  // namespace
}  // namespace tally::storage
