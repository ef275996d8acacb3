#include "epcis/timestamp.hpp"

#include <gtest/gtest.h>

namespace tally::epcis {
namespace {

TEST(Timestamp, ReadsAndPrintsUtcMilliseconds) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"},
      {"2005-04-03T20:33:31.116000-06:00", "2005-04-04T02:33:31.116Z"},
      {"2020-02-29T23:59:59.9994+00:00", "2020-02-29T23:59:59.999Z"},
      {"2020-02-29T23:59:59.9995z", "2020-03-01T00:00:00.000Z"},
      {"2016-12-31t23:59:60Z", "2017-01-01T00:00:00.000Z"},
      {"1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500Z"},
      {"0001-01-01T00:00:00.1234567890123Z", "0001-01-01T00:00:00.123Z"},
      {"9999-12-31T23:59:59.999+14:00", "9999-12-31T09:59:59.999Z"},
  };
  for (const auto& [text, iso] : rows) {
    const auto time = parse_timestamp(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(time->iso(), iso);
  }
  EXPECT_EQ(parse_timestamp("2001-09-09T01:46:40Z")->ms, 1'000'000'000'000);
}

TEST(Timestamp, RefusesWhatIsNoTime) {
  for (const auto text :
       {"", "2020-01-01", "2020-01-01T00:00:00", "2020-01-01 00:00:00Z", "2020-1-01T00:00:00Z",
        "2021-02-29T00:00:00Z", "2020-13-01T00:00:00Z", "2020-00-01T00:00:00Z",
        "2020-01-01T24:00:00Z", "2020-01-01T00:60:00Z", "2020-01-01T00:00:61Z",
        "2020-01-01T00:00:00.Z", "2020-01-01T00:00:00+1:00", "2020-01-01T00:00:00+24:00",
        "2020-01-01T00:00:00+01:60", "2020-01-01T00:00:00Zx", "0000-01-01T00:00:00Z",
        "2020-01-01T00:00:00+0100",
        // Years in UTC that have no four digits.
        "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59.9995Z", "9999-12-31T23:59:59-00:01"}) {
    EXPECT_FALSE(parse_timestamp(text)) << text;
  }
}

TEST(Timestamp, ZoneOffsets) {
  for (const auto text : {"+00:00", "-00:00", "+14:00", "-14:00", "+05:45"}) {
    EXPECT_TRUE(is_zone_offset(text)) << text;
  }
  for (const auto text : {"", "Z", "+1:00", "+14:01", "+0100", "+05:60", "05:00", "+05:00 "}) {
    EXPECT_FALSE(is_zone_offset(text)) << text;
  }
}

}  // namespace
}  // namespace tally::epcis
