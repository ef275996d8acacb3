#include "crypto/hash.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace tally::crypto {
namespace {

TEST(Sha256, GivesThePublishedDigests) {
  struct Case {
    std::string message;
    const char* digest;
  };
  // FIPS 180-4 examples (NIST CSRC).
  const Case cases[] = {
      {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {std::string(1'000'000, 'a'),
       "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
  };
  for (const Case& c : cases) EXPECT_EQ(to_hex(sha256(as_bytes(c.message))), c.digest);
}

TEST(Sha256, PiecesGiveTheDigestOfTheWhole) {
  const std::string text(200, 'x');
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    Sha256 hash;
    hash.update(as_bytes(text.substr(0, cut))).update({}).update(as_bytes(text.substr(cut)));
    EXPECT_EQ(hash.finish(), sha256(as_bytes(text))) << cut;
  }
}

TEST(Sha256, ACopyGoesOnByItself) {
  Sha256 one;
  one.update(as_bytes("a"));
  Sha256 two = one;
  one.update(as_bytes("b"));
  two.update(as_bytes("c"));
  EXPECT_EQ(one.finish(), sha256(as_bytes("ab")));
  EXPECT_EQ(two.finish(), sha256(as_bytes("ac")));
}

TEST(TaggedHash, IsTheHashOfTheDoubledTagAndTheMessage) {
  const Hash32 tag = sha256(as_bytes("tally/tx"));
  Bytes preimage;
  append(preimage, tag);
  append(preimage, tag);
  append(preimage, as_bytes("message"));
  const Hash32 expected = sha256(preimage);
  EXPECT_EQ(tagged_hash("tally/tx", {as_bytes("message")}), expected);
  EXPECT_EQ(TaggedHasher("tally/tx")({as_bytes("mes"), as_bytes("sage")}), expected);
  EXPECT_EQ(TaggedHasher("tally/tx").start().update(as_bytes("message")).finish(), expected);
}

TEST(TaggedHash, SeparatesTags) {
  EXPECT_NE(tagged_hash("a", {as_bytes("m")}), tagged_hash("b", {as_bytes("m")}));
  EXPECT_NE(tagged_hash("", {as_bytes("m")}), sha256(as_bytes("m")));
}

TEST(TaggedHash, OneHasherServesManyThreads) {
  const TaggedHasher hasher("tally/test");
  std::vector<std::jthread> threads;
  std::vector<Hash32> results(4);
  for (std::size_t t = 0; t < results.size(); ++t) {
    threads.emplace_back([&hasher, &result = results[t]] {
      for (int i = 0; i < 1000; ++i) result = hasher({result});
    });
  }
  threads.clear();
  for (const Hash32& result : results) EXPECT_EQ(result, results[0]);
}

TEST(Hmac, GivesTheDigestsOfRfc4231) {
  const Bytes key_1(20, 0x0b);
  EXPECT_EQ(to_hex(hmac_sha256(key_1, as_bytes("Hi There"))),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(to_hex(hmac_sha512(key_1, as_bytes("Hi There"))),
            "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
            "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854");
  // Case 6: a key longer than the block.
  EXPECT_EQ(to_hex(hmac_sha256(Bytes(131, 0xaa),
                               as_bytes("Test Using Larger Than Block-Size Key - Hash Key First"))),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Hmac, TakesAnEmptyKeyAndAnEmptyMessage) {
  EXPECT_EQ(to_hex(hmac_sha256({}, {})),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

}  // namespace
}  // namespace tally::crypto
