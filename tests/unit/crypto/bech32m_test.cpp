#include "crypto/bech32m.hpp"

#include <gtest/gtest.h>

namespace tally::crypto {
namespace {

using enum Bech32mError;

TEST(Bech32m, RoundTripsEverySizeThatFits) {
  for (std::size_t size = 0; size <= 48; ++size) {
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 37 + size);
    const auto text = bech32m_encode("tally", bytes);
    ASSERT_TRUE(text) << size;
    const auto back = bech32m_decode(*text);
    ASSERT_TRUE(back) << *text;
    EXPECT_EQ(*back, (Bech32m{"tally", bytes}));
  }
}

TEST(Bech32m, ReadsUpperCaseAsLowerCase) {
  std::string text = *bech32m_encode("tally", Bytes{1, 2, 3});
  for (char& c : text) c = static_cast<char>(std::toupper(c));
  EXPECT_EQ(*bech32m_decode(text), (Bech32m{"tally", Bytes{1, 2, 3}}));
}

TEST(Bech32m, FindsEveryWrongCharacter) {
  const std::string good = *bech32m_encode("tally", Bytes(33, 7));
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = bad[i] == 'q' ? 'p' : 'q';
    EXPECT_FALSE(bech32m_decode(bad)) << i;
  }
}

TEST(Bech32m, RefusesWhatIsNotBech32m) {
  struct Case {
    std::string text;
    Bech32mError error;
  };
  // In the order of the checks; each text also has later faults.
  const Case cases[] = {
      {std::string(91, 'Q') + "b", kTooLong},
      {"Tally", kMixedCase},
      {"", kNoSeparator},
      {"tally", kNoSeparator},
      {"1qqq", kPrefixLength},
      {std::string(84, 'a') + "1qqq", kPrefixLength},
      {" 1qqq", kPrefixCharacter},
      {"\x7f"
       "1qqq",
       kPrefixCharacter},
      {"\xc3\xa9"
       "1qqq",
       kPrefixCharacter},
      {"a1bbbbb", kTooShort},
      {"a1bqqqqq", kDataCharacter},
      {"a1qqqqqq", kChecksum},
  };
  for (const Case& c : cases) {
    const auto result = bech32m_decode(c.text);
    ASSERT_FALSE(result) << c.text;
    EXPECT_EQ(result.error(), c.error) << c.text;
  }
}

TEST(Bech32m, RefusesWhatCannotBeEncoded) {
  EXPECT_EQ(bech32m_encode_words("", Bytes{32}).error(), kPrefixLength);
  EXPECT_EQ(bech32m_encode_words(std::string(84, 'a'), Bytes{32}).error(), kPrefixLength);
  EXPECT_EQ(bech32m_encode_words("tally\n", Bytes{32}).error(), kPrefixCharacter);
  EXPECT_EQ(bech32m_encode_words("Tally", Bytes{32}).error(), kPrefixCharacter);
  EXPECT_EQ(bech32m_encode_words("tally", Bytes(200, 32)).error(), kDataCharacter);
  // 5 of prefix, the separator, 78 words and the checksum are 90 characters.
  EXPECT_EQ(bech32m_encode_words("tally", Bytes(78))->size(), 90U);
  EXPECT_EQ(bech32m_encode_words("tally", Bytes(79)).error(), kTooLong);
  EXPECT_EQ(bech32m_encode_words(std::string(83, 'a'), {})->size(), 90U);
  EXPECT_EQ(bech32m_encode("tally", Bytes(1'000'000)).error(), kTooLong);
}

TEST(Bech32m, BytesHaveOneTextOnly) {
  // One byte is two words, the last two bits of which are padding.
  EXPECT_EQ(bytes_to_words(Bytes{0xff}), (Bytes{31, 28}));
  EXPECT_EQ(*words_to_bytes(Bytes{31, 28}), (Bytes{0xff}));
  EXPECT_EQ(words_to_bytes(Bytes{31, 29}).error(), kPadding);
  EXPECT_EQ(words_to_bytes(Bytes{0}).error(), kPadding);
  EXPECT_EQ(words_to_bytes(Bytes{31, 28, 0}).error(), kPadding);
  EXPECT_EQ(words_to_bytes(Bytes{31, 32}).error(), kDataCharacter);
  EXPECT_EQ(bech32m_decode(*bech32m_encode_words("a", Bytes{31, 29})).error(), kPadding);
  EXPECT_EQ(*words_to_bytes({}), Bytes{});
}

}  // namespace
}  // namespace tally::crypto
