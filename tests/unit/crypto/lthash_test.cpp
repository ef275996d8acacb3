#include "crypto/lthash.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "crypto/hash.hpp"

namespace tally::crypto {
namespace {

LtHash of(std::vector<std::string> elements) {
  LtHash out;
  for (const auto& element : elements) out.add(as_bytes(element));
  return out;
}

TEST(LtHash, DoesNotDependOnTheOrder) {
  EXPECT_EQ(of({"a", "b", "c"}), of({"c", "a", "b"}));
  EXPECT_EQ(of({"a", "b", "c"}).digest(), of({"b", "c", "a"}).digest());
}

TEST(LtHash, TellsSetsApart) {
  EXPECT_NE(of({}), of({""}));
  EXPECT_NE(of({"a"}), of({"b"}));
  EXPECT_NE(of({"a"}), of({"a", "a"}));
  EXPECT_NE(of({"ab"}), of({"a", "b"}));
  EXPECT_NE(of({"a"}).digest(), of({"b"}).digest());
}

TEST(LtHash, RemovingUndoesAdding) {
  LtHash hash = of({"a", "b"});
  hash.remove(as_bytes("a"));
  EXPECT_EQ(hash, of({"b"}));
  hash.remove(as_bytes("b"));
  EXPECT_EQ(hash, LtHash());
  hash.remove(as_bytes("c"));
  hash.add(as_bytes("c"));
  EXPECT_EQ(hash, LtHash());
}

TEST(LtHash, MergesDisjointSets) {
  LtHash left = of({"a", "b"});
  left.merge(of({"c"}));
  EXPECT_EQ(left, of({"a", "b", "c"}));
}

TEST(LtHash, ExpandsAnElementAsTheGrammarSays) {
  const Hash32 seed = tagged_hash("tally/lthash/element", {as_bytes("a")});
  Bytes lanes;
  for (std::uint32_t i = 0; i < 64; ++i) {
    Bytes message(seed.begin(), seed.end());
    append_be(message, i);
    append(lanes, sha256(message));
  }
  EXPECT_EQ(of({"a"}).serialise(), lanes);
  EXPECT_EQ(of({"a"}).digest(), tagged_hash("tally/lthash", {lanes}));
}

TEST(LtHash, LanesWrapAround) {
  LtHash hash = *LtHash::parse(Bytes(LtHash::kBytes, 0xff));
  Bytes one;
  for (std::size_t i = 0; i < LtHash::kLanes; ++i) append_be(one, std::uint16_t{1});
  hash.merge(*LtHash::parse(one));
  EXPECT_EQ(hash, LtHash());
}

TEST(LtHash, SerialisesEveryLane) {
  const LtHash hash = of({"a", "b"});
  EXPECT_EQ(hash.serialise().size(), LtHash::kBytes);
  EXPECT_EQ(*LtHash::parse(hash.serialise()), hash);
  EXPECT_EQ(LtHash().serialise(), Bytes(LtHash::kBytes, 0));
}

TEST(LtHash, ParsesThatManyBytesOnly) {
  EXPECT_FALSE(LtHash::parse({}));
  EXPECT_FALSE(LtHash::parse(Bytes(LtHash::kBytes - 1)));
  EXPECT_FALSE(LtHash::parse(Bytes(LtHash::kBytes + 1)));
}

}  // namespace
}  // namespace tally::crypto
