#include "contracts/lot.hpp"

#include <gtest/gtest.h>

namespace tally::contracts {
namespace {

TEST(Lot, TellsTheSerialsOfItsClass) {
  const std::string lot = "01/09521234000013/10/SPRING";
  EXPECT_EQ(serial_in_lot("01/09521234000013/21/A1", lot), "A1");
  EXPECT_EQ(serial_in_lot("01/09521234000013/21/a%2Fb", lot), "a%2Fb");
  EXPECT_FALSE(serial_in_lot("01/09555555000018/21/A1", lot));
  EXPECT_FALSE(serial_in_lot("01/09521234000013/10/A1", lot));
  EXPECT_FALSE(serial_in_lot("8004/9521234A1", lot));
}

TEST(Lot, LeavesDependOnEverything) {
  Hash32 salt{};
  const auto leaf = lot_leaf(salt, 7, "A1");
  EXPECT_EQ(leaf, lot_leaf(salt, 7, "A1"));
  EXPECT_NE(leaf, lot_leaf(salt, 8, "A1"));
  EXPECT_NE(leaf, lot_leaf(salt, 7, "A2"));
  salt[0] = 1;
  EXPECT_NE(leaf, lot_leaf(salt, 7, "A1"));
}

TEST(Lot, IdsAreApart) {
  EXPECT_NE(lot_id("01/09521234000013/10/A"), lot_id("01/09521234000013/10/B"));
  EXPECT_NE(lot_id("01/09521234000013/10/A"), item_id("01/09521234000013/10/A").bytes);
  Outpoint outpoint;
  const auto id = transformation_id(outpoint);
  outpoint.index = 1;
  EXPECT_NE(id, transformation_id(outpoint));
}

}  // namespace
}  // namespace tally::contracts
