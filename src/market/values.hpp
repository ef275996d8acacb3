// How people write values: amounts in whole units, times, durations, and the word that they may
// have meant. All functions are pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tally::market {

/// An unsigned number of decimal digits alone; nothing beyond 64 bits.
std::optional<std::uint64_t> parse_number(std::string_view text);

/// The minor units of an amount in whole ones, as `12.50` or `12`: digits, and after a point 1 …
/// `decimals` more. Nothing if it is not that or needs more than 64 bits. `decimals` is at most
/// contracts::kDecimalsMax.
std::optional<std::uint64_t> parse_amount(std::string_view text, std::uint32_t decimals);

/// The amount in whole units with all its decimals: 1250 of 2 decimals is `12.50`.
std::string format_amount(std::uint64_t minor, std::uint32_t decimals);

/// Unix milliseconds of an RFC 3339 time, `2027-03-01T12:00:00Z`, with an offset or up to 9 digits
/// of a second if wanted (those beyond the millisecond are dropped), or of a decimal number of
/// them. Nothing before 1970 or after 9999.
std::optional<std::uint64_t> parse_time_ms(std::string_view text);

/// `2027-03-01T12:00:00Z`, with `.500` only where there are milliseconds; beyond the year 9999 the
/// number.
std::string format_time_ms(std::uint64_t time_ms);

/// Milliseconds of a duration: a decimal number with the unit `ms`, `s`, `m`, `h` or `d`, or a bare
/// number of milliseconds. Nothing on overflow.
std::optional<std::uint64_t> parse_duration_ms(std::string_view text);

}  // namespace tally::market
