#include "custody/error.hpp"

#include <gtest/gtest.h>

namespace tally::custody {
namespace {

TEST(CustodyError, NumbersAndNamesAreFrozen) {
  struct Row {
    Error error;
    int number;
    std::string_view name;
  };
  const Row rows[] = {{Error::not_found, 1, "not_found"},
                      {Error::invalid, 3, "invalid"},
                      {Error::disk_full, 21, "disk_full"},
                      {Error::corrupt, 61, "corrupt"},
                      {Error::expired, 200, "expired"},
                      {Error::revoked, 201, "revoked"},
                      {Error::wrong_signature, 202, "wrong_signature"},
                      {Error::too_many, 203, "too_many"},
                      {Error::already_used, 204, "already_used"},
                      {Error::leased, 205, "leased"},
                      {Error::wrong_passphrase, 206, "wrong_passphrase"},
                      {Error::exists, 207, "exists"}};
  for (const auto& row : rows) {
    EXPECT_EQ(static_cast<int>(row.error), row.number);
    EXPECT_EQ(name(row.error), row.name);
  }
}

TEST(CustodyError, SharesItsLowNumbersWithStorage) {
  for (const auto error :
       {storage::Error::not_found, storage::Error::map_full, storage::Error::disk_full,
        storage::Error::busy, storage::Error::denied, storage::Error::locked,
        storage::Error::wrong_network, storage::Error::newer_format, storage::Error::older_format,
        storage::Error::wrong_kind, storage::Error::io, storage::Error::corrupt,
        storage::Error::outcome_unknown, storage::Error::halted}) {
    EXPECT_EQ(name(from_storage(error)), storage::name(error));
  }
}

}  // namespace
}  // namespace tally::custody
