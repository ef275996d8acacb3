#include "market/values.hpp"

#include <gtest/gtest.h>

#include <array>

namespace tally::market {
namespace {

TEST(Values, AmountsInWholeUnits) {
  struct Row {
    std::string_view text;
    std::uint32_t decimals;
    std::optional<std::uint64_t> minor;
  };
  const Row rows[] = {{"12.50", 2, 1'250},
                      {"12.5", 2, 1'250},
                      {"12", 2, 1'200},
                      {"0.01", 2, 1},
                      {"0", 0, 0},
                      {"7", 0, 7},
                      {"18446744073709551615", 0, UINT64_MAX},
                      {"18.446744073709551615", 18, UINT64_MAX},
                      {"18446744073709551616", 0, {}},
                      {"184467440737095516.16", 2, {}},
                      {"1.005", 2, {}},
                      {"1.", 2, {}},
                      {".5", 2, {}},
                      {"", 2, {}},
                      {".", 2, {}},
                      {"1.5", 0, {}},
                      {"-1", 2, {}},
                      {"+1", 2, {}},
                      {"1e3", 2, {}},
                      {"1,50", 2, {}},
                      {" 1", 2, {}},
                      {"1.2.3", 4, {}}};
  for (const auto& row : rows) {
    EXPECT_EQ(parse_amount(row.text, row.decimals), row.minor) << row.text;
  }
}

TEST(Values, AmountsComeBackAsTheyWent) {
  for (const std::uint32_t decimals : {0u, 1u, 2u, 8u, 18u}) {
    for (const std::uint64_t minor : {0ull, 1ull, 10ull, 1'234'567ull, ~0ull}) {
      EXPECT_EQ(parse_amount(format_amount(minor, decimals), decimals), minor)
          << format_amount(minor, decimals);
    }
  }
  EXPECT_EQ(format_amount(1'250, 2), "12.50");
  EXPECT_EQ(format_amount(5, 2), "0.05");
  EXPECT_EQ(format_amount(5, 0), "5");
}

TEST(Values, Times) {
  struct Row {
    std::string_view text;
    std::optional<std::uint64_t> ms;
  };
  const Row rows[] = {{"1970-01-01T00:00:00Z", 0},
                      {"2027-03-01T12:00:00Z", 1'803'902'400'000},
                      {"2027-03-01T14:00:00+02:00", 1'803'902'400'000},
                      {"2027-03-01T06:30:00-05:30", 1'803'902'400'000},
                      {"2027-03-01t12:00:00.5z", 1'803'902'400'500},
                      {"2027-03-01 12:00:00.123456789Z", 1'803'902'400'123},
                      {"2028-02-29T00:00:00Z", 1'835'395'200'000},
                      {"9999-12-31T23:59:59.999Z", 253'402'300'799'999},
                      {"1803902400000", 1'803'902'400'000},
                      {"253402300800000", {}},
                      {"2027-02-29T00:00:00Z", {}},
                      {"2027-13-01T00:00:00Z", {}},
                      {"2027-03-01T24:00:00Z", {}},
                      {"2027-03-01T12:60:00Z", {}},
                      {"2027-03-01T12:00:60Z", {}},
                      {"2027-03-01T12:00:00", {}},
                      {"2027-03-01T12:00:00+2:00", {}},
                      {"2027-03-01T12:00:00.Z", {}},
                      {"2027-03-01T12:00:00.1234567890Z", {}},
                      {"2027-03-01T12:00:00Zx", {}},
                      {"1969-12-31T23:59:59Z", {}},
                      {"2027-03-01", {}},
                      {"", {}},
                      {"soon", {}}};
  for (const auto& row : rows) EXPECT_EQ(parse_time_ms(row.text), row.ms) << row.text;
  EXPECT_EQ(format_time_ms(1'803'902'400'000), "2027-03-01T12:00:00Z");
  EXPECT_EQ(format_time_ms(1'803'902'400'050), "2027-03-01T12:00:00.050Z");
  EXPECT_EQ(format_time_ms(UINT64_MAX), "18446744073709551615");
}

TEST(Values, Durations) {
  struct Row {
    std::string_view text;
    std::optional<std::uint64_t> ms;
  };
  const Row rows[] = {{"48h", 172'800'000},
                      {"2m", 120'000},
                      {"30s", 30'000},
                      {"7d", 604'800'000},
                      {"1500ms", 1'500},
                      {"1500", 1'500},
                      {"0", 0},
                      {"h", {}},
                      {"", {}},
                      {"1.5h", {}},
                      {"-1h", {}},
                      {"1w", {}},
                      {"1h30m", {}},
                      {"213503982335d", {}}};
  for (const auto& row : rows) EXPECT_EQ(parse_duration_ms(row.text), row.ms) << row.text;
}

}  // namespace
}  // namespace tally::market
