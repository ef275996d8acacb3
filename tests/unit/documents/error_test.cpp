#include "documents/error.hpp"

#include <gtest/gtest.h>

namespace tally::documents {
namespace {

TEST(DocumentsError, SharesItsLowNumbersWithStorage) {
  EXPECT_EQ(from_storage(storage::Error::not_found), Error::not_found);
  EXPECT_EQ(from_storage(storage::Error::invalid), Error::invalid);
  EXPECT_EQ(from_storage(storage::Error::map_full), Error::map_full);
  EXPECT_EQ(from_storage(storage::Error::disk_full), Error::disk_full);
  EXPECT_EQ(from_storage(storage::Error::busy), Error::busy);
  EXPECT_EQ(from_storage(storage::Error::denied), Error::denied);
  EXPECT_EQ(from_storage(storage::Error::locked), Error::locked);
  EXPECT_EQ(from_storage(storage::Error::wrong_network), Error::wrong_network);
  EXPECT_EQ(from_storage(storage::Error::newer_format), Error::newer_format);
  EXPECT_EQ(from_storage(storage::Error::older_format), Error::older_format);
  EXPECT_EQ(from_storage(storage::Error::wrong_kind), Error::wrong_kind);
  EXPECT_EQ(from_storage(storage::Error::io), Error::io);
  EXPECT_EQ(from_storage(storage::Error::corrupt), Error::corrupt);
  EXPECT_EQ(from_storage(storage::Error::outcome_unknown), Error::outcome_unknown);
  EXPECT_EQ(from_storage(storage::Error::halted), Error::halted);
}

TEST(DocumentsError, NumbersAndNamesAreFrozen) {
  struct Row {
    Error error;
    int number;
    std::string_view name;
  };
  const Row rows[] = {{Error::not_found, 1, "not_found"},
                      {Error::corrupt, 61, "corrupt"},
                      {Error::erased, 100, "erased"},
                      {Error::too_large, 101, "too_large"},
                      {Error::wrong_key, 102, "wrong_key"}};
  for (const auto& row : rows) {
    EXPECT_EQ(static_cast<int>(row.error), row.number);
    EXPECT_EQ(name(row.error), row.name);
  }
}

}  // namespace
}  // namespace tally::documents
