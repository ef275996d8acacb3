#include "unit/contracts/governance/faults.hpp"

namespace tally::contracts {
namespace {

Case valid() {
  Case c;
  c.sign_quorum().command(MemberAdmit{{key_of("ana"), key_of("bo")}});
  return c;
}

RegistryKey shop_key() { return accreditation_key(key_of("shop"), Role::registrar); }

AccreditationEntry shop(std::uint64_t quota, std::uint64_t used) {
  return {key_of("shop"), Role::registrar, hash_of("contract"), quota, used, 7, 0};
}

Case valid_by_registrar() {
  Case c;
  c.registry.put(shop_key(), shop(10, 8));
  c.sign("stranger").sign("shop").command(MemberAdmit{{key_of("ana"), key_of("bo")}});
  return c;
}

MemberEntry member(const Case& c, std::string_view name, std::optional<PublicKey> sponsor) {
  return {key_of(name), sponsor, c.block.time_ms, 0};
}

TEST(MemberAdmit, AdmitsByQuorum) {
  const auto c = valid();
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_EQ(*delta, (Delta{{{member_key(key_of("ana")), member(c, "ana", std::nullopt)},
                            {member_key(key_of("bo")), member(c, "bo", std::nullopt)}}}));
}

TEST(MemberAdmit, AdmitsByRegistrarWithinItsQuota) {
  const auto c = valid_by_registrar();
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_EQ(*delta, (Delta{{{member_key(key_of("ana")), member(c, "ana", key_of("shop"))},
                            {member_key(key_of("bo")), member(c, "bo", key_of("shop"))},
                            {shop_key(), shop(10, 10)}}}));
}

TEST(MemberAdmit, AQuorumDoesNotUseARegistrarsQuota) {
  auto c = valid();
  c.registry.put(shop_key(), shop(1, 1));
  c.tx.signers.insert(c.tx.signers.begin(), key_of("shop"));
  EXPECT_EQ(written<MemberEntry>(c.run(), member_key(key_of("ana"))),
            member(c, "ana", std::nullopt));
}

void set_member(Case& c, std::string_view name, std::uint64_t revoked_ms) {
  c.registry.put(member_key(key_of(name)), MemberEntry{key_of(name), std::nullopt, 5, revoked_ms});
}

TEST(MemberAdmit, RefusesInOrder) {
  run_table(
      valid_by_registrar,
      {
          {"claims an output", claim_an_output, ErrorCode::claim_count},
          {"no key", [](Case& c) { c.body<MemberAdmit>().keys.clear(); }, ErrorCode::field_length},
          {"neither quorum nor registrar", [](Case& c) { c.tx.signers = {key_of("stranger")}; },
           ErrorCode::quorum_missing},
          {"a zero key", [](Case& c) { c.body<MemberAdmit>().keys[0] = {}; },
           ErrorCode::invalid_key},
          {"a member", [](Case& c) { set_member(c, "ana", 0); }, ErrorCode::member_exists},
          {"was revoked", [](Case& c) { set_member(c, "bo", 9); }, ErrorCode::readmission},
          {"no quota left", [](Case& c) { c.registry.put(shop_key(), shop(10, 9)); },
           ErrorCode::quota_exceeded},
      });
}

TEST(MemberAdmit, SaysWhichKeyAndHowMuchQuotaIsLeft) {
  auto c = valid_by_registrar();
  c.registry.put(shop_key(), shop(10, 9));
  EXPECT_EQ(c.run().error(), (Error{ErrorCode::quota_exceeded, 0, 1}));
  c.body<MemberAdmit>().keys[1] = key_of("ana");
  EXPECT_EQ(c.run().error(), (Error{ErrorCode::member_exists, 1, 0}));
}

TEST(MemberAdmit, OnlyTheOperatorsReadmit) {
  auto c = valid();
  set_member(c, "ana", 9);
  EXPECT_EQ(written<MemberEntry>(c.run(), member_key(key_of("ana"))),
            member(c, "ana", std::nullopt));
}

// Anybody can make any key its agent; that must not keep its owner from a membership of its own.
TEST(MemberAdmit, AnAgentBecomesAMemberInItsOwnRight) {
  for (const std::uint64_t revoked_ms : {0, 9}) {
    auto c = valid_by_registrar();
    const auto key = key_of("ana");
    c.registry.put(member_key(key), MemberEntry{key, key_of("mallory"), 5, revoked_ms, true});
    const auto delta = c.run();
    ASSERT_EQ(delta.has_value(), revoked_ms == 0);
    if (delta) {
      EXPECT_EQ(written<MemberEntry>(delta, member_key(key)), member(c, "ana", key_of("shop")));
    } else {
      EXPECT_EQ(delta.error(), (Error{ErrorCode::readmission, 0, 0}));
    }
  }
}

TEST(MemberAdmit, ARevokedRegistrarAdmitsNobody) {
  auto c = valid_by_registrar();
  c.registry.at<AccreditationEntry>(shop_key()).revoked_ms = 1;
  EXPECT_EQ(c.run().error(), (Error{ErrorCode::quorum_missing, 0, 2}));
}

TEST(MemberAdmit, AnotherAccreditationIsNotEnough) {
  auto c = valid_by_registrar();
  c.tx.signers = {key_of("appraiser")};
  c.registry.put(accreditation_key(key_of("appraiser"), Role::appraiser),
                 AccreditationEntry{key_of("appraiser"), Role::appraiser, {}, 0, 0, 1, 0});
  EXPECT_EQ(c.run().error().code, ErrorCode::quorum_missing);
}

TEST(MemberAdmit, TakesUpToTheLimit) {
  for (const auto count : {std::size_t{1}, kMembersPerCommandMax, kMembersPerCommandMax + 1}) {
    auto c = valid();
    auto& keys = c.body<MemberAdmit>().keys;
    keys.clear();
    for (std::size_t i = 0; i < count; ++i) keys.push_back(key_of("m" + std::to_string(i)));
    const auto outcome = c.run();
    ASSERT_EQ(outcome.has_value(), count <= kMembersPerCommandMax) << count;
    if (!outcome) {
      EXPECT_EQ(outcome.error(), (Error{ErrorCode::field_length, 0, kMembersPerCommandMax}));
    } else {
      EXPECT_EQ(outcome->writes.size(), count);
    }
  }
}

// The running total counts over the commands of one transaction.
TEST(MemberAdmit, TwoCommandsShareTheQuota) {
  auto c = valid_by_registrar();
  c.command(MemberAdmit{{key_of("cai")}});
  EXPECT_EQ(c.run().error(), (Error{ErrorCode::quota_exceeded, 0, 0}));
  c.registry.put(shop_key(), shop(11, 8));
  EXPECT_EQ(written<AccreditationEntry>(c.run(), shop_key()), shop(11, 11));
}

}  // namespace
}  // namespace tally::contracts
