#include "contracts/item.hpp"

#include <gtest/gtest.h>

#include "contracts/limits.hpp"

namespace tally::contracts {
namespace {

TEST(Gs1Key, IsValidOnlyInItsOneForm) {
  const struct {
    std::string key;
    bool valid;
  } rows[] = {
      {"01/09521234000013/21/A1", true},
      {"01/19521234000010/21/A1", true},  // another indicator digit
      {"01/09521234000013/21/" + std::string(20, 'x'), true},
      {"01/09521234000013/21/a-b._Z9", true},
      {"01/09521234000013/21/a%2Fb", true},                            // a/b
      {"01/09521234000013/21/%25", true},                              // %
      {"01/09521234000013/21/" + std::string(19, 'x') + "%21", true},  // 20 characters
      {"8004/9521234A", true},
      {"8004/9521", true},
      {"8004/9521" + std::string(26, 'x'), true},
      {"8003/09521234000013A", true},
      {"8003/09521234000013" + std::string(16, 'x'), true},

      {"", false},
      {"01/", false},
      {"01/09521234000014/21/A1", false},  // wrong check digit
      {"01/09521234000031/21/A1", false},  // two digits swapped
      {"01/9521234000013/21/A1", false},   // 13 digits
      {"01/0952123400001X/21/A1", false},
      {"01/09521234000013", false},          // a class
      {"01/09521234000013/21/", false},      // no serial
      {"01/09521234000013/10/LOT1", false},  // a lot
      {"01/09521234000013/21/" + std::string(21, 'x'), false},
      {"01/09521234000013/21/" + std::string(20, 'x') + "%21", false},
      {"01/09521234000013/21/a/b", false},    // not escaped
      {"01/09521234000013/21/a%2fb", false},  // lower case
      {"01/09521234000013/21/%41", false},    // A needs no escape
      {"01/09521234000013/21/%2D", false},    // nor does -
      {"01/09521234000013/21/%7E", false},    // ~ is not of set 82
      {"01/09521234000013/21/~", false},
      {"01/09521234000013/21/a b", false},
      {"01/09521234000013/21/%20", false},
      {"01/09521234000013/21/%00", false},
      {"01/09521234000013/21/%C3%A9", false},
      {"01/09521234000013/21/%", false},
      {"01/09521234000013/21/%2", false},
      {"01/09521234000013/21/%G1", false},
      {std::string("01/09521234000013/21/A\0", 23), false},
      {"8004/", false},
      {"8004/952", false},
      {"8004/A521234", false},  // no company prefix
      {"8004/9521" + std::string(27, 'x'), false},
      {"8003/09521234000013", false},   // a type of assets
      {"8003/19521234000010A", false},  // does not begin with 0
      {"8003/09521234000014A", false},
      {"8003/09521234000013" + std::string(17, 'x'), false},
      {"00/106141412345678908", true},
      {"00/106141412345678907", false},  // wrong check digit
      {"00/10614141234567890", false},
      {"00/1061414123456789080", false},
      {"00/10614141234567890X", false},
      {"https://id.gs1.org/01/09521234000013/21/A1", false},
      {" 01/09521234000013/21/A1", false},
      {std::string(100'000, '1'), false},
  };
  for (const auto& [key, valid] : rows) EXPECT_EQ(valid_gs1_key(key), valid) << key.substr(0, 60);
}

TEST(Gs1Key, OfALotIsNotOfAThing) {
  const struct {
    std::string key;
    bool valid;
  } rows[] = {
      {"01/09521234000013/10/LOT1", true},
      {"01/09521234000013/10/" + std::string(20, 'x'), true},
      {"01/09521234000013/10/a%2Fb", true},
      {"01/09521234000013/21/A1", false},
      {"01/09521234000014/10/LOT1", false},
      {"01/09521234000013/10/", false},
      {"01/09521234000013/11/LOT1", false},
      {"01/09521234000013/10/" + std::string(21, 'x'), false},
      {"8004/9521234A", false},
      {"", false},
  };
  for (const auto& [key, valid] : rows) {
    EXPECT_EQ(valid_lot_key(key), valid) << key;
    EXPECT_FALSE(valid && valid_gs1_key(key)) << key;
  }
}

TEST(Gs1Key, HasThePrefixOfItsCompany) {
  const struct {
    std::string_view key;
    std::string_view prefix;
    bool has;
  } rows[] = {
      {"01/09521234000013/21/A1", "9521234", true},
      {"01/19521234000010/21/A1", "9521234", true},
      {"01/09521234000013/21/A1", "9521", true},
      {"01/09521234000013/21/A1", "95212340000", true},
      {"01/09521234000013/21/A1", "9521235", false},
      {"01/09521234000013/21/A1", "0952123", false},  // the indicator is not part of it
      {"01/09521234000013/10/LOT1", "9521234", true},
      {"00/106141412345678908", "0614141", true},
      {"00/106141412345678908", "1061414", false},  // the extension digit is not part of it
      {"8004/9521234A", "9521234", true},
      {"8004/9521234A", "95212345", false},
      {"8003/09521234000013A", "9521234", true},
      {"8003/09521234000013A", "0952123", false},
      {"01/09521234000014/21/A1", "9521234", false},  // not a valid key
      {"", "9521", false},
  };
  for (const auto& [key, prefix, has] : rows) {
    EXPECT_EQ(gs1_key_has_prefix(key, prefix), has) << key << " " << prefix;
  }
}

TEST(Item, IsFlaggedUntilTheFlagExpires) {
  ItemEntry item;
  EXPECT_FALSE(flagged(item, 0));
  item.flag = FlagState{ItemFlag::recalled, {}, 100, 200};
  EXPECT_TRUE(flagged(item, 100));
  EXPECT_TRUE(flagged(item, 199));
  EXPECT_FALSE(flagged(item, 200));
}

TEST(Item, CountsOwnersFromTheFirstSale) {
  ItemEntry item;
  count_owner(item, false);
  EXPECT_EQ(item.owners, 0u);
  count_owner(item, true);
  EXPECT_EQ(item.owners, 1u);
  count_owner(item, false);
  EXPECT_EQ(item.owners, 2u);
}

TEST(Item, ChainsItsEvents) {
  ItemEntry item;
  Hash32 event{};
  event.fill(1);
  append_event(item, event);
  EXPECT_EQ(to_hex(item.events_head),
            "2e86ab0bba10b1ba6aaaed77253d2c9765cb307421e2027e3610ba0117df13ac");
  event.fill(2);
  append_event(item, event);
  EXPECT_EQ(to_hex(item.events_head),
            "10453ac5c74b328a9e44fa429b32b120cd41a6c5da4cfef0e3c7af7dd5baf410");
  EXPECT_EQ(item.events_count, 2u);
}

TEST(Item, HashesStayAsTheyAre) {
  EXPECT_EQ(to_hex(attribute_hash("colour", "black")),
            "b68a91aaf91e8ffc154366bd443da77322c956821b1b580b833d4bc30215b382");
  EXPECT_NE(attribute_hash("colour", "black"), attribute_hash("colou", "rblack"));
  EXPECT_EQ(item_id("01/09521234000013/21/A1").hex(),
            "47707df4cb20d63ebb5df150d60a6a8397d5ba49cd84001b953bd55cf91e84e3");
}

TEST(Attributes, AreFewNamedWellAndInOrder) {
  const auto valid = [](std::initializer_list<std::string> names) {
    std::vector<Attribute> attributes;
    for (const auto& name : names) attributes.push_back({name, {}});
    return valid_attributes(attributes);
  };
  EXPECT_TRUE(valid({}));
  EXPECT_TRUE(valid({"a"}));
  EXPECT_TRUE(valid({"colour", "size_eu2"}));
  EXPECT_TRUE(valid({std::string(kAttributeNameBytesMax, 'a')}));
  EXPECT_TRUE(valid({"a", "b", "c", "d", "e", "f", "g", "h"}));
  EXPECT_FALSE(valid({"a", "b", "c", "d", "e", "f", "g", "h", "i"}));
  EXPECT_FALSE(valid({std::string(kAttributeNameBytesMax + 1, 'a')}));
  for (const auto* name : {"", "Colour", "2nd", "_a", "a b", "a-b", "caf\xC3\xA9"}) {
    EXPECT_FALSE(valid({name})) << name;
  }
  EXPECT_FALSE(valid({"size", "colour"}));
  EXPECT_FALSE(valid({"size", "size"}));
}

}  // namespace
}  // namespace tally::contracts
