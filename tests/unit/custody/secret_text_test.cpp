#include "custody/secret_text.hpp"

#include <gtest/gtest.h>

namespace tally::custody {
namespace {

TEST(SecretText, IsAPrefixAndDigitsAndBack) {
  const Bytes secret{0x00, 0x9f, 0xff};
  EXPECT_EQ(as_text(secret_text("x_", secret).view()), "x_009fff");
  const auto back = secret_from_text("x_", "x_009fff", 3);
  ASSERT_TRUE(back);
  EXPECT_TRUE(std::ranges::equal(back->view(), secret));
}

TEST(SecretText, RefusesAnotherForm) {
  for (const auto* text : {"", "x_", "y_009fff", "x_009ff", "x_009fff0", "x_009fff00", "x_009ffg",
                           "009fff", " x_009fff"}) {
    EXPECT_FALSE(secret_from_text("x_", text, 3)) << text;
  }
}

}  // namespace
}  // namespace tally::custody
