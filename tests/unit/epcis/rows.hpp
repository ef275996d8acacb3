// Tables of faults: a valid text, one change in it, and what that is answered with.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "epcis/document.hpp"
#include "epcis/event_hash.hpp"

namespace tally::epcis {

struct FaultRow {
  std::string_view from;
  std::string_view to;
  DocumentError code;
  std::string_view pointer;
};

/// `text` with its first `from` replaced.
inline std::string changed(std::string_view text, std::string_view from, std::string_view to) {
  std::string out(text);
  const std::size_t at = out.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? out : out.replace(at, from.size(), to);
}

/// Reads an event that is right.
inline Event valid_event(std::string_view text) {
  const auto json = parse_json(text);
  EXPECT_TRUE(json) << text;
  auto event = parse_event(json.value_or(Json{}));
  EXPECT_TRUE(event) << (event ? "" : to_string(event.error().code)) << ' '
                     << (event ? "" : event.error().pointer);
  return event.value_or(Event{});
}

/// What is printed reads as the same event with the same hash.
inline void expect_round_trip(std::string_view text) {
  const Event event = valid_event(text);
  const Json printed = to_json(event);
  EXPECT_EQ(to_json(valid_event(print_json(printed))), printed);
  const auto context = parse_context(*parse_json(R"({"ex":"https://ns.example/"})"));
  EXPECT_EQ(event_hash(printed, *context), event_hash(*parse_json(text), *context));
}

inline void expect_faults(std::string_view text, std::initializer_list<FaultRow> rows) {
  for (const FaultRow& row : rows) {
    SCOPED_TRACE(std::string(row.from) + " -> " + std::string(row.to));
    const auto json = parse_json(changed(text, row.from, row.to));
    ASSERT_TRUE(json);
    const auto event = parse_event(*json);
    ASSERT_FALSE(event);
    EXPECT_EQ(to_string(event.error().code), to_string(row.code));
    EXPECT_EQ(event.error().pointer, row.pointer);
  }
}

}  // namespace tally::epcis
