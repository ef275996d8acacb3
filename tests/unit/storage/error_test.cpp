#include "storage/error.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace tally::storage {
namespace {

// Numbers are in logs and in other programs' hands: they never change.
TEST(StorageError, NumbersAndNamesAreFrozen) {
  struct Row {
    Error error;
    int number;
    std::string_view name;
  };
  const Row rows[] = {
      {Error::not_found, 1, "not_found"},
      {Error::out_of_order, 2, "out_of_order"},
      {Error::invalid, 3, "invalid"},
      {Error::map_full, 20, "map_full"},
      {Error::disk_full, 21, "disk_full"},
      {Error::busy, 22, "busy"},
      {Error::denied, 23, "denied"},
      {Error::locked, 40, "locked"},
      {Error::wrong_network, 41, "wrong_network"},
      {Error::newer_format, 42, "newer_format"},
      {Error::older_format, 43, "older_format"},
      {Error::wrong_kind, 44, "wrong_kind"},
      {Error::io, 60, "io"},
      {Error::corrupt, 61, "corrupt"},
      {Error::outcome_unknown, 62, "outcome_unknown"},
      {Error::halted, 63, "halted"},
  };
  std::set<std::string_view> names;
  for (const auto& row : rows) {
    EXPECT_EQ(static_cast<int>(row.error), row.number);
    EXPECT_EQ(name(row.error), row.name);
    EXPECT_TRUE(names.insert(name(row.error)).second);
  }
  EXPECT_EQ(name(static_cast<Error>(9999)), "unknown");
}

}  // namespace
}  // namespace tally::storage
