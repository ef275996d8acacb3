#include "crypto/bip32.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <type_traits>
#include <vector>

#include "crypto/base58.hpp"

namespace tally::crypto {
namespace {

using enum Bip32Error;

ExtendedSecretKey root() { return *ExtendedSecretKey::from_seed(Bytes(16, 1)); }

TEST(Bip32, TakesSeedsOfSixteenToSixtyFourBytes) {
  EXPECT_TRUE(ExtendedSecretKey::from_seed(Bytes(16)));
  EXPECT_TRUE(ExtendedSecretKey::from_seed(Bytes(64)));
  EXPECT_EQ(ExtendedSecretKey::from_seed(Bytes(15)).error(), kSeedSize);
  EXPECT_EQ(ExtendedSecretKey::from_seed(Bytes(65)).error(), kSeedSize);
}

TEST(Bip32, APathIsItsStepsOneByOne) {
  const auto by_path = *root().descendant("m/44'/0/2147483647'");
  const auto by_steps = *root().child(44 | kHardened)->child(0)->child(2147483647 | kHardened);
  EXPECT_EQ(by_path.serialise(), by_steps.serialise());
  EXPECT_EQ(by_path.place().depth, 3);
  EXPECT_EQ(root().descendant("m")->serialise(), root().serialise());
}

TEST(Bip32, RefusesPathsOutsideTheGrammar) {
  for (const char* path :
       {"", "M", "/0", "m/", "m//0", "m/0/", "m0", "m/x", "m/-1", "m/+1", "m/0''", "m/'", "m/0h",
        "m/2147483648", "m/99999999999999999999", "m/0 ", "m/ 0"}) {
    const auto key = root().descendant(path);
    ASSERT_FALSE(key) << path;
    EXPECT_EQ(key.error(), kPath) << path;
  }
}

TEST(Bip32, EndsAtDepth255) {
  std::string path = "m";
  for (int i = 0; i < 256; ++i) path += "/0";
  EXPECT_EQ(root().descendant(path).error(), kTooDeep);
  const auto deepest = root().descendant(path.substr(0, 1 + 2 * 255));
  ASSERT_TRUE(deepest);
  EXPECT_EQ(deepest->child(0).error(), kTooDeep);
}

TEST(Bip32, BothSerialisationsComeBack) {
  const auto key = *root().descendant("m/1'/2");
  EXPECT_EQ(ExtendedSecretKey::parse(key.serialise())->serialise(), key.serialise());
  const auto shown = key.public_part();
  EXPECT_EQ(*ExtendedPublicKey::parse(shown.serialise()), shown);
  EXPECT_TRUE(
      std::equal(shown.point.begin() + 1, shown.point.end(), public_key(key.key()).bytes.begin()));
}

TEST(Bip32, NamesWhatIsWrongWithASerialisation) {
  using Change = std::function<void(Bytes&)>;
  const auto set = [](std::size_t at, std::uint8_t value) {
    return [=](Bytes& bytes) { bytes[at] = value; };
  };
  struct Case {
    std::vector<Change> changes;
    Bip32Error error;
  };
  // In the order of the checks; each row also has the faults of the rows below it.
  const Change bad_key = set(45, 9), bad_number = set(12, 1), bad_version = set(0, 9);
  const Case cases[] = {
      {{[](Bytes& b) { b.pop_back(); }, bad_version, bad_number, bad_key}, kEncoding},
      {{[](Bytes& b) { b.push_back(0); }, bad_version, bad_number, bad_key}, kEncoding},
      {{bad_version, bad_number, bad_key}, kVersion},
      {{bad_number, bad_key}, kRootFields},
      {{set(5, 1), bad_key}, kRootFields},
      {{bad_key}, kKeyRange},
      {{[](Bytes& b) { std::fill(b.begin() + 46, b.end(), 0xff); }}, kKeyRange},
  };
  const auto changed = [](const std::string& text, const Case& c) {
    Bytes bytes = *base58check_decode(text);
    for (const Change& change : c.changes) change(bytes);
    return base58check_encode(bytes);
  };
  for (const Case& c : cases) {
    EXPECT_EQ(ExtendedSecretKey::parse(changed(root().serialise(), c)).error(), c.error);
    EXPECT_EQ(ExtendedPublicKey::parse(changed(root().public_part().serialise(), c)).error(),
              c.error);
  }
  EXPECT_EQ(ExtendedSecretKey::parse("").error(), kEncoding);
  EXPECT_EQ(ExtendedSecretKey::parse(root().serialise() + "1").error(), kEncoding);
  EXPECT_EQ(ExtendedSecretKey::parse(root().public_part().serialise()).error(), kVersion);
  EXPECT_EQ(ExtendedPublicKey::parse(root().serialise()).error(), kVersion);
}

TEST(Bip32, SecretKeysAreMovedNeverCopied) {
  static_assert(!std::is_copy_constructible_v<ExtendedSecretKey>);
  static_assert(std::is_nothrow_move_constructible_v<ExtendedSecretKey>);
}

}  // namespace
}  // namespace tally::crypto
