#include "contracts/item/item_transform.hpp"

#include "unit/contracts/item/lots.hpp"

namespace tally::contracts {
namespace {

const std::string kHide = "8004/9599999HIDE";

Quantity kilograms(std::uint64_t milli) { return {"KGM", milli}; }

// The tannery's hide becomes two bags of the brand's, with some leather lost.
Case valid_case() {
  Case c;
  put_prefix(c, kPrefix, "brand");
  put_item(c, kHide, "tannery").batches = {kLotBatch};
  c.spend(Item{kHide, lock_of("atelier")});
  c.make(Item{kBag1, lock_of("brand")});
  c.make(Item{kBag2, lock_of("boutique")});
  ItemTransform body{kPrefix,
                     hash_of("cut"),
                     {{"colour", attribute_hash("colour", "black")}},
                     {kilograms(5'000)},
                     {kilograms(2'000), kilograms(2'500)},
                     {kilograms(500)}};
  c.sign("atelier").sign("brand").command(std::move(body));
  return c;
}

Hash32 transformation(const Case& c) { return transformation_id(c.tx.inputs.front().outpoint); }

ItemEntry made(const Case& c, const std::string& gs1_key, std::uint64_t milli) {
  ItemEntry entry;
  entry.gs1_key = gs1_key;
  entry.prefix = kPrefix;
  entry.authority = key_of("brand");
  entry.attributes = {{"colour", attribute_hash("colour", "black")}};
  append_event(entry, hash_of("cut"));
  entry.since_ms = c.block.time_ms;
  entry.batches = {kLotBatch, {BatchKind::transformation, transformation(c)}};
  entry.quantity = kilograms(milli);
  return entry;
}

TEST(ItemTransform, EndsWhatGoesInAndMakesWhatComesOut) {
  const auto c = valid_case();
  auto hide = *c.registry.get<ItemEntry>(item_key(kHide));
  append_event(hide, hash_of("cut"));
  hide.status = ItemStatus::transformed;
  hide.used_in = transformation(c);
  const TransformationEntry entry{.authority = key_of("brand"),
                                  .event_hash = hash_of("cut"),
                                  .inputs = 1,
                                  .outputs = 2,
                                  .since_ms = c.block.time_ms};
  const Delta expected{{{item_key(kHide), hide},
                        {item_key(kBag1), made(c, kBag1, 2'000)},
                        {item_key(kBag2), made(c, kBag2, 2'500)},
                        {transformation_key(transformation(c)), entry}}};
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == expected);
}

TEST(ItemTransform, ErrorsInPrecedenceOrder) {
  run_table(
      valid_case,
      {{"a coin comes out", [](Case& c) { claim(c, coin()); }, ErrorCode::claim_type},
       {"an attribute's name is in capitals",
        [](Case& c) { c.body<ItemTransform>().attributes.front().name = "Colour"; },
        ErrorCode::attributes_invalid},
       {"a quantity is missing", [](Case& c) { c.body<ItemTransform>().made.pop_back(); },
        ErrorCode::quantity_invalid},
       {"a check digit is wrong",
        [](Case& c) { c.out<Item>(0).gs1_key = "01/09521234000014/21/A1"; },
        ErrorCode::gs1_key_invalid},
       {"the prefix was withdrawn",
        [](Case& c) { c.registry.at<PrefixEntry>(prefix_key(kPrefix)).withdrawn_ms = 1; },
        ErrorCode::prefix_not_registered},
       {"another brand's identity", [](Case& c) { c.out<Item>(1).gs1_key = kForeignBag; },
        ErrorCode::prefix_mismatch},
       {"the owner has not signed", [](Case& c) { c.tx.signers = {key_of("brand")}; },
        ErrorCode::delegation_missing},
       {"the hide is stolen", [](Case& c) { put_flag(c, kHide, c.block.time_ms + 1); },
        ErrorCode::item_flagged},
       {"something is packed in it",
        [](Case& c) {
          c.registry.at<ItemEntry>(item_key(kHide)).contents =
              Contents{.children = 1, .batches = {}};
        },
        ErrorCode::item_not_empty},
       {"it is on record with less",
        [](Case& c) { c.registry.at<ItemEntry>(item_key(kHide)).quantity = kilograms(4'999); },
        ErrorCode::quantity_mismatch},
       {"more is lost than was there",
        [](Case& c) { c.body<ItemTransform>().lost.front().milli = 501; },
        ErrorCode::not_conserved},
       {"it came from everywhere",
        [](Case& c) {
          auto& batches = c.registry.at<ItemEntry>(item_key(kHide)).batches;
          while (batches.size() < kItemBatchesMax) {
            batches.push_back({BatchKind::lot, hash_of(std::to_string(batches.size()))});
          }
          std::ranges::sort(batches);
        },
        ErrorCode::too_many_batches},
       {"an identity was issued before", [](Case& c) { put_item(c, kBag1); },
        ErrorCode::item_exists}});
}

TEST(ItemTransform, WantsSomethingInAndSomethingOut) {
  for (const bool in : {true, false}) {
    auto c = valid_case();
    auto& command = c.tx.commands.front();
    if (in) {
      command.outputs.clear();
      c.tx.outputs.clear();
    } else {
      command.inputs.clear();
      c.tx.inputs.clear();
      c.spent.clear();
    }
    EXPECT_EQ(error_of(c).code, ErrorCode::claim_count);
  }
}

TEST(ItemTransform, BalancesEveryUnitByItself) {
  auto c = valid_case();
  auto& body = c.body<ItemTransform>();
  body.made[1] = {"MTK", 2'500};
  EXPECT_EQ(error_of(c), (Error{ErrorCode::not_conserved, 0, 5'000}));
  body.lost = {kilograms(3'000), {"MTK", 1}};
  EXPECT_EQ(error_of(c), (Error{ErrorCode::not_conserved, 0, 0}));
  // A sum that would wrap in 64 bits does not.
  body = std::get<ItemTransform>(valid_case().tx.commands.front().body);
  body.used = {kilograms(kQuantityMilliMax)};
  body.made = {kilograms(kQuantityMilliMax), kilograms(1)};
  body.lost.clear();
  EXPECT_EQ(error_of(c), (Error{ErrorCode::not_conserved, 0, kQuantityMilliMax}));
  body.made[0].milli -= 1;
  EXPECT_TRUE(c.run());
}

TEST(ItemTransform, RefusesQuantitiesThatMeanNothing) {
  const std::function<void(ItemTransform&)> faults[] = {
      [](auto& body) { body.used.push_back(kilograms(1)); },
      [](auto& body) { body.used[0].milli = 0; },
      [](auto& body) { body.used[0].milli = kQuantityMilliMax + 1; },
      [](auto& body) { body.made[0].unit = "kg"; },
      [](auto& body) { body.made[0].unit = "K"; },
      [](auto& body) { body.made[0].unit = "KGMM"; },
      [](auto& body) { body.lost[0].unit = ""; },
      [](auto& body) { body.lost.push_back(kilograms(1)); },
      [](auto& body) { body.lost.push_back({"GRM", 1}); },
  };
  for (const auto& fault : faults) {
    auto c = valid_case();
    fault(c.body<ItemTransform>());
    EXPECT_EQ(error_of(c).code, ErrorCode::quantity_invalid);
  }
}

TEST(ItemTransform, MakesNothingTwice) {
  auto c = valid_case();
  c.out<Item>(1).gs1_key = kBag1;
  EXPECT_EQ(error_of(c), (Error{ErrorCode::item_exists, 1, 0}));
}

TEST(ItemTransform, AnAgentOfBothUsesOneDelegationForAll) {
  auto c = valid_case();
  c.in<Item>(0).lock = lock_of("brand");
  c.tx.signers = {key_of("agent")};
  auto& entry = put_delegation(c, "brand", "agent", ItemTransform::kNumber);
  entry.powers.items_max = 2;
  EXPECT_EQ(error_of(c), (Error{ErrorCode::delegation_exceeded, 0, 2}));
  entry.powers.items_max = 3;
  auto used = entry;
  used.items_used = 3;
  const auto key = delegation_key(key_of("brand"), key_of("agent"));
  EXPECT_EQ(written<DelegationEntry>(c.run(), key), used);
}

}  // namespace
}  // namespace tally::contracts
