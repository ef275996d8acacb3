#include "crypto/passphrase_box.hpp"

#include <gtest/gtest.h>

namespace tally::crypto {
namespace {

using enum PassphraseBoxError;

constexpr ScryptCost kCheap{4, 1, 1};
constexpr std::size_t kVersionAt = 8;
constexpr std::size_t kCostAt = 9;

Bytes box_of(ByteView secret) { return *seal_with_passphrase(secret, "passphrase", kCheap); }

TEST(PassphraseBox, OpensWithItsPassphraseOnly) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{32}, kPassphraseBoxSecretBytesMax}) {
    const Bytes secret(size, 7);
    const Bytes box = box_of(secret);
    const auto opened = open_with_passphrase(box, "passphrase");
    ASSERT_TRUE(opened) << size;
    EXPECT_EQ(Bytes(opened->view().begin(), opened->view().end()), secret);
    EXPECT_EQ(open_with_passphrase(box, "Passphrase").error(), kWrongPassphrase);
    EXPECT_EQ(open_with_passphrase(box, "").error(), kWrongPassphrase);
  }
}

TEST(PassphraseBox, OpensAtTheDefaultCost) {
  const Bytes box = *seal_with_passphrase(Bytes{1}, "");
  EXPECT_EQ(box[kCostAt], 17);
  EXPECT_TRUE(open_with_passphrase(box, ""));
}

TEST(PassphraseBox, NamesWhatIsWrong) {
  const auto changed = [](std::size_t at, std::uint8_t value) {
    Bytes box = box_of(Bytes{1, 2, 3});
    box[at] = value;
    return box;
  };
  struct Case {
    Bytes box;
    PassphraseBoxError error;
  };
  Bytes other_version_and_cost = changed(kVersionAt, 2);
  other_version_and_cost[kCostAt] = 255;
  // In the order of the checks; each box also has later faults.
  const Case cases[] = {
      {Bytes(kPassphraseBoxSecretBytesMax + 1000), kTooLarge},
      {{}, kNotABox},
      {Bytes(71, 'T'), kNotABox},
      {changed(0, 't'), kNotABox},
      {other_version_and_cost, kVersionUnknown},
      {changed(kCostAt, 255), kCostNotAllowed},
      {changed(kCostAt + 1, 0), kCostNotAllowed},
      {changed(kCostAt + 2, 200), kCostNotAllowed},
      {changed(kCostAt, 5), kWrongPassphrase},
  };
  for (const Case& c : cases) {
    const auto opened = open_with_passphrase(c.box, "passphrase");
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error(), c.error);
  }
}

TEST(PassphraseBox, RefusesEveryFlippedBitAndEveryPrefix) {
  const Bytes good = box_of(Bytes{1});
  for (std::size_t i = 0; i < good.size(); ++i) {
    if (i >= kCostAt && i < kCostAt + 3) continue;  // a flipped bit there may ask for a lot of work
    Bytes bad = good;
    bad[i] ^= 1;
    EXPECT_FALSE(open_with_passphrase(bad, "passphrase")) << i;
    EXPECT_FALSE(open_with_passphrase(ByteView(good).first(i), "passphrase")) << i;
  }
}

TEST(PassphraseBox, IsNotMadeBeyondTheLimits) {
  EXPECT_EQ(seal_with_passphrase(Bytes(kPassphraseBoxSecretBytesMax + 1), "", {0, 0, 0}).error(),
            kTooLarge);
  EXPECT_EQ(seal_with_passphrase({}, "", {25, 8, 1}).error(), kCostNotAllowed);
}

}  // namespace
}  // namespace tally::crypto
