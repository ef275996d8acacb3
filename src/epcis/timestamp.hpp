// Points in time and zone offsets as EPCIS writes them.
// Source: RFC 3339; EPCIS 2.0 (ISO/IEC 19987:2024), section 7.3.4.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tally::epcis {

/// Milliseconds since the Unix epoch, UTC; negative before it.
struct Timestamp {
  std::int64_t ms = 0;

  auto operator<=>(const Timestamp&) const = default;

  /// `2026-03-02T08:15:00.000Z`.
  [[nodiscard]] std::string iso() const;
};

/// Reads `YYYY-MM-DDThh:mm:ss[.fraction](Z|±hh:mm)`, years 0001 to 9999 in UTC; digits beyond the
/// millisecond are rounded half up, as the event hash does; a leap second counts as the next one.
/// Nothing if it is not that, or not a date.
std::optional<Timestamp> parse_timestamp(std::string_view text);

/// `±hh:mm` between -14:00 and +14:00.
bool is_zone_offset(std::string_view text);

}  // namespace tally::epcis
