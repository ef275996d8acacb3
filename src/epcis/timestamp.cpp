#include "epcis/timestamp.hpp"

#include <chrono>

#include <fmt/format.h>

namespace tally::epcis {

namespace {

constexpr std::int64_t kDayMs = 86'400'000;

// The years 0001 to 9999: iso() has four digits, and what it prints can be read again.
constexpr std::int64_t kMsMin = -62'135'596'800'000;
constexpr std::int64_t kMsMax = 253'402'300'799'999;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes `count` digits off the front.
std::optional<int> take_number(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int out = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (!is_digit(text[i])) return std::nullopt;
    out = out * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return out;
}

bool take_char(std::string_view& text, std::string_view any_of) {
  if (text.empty() || !any_of.contains(text.front())) return false;
  text.remove_prefix(1);
  return true;
}

/// A fraction of a second in milliseconds, 0 to 1000; nothing if the dot has no digit behind it.
std::optional<int> take_fraction(std::string_view& text) {
  if (!take_char(text, ".")) return 0;
  int ms = 0;
  std::size_t digits = 0;
  for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1), ++digits) {
    const int digit = text.front() - '0';
    if (digits < 3) ms = ms * 10 + digit;
    if (digits == 3 && digit >= 5) ++ms;
  }
  if (digits == 0) return std::nullopt;
  for (; digits < 3; ++digits) ms *= 10;
  return ms;
}

/// `Z` or `±hh:mm` in minutes east of UTC.
std::optional<int> take_offset(std::string_view& text) {
  if (take_char(text, "Zz")) return 0;
  if (text.empty()) return std::nullopt;
  const int sign = text.front() == '-' ? -1 : 1;
  if (!take_char(text, "+-")) return std::nullopt;
  const auto hours = take_number(text, 2);
  if (!hours || !take_char(text, ":")) return std::nullopt;
  const auto minutes = take_number(text, 2);
  if (!minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  return sign * (*hours * 60 + *minutes);
}

}  // namespace

std::optional<Timestamp> parse_timestamp(std::string_view text) {
  const auto year = take_number(text, 4);
  if (!year || *year == 0 || !take_char(text, "-")) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take_char(text, "-")) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day || !take_char(text, "Tt")) return std::nullopt;
  const auto hour = take_number(text, 2);
  if (!hour || !take_char(text, ":")) return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute || !take_char(text, ":")) return std::nullopt;
  const auto second = take_number(text, 2);
  if (!second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  const auto fraction_ms = take_fraction(text);
  if (!fraction_ms) return std::nullopt;
  const auto offset_min = take_offset(text);
  if (!offset_min || !text.empty()) return std::nullopt;

  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  const std::int64_t minutes = *hour * 60 + *minute - *offset_min;
  const std::int64_t ms = days * kDayMs + minutes * 60'000 + *second * 1000 + *fraction_ms;
  if (ms < kMsMin || ms > kMsMax) return std::nullopt;
  return Timestamp{ms};
}

std::string Timestamp::iso() const {
  std::int64_t days = ms / kDayMs;
  std::int64_t rest = ms % kDayMs;
  if (rest < 0) {
    rest += kDayMs;
    --days;
  }
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     rest / 3'600'000, rest / 60'000 % 60, rest / 1000 % 60, rest % 1000);
}

bool is_zone_offset(std::string_view text) {
  if (text.size() != 6 || (text.front() != '+' && text.front() != '-')) return false;
  const auto minutes = take_offset(text);
  return minutes && text.empty() && *minutes >= -14 * 60 && *minutes <= 14 * 60;
}

}  // namespace tally::epcis
