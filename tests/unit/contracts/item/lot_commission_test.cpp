#include "contracts/item/lot_commission.hpp"

#include "unit/contracts/item/lots.hpp"

namespace tally::contracts {
namespace {

Case valid_case() {
  Case c;
  put_prefix(c, kPrefix, "brand");
  c.sign("brand").command(LotCommission{kLot,
                                        kPrefix,
                                        1'000,
                                        hash_of("root"),
                                        hash_of("made"),
                                        {{"colour", attribute_hash("colour", "black")}}});
  return c;
}

LotEntry commissioned(const Case& c) {
  LotEntry entry;
  entry.gs1_key = kLot;
  entry.prefix = kPrefix;
  entry.authority = key_of("brand");
  entry.count = 1'000;
  entry.root = hash_of("root");
  entry.event_hash = hash_of("made");
  entry.attributes = {{"colour", attribute_hash("colour", "black")}};
  entry.since_ms = c.block.time_ms;
  return entry;
}

TEST(LotCommission, WritesOneEntryWhateverTheCount) {
  for (const std::uint64_t count : {std::uint64_t{1}, kLotItemsMax}) {
    auto c = valid_case();
    c.body<LotCommission>().count = count;
    auto expected = commissioned(c);
    expected.count = count;
    const auto delta = c.run();
    ASSERT_TRUE(delta);
    EXPECT_TRUE(*delta == (Delta{{{lot_key(kLot), expected}}}));
  }
}

TEST(LotCommission, ErrorsInPrecedenceOrder) {
  run_table(valid_case,
            {{"an item is claimed", [](Case& c) { claim(c, Item{kBag1, lock_of("brand")}); },
              ErrorCode::claim_count},
             {"too many items", [](Case& c) { c.body<LotCommission>().count = kLotItemsMax + 1; },
              ErrorCode::lot_count},
             {"an attribute's name is in capitals",
              [](Case& c) { c.body<LotCommission>().attributes.front().name = "Colour"; },
              ErrorCode::attributes_invalid},
             {"the key of an item", [](Case& c) { c.body<LotCommission>().gs1_key = kBag1; },
              ErrorCode::gs1_key_invalid},
             {"the prefix was withdrawn",
              [](Case& c) { c.registry.at<PrefixEntry>(prefix_key(kPrefix)).withdrawn_ms = 1; },
              ErrorCode::prefix_not_registered},
             {"another brand's class",
              [](Case& c) {
                // The key of the row above wins if it is set.
                auto& key = c.body<LotCommission>().gs1_key;
                if (key == kLot) key = "01/09555555000018/10/SPRING";
              },
              ErrorCode::prefix_mismatch},
             {"the brand has not signed", [](Case& c) { c.tx.signers = {key_of("ana")}; },
              ErrorCode::delegation_missing},
             {"the lot exists",
              [](Case& c) {
                put_lot(c);
                c.registry.put(lot_key("01/09555555000018/10/SPRING"), LotEntry{});
              },
              ErrorCode::lot_exists}});
}

TEST(LotCommission, WantsAnItemAtLeast) {
  auto c = valid_case();
  c.body<LotCommission>().count = 0;
  EXPECT_EQ(error_of(c), (Error{ErrorCode::lot_count, 0, kLotItemsMax}));
}

TEST(LotCommission, TakesItsCountFromTheAgentsTotal) {
  auto c = valid_case();
  c.tx.signers = {key_of("agent")};
  auto& entry = put_delegation(c, "brand", "agent", LotCommission::kNumber);
  entry.powers.items_max = 999;
  EXPECT_EQ(error_of(c), (Error{ErrorCode::delegation_exceeded, 0, 999}));
  entry.powers.items_max = 1'000;
  auto used = entry;
  used.items_used = 1'000;
  const auto key = delegation_key(key_of("brand"), key_of("agent"));
  EXPECT_EQ(written<DelegationEntry>(c.run(), key), used);
}

}  // namespace
}  // namespace tally::contracts
