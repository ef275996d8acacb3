#include "contracts/error_code.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>

namespace tally::contracts {
namespace {

const std::vector<ErrorCode> kAll{
#define X(name, number, error_class, retry, title) ErrorCode::name,
#include "contracts/error_code.def"
#undef X
};

TEST(ErrorCode, NumbersAndNamesAreUnique) {
  std::set<ErrorCode> numbers;
  std::set<std::string_view> names;
  for (const auto code : kAll) {
    EXPECT_TRUE(numbers.insert(code).second) << name(code);
    EXPECT_TRUE(names.insert(name(code)).second) << name(code);
  }
}

TEST(ErrorCode, IsFoundByItsNumber) {
  for (const auto code : kAll) EXPECT_EQ(error_code(static_cast<std::uint16_t>(code)), code);
  for (const std::uint16_t number : std::initializer_list<std::uint16_t>{0, 1000, 9999, 65535}) {
    EXPECT_EQ(error_code(number), std::unexpected(number));
  }
}

TEST(ErrorCode, EachFamilyHasItsClass) {
  const std::map<int, ErrorClass> classes{
      {1, ErrorClass::malformed},  {2, ErrorClass::unauthorised}, {3, ErrorClass::conflict},
      {4, ErrorClass::rule},       {5, ErrorClass::expired},      {6, ErrorClass::not_found},
      {7, ErrorClass::overloaded}, {9, ErrorClass::internal}};
  for (const auto code : kAll) {
    EXPECT_EQ(error_class(code), classes.at(static_cast<int>(code) / 1000)) << name(code);
    EXPECT_FALSE(name(error_class(code)).empty());
    EXPECT_FALSE(name(retry(code)).empty());
    EXPECT_FALSE(title(code).empty());
    EXPECT_NE(title(code).back(), '.') << name(code);
  }
}

// Callers and journals keep these: a line of the golden file never changes and is never taken away.
// A new code gets a new line there; a code that is given back stays as RETIRED.
TEST(ErrorCode, IsAppendOnly) {
  std::ifstream file(TALLY_SOURCE_DIR "/tests/golden/error_codes.txt");
  ASSERT_TRUE(file);
  std::map<std::string, int> golden;
  std::string text;
  int number = 0;
  while (file >> text >> number) golden.emplace(text, number);
  std::map<std::string, int> codes;
  for (const auto code : kAll) codes.emplace(name(code), static_cast<int>(code));
#define X(name, number, error_class, retry, title)
#define RETIRED(name, number)                                      \
  EXPECT_FALSE(error_code(number)) << #name << " is in use again"; \
  EXPECT_TRUE(codes.emplace(#name, number).second);
#include "contracts/error_code.def"
#undef RETIRED
#undef X
  EXPECT_EQ(codes, golden);
}

}  // namespace
}  // namespace tally::contracts
