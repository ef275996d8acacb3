#include "contracts/item/lot_step_out.hpp"

#include "unit/contracts/item/lots.hpp"

namespace tally::contracts {
namespace {

// The first bag and the fifth leave the lot for the boutique.
Case valid_case() {
  Case c;
  put_lot(c);
  c.make(Item{kBag1, lock_of("boutique")});
  c.make(Item{"01/09521234000013/21/A5", lock_of("boutique")});
  c.sign("brand").command(LotStepOut{kLot, {step_of(0), step_of(4)}});
  return c;
}

ItemEntry stepped_out(const Case& c, const std::string& gs1_key) {
  ItemEntry entry;
  entry.gs1_key = gs1_key;
  entry.prefix = kPrefix;
  entry.authority = key_of("brand");
  entry.attributes = {{"colour", attribute_hash("colour", "black")}};
  append_event(entry, hash_of("made"));
  entry.since_ms = c.block.time_ms;
  entry.batches = {kLotBatch};
  return entry;
}

TEST(LotStepOut, WritesItemsPagesAndTheLot) {
  auto c = valid_case();
  auto lot = c.registry.at<LotEntry>(lot_key(kLot));
  lot.stepped_out = 2;
  LotPageEntry page{lot_id(kLot), 0, Bytes(4096)};
  page.bits[0] = 0b1'0001;
  const std::string fifth = "01/09521234000013/21/A5";
  const Delta expected{{{item_key(kBag1), stepped_out(c, kBag1)},
                        {item_key(fifth), stepped_out(c, fifth)},
                        {lot_page_key(lot_id(kLot), 0), page},
                        {lot_key(kLot), lot}}};
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == expected);
}

TEST(LotStepOut, ErrorsInPrecedenceOrder) {
  run_table(
      valid_case,
      {{"a step without its item",
        [](Case& c) { c.body<LotStepOut>().steps.push_back(step_of(1)); }, ErrorCode::claim_count},
       {"a coin is claimed", [](Case& c) { c.tx.outputs[1] = coin(); }, ErrorCode::claim_type},
       {"no such lot", [](Case& c) { c.body<LotStepOut>().lot += "X"; }, ErrorCode::lot_unknown},
       {"a check digit is wrong",
        [](Case& c) { c.out<Item>(0).gs1_key = "01/09521234000014/21/A1"; },
        ErrorCode::gs1_key_invalid},
       {"the brand has not signed", [](Case& c) { c.tx.signers = {key_of("ana")}; },
        ErrorCode::delegation_missing},
       {"the lot is recalled",
        [](Case& c) {
          c.registry.at<LotEntry>(lot_key(kLot)).flag =
              FlagState{ItemFlag::recalled, {}, 1, c.block.time_ms + 1};
        },
        ErrorCode::item_flagged},
       {"another salt", [](Case& c) { c.body<LotStepOut>().steps[0].salt = {}; },
        ErrorCode::lot_proof}});
}

TEST(LotStepOut, WantsAnItemOfTheLotsClass) {
  auto c = valid_case();
  c.out<Item>(1).gs1_key = kForeignBag;
  EXPECT_EQ(error_of(c), (Error{ErrorCode::lot_mismatch, 1, 0}));
  c.out<Item>(1).gs1_key = "8004/9521234A5";
  EXPECT_EQ(error_of(c), (Error{ErrorCode::lot_mismatch, 1, 0}));
  c.out<Item>(1).gs1_key = kLot;
  EXPECT_EQ(error_of(c), (Error{ErrorCode::gs1_key_invalid, 1, 0}));
}

TEST(LotStepOut, WantsTheProofOfThisSerialAtThisIndex) {
  const std::function<void(LotStep&)> lies[] = {
      [](LotStep& step) { step.index = 1; },        [](LotStep& step) { step.index = 5; },
      [](LotStep& step) { step.index = 1u << 20; }, [](LotStep& step) { step.salt[31] ^= 1; },
      [](LotStep& step) { step.path.pop_back(); },  [](LotStep& step) { step.path.emplace_back(); },
      [](LotStep& step) { step.path[0][0] ^= 1; },  [](LotStep& step) { step = step_of(1); },
  };
  for (const auto& lie : lies) {
    auto c = valid_case();
    lie(c.body<LotStepOut>().steps[0]);
    EXPECT_EQ(error_of(c), (Error{ErrorCode::lot_proof, 0, 0}));
  }
  auto c = valid_case();
  c.out<Item>(0).gs1_key = kBag2;
  EXPECT_EQ(error_of(c), (Error{ErrorCode::lot_proof, 0, 0}));
}

TEST(LotStepOut, AnItemStepsOutOnce) {
  auto c = valid_case();
  LotPageEntry page{lot_id(kLot), 0, Bytes(4096)};
  page.bits[0] = 0b1'0000;
  c.registry.put(lot_page_key(lot_id(kLot), 0), page);
  EXPECT_EQ(error_of(c), (Error{ErrorCode::lot_stepped_out, 1, 0}));

  c = valid_case();
  c.body<LotStepOut>().steps[1] = step_of(0);
  c.out<Item>(1).gs1_key = kBag1;
  EXPECT_EQ(error_of(c), (Error{ErrorCode::lot_stepped_out, 1, 0}));
}

TEST(LotStepOut, AnIdentityExistsOnceWhateverItCameFrom) {
  auto c = valid_case();
  put_item(c, kBag1).status = ItemStatus::decommissioned;
  EXPECT_EQ(error_of(c), (Error{ErrorCode::item_exists, 0, 0}));
  // A lot that lists one serial twice gets it out once.
  c = valid_case();
  const std::vector<Hash32> payloads{lot_leaf(salt_of(0), 0, "A1"), lot_leaf(salt_of(1), 1, "A1")};
  auto& lot = c.registry.at<LotEntry>(lot_key(kLot));
  lot.count = 2;
  lot.root = crypto::merkle_root(payloads);
  c.out<Item>(1).gs1_key = kBag1;
  c.body<LotStepOut>().steps = {{0, salt_of(0), crypto::merkle_prove(payloads, 0)},
                                {1, salt_of(1), crypto::merkle_prove(payloads, 1)}};
  EXPECT_EQ(error_of(c), (Error{ErrorCode::item_exists, 1, 0}));
}

TEST(LotStepOut, PutsEachIndexOnItsPage) {
  const auto lot = lot_id(kLot);
  EXPECT_EQ(lot_page_key(lot, 0), lot_page_key(lot, kLotPageBits - 1));
  EXPECT_NE(lot_page_key(lot, 0), lot_page_key(lot, kLotPageBits));
  // A million items, of which the last of the first page and the first of the second step out.
  std::vector<Hash32> payloads(kLotPageBits + 1);
  payloads[kLotPageBits - 1] = lot_leaf({}, kLotPageBits - 1, "A1");
  payloads[kLotPageBits] = lot_leaf({}, kLotPageBits, "A2");
  auto c = valid_case();
  auto& entry = c.registry.at<LotEntry>(lot_key(kLot));
  entry.count = payloads.size();
  entry.root = crypto::merkle_root(payloads);
  c.out<Item>(1).gs1_key = kBag2;
  c.body<LotStepOut>().steps = {
      {kLotPageBits - 1, {}, crypto::merkle_prove(payloads, kLotPageBits - 1)},
      {kLotPageBits, {}, crypto::merkle_prove(payloads, kLotPageBits)}};
  const auto delta = c.run();
  const auto first = written<LotPageEntry>(delta, lot_page_key(lot, 0));
  EXPECT_EQ(first.bits.back(), 0x80);
  const auto second = written<LotPageEntry>(delta, lot_page_key(lot, kLotPageBits));
  EXPECT_EQ(second.page, 1u);
  EXPECT_EQ(second.bits.front(), 0x01);
}

TEST(LotStepOut, IsOpenToTheBrandsAgent) {
  auto c = valid_case();
  c.tx.signers = {key_of("agent")};
  auto used = put_delegation(c, "brand", "agent", LotStepOut::kNumber);
  used.items_used = 2;
  const auto key = delegation_key(key_of("brand"), key_of("agent"));
  EXPECT_EQ(written<DelegationEntry>(c.run(), key), used);
}

}  // namespace
}  // namespace tally::contracts
