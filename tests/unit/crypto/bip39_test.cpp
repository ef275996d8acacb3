#include "crypto/bip39.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tally::crypto {
namespace {

using enum Bip39Error;

const std::string kZeros =
    "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";

std::string words_of(ByteView entropy) {
  return std::string(as_text(mnemonic_from_entropy(entropy)->view()));
}

TEST(Bip39, RoundTripsEverySize) {
  for (const std::size_t size : {16, 20, 24, 28, 32}) {
    const auto entropy = random_array<32>();
    const auto used = ByteView(entropy).first(size);
    const std::string words = words_of(used);
    const auto back = entropy_from_mnemonic(words);
    ASSERT_TRUE(back) << words;
    EXPECT_TRUE(constant_time_equal(back->view(), used));
  }
}

TEST(Bip39, TakesTheEntropySizesOfTheStandardOnly) {
  for (const std::size_t size : {0, 4, 12, 15, 17, 18, 33, 36, 64}) {
    EXPECT_EQ(mnemonic_from_entropy(Bytes(size)).error(), kEntropySize) << size;
  }
}

TEST(Bip39, ReadsAnySpacingAndCase) {
  std::string typed = "\n  " + kZeros + "\t\r\n";
  typed.replace(typed.find(" abandon abandon"), 1, " \n ");
  for (char& c : typed) c = static_cast<char>(std::toupper(c));
  EXPECT_TRUE(constant_time_equal(entropy_from_mnemonic(typed)->view(), Bytes(16)));
  EXPECT_TRUE(constant_time_equal(seed_from_mnemonic(typed, "x")->view(),
                                  seed_from_mnemonic(kZeros, "x")->view()));
}

TEST(Bip39, NamesWhatIsWrong) {
  struct Case {
    std::string mnemonic;
    std::string passphrase;
    Bip39Error error;
  };
  const std::string eleven = kZeros.substr(0, kZeros.rfind(' '));
  // In the order of the checks; each case also has later faults.
  const Case cases[] = {
      {"", "\n", kWordCount},
      {eleven + " x abandon", "\n", kWordCount},
      {std::string(100'000, 'x'), "\n", kWordCount},
      {[] {
         std::string many;
         for (int i = 0; i < 100'000; ++i) many += "abandon ";
         return many;
       }(),
       "\n", kWordCount},
      {eleven + " abou", "\n", kUnknownWord},
      {eleven + " aboutt", "\n", kUnknownWord},
      {eleven + " " + std::string(1000, 'z'), "\n", kUnknownWord},
      {eleven + " zzz", "\n", kUnknownWord},
      {eleven + " caf\xc3\xa9", "\n", kUnknownWord},
      {eleven + " abandon", "\n", kChecksum},
      {kZeros, "\n" + std::string(300, 'x'), kPassphraseNotAscii},
      {kZeros, "caf\xc3\xa9", kPassphraseNotAscii},
      {kZeros, std::string(257, 'x'), kPassphraseTooLong},
  };
  for (const Case& c : cases) {
    const auto seed = seed_from_mnemonic(c.mnemonic, c.passphrase);
    ASSERT_FALSE(seed);
    EXPECT_EQ(seed.error(), c.error) << c.mnemonic.substr(0, 100);
  }
  EXPECT_TRUE(seed_from_mnemonic(kZeros, std::string(256, '~')));
}

TEST(Bip39, GeneratesValidDistinctMnemonics) {
  const auto a = generate_mnemonic();
  const auto b = generate_mnemonic();
  EXPECT_NE(as_text(a.view()), as_text(b.view()));
  EXPECT_EQ(entropy_from_mnemonic(as_text(a.view()))->size(), 32U);
}

}  // namespace
}  // namespace tally::crypto
