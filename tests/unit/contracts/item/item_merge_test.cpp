#include "contracts/item/item_merge.hpp"

#include "unit/contracts/item/lots.hpp"

namespace tally::contracts {
namespace {

Attestation verdict(std::string_view appraiser, Verdict what, std::uint64_t time_ms) {
  return {.appraiser = key_of(appraiser), .verdict = what, .time_ms = time_ms};
}

// Ana's bag of 1995, which a centre admitted, gets the brand's own identity.
Case fresh_case() {
  Case c;
  put_prefix(c, kPrefix, "brand");
  auto& admitted = put_item(c, kAdmittedBag, "centre");
  admitted.status = ItemStatus::admitted;
  admitted.prefix.clear();
  admitted.owners = 2;
  admitted.attestations = {verdict("eva", Verdict::genuine, 5)};
  admitted.challenges = {{key_of("cai"), hash_of("doubt"), 6}};
  admitted.parts = {{PartKind::seal, hash_of("seal"), 7, 0}};
  c.spend(Item{kAdmittedBag, lock_of("ana")});
  c.make(Item{kBag1, lock_of("ana")});
  c.sign("ana").sign("brand").command(
      ItemMerge{kPrefix, hash_of("merged"), {{"colour", attribute_hash("colour", "black")}}});
  return c;
}

// The brand had issued it before.
Case issued_case() {
  auto c = fresh_case();
  c.body<ItemMerge>().attributes.clear();
  auto& issued = put_item(c, kBag1);
  issued.owners = 1;
  issued.attestations = {verdict("eva", Verdict::inconclusive, 4),
                         verdict("udo", Verdict::genuine, 9)};
  claim_input(c, Item{kBag1, lock_of("brand")});
  return c;
}

ItemEntry merged(const Case& c) {
  auto entry = *c.registry.get<ItemEntry>(item_key(kAdmittedBag));
  append_event(entry, hash_of("merged"));
  entry.status = ItemStatus::merged;
  entry.merged_into = kBag1;
  return entry;
}

TEST(ItemMerge, GivesTheThingANewIdentityWithAllThatWasSaidOfIt) {
  const auto c = fresh_case();
  const auto admitted = *c.registry.get<ItemEntry>(item_key(kAdmittedBag));
  ItemEntry bag;
  bag.gs1_key = kBag1;
  bag.prefix = kPrefix;
  bag.authority = key_of("brand");
  bag.attributes = {{"colour", attribute_hash("colour", "black")}};
  append_event(bag, hash_of("merged"));
  bag.since_ms = c.block.time_ms;
  bag.owners = 2;
  bag.attestations = admitted.attestations;
  bag.challenges = admitted.challenges;
  bag.parts = admitted.parts;
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == (Delta{{{item_key(kAdmittedBag), merged(c)}, {item_key(kBag1), bag}}}));
}

TEST(ItemMerge, LeavesOneTitleOfTwo) {
  const auto c = issued_case();
  const auto admitted = *c.registry.get<ItemEntry>(item_key(kAdmittedBag));
  auto bag = *c.registry.get<ItemEntry>(item_key(kBag1));
  append_event(bag, hash_of("merged"));
  bag.owners = 3;
  bag.attestations = {verdict("eva", Verdict::genuine, 5), verdict("udo", Verdict::genuine, 9)};
  bag.challenges = admitted.challenges;
  bag.parts = admitted.parts;
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == (Delta{{{item_key(kAdmittedBag), merged(c)}, {item_key(kBag1), bag}}}));
}

TEST(ItemMerge, ErrorsInPrecedenceOrder) {
  run_table(fresh_case,
            {{"three titles",
              [](Case& c) {
                claim_input(c, coin());
                claim_input(c, coin());
              },
              ErrorCode::claim_count},
             {"an attribute's name is in capitals",
              [](Case& c) { c.body<ItemMerge>().attributes.front().name = "Colour"; },
              ErrorCode::attributes_invalid},
             {"the prefix was withdrawn",
              [](Case& c) { c.registry.at<PrefixEntry>(prefix_key(kPrefix)).withdrawn_ms = 1; },
              ErrorCode::prefix_not_registered},
             {"another brand's identity", [](Case& c) { c.out<Item>(0).gs1_key = kForeignBag; },
              ErrorCode::prefix_mismatch},
             {"the brand has not signed", [](Case& c) { c.tx.signers = {key_of("ana")}; },
              ErrorCode::delegation_missing},
             {"it was commissioned",
              [](Case& c) {
                c.registry.at<ItemEntry>(item_key(kAdmittedBag)).status = ItemStatus::commissioned;
              },
              ErrorCode::item_not_admitted},
             {"it is stolen", [](Case& c) { put_flag(c, kAdmittedBag, c.block.time_ms + 1); },
              ErrorCode::item_flagged},
             {"a strap is fixed to it",
              [](Case& c) {
                c.registry.at<ItemEntry>(item_key(kAdmittedBag))
                    .parts.push_back({PartKind::item, hash_of("strap"), 1, 0});
              },
              ErrorCode::item_not_empty},
             {"the identity was issued before",
              [](Case& c) {
                put_item(c, kBag1);
                put_item(c, kForeignBag);
              },
              ErrorCode::item_exists}});
}

TEST(ItemMerge, WantsTheBrandsItemAsItIs) {
  auto c = issued_case();
  c.out<Item>(0).gs1_key = kBag2;
  EXPECT_EQ(error_of(c), (Error{ErrorCode::item_mismatch, 1, 0}));
  c = issued_case();
  c.body<ItemMerge>().attributes = {{"colour", {}}};
  EXPECT_EQ(error_of(c).code, ErrorCode::attributes_invalid);
  c = issued_case();
  c.registry.at<ItemEntry>(item_key(kBag1)).status = ItemStatus::admitted;
  EXPECT_EQ(error_of(c), (Error{ErrorCode::item_not_admitted, 1, 0}));
  c = issued_case();
  c.in<Item>(1).lock = lock_of("bo");
  EXPECT_EQ(error_of(c), (Error{ErrorCode::delegation_missing, 1, 0}));
  c.sign("bo");
  EXPECT_TRUE(c.run());
}

TEST(ItemMerge, HoldsNoMoreThanAnItemMay) {
  auto c = issued_case();
  auto& bag = c.registry.at<ItemEntry>(item_key(kBag1));
  for (std::size_t i = 0; i < kChallengesOpenMax; ++i) {
    bag.challenges.push_back({key_of("doubter" + std::to_string(i)), {}, 1});
  }
  EXPECT_EQ(error_of(c), (Error{ErrorCode::too_many_challenges, 0, kChallengesOpenMax}));
  bag.challenges.pop_back();
  bag.parts.resize(kPartsMax);
  EXPECT_EQ(error_of(c), (Error{ErrorCode::too_many_parts, 0, kPartsMax}));
  bag.parts.pop_back();
  for (std::size_t i = 0; i < kItemBatchesMax; ++i) {
    bag.batches.push_back({BatchKind::lot, hash_of(std::to_string(i))});
  }
  std::ranges::sort(bag.batches);
  EXPECT_TRUE(c.run());
  c.registry.at<ItemEntry>(item_key(kAdmittedBag)).batches = {kLotBatch};
  EXPECT_EQ(error_of(c), (Error{ErrorCode::too_many_batches, 0, kItemBatchesMax}));
}

TEST(ItemMerge, KeepsTheLatestVerdicts) {
  auto c = issued_case();
  auto& verdicts = c.registry.at<ItemEntry>(item_key(kBag1)).attestations;
  verdicts.clear();
  for (std::uint64_t i = 0; i < kAttestationsMax; ++i) {
    verdicts.push_back(verdict("judge" + std::to_string(i), Verdict::genuine, 100 + i));
  }
  const auto after = written<ItemEntry>(c.run(), item_key(kBag1)).attestations;
  EXPECT_EQ(after, verdicts);  // Eva's of time 5 is the oldest of one too many.
}

}  // namespace
}  // namespace tally::contracts
