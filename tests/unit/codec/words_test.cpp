#include "codec/words.hpp"

#include <gtest/gtest.h>

#include <set>

namespace tally::codec {
namespace {

template <typename E>
void both_ways() {
  std::set<std::string_view> texts;
  for (const auto& entry : kWords<E>) {
    EXPECT_EQ(word(entry.value), entry.text);
    EXPECT_EQ(from_word<E>(entry.text), entry.value);
    EXPECT_EQ(from_number<E>(static_cast<int>(entry.value)), entry.value);
    EXPECT_TRUE(texts.insert(entry.text).second) << entry.text;
  }
  EXPECT_EQ(from_word<E>("Unknown"), std::nullopt);
  EXPECT_EQ(from_number<E>(256), std::nullopt);
  EXPECT_EQ(from_number<E>(-1), std::nullopt);
}

TEST(Words, GoBothWays) {
  both_ways<contracts::AssetKind>();
  both_ways<contracts::IouStatus>();
  both_ways<contracts::ItemStatus>();
  both_ways<contracts::ItemFlag>();
  both_ways<contracts::Verdict>();
  both_ways<contracts::Disposition>();
  both_ways<contracts::OrderState>();
  both_ways<contracts::Role>();
  both_ways<contracts::Account::Kind>();
  both_ways<contracts::RegistryKind>();
  both_ways<contracts::NetworkKind>();
}

}  // namespace
}  // namespace tally::codec
