#include "contracts/authentication/case_open.hpp"

#include "unit/contracts/authentication/cases.hpp"

namespace tally::contracts::cases {
namespace {

Case valid_case() {
  auto c = world();
  auto command = opening();
  command.gs1_key = kBag1;
  c.spend(Item{kBag1, lock_of("ana")});
  c.spend(coin("EUR", 100, "ana"));
  c.make(Item{kBag1, lock_of("ana")});
  c.make(coin("EUR", 10, "ana"));
  c.sign("ana").command(command);
  return c;
}

Case free_case() {
  auto c = world();
  c.registry.at<RequesterEntry>(requester_key(key_of("ana"))).cases = 0;
  auto command = opening();
  command.fee = 0;
  c.sign("ana").command(command);
  return c;
}

TEST(CaseOpen, WritesTheCaseAndCountsIt) {
  const auto c = valid_case();
  CaseEntry entry;
  entry.requester = entry.member = key_of("ana");
  entry.gs1_key = kBag1;
  entry.owner = account_of(key_of("ana"));
  entry.description_hash = hash_of("a tote");
  entry.category_hash = hash_of("handbag");
  entry.source_hash = hash_of("a shop");
  entry.evidence_root = hash_of("photographs");
  entry.sealed_hash = hash_of("nothing");
  entry.asset = eur();
  entry.terms = terms();
  entry.fee = kFee;
  entry.deadline_active_ms = c.block.active_ms + 1;
  entry.opened_ms = c.block.time_ms;
  const auto delta = c.run();
  ASSERT_TRUE(delta);
  EXPECT_TRUE(*delta == (Delta{{{requester_key(key_of("ana")), RequesterEntry{key_of("ana"), 2, 1}},
                                {case_key(id()), entry}}}));
}

TEST(CaseOpen, TheFirstCaseIsFree) {
  auto c = free_case();
  const auto entry = written<CaseEntry>(c.run(), case_key(id()));
  EXPECT_TRUE(entry.free);
  EXPECT_EQ(entry.fee, 0u) << "the pool is empty";
  c.spend(coin("EUR", kFee, "ana"));
  c.tx.commands.front().inputs.push_back(0);
  EXPECT_EQ(error_of(c).code, ErrorCode::claim_count) << "nothing is to be paid";
}

TEST(CaseOpen, AnAgentsCaseCountsForWhoAnswersForIt) {
  auto c = free_case();
  auto& agent = put_member(c, "agent");
  agent.agent = true;
  agent.sponsor = key_of("ana");
  c.registry.at<RequesterEntry>(requester_key(key_of("ana"))).open = 2;
  c.tx.signers = {key_of("agent")};
  c.body<CaseOpen>().requester = key_of("agent");
  EXPECT_EQ(error_of(c), (Error{ErrorCode::case_quota, 0, 2}));
}

TEST(CaseOpen, ErrorsInPrecedenceOrder) {
  run_table(valid_case,
            {{"a stranger signs", sign_by_a_stranger, ErrorCode::signature_missing},
             {"no member",
              [](Case& c) { c.registry.at<MemberEntry>(member_key(key_of("ana"))).revoked_ms = 1; },
              ErrorCode::member_unknown},
             {"no panel", [](Case& c) { c.body<CaseOpen>().asset = asset_named("USD"); },
              ErrorCode::panel_unknown},
             {"it costs something else", [](Case& c) { --c.body<CaseOpen>().fee; },
              ErrorCode::case_price},
             {"the title is not shown", [](Case& c) { c.tx.commands.front().inputs = {1}; },
              ErrorCode::claim_count}});
  run_table(valid_case,
            {{"another item", [](Case& c) { c.body<CaseOpen>().gs1_key = kBag2; },
              ErrorCode::item_mismatch},
             {"somebody else's",
              [](Case& c) { c.in<Item>(0).lock = c.out<Item>(0).lock = lock_of("bob"); },
              ErrorCode::signature_missing},
             {"decommissioned",
              [](Case& c) {
                c.registry.at<ItemEntry>(item_key(kBag1)).status = ItemStatus::decommissioned;
              },
              ErrorCode::item_decommissioned},
             {"the same case", [](Case& c) { c.registry.put(case_key(id()), CaseEntry{}); },
              ErrorCode::case_exists},
             {"too many live",
              [](Case& c) {
                c.registry.at<RequesterEntry>(requester_key(key_of("ana"))).open = terms().open_max;
              },
              ErrorCode::case_quota},
             {"frozen", [](Case& c) { freeze(c, "EUR", "ana"); }, ErrorCode::holder_frozen},
             {"less than the fee", [](Case& c) { c.out<Coin>(1).amount += 1; },
              ErrorCode::not_conserved}});
}

TEST(CaseOpen, TheTitleComesBackAsItWas) {
  auto c = valid_case();
  c.out<Item>(0).lock = lock_of("bob");
  EXPECT_EQ(error_of(c).code, ErrorCode::item_mismatch) << "no transfer by the way";
  c = valid_case();
  c.registry.put(item_key(kBag2), ItemEntry{});
  c.body<CaseOpen>().gs1_key = c.in<Item>(0).gs1_key = c.out<Item>(0).gs1_key = kBag3;
  EXPECT_EQ(error_of(c).code, ErrorCode::item_unknown);
  c = valid_case();
  c.tx.commands.front().outputs = {1};
  EXPECT_EQ(error_of(c).code, ErrorCode::claim_type);
}

TEST(CaseOpen, AnAgentMayShowTheTitle) {
  auto c = valid_case();
  c.in<Item>(0).lock = c.out<Item>(0).lock = lock_of("bob");
  put_delegation(c, "bob", "ana", CaseOpen::kNumber);
  const auto delta = c.run();
  EXPECT_EQ(written<CaseEntry>(delta, case_key(id())).owner, account_of(key_of("bob")));
  EXPECT_EQ(
      written<DelegationEntry>(delta, delegation_key(key_of("bob"), key_of("ana"))).items_used, 1u);
}

TEST(CaseOpen, NothingIsClaimedOfGoodsFromElsewhereForNothing) {
  auto c = world();
  panel_in(c).terms.fee = 0;
  auto command = opening();
  command.fee = 0;
  c.sign("ana").command(command);
  const auto entry = written<CaseEntry>(c.run(), case_key(id()));
  EXPECT_FALSE(entry.free);
  EXPECT_EQ(entry.fee, 0u);
  EXPECT_FALSE(entry.owner);
}

}  // namespace
}  // namespace tally::contracts::cases
