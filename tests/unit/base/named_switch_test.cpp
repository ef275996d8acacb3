#include "base/named_switch.hpp"

#include <gtest/gtest.h>

#ifdef TALLY_FAILPOINTS

#include <array>
#include <cstdlib>

namespace tally {
namespace {

constexpr const char* kVariable = "TALLY_NAMED_SWITCH_TEST";
constexpr std::array<std::string_view, 3> kNames{"first", "second", "third"};

NamedSwitch read(const char* value) {
  ::setenv(kVariable, value, 1);
  return read_switch(kVariable, kNames);
}

TEST(NamedSwitch, WhatIsNotSetNamesNothing) {
  ::unsetenv(kVariable);
  EXPECT_EQ(read_switch(kVariable, kNames).index, kNames.size());
  EXPECT_EQ(read("").index, kNames.size());
}

TEST(NamedSwitch, ANameAndItsNumber) {
  EXPECT_EQ(read("second").index, 1u);
  EXPECT_EQ(read("second").number, 1u);
  EXPECT_EQ(read("third:40").index, 2u);
  EXPECT_EQ(read("third:40").number, 40u);
}

TEST(NamedSwitch, WhatNamesNothingEndsTheProcess) {
  for (const auto* wrong : {"fourth", "Second", "second ", "second:", "second:0", "second:x"}) {
    EXPECT_DEATH((void)read(wrong), "") << wrong;
  }
}

}  // namespace
}  // namespace tally

#endif
