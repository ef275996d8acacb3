#include "epcis/application_identifier.hpp"

#include <gtest/gtest.h>

namespace tally::epcis {
namespace {

TEST(ApplicationIdentifier, CheckDigits) {
  EXPECT_EQ(check_digit("0950600013435"), '2');
  EXPECT_EQ(check_digit("14012345112223334"), '1');
  EXPECT_EQ(check_digit("0000000000000"), '0');
}

TEST(ApplicationIdentifier, ExistOrNot) {
  for (const auto ai :
       {"00",   "01",   "10",  "21",  "235",  "254", "3100", "3165", "3375", "3695",
        "3909", "3943", "414", "417", "7040", "710", "8003", "8020", "90",   "99"}) {
    EXPECT_NE(find_ai(ai), nullptr) << ai;
  }
  for (const auto ai : {"", "0", "04", "1", "23", "89", "3106", "3385", "3944", "999", "8021", "1a",
                        "00000", "310"}) {
    EXPECT_EQ(find_ai(ai), nullptr) << ai;
  }
}

struct Row {
  std::string_view ai;
  std::string_view value;
  Gs1Fault fault;
};

TEST(ApplicationIdentifier, ValuesAreCheckedInReadingOrder) {
  const Row rows[] = {
      {"89", "1", {Gs1Error::unknown_ai, "89"}},
      {"01", "", {Gs1Error::empty, "01"}},
      {"01", "0950600013435", {Gs1Error::bad_length, "01", 13}},
      {"01", "095060001343520", {Gs1Error::bad_length, "01", 14}},
      {"01", "0950600013435x", {Gs1Error::bad_character, "01", 13}},
      {"01", "09506000134353", {Gs1Error::wrong_check_digit, "01", 13, '2'}},
      {"00", "140123451122233340", {Gs1Error::wrong_check_digit, "00", 17, '1'}},
      {"21", "a\"b c", {Gs1Error::bad_character, "21", 3}},
      {"21", "123456789012345678901", {Gs1Error::bad_length, "21", 20}},
      {"253", "4012345555553", {Gs1Error::wrong_check_digit, "253", 12, '4'}},
      {"8003", "14012345000771", {Gs1Error::bad_value, "8003", 0}},
      {"8003", "040123450007728", {Gs1Error::wrong_check_digit, "8003", 13, '1'}},
      {"8010", "abc", {Gs1Error::bad_character, "8010", 0}},
      {"17", "261301", {Gs1Error::bad_value, "17", 0}},
      {"17", "260230", {Gs1Error::bad_value, "17", 0}},
      {"3103", "12345", {Gs1Error::bad_length, "3103", 5}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(std::string(row.ai) + " " + std::string(row.value));
    const auto checked = check_ai_value(row.ai, row.value);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error(), row.fault)
        << to_string(checked.error().code) << ' ' << checked.error().at;
  }
}

TEST(ApplicationIdentifier, BoundariesAreTaken) {
  for (const auto& [ai, value] : std::initializer_list<std::pair<const char*, const char*>>{
           {"21", "1"},
           {"21", "12345678901234567890"},
           {"21", "!\"%&'()*+,-./:;<=>?_"},
           {"253", "4012345555554"},
           {"253", "401234555555412345678901234567"},
           {"17", "260200"},
           {"8011", "0"},
           {"8010", "#-/09AZ"},
           {"242", "123456"}}) {
    EXPECT_TRUE(check_ai_value(ai, value)) << ai << ' ' << value;
  }
  EXPECT_TRUE(check_ai_value("01", "09506000134353", CheckDigits::ignore));
}

}  // namespace
}  // namespace tally::epcis
