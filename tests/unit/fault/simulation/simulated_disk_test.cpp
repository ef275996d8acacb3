#include "fault/simulation/simulated_disk.hpp"

#include <gtest/gtest.h>

namespace tally::fault {
namespace {

using storage::Error;
constexpr storage::Table kTable{0};
constexpr auto kPlace = SimulatedDisk::Place::state;

class SimulatedDiskTest : public testing::Test {
 protected:
  void SetUp() override {
    storage::Options options;
    options.tables = {"table"};
    options.identity = {"state", 1, {}};
    auto store = disk_.open(kPlace, options);
    ASSERT_TRUE(store);
    store_ = std::move(*store);
  }
  void put(std::string_view key, std::string_view value) {
    auto write = store_->begin_write(0);
    ASSERT_TRUE(write);
    ASSERT_TRUE((*write)->put(kTable, as_bytes(key), as_bytes(value)));
    ASSERT_TRUE((*write)->commit());
  }
  std::string get(std::string_view key) {
    const auto read = store_->begin_read();
    const auto value = (*read)->get(kTable, as_bytes(key));
    return value ? std::string(as_text(*value)) : std::string(storage::name(value.error()));
  }
  std::string scan() {
    const auto read = store_->begin_read();
    const auto cursor = (*read)->scan(kTable, {}, storage::Direction::forward);
    while (true) {
      const auto entry = (*cursor)->next();
      if (!entry) return std::string(storage::name(entry.error()));
      if (!*entry) return "all";
    }
  }

  Chance chance_{1};
  ManualClock clock_{1'000};
  SimulatedDisk disk_{chance_, clock_, 1};
  std::unique_ptr<storage::Store> store_;
};

TEST_F(SimulatedDiskTest, WhatGoesAstrayIsToldAsCorruptAndNeverServed) {
  put("before", "1");
  disk_.set_faults({.misdirected_ppm = 1'000'000});
  put("astray", "2");
  disk_.set_faults({});
  put("after", "3");
  EXPECT_EQ(get("astray"), "corrupt") << "what was to be written is not there";
  EXPECT_EQ(get("before"), "corrupt") << "it was written over what was";
  EXPECT_EQ(get("after"), "3");
  EXPECT_EQ(scan(), "corrupt");
  EXPECT_EQ(disk_.counts().misdirected, 1u);
  put("before", "4");
  EXPECT_EQ(get("before"), "4") << "it is written anew";
  disk_.set_right();
  EXPECT_EQ(get("astray"), "2");
  EXPECT_EQ(scan(), "all");
}

}  // namespace
}  // namespace tally::fault
