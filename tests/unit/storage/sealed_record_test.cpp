#include "storage/sealed_record.hpp"

#include <gtest/gtest.h>

namespace tally::storage {
namespace {

TEST(SealedRecord, IsChecked) {
  const auto record = seal_record(as_bytes("body"));
  EXPECT_EQ(as_text(*open_record(record)), "body");
  EXPECT_EQ(as_text(*open_record(seal_record({}))), "");
  for (std::size_t bit = 0; bit < record.size() * 8; ++bit) {
    auto bad = record;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    EXPECT_FALSE(open_record(bad)) << bit;
  }
  EXPECT_FALSE(open_record(ByteView(record).first(3)));
}

}  // namespace
}  // namespace tally::storage
