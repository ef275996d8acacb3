#include "contracts/item/item_attest.hpp"

#include "unit/contracts/item/items.hpp"

namespace tally::contracts {
namespace {

Attestation verdict_of(const PublicKey& appraiser, Verdict verdict, std::uint64_t time_ms) {
  return {appraiser, verdict, 9'700, hash_of("method"), hash_of("evidence"), time_ms};
}

Case valid_case() {
  Case c;
  put_item(c, kBag1);
  put_accreditation(c, "appraiser", Role::appraiser);
  c.sign("appraiser")
      .command(ItemAttest{kBag1, key_of("appraiser"), Verdict::genuine, 9'700, hash_of("method"),
                          hash_of("evidence")});
  return c;
}

TEST(ItemAttest, WritesTheVerdict) {
  const auto c = valid_case();
  auto entry = *c.registry.get<ItemEntry>(item_key(kBag1));
  entry.attestations = {verdict_of(key_of("appraiser"), Verdict::genuine, c.block.time_ms)};
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == (Delta{{{item_key(kBag1), entry}}}));
}

TEST(ItemAttest, ErrorsInPrecedenceOrder) {
  run_table(
      valid_case,
      {{"a coin is claimed", [](Case& c) { claim(c, coin()); }, ErrorCode::claim_count},
       {"more than certain",
        [](Case& c) { c.body<ItemAttest>().confidence_bps = kBasisPoints + 1; },
        ErrorCode::field_value},
       {"the appraiser has not signed", [](Case& c) { c.tx.signers = {key_of("ana")}; },
        ErrorCode::signature_missing},
       {"the accreditation was revoked",
        [](Case& c) {
          const auto key = accreditation_key(key_of("appraiser"), Role::appraiser);
          c.registry.at<AccreditationEntry>(key).revoked_ms = 1;
        },
        ErrorCode::not_accredited},
       {"the item is no more",
        [](Case& c) {
          c.registry.at<ItemEntry>(item_key(kBag1)).status = ItemStatus::decommissioned;
        },
        ErrorCode::item_decommissioned},
       {"the item is the appraiser's own",
        [](Case& c) { c.registry.at<ItemEntry>(item_key(kBag1)).authority = key_of("appraiser"); },
        ErrorCode::self_attestation}});
}

TEST(ItemAttest, WantsAKnownItemAndTheRoleOfAnAppraiser) {
  auto c = valid_case();
  c.body<ItemAttest>().gs1_key = kBag2;
  EXPECT_EQ(error_of(c).code, ErrorCode::item_unknown);
  put_accreditation(c, "centre", Role::centre);
  c.sign("centre").body<ItemAttest>().appraiser = key_of("centre");
  EXPECT_EQ(error_of(c).code, ErrorCode::not_accredited);
}

TEST(ItemAttest, TakesConfidenceUpToCertainty) {
  for (const std::uint32_t bps : {0u, 1u, kBasisPoints}) {
    auto c = valid_case();
    c.body<ItemAttest>().confidence_bps = bps;
    EXPECT_TRUE(c.run()) << bps;
  }
}

TEST(ItemAttest, CannotBeDelegated) {
  auto c = valid_case();
  c.tx.signers = {key_of("agent")};
  put_delegation(c, "appraiser", "agent", ItemAttest::kNumber);
  EXPECT_EQ(error_of(c).code, ErrorCode::signature_missing);
}

TEST(ItemAttest, ReplacesTheAppraisersEarlierVerdictAndJudgesFlaggedItems) {
  auto c = valid_case();
  put_flag(c, kBag1, c.block.time_ms + 1);
  auto& entry = c.registry.at<ItemEntry>(item_key(kBag1));
  const auto other = verdict_of(key_of("other"), Verdict::fake, 2);
  entry.attestations = {verdict_of(key_of("appraiser"), Verdict::fake, 1), other};
  const auto after = written<ItemEntry>(c.run(), item_key(kBag1));
  EXPECT_TRUE(
      after.attestations ==
      (std::vector{other, verdict_of(key_of("appraiser"), Verdict::genuine, c.block.time_ms)}));
}

TEST(ItemAttest, KeepsTheLatestVerdicts) {
  auto c = valid_case();
  auto& kept = c.registry.at<ItemEntry>(item_key(kBag1)).attestations;
  for (std::size_t i = 0; i < kAttestationsMax; ++i) {
    kept.push_back(verdict_of(key_of("appraiser" + std::to_string(i)), Verdict::fake, i));
  }
  auto expected = kept;
  expected.erase(expected.begin());
  expected.push_back(verdict_of(key_of("appraiser"), Verdict::genuine, c.block.time_ms));
  EXPECT_TRUE(written<ItemEntry>(c.run(), item_key(kBag1)).attestations == expected);

  kept.pop_back();  // one place is free: nothing goes
  EXPECT_EQ(written<ItemEntry>(c.run(), item_key(kBag1)).attestations.size(), kAttestationsMax);
}

}  // namespace
}  // namespace tally::contracts
