#include "contracts/asset/coins.hpp"

#include "unit/contracts/asset/world.hpp"

namespace tally::contracts {
namespace {

/// The first command's input, as verify() gives it to the rule. Views the case.
RuleInput rule_input(const Case& c) {
  RuleInput input{c.registry, c.block, c.tx, Txid{}, 0, {}, {}};
  for (const auto i : c.tx.commands.front().inputs) {
    input.inputs.push_back({i, &c.tx.inputs[i], &c.spent[i]});
  }
  for (const auto i : c.tx.commands.front().outputs) {
    input.outputs.push_back({i, &c.tx.outputs[i]});
  }
  return input;
}

// ---- Sums. ----

TEST(SumCoins, SumsByAssetAndAccountInOrder) {
  Case c;
  c.spend(coin("ONE", 5, "ana"));
  c.spend(coin("TWO", 7, "ana"));
  c.spend(coin("ONE", 6, "ana"));
  c.make(Grant{});
  c.make(coin("ONE", 9, "bo"));
  c.make(coin("ONE", 2, "ana"));
  c.command(AssetTransfer{});
  const auto coins = sum_coins(rule_input(c));
  ASSERT_EQ(coins.flows.size(), 2u);
  ASSERT_EQ(coins.positions.size(), 3u);
  EXPECT_TRUE(coins.flows[0].asset < coins.flows[1].asset);
  const auto* one = coins.flow(asset_named("ONE"));
  ASSERT_NE(one, nullptr);
  EXPECT_EQ(static_cast<std::uint64_t>(one->in), 11u);
  EXPECT_EQ(static_cast<std::uint64_t>(one->out), 11u);
  ASSERT_EQ(one->positions.size(), 2u);
  for (const auto& position : one->positions) {
    const bool ana = position.account == account_of(key_of("ana"));
    EXPECT_EQ(static_cast<std::uint64_t>(position.in), ana ? 11u : 0u);
    EXPECT_EQ(static_cast<std::uint64_t>(position.out), ana ? 2u : 9u);
    EXPECT_EQ(position.index, ana ? 0u : 1u);
  }
  EXPECT_EQ(coins.flow(asset_named("NONE")), nullptr);
}

// ---- Delegation: Ana lets her agent transfer 100 of ONE in all. ----

constexpr auto kTransfer = AssetTransfer::kNumber;

DelegationEntry& delegation(Case& c) {
  return c.registry.at<DelegationEntry>(delegation_key(key_of("ana"), key_of("agent")));
}

Case by_agent() {
  Case c;
  add_asset(c, "ONE");
  DelegationEntry entry;
  entry.principal = key_of("ana");
  entry.agent = key_of("agent");
  entry.powers.commands = {kTransfer};
  entry.powers.asset = asset_named("ONE");
  entry.powers.amount_max = 100;
  entry.powers.until_ms = c.block.time_ms + 1;
  entry.amount_used = 40;
  const auto key = delegation_key(entry.principal, entry.agent);
  c.registry.put(key, entry);
  c.tx.references.push_back({key});
  c.sign("agent");
  c.spend(coin("ONE", 50, "ana"));
  c.spend(coin("ONE", 40, "ana"));
  c.make(coin("ONE", 60, "bo"));
  c.make(coin("ONE", 30, "ana"));
  c.command(AssetTransfer{});
  return c;
}

TEST(OpenCoins, AnAgentMovesWhatLeavesThePrincipal) {
  auto c = by_agent();
  auto after = delegation(c);
  after.amount_used = 100;
  EXPECT_EQ(c.run(), (Delta{{{c.tx.references[0].key, after}}}));
}

TEST(OpenCoins, NothingIsChargedWhenThePrincipalSigns) {
  auto c = by_agent();
  c.sign("ana");
  EXPECT_EQ(c.run(), Delta{});
}

TEST(OpenCoins, NothingIsChargedForComingBack) {
  auto c = by_agent();
  delegation(c).amount_used = 100;
  c.out<Coin>(0) = coin("ONE", 60, "ana");
  EXPECT_EQ(written<DelegationEntry>(c.run(), c.tx.references[0].key).amount_used, 100u);
}

TEST(OpenCoins, RefusesInOrder) {
  run_table(
      by_agent,
      {
          {"not referenced", [](Case& c) { c.tx.references.clear(); },
           ErrorCode::signature_missing},
          {"revoked", [](Case& c) { delegation(c).revoked_ms = 1; }, ErrorCode::delegation_expired},
          {"its time has come", [](Case& c) { delegation(c).powers.until_ms = c.block.time_ms; },
           ErrorCode::delegation_expired},
          {"another command", [](Case& c) { delegation(c).powers.commands = {AssetBurn::kNumber}; },
           ErrorCode::delegation_exceeded},
          {"another asset", [](Case& c) { delegation(c).powers.asset = asset_named("TWO"); },
           ErrorCode::delegation_exceeded},
          {"too much", [](Case& c) { delegation(c).amount_used = 41; },
           ErrorCode::delegation_exceeded},
      });
}

TEST(OpenCoins, SaysByHowMuchADelegationIsExceeded) {
  auto c = by_agent();
  delegation(c).amount_used = 45;
  EXPECT_EQ(c.run().error(), (Error{ErrorCode::delegation_exceeded, 0, 5}));
  delegation(c).amount_used = UINT64_MAX;
  EXPECT_EQ(c.run().error(), (Error{ErrorCode::delegation_exceeded, 0, UINT64_MAX - 40}));
}

TEST(OpenCoins, AReferenceToNoEntryIsSaidSo) {
  auto c = by_agent();
  c.tx.signers = {key_of("other")};
  c.tx.references = {{delegation_key(key_of("ana"), key_of("other"))}};
  EXPECT_EQ(c.run().error().code, ErrorCode::delegation_missing);
}

TEST(OpenCoins, AnotherAgentsDelegationDoesNotHelp) {
  auto c = by_agent();
  c.tx.signers = {key_of("stranger")};
  EXPECT_EQ(c.run().error(), (Error{ErrorCode::signature_missing, 0, 0}));
}

TEST(OpenCoins, ADelegationOpensPlainKeysOnly) {
  for (const Lock& lock : {Lock{TimeLock{key_of("ana"), 0}}, Lock{HashLock{key_of("ana"), {}}},
                           Lock{MultiLock{1, {key_of("ana")}}}}) {
    auto c = by_agent();
    c.in<Coin>(1).lock = lock;
    EXPECT_EQ(c.run().error(),
              (Error{ErrorCode::signature_missing, 1, lock.index() == 1 ? 1u : 0u}));
  }
}

// Every lock is looked at before any delegation is charged, whatever the order of the accounts.
TEST(OpenCoins, AMissingSignatureComesBeforeADelegationExceeded) {
  for (const auto* owner : {"bo", "cai", "dan", "eve", "fay"}) {
    auto c = by_agent();
    delegation(c).amount_used = 41;
    c.spend(coin("ONE", 1, owner));
    c.tx.commands[0].inputs.push_back(2);
    EXPECT_EQ(c.run().error(), (Error{ErrorCode::signature_missing, 2, 0})) << owner;
  }
}

TEST(OpenCoins, TheTotalRunsOverTheCommandsOfATransaction) {
  auto c = by_agent();
  delegation(c).powers.amount_max = 110;
  c.spend(coin("ONE", 10, "ana"));
  c.make(coin("ONE", 10, "bo"));
  c.command(AssetTransfer{});
  EXPECT_EQ(written<DelegationEntry>(c.run(), c.tx.references[0].key).amount_used, 110u);
  delegation(c).powers.amount_max = 109;
  EXPECT_EQ(c.run().error(), (Error{ErrorCode::delegation_exceeded, 2, 1}));
}

TEST(OpenCoins, TheFirstDelegationThatReachesIsCharged) {
  auto c = by_agent();
  auto wider = delegation(c);
  wider.agent = key_of("agent2");
  wider.powers.amount_max = 1'000;
  const auto key = delegation_key(wider.principal, wider.agent);
  c.registry.put(key, wider);
  c.tx.references.push_back({key});
  c.sign("agent2");
  delegation(c).amount_used = 41;
  const auto outcome = c.run();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->writes.size(), 1u);
  EXPECT_EQ(written<DelegationEntry>(outcome, key).amount_used, 100u);
}

// ---- Entering an escrow: Ana puts 60 of ONE and 7 of TWO in, with change. ----

Case entering() {
  Case c;
  add_asset(c, "ONE");
  add_asset(c, "TWO");
  c.sign("ana");
  c.spend(coin("ONE", 100, "ana"));
  c.spend(coin("TWO", 7, "ana"));
  c.make(coin("ONE", 40, "ana"));
  c.command(OrderFund{key_of("ana"), {}});
  return c;
}

Result<std::vector<Holding>> enter(const Case& c, std::string_view payee = "seller") {
  Delta delta;
  return check_coins_enter(rule_input(c), key_of(payee), OrderFund::kNumber, delta);
}

TEST(CheckCoinsEnter, GivesWhatStaysBehind) {
  std::vector<Holding> expected{{asset_named("ONE"), 60}, {asset_named("TWO"), 7}};
  std::ranges::sort(expected, {}, &Holding::asset);
  EXPECT_EQ(enter(entering()), expected);
}

TEST(CheckCoinsEnter, LeavesOutWhatComesBackWhole) {
  auto c = entering();
  c.out<Coin>(0).amount = 100;
  EXPECT_EQ(enter(c), (std::vector<Holding>{{asset_named("TWO"), 7}}));
}

TEST(CheckCoinsEnter, RefusesInOrder) {
  const std::vector<Row> rows{
      {"not signed", sign_by_a_stranger, ErrorCode::signature_missing},
      {"no such asset", [](Case& c) { c.in<Coin>(1).asset = asset_named("NONE"); },
       ErrorCode::asset_unknown},
      {"overflow", [](Case& c) { c.in<Coin>(0).amount = kSupplyMax + 1; },
       ErrorCode::amount_overflow},
      {"more out than in", [](Case& c) { c.out<Coin>(0).amount = 101; }, ErrorCode::not_conserved},
      {"frozen", [](Case& c) { asset_in(c, "ONE").frozen = true; }, ErrorCode::asset_frozen},
      {"holder frozen", [](Case& c) { freeze(c, "ONE", "ana"); }, ErrorCode::holder_frozen},
      {"not a multiple", [](Case& c) { asset_in(c, "ONE").policies.minimum_unit = 9; },
       ErrorCode::below_minimum_unit},
      {"not transferable", [](Case& c) { asset_in(c, "TWO").policies.transferable = false; },
       ErrorCode::not_transferable},
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto c = entering();
    for (std::size_t k = rows.size(); k-- > i;) rows[k].breaks(c);
    const auto outcome = enter(c);
    ASSERT_FALSE(outcome) << rows[i].what;
    EXPECT_EQ(name(outcome.error().code), name(rows[i].code)) << rows[i].what;
  }
}

TEST(CheckCoinsEnter, WhatIsNotTransferableEntersForItsIssuerOnly) {
  auto c = entering();
  asset_in(c, "TWO").policies.transferable = false;
  EXPECT_EQ(enter(c, "seller").error(), (Error{ErrorCode::not_transferable, 1, 0}));
  EXPECT_TRUE(enter(c, "issuer"));
  c.in<Coin>(1) = coin("TWO", 7, "issuer");
  c.sign("issuer");
  EXPECT_TRUE(enter(c, "seller"));
}

}  // namespace
}  // namespace tally::contracts
