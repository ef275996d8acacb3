#include "crypto/schnorr.hpp"

#include <gtest/gtest.h>

#include <type_traits>

#include "crypto/hash.hpp"

namespace tally::crypto {
namespace {

// The order of the group, n (SEC 2, secp256k1).
constexpr const char* kOrder = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";

SecretKey key_of(std::uint8_t number) {
  Hash32 bytes{};
  bytes[31] = number;
  return *SecretKey::from(bytes);
}

TEST(SecretKey, TakesOnlyNumbersBelowTheOrder) {
  Hash32 bytes{};
  EXPECT_FALSE(SecretKey::from(bytes));
  bytes[31] = 1;
  EXPECT_TRUE(SecretKey::from(bytes));
  bytes = *array_from_hex<32>(kOrder);
  EXPECT_FALSE(SecretKey::from(bytes));
  bytes[31] -= 1;
  EXPECT_TRUE(SecretKey::from(bytes));
}

TEST(SecretKey, TakesOnlyThirtyTwoBytes) {
  EXPECT_FALSE(SecretKey::from({}));
  EXPECT_FALSE(SecretKey::from(Bytes(31, 1)));
  EXPECT_FALSE(SecretKey::from(Bytes(33, 1)));
}

TEST(SecretKey, IsMovedNeverCopied) {
  static_assert(!std::is_copy_constructible_v<SecretKey>);
  static_assert(!std::is_copy_assignable_v<SecretKey>);
  SecretKey one = key_of(7);
  const SecretKey two = std::move(one);
  EXPECT_TRUE(one.secret().empty());
  EXPECT_EQ(public_key(two), public_key(key_of(7)));
}

TEST(SecretKey, GeneratesDistinctKeys) {
  EXPECT_NE(public_key(SecretKey::generate()), public_key(SecretKey::generate()));
}

TEST(PublicKey, OfOneIsTheGenerator) {
  EXPECT_EQ(public_key(key_of(1)).hex(),
            "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
}

TEST(PublicKey, ValidSaysWhetherThePointExists) {
  EXPECT_TRUE(valid(public_key(key_of(2))));
  EXPECT_FALSE(valid(PublicKey{}));
  EXPECT_FALSE(valid(*PublicKey::parse(std::string(64, 'f'))));
  EXPECT_FALSE(VerifyingKey::parse(PublicKey{}));
}

TEST(Signature, VerifiesForItsKeyAndMessageOnly) {
  const SecretKey secret = SecretKey::generate();
  const PublicKey key = public_key(secret);
  const Hash32 message = sha256(as_bytes("message"));
  const Signature signature = sign(secret, message);
  EXPECT_TRUE(verify(key, message, signature));
  EXPECT_FALSE(verify(public_key(key_of(3)), message, signature));
  EXPECT_FALSE(verify(PublicKey{}, message, signature));
  EXPECT_FALSE(verify(key, sha256(as_bytes("other")), signature));
  EXPECT_FALSE(verify(key, message, Signature{}));
  EXPECT_TRUE(VerifyingKey::parse(key)->verify(message, signature));
}

TEST(Signature, EveryFlippedByteIsRefused) {
  const SecretKey secret = key_of(9);
  const auto key = *VerifyingKey::parse(public_key(secret));
  const Hash32 message = sha256(as_bytes("message"));
  const Signature good = sign(secret, message);
  for (std::size_t i = 0; i < good.bytes.size(); ++i) {
    Signature bad = good;
    bad.bytes[i] ^= 1;
    EXPECT_FALSE(key.verify(message, bad)) << i;
  }
}

TEST(Signature, TwoOfTheSameMessageDifferButBothVerify) {
  const SecretKey secret = key_of(5);
  const Hash32 message{};
  const Signature a = sign(secret, message);
  const Signature b = sign(secret, message);
  EXPECT_NE(a, b);
  EXPECT_TRUE(verify(public_key(secret), message, a));
  EXPECT_TRUE(verify(public_key(secret), message, b));
  EXPECT_EQ(sign(secret, message, Hash32{}), sign(secret, message, Hash32{}));
}

TEST(Signature, IsMadeFromSixtyFourBytesOnly) {
  EXPECT_FALSE(Signature::from(Bytes(63)));
  EXPECT_FALSE(Signature::from(Bytes(65)));
  EXPECT_EQ(Signature::from(Bytes(64))->bytes, Signature{}.bytes);
}

}  // namespace
}  // namespace tally::crypto
