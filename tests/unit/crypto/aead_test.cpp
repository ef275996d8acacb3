#include "crypto/aead.hpp"

#include <gtest/gtest.h>

#include "base/id.hpp"

namespace tally::crypto {
namespace {

constexpr Hash32 kKey{1, 2, 3};

Bytes bytes_of(const std::optional<SecretBytes>& opened) {
  return {opened->view().begin(), opened->view().end()};
}

TEST(Aead, OpensWhatItSealed) {
  for (const std::size_t size : {0, 1, 63, 64, 65, 100'000}) {
    const Bytes message(size, 0x5a);
    for (const Bytes& associated : {Bytes{}, Bytes{9}}) {
      const Bytes sealed = aead_seal(kKey, message, associated);
      EXPECT_EQ(sealed.size(), size + kAeadOverheadBytes);
      const auto opened = aead_open(kKey, sealed, associated);
      ASSERT_TRUE(opened) << size;
      EXPECT_EQ(bytes_of(opened), message);
    }
  }
}

TEST(Aead, AgreesWithRfc8439) {
  // Section 2.8.2.
  const auto key =
      *array_from_hex<32>("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
  const Bytes sealed = *from_hex(
      "070000004041424344454647"
      "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92"
      "72"
      "8b1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b48"
      "31"
      "d7bc3ff4def08e4b7a9de576d26586cec64b6116"
      "1ae10b594f09e26a7e902ecbd0600691");
  const auto opened = aead_open(key, sealed, *from_hex("50515253c0c1c2c3c4c5c6c7"));
  ASSERT_TRUE(opened);
  EXPECT_EQ(as_text(opened->view()),
            "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
            "future, sunscreen would be it.");
}

TEST(Aead, SealsTheSameMessageDifferently) {
  EXPECT_NE(aead_seal(kKey, Bytes{1}, {}), aead_seal(kKey, Bytes{1}, {}));
}

TEST(Aead, RefusesEveryChange) {
  const Bytes good = aead_seal(kKey, Bytes{1, 2, 3}, Bytes{4});
  for (std::size_t i = 0; i < good.size(); ++i) {
    Bytes bad = good;
    bad[i] ^= 1;
    EXPECT_FALSE(aead_open(kKey, bad, Bytes{4})) << i;
  }
  EXPECT_FALSE(aead_open(kKey, good, Bytes{5}));
  EXPECT_FALSE(aead_open(kKey, good, {}));
  EXPECT_FALSE(aead_open(Hash32{}, good, Bytes{4}));
  EXPECT_FALSE(aead_open(kKey, ByteView(good).first(good.size() - 1), Bytes{4}));
}

TEST(Aead, RefusesWhatIsTooShort) {
  for (std::size_t size = 0; size <= kAeadOverheadBytes; ++size) {
    EXPECT_FALSE(aead_open(kKey, Bytes(size), {})) << size;
  }
}

}  // namespace
}  // namespace tally::crypto
