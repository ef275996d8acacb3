#include "contracts/item/item_associate.hpp"

#include "unit/contracts/item/items.hpp"

namespace tally::contracts {
namespace {

const std::string kStrap = kBag2;

Part part_of(const std::string& gs1_key, std::uint64_t since_ms, std::uint64_t removed_ms = 0) {
  return {PartKind::item, item_id(gs1_key).bytes, since_ms, removed_ms};
}
Part seal_of(std::string_view text, std::uint64_t since_ms, std::uint64_t removed_ms = 0) {
  return {PartKind::seal, hash_of(text), since_ms, removed_ms};
}

// The brand fixes a strap and a seal to its bag.
Case valid_case() {
  Case c;
  put_item(c, kBag1);
  put_item(c, kStrap);
  c.sign("brand").command(
      ItemAssociate{kBag1, {kStrap}, {hash_of("seal")}, hash_of("fixed"), false});
  return c;
}

// It takes them off again.
Case fixed_case() {
  auto c = valid_case();
  c.body<ItemAssociate>().dissociate = true;
  auto& bag = c.registry.at<ItemEntry>(item_key(kBag1));
  bag.parts = {part_of(kStrap, 5), seal_of("seal", 5)};
  c.registry.at<ItemEntry>(item_key(kStrap)).fixed_to = kBag1;
  return c;
}

TEST(ItemAssociate, FixesPartsAndSeals) {
  const auto c = valid_case();
  auto bag = *c.registry.get<ItemEntry>(item_key(kBag1));
  append_event(bag, hash_of("fixed"));
  bag.parts = {part_of(kStrap, c.block.time_ms), seal_of("seal", c.block.time_ms)};
  auto strap = *c.registry.get<ItemEntry>(item_key(kStrap));
  append_event(strap, hash_of("fixed"));
  strap.fixed_to = kBag1;
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == (Delta{{{item_key(kBag1), bag}, {item_key(kStrap), strap}}}));
}

TEST(ItemAssociate, ShowsASealThatWasBroken) {
  const auto c = fixed_case();
  const auto now_ms = c.block.time_ms;
  const auto delta = c.run();
  const std::vector<Part> expected{part_of(kStrap, 5, now_ms), seal_of("seal", 5, now_ms)};
  EXPECT_EQ(written<ItemEntry>(delta, item_key(kBag1)).parts, expected);
  EXPECT_EQ(written<ItemEntry>(delta, item_key(kStrap)).fixed_to, "");
}

TEST(ItemAssociate, ErrorsInPrecedenceOrder) {
  run_table(valid_case,
            {{"an item is claimed", [](Case& c) { claim(c, Item{kBag3, lock_of("brand")}); },
              ErrorCode::claim_count},
             {"too many parts",
              [](Case& c) {
                auto& seals = c.body<ItemAssociate>().seals;
                while (seals.size() < kPartsMax)
                  seals.push_back(hash_of(std::to_string(seals.size())));
              },
              ErrorCode::too_many_items},
             {"a seal twice",
              [](Case& c) {
                auto& seals = c.body<ItemAssociate>().seals;
                seals.push_back(seals.front());
              },
              ErrorCode::duplicate_item},
             {"no such item", [](Case& c) { c.body<ItemAssociate>().gs1_key = kForeignBag; },
              ErrorCode::item_unknown},
             {"the part has ended",
              [](Case& c) {
                c.registry.at<ItemEntry>(item_key(kStrap)).status = ItemStatus::decommissioned;
              },
              ErrorCode::item_decommissioned},
             {"the brand has not signed", [](Case& c) { c.tx.signers = {key_of("ana")}; },
              ErrorCode::delegation_missing},
             {"the part is fixed elsewhere",
              [](Case& c) { c.registry.at<ItemEntry>(item_key(kStrap)).fixed_to = kBag3; },
              ErrorCode::part_fixed}});
}

TEST(ItemAssociate, WantsAPartAndNotTheItemItself) {
  auto c = valid_case();
  c.body<ItemAssociate>().parts.clear();
  EXPECT_TRUE(c.run());
  c.body<ItemAssociate>().seals.clear();
  EXPECT_EQ(error_of(c).code, ErrorCode::no_items);
  c.body<ItemAssociate>().parts = {kBag1};
  EXPECT_EQ(error_of(c), (Error{ErrorCode::duplicate_item, 0, 0}));
}

TEST(ItemAssociate, FixesNothingThatIsNotThere) {
  auto c = valid_case();
  c.body<ItemAssociate>().parts.push_back(kBag3);
  EXPECT_EQ(error_of(c), (Error{ErrorCode::item_unknown, 2, 0}));
}

TEST(ItemAssociate, NeedsThePartsAuthorityToo) {
  auto c = valid_case();
  c.registry.at<ItemEntry>(item_key(kStrap)).authority = key_of("maker");
  EXPECT_EQ(error_of(c), (Error{ErrorCode::delegation_missing, 1, 0}));
  c.sign("maker");
  EXPECT_TRUE(c.run());
}

TEST(ItemAssociate, TakesOffOnlyWhatIsFixedThere) {
  auto c = fixed_case();
  auto& parts = c.registry.at<ItemEntry>(item_key(kBag1)).parts;
  parts[1].removed_ms = 7;  // Broken already.
  EXPECT_EQ(error_of(c), (Error{ErrorCode::part_not_fixed, 1, 0}));
  parts.erase(parts.begin());
  EXPECT_EQ(error_of(c), (Error{ErrorCode::part_not_fixed, 0, 0}));
}

TEST(ItemAssociate, ABrokenSealIsNeverWholeAgainAPartMayBe) {
  auto c = valid_case();
  auto& parts = c.registry.at<ItemEntry>(item_key(kBag1)).parts;
  parts = {part_of(kStrap, 5, 6), seal_of("other", 5, 6)};
  const std::vector<Part> expected{seal_of("other", 5, 6), part_of(kStrap, c.block.time_ms),
                                   seal_of("seal", c.block.time_ms)};
  EXPECT_EQ(written<ItemEntry>(c.run(), item_key(kBag1)).parts, expected);
  c.body<ItemAssociate>().seals = {hash_of("other")};
  EXPECT_EQ(error_of(c), (Error{ErrorCode::part_fixed, 1, 0}));
}

TEST(ItemAssociate, KeepsAsManyAsMayBe) {
  auto c = valid_case();
  auto& parts = c.registry.at<ItemEntry>(item_key(kBag1)).parts;
  while (parts.size() < kPartsMax - 2) parts.push_back(seal_of(std::to_string(parts.size()), 1, 2));
  EXPECT_TRUE(c.run());
  parts.push_back(seal_of("one more", 1, 2));
  EXPECT_EQ(error_of(c), (Error{ErrorCode::too_many_parts, 0, kPartsMax}));
}

}  // namespace
}  // namespace tally::contracts
