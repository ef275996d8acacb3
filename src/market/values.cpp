#include "market/values.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <vector>

#include <fmt/format.h>

#include "base/checked.hpp"

namespace tally::market {
namespace {

constexpr std::uint64_t kSecondMs = 1'000;
constexpr std::uint64_t kMinuteMs = 60 * kSecondMs;
constexpr std::uint64_t kHourMs = 60 * kMinuteMs;
constexpr std::uint64_t kDayMs = 24 * kHourMs;
constexpr std::uint64_t kTimeMsMax = 253'402'300'799'999;  // the last of the year 9999

bool all_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// The number at the front of `text`, which has `digits` digits there; the rest stays.
std::optional<int> take_digits(std::string_view& text, std::size_t digits) {
  if (text.size() < digits || !all_digits(text.substr(0, digits))) return std::nullopt;
  int out = 0;
  for (const char c : text.substr(0, digits)) out = out * 10 + (c - '0');
  text.remove_prefix(digits);
  return out;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

// `.5` and the like in milliseconds.
std::optional<int> take_fraction(std::string_view& text) {
  if (!take(text, '.')) return 0;
  const auto end = std::ranges::find_if(text, [](char c) { return c < '0' || c > '9'; });
  const auto digits = static_cast<std::size_t>(end - text.begin());
  if (digits == 0 || digits > 9) return std::nullopt;
  int out = 0;
  for (std::size_t i = 0; i < 3; ++i) out = out * 10 + (i < digits ? text[i] - '0' : 0);
  text.remove_prefix(digits);
  return out;
}

// `Z` or `±hh:mm` at the end, in minutes.
std::optional<int> take_offset(std::string_view& text) {
  if (take(text, 'Z') || take(text, 'z')) return 0;
  const int sign = take(text, '-') ? -1 : 1;
  if (sign > 0 && !take(text, '+')) return std::nullopt;
  const auto hours = take_digits(text, 2);
  if (!hours || *hours > 23 || !take(text, ':')) return std::nullopt;
  const auto minutes = take_digits(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  return sign * (*hours * 60 + *minutes);
}

std::optional<std::uint64_t> parse_rfc_3339(std::string_view text) {
  const auto year = take_digits(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day || !(take(text, 'T') || take(text, 't') || take(text, ' '))) return std::nullopt;
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59 || !take(text, ':')) return std::nullopt;
  const auto second = take_digits(text, 2);
  if (!second || *second > 59) return std::nullopt;
  const auto milliseconds = take_fraction(text);
  if (!milliseconds) return std::nullopt;
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  const auto time = std::chrono::sys_days{date} + std::chrono::hours{*hour} +
                    std::chrono::minutes{*minute - *offset} + std::chrono::seconds{*second} +
                    std::chrono::milliseconds{*milliseconds};
  const auto ms = time.time_since_epoch().count();
  if (ms < 0) return std::nullopt;
  return static_cast<std::uint64_t>(ms);
}

}  // namespace

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t out = 0;
  if (text.empty() || !all_digits(text)) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return out;
}

std::optional<std::uint64_t> parse_amount(std::string_view text, std::uint32_t decimals) {
  const auto point = text.find('.');
  const auto whole = text.substr(0, point);
  std::string digits(whole);
  std::size_t fraction = 0;
  if (point != std::string_view::npos) {
    fraction = text.size() - point - 1;
    if (fraction == 0 || fraction > decimals) return std::nullopt;
    digits += text.substr(point + 1);
  }
  if (whole.empty()) return std::nullopt;
  digits.append(decimals - fraction, '0');
  return parse_number(digits);
}

std::string format_amount(std::uint64_t minor, std::uint32_t decimals) {
  auto text = std::to_string(minor);
  if (decimals == 0) return text;
  if (text.size() <= decimals) text.insert(0, decimals + 1 - text.size(), '0');
  text.insert(text.size() - decimals, 1, '.');
  return text;
}

std::optional<std::uint64_t> parse_time_ms(std::string_view text) {
  if (const auto number = parse_number(text)) {
    return *number <= kTimeMsMax ? number : std::nullopt;
  }
  return parse_rfc_3339(text);
}

std::string format_time_ms(std::uint64_t time_ms) {
  if (time_ms > kTimeMsMax) return std::to_string(time_ms);
  const std::chrono::year_month_day date{
      std::chrono::sys_days{std::chrono::days{static_cast<int>(time_ms / kDayMs)}}};
  const auto rest = time_ms % kDayMs;
  auto out = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                         static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                         rest / kHourMs, rest / kMinuteMs % 60, rest / kSecondMs % 60);
  if (rest % kSecondMs != 0) out += fmt::format(".{:03}", rest % kSecondMs);
  return out + 'Z';
}

std::optional<std::uint64_t> parse_duration_ms(std::string_view text) {
  struct Unit {
    std::string_view suffix;
    std::uint64_t ms;
  };
  // `ms` before its own suffix `s`.
  static constexpr Unit kUnits[] = {
      {"ms", 1}, {"s", kSecondMs}, {"m", kMinuteMs}, {"h", kHourMs}, {"d", kDayMs}};
  for (const auto& unit : kUnits) {
    if (!text.ends_with(unit.suffix)) continue;
    const auto number = parse_number(text.substr(0, text.size() - unit.suffix.size()));
    return number ? checked_mul(*number, unit.ms) : std::nullopt;
  }
  return parse_number(text);
}

}  // namespace tally::market
