#include "crypto/kdf.hpp"

#include <gtest/gtest.h>

namespace tally::crypto {
namespace {

TEST(Scrypt, AgreesWithRfc7914) {
  // Section 12: the first 32 of its 64 bytes, which PBKDF2 gives independently of the rest.
  EXPECT_EQ(to_hex(scrypt({}, {}, {4, 1, 1})->view()),
            "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442");
  EXPECT_EQ(
      to_hex(scrypt(as_bytes("pleaseletmein"), as_bytes("SodiumChloride"), {14, 8, 1})->view()),
      "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2");
}

TEST(Scrypt, AllowsCostsWithinBoundsOnly) {
  EXPECT_TRUE(scrypt_cost_allowed({}));
  EXPECT_TRUE(scrypt_cost_allowed({1, 1, 1}));
  EXPECT_TRUE(scrypt_cost_allowed({18, 8, kScryptParallelMax}));
  for (const ScryptCost& cost :
       {ScryptCost{0, 8, 1}, ScryptCost{17, 0, 1}, ScryptCost{17, 8, 0}, ScryptCost{18, 9, 1},
        ScryptCost{19, 8, 1}, ScryptCost{25, 1, 1}, ScryptCost{255, 255, 1}, ScryptCost{16, 1, 1},
        ScryptCost{17, 8, kScryptParallelMax + 1}}) {
    EXPECT_FALSE(scrypt_cost_allowed(cost)) << int{cost.log2_n} << ' ' << int{cost.r};
    EXPECT_FALSE(scrypt({}, {}, cost));
  }
}

TEST(Scrypt, EveryCostThatIsAllowedRuns) {
  EXPECT_TRUE(scrypt({}, {}, {18, 8, 1}));  // the most memory
  EXPECT_TRUE(scrypt({}, {}, {15, 1, 1}));
  EXPECT_TRUE(scrypt({}, {}, {1, 255, kScryptParallelMax}));
}

TEST(Hkdf, AgreesWithRfc5869) {
  // Appendix A.1 and A.3.
  EXPECT_EQ(to_hex(hkdf_sha256(Bytes(22, 0x0b), *from_hex("000102030405060708090a0b0c"),
                               *from_hex("f0f1f2f3f4f5f6f7f8f9"), 42)
                       .view()),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  EXPECT_EQ(to_hex(hkdf_sha256(Bytes(22, 0x0b), {}, {}, 42).view()),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST(Hkdf, GivesEverySize) {
  EXPECT_EQ(hkdf_sha256(Bytes{1}, {}, {}, 1).size(), 1U);
  EXPECT_EQ(hkdf_sha256(Bytes{1}, {}, {}, kHkdfBytesMax).size(), kHkdfBytesMax);
}

TEST(Pbkdf2, GivesThePublishedKey) {
  // Of the vectors that accompany RFC 6070, for SHA-512.
  EXPECT_EQ(
      to_hex(pbkdf2_sha512(as_bytes("password"), as_bytes("salt"), 1).view()),
      "867f70cf1ade02cff3752599a3a53dc4af34c7a669815ae5d513554e1c8cf252c02d470a285a0501bad999bfe9"
      "43c08f050235d7d68b1da55e63f73b60a57fce");
}

}  // namespace
}  // namespace tally::crypto
