#include "crypto/ed25519.hpp"

#include <gtest/gtest.h>

namespace tally::crypto {
namespace {

struct Case {
  const char* secret;
  const char* key;
  const char* message;
  const char* signature;
};

// RFC 8032, section 7.1, tests 1 to 3.
const Case kCases[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b"
     "4"
     "6bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11"
     "d"
     "8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc"
     "6"
     "594a7c15e9716ed28dc027beceea1ec40a"},
};

TEST(Ed25519, AgreesWithRfc8032) {
  for (const Case& c : kCases) {
    const auto secret = *Ed25519SecretKey::from(*from_hex(c.secret));
    const Bytes message = *from_hex(c.message);
    EXPECT_EQ(ed25519_public_key(secret).hex(), c.key);
    const Ed25519Signature signature = ed25519_sign(secret, message);
    EXPECT_EQ(to_hex(signature.bytes), c.signature);
    EXPECT_TRUE(ed25519_verify(*Ed25519PublicKey::parse(c.key), message, signature));
  }
}

TEST(Ed25519, RefusesEveryFlippedByte) {
  const auto secret = Ed25519SecretKey::generate();
  const auto key = ed25519_public_key(secret);
  const Bytes message{1, 2, 3};
  const auto good = ed25519_sign(secret, message);
  ASSERT_TRUE(ed25519_verify(key, message, good));
  for (std::size_t i = 0; i < good.bytes.size(); ++i) {
    auto bad = good;
    bad.bytes[i] ^= 1;
    EXPECT_FALSE(ed25519_verify(key, message, bad)) << i;
  }
  EXPECT_FALSE(ed25519_verify(key, Bytes{1, 2}, good));
  EXPECT_FALSE(ed25519_verify(ed25519_public_key(Ed25519SecretKey::generate()), message, good));
}

TEST(Ed25519, AKeyThatIsNoPointVerifiesNothing) {
  // y = 2 is on no point of the curve.
  Ed25519PublicKey key;
  key.bytes[0] = 2;
  EXPECT_FALSE(ed25519_verify(key, {}, Ed25519Signature{}));
}

TEST(Ed25519, SecretKeysAreThirtyTwoBytesAndMoved) {
  EXPECT_FALSE(Ed25519SecretKey::from(Bytes(31)));
  EXPECT_FALSE(Ed25519SecretKey::from(Bytes(33)));
  static_assert(!std::is_copy_constructible_v<Ed25519SecretKey>);
  auto one = *Ed25519SecretKey::from(Bytes(32, 1));
  const auto two = std::move(one);
  EXPECT_TRUE(one.secret().empty());
  EXPECT_EQ(two.secret()[0], 1);
}

}  // namespace
}  // namespace tally::crypto
