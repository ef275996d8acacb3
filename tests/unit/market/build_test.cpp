#include "market/build.hpp"

#include <random>
#include <set>
#include <thread>

#include "unit/market/world.hpp"

namespace tally::market {
namespace {

TEST(Build, ADisputeIsReleasedByBoth) {
  auto world = furnished();
  auto& w = *world;
  const auto offer = w.settle("order_offer", "boutique", offer_of(kBag));
  const auto order = "{'order': '" + order_of(w, offer) + "'";
  w.settle("order_fund", "bo", order + "}");
  w.settle("order_accept", "boutique", order + "}");
  w.settle("order_ship", "boutique", order + ", 'tracking_hash': '#t'}");
  w.settle("order_deliver", "bo", order + "}");
  w.settle("item_challenge", "cai", "{'gs1_key': '" + kBag + "', 'reason_hash': '#doubt'}");
  // What the rules would say is told before anybody signs.
  const auto doubted = w.build("order_release", "bo", order + "}");
  ASSERT_TRUE(doubted && doubted->forecast);
  EXPECT_EQ(contracts::name(doubted->forecast->code), "order_policy_challenge");
  w.settle("order_dispute", "boutique", order + ", 'reason_hash': '#doubt'}");
  const auto released = w.build("order_release", "bo", order + "}");
  ASSERT_TRUE(released);
  EXPECT_EQ(released->transaction.signers, (std::vector{test::key("bo"), test::key("boutique")}));
  w.settle("order_release", "bo", order + "}");
}

TEST(Build, SpendsWhatLiesUnderLocks) {
  auto world = furnished();
  auto& w = *world;
  const auto preimage = hash_of("secret");
  const auto hash = to_hex(crypto::sha256(preimage));
  w.settle("asset_transfer", "ana",
           "{'payments': [{'lock': {'multi': {'threshold': 2, 'keys': ['@ana', '@bo', '@cai']}}, "
           "'asset': 'EUR', 'amount': '30'}, {'lock': {'hash': {'key': '@bo', 'hash': '" +
               hash +
               "'}}, 'asset': 'EUR', 'amount': '20'}, {'lock': {'time': {'key': '@bo', "
               "'not_before': '2026-09-01T00:00:00Z'}}, 'asset': 'EUR', 'amount': '10'}]}");
  auto keys = std::vector{test::key("ana"), test::key("bo"), test::key("cai")};
  std::ranges::sort(keys);
  const auto at = [](const contracts::Lock& lock) {
    return contracts::encode_address(contracts::account_of(lock),
                                     contracts::NetworkKind::development);
  };
  const auto pay = [](const std::string& from, const std::string& more) {
    return "{'payments': [{'to': '@dora', 'asset': 'EUR', 'amount': '7'}], 'from': '" + from + "'" +
           more + "}";
  };
  const auto multi = at(contracts::MultiLock{2, keys});
  w.settle("asset_transfer", "bo", pay(multi, ", 'signers': ['@cai']"));
  w.settle("asset_transfer", "bo",
           pay(at(contracts::HashLock{test::key("bo"), crypto::sha256(preimage)}),
               ", 'preimage': '#secret'"));
  w.settle("asset_transfer", "bo",
           pay(at(contracts::TimeLock{test::key("bo"), 1'788'220'800'000}), ""));
  EXPECT_EQ(balance(w, "dora", "EUR"), 2'100u);
  expect_refusals(w, {{"another's lock", "asset_transfer", "dora", pay(multi, ""),
                       ErrorCode::not_yours, "/payments/0/amount"}});
}

TEST(Build, AnAgentSeesWhatItsDelegationNames) {
  auto world = furnished();
  auto& w = *world;
  const auto grant = [](std::string_view agent, const std::string& powers) {
    return fmt::format(
        "{{'agent': '@{}', 'commands': ['item_transfer', 'asset_transfer'], "
        "'prefixes': ['950600013'], 'items_max': 5, 'until': "
        "'2027-01-01T00:00:00Z'{}}}",
        agent, powers);
  };
  w.settle("delegation_grant", "boutique", grant("cai", ""));
  w.settle("delegation_grant", "boutique", grant("dora", ", 'asset': 'EUR', 'amount_max': '1.00'"));
  const std::string pay =
      "{'payments': [{'to': '@bo', 'asset': 'EUR', 'amount': '1'}], 'on_behalf_of': '@boutique'}";
  expect_refusals(w, {{"its delegation is for items alone", "asset_transfer", "cai", pay,
                       ErrorCode::not_yours, "/payments/0/amount"}});
  const auto outcome = w.settle("asset_transfer", "dora", pay);
  EXPECT_EQ(outcome.kind, ledger::Outcome::Kind::settled);
  EXPECT_EQ(balance(w, "boutique", "EUR"), 9'900u);
  w.settle("item_transfer", "cai",
           "{'gs1_keys': ['" + kBag + "'], 'to': '@bo', 'on_behalf_of': '@boutique'}");
}

TEST(Build, Refuses) {
  auto world = furnished();
  const auto pay = [](const std::string& payment, const std::string& more = "") {
    return "{'payments': [" + payment + "]" + more + "}";
  };
  const std::string ten = "{'to': '@bo', 'asset': 'EUR', 'amount': '10'}";
  expect_refusals(
      *world,
      {{"no such command", "asset_transfr", "ana", "{}", ErrorCode::bad_parameter, "/command"},
       {"an unknown parameter", "asset_transfer", "ana", pay(ten, ", 'form': '@ana'"),
        ErrorCode::unknown_parameter, "/form"},
       {"an unknown one inside", "asset_transfer", "ana", pay("{'too': '@bo'}"),
        ErrorCode::unknown_parameter, "/payments/0/too"},
       {"not a list", "asset_transfer", "ana", "{'payments': " + ten + "}",
        ErrorCode::bad_parameter, "/payments"},
       {"a number for an amount", "asset_transfer", "ana",
        pay("{'to': '@bo', 'asset': 'EUR', 'amount': 10}"), ErrorCode::bad_parameter,
        "/payments/0/amount"},
       {"both of two", "asset_transfer", "ana",
        pay("{'to': '@bo', 'asset': 'EUR', 'amount': '1', 'amount_minor': 1}"),
        ErrorCode::bad_parameter, "/payments/0/amount"},
       {"neither of two", "asset_transfer", "ana", pay("{'to': '@bo', 'asset': 'EUR'}"),
        ErrorCode::field_missing, "/payments/0/amount"},
       {"missing", "asset_transfer", "ana", "{}", ErrorCode::field_missing, "/payments"},
       {"null is missing", "asset_transfer", "ana", "{'payments': null}", ErrorCode::field_missing,
        "/payments"},
       {"none", "asset_transfer", "ana", pay(""), ErrorCode::field_missing, "/payments"},
       {"no address", "asset_transfer", "ana", pay("{'to': 'bo', 'asset': 'EUR', 'amount': '1'}"),
        ErrorCode::bad_parameter, "/payments/0/to"},
       {"another network's address", "asset_transfer", "ana",
        pay("{'to': '" +
            contracts::encode_address(contracts::account_of(test::key("bo")),
                                      contracts::NetworkKind::main) +
            "', 'asset': 'EUR', 'amount': '1'}"),
        ErrorCode::bad_parameter, "/payments/0/to"},
       {"no point", "asset_transfer", "ana",
        pay("{'to': '" + std::string(64, 'f') + "', 'asset': 'EUR', 'amount': '1'}"),
        ErrorCode::invalid_key, "/payments/0/to"},
       {"no such asset", "asset_transfer", "ana",
        pay("{'to': '@bo', 'asset': 'USD', 'amount': '1'}"), ErrorCode::asset_unknown,
        "/payments/0/asset"},
       {"a look-alike", "asset_transfer", "ana",
        pay("{'to': '@bo', 'asset': 'EVR', 'amount': '1'}"), ErrorCode::asset_unknown,
        "/payments/0/asset"},
       {"too many decimals", "asset_transfer", "ana",
        pay("{'to': '@bo', 'asset': 'EUR', 'amount': '1.005'}"), ErrorCode::bad_parameter,
        "/payments/0/amount"},
       {"zero", "asset_transfer", "ana", pay("{'to': '@bo', 'asset': 'EUR', 'amount': '0'}"),
        ErrorCode::amount_zero, "/payments/0/amount"},
       {"an overflow", "asset_transfer", "ana",
        pay("{'to': '@bo', 'asset': 'EUR', 'amount_minor': '9223372036854775807'}, " + ten),
        ErrorCode::amount_overflow, "/payments/1/amount", contracts::kSupplyMax},
       {"a lock of two kinds", "asset_transfer", "ana",
        pay("{'lock': {'key': '@bo', 'time': {}}, 'asset': 'EUR', 'amount': '1'}"),
        ErrorCode::bad_parameter, "/payments/0/lock"},
       {"a lock of none", "asset_transfer", "ana",
        pay("{'lock': {'multi': {'threshold': 3, 'keys': ['@bo']}}, 'asset': 'EUR', 'amount': "
            "'1'}"),
        ErrorCode::invalid_lock, "/payments/0/lock/multi"},
       {"not enough", "asset_transfer", "ana",
        pay("{'to': '@bo', 'asset': 'EUR', 'amount': '1000.01'}"), ErrorCode::not_enough_coins,
        "/payments/0/amount", 1},
       {"somebody else's coins", "asset_transfer", "ana", pay(ten, ", 'from': '@bo'"),
        ErrorCode::not_yours, "/payments/0/amount"},
       {"no delegation", "asset_transfer", "ana", pay(ten, ", 'on_behalf_of': '@bo'"),
        ErrorCode::delegation_missing, "/on_behalf_of"}});
}

TEST(Build, RefusesWhatIsNotThere) {
  auto world = furnished();
  auto& w = *world;
  const auto private_offer =
      w.settle("order_offer", "boutique", offer_of(kShoe, ", 'named_buyer': '@bo'"));
  const auto by_id = "{'order': '" + order_of(w, private_offer) + "'}";
  const auto grant_of_nobody = "{'grants': [0]}";
  w.settle("order_withdraw", "boutique", by_id);
  const auto open = w.settle("order_offer", "boutique", offer_of(kShoe, ", 'named_buyer': '@bo'"));
  const auto open_id = "{'order': '" + order_of(w, open) + "'}";
  expect_refusals(
      w,
      {{"no canonical key", "item_transfer", "boutique",
        "{'gs1_keys': ['https://id.gs1.org/01/09506000134352/21/BAG'], 'to': '@bo'}",
        ErrorCode::gs1_key_invalid, "/gs1_keys/0"},
       {"no such item", "item_transfer", "boutique",
        "{'gs1_keys': ['01/09506000134352/21/NONE'], 'to': '@bo'}", ErrorCode::item_unknown,
        "/gs1_keys/0"},
       {"another's item", "item_transfer", "ana", "{'gs1_keys': ['" + kBag + "'], 'to': '@bo'}",
        ErrorCode::not_yours, "/gs1_keys/0"},
       {"an item in escrow", "order_offer", "boutique", offer_of(kShoe), ErrorCode::order_state,
        "/lines/0/gs1_key"},
       {"no such order", "order_fund", "bo", "{'order': '#nothing'}", ErrorCode::order_unknown,
        "/order"},
       {"an order that has ended", "order_fund", "bo", by_id, ErrorCode::order_state, "/order"},
       {"another's order", "order_fund", "ana", open_id, ErrorCode::not_yours, "/order"},
       {"a step too early", "order_release", "bo", open_id, ErrorCode::order_state, "/order"},
       {"an asset twice", "order_fund", "bo",
        "{'order': '" + order_of(w, open) +
            "', 'payment': [{'asset': 'EUR', 'amount': '1'}, "
            "{'asset': 'EUR', 'amount': '2'}]}",
        ErrorCode::bad_parameter, "/payment/1/asset"},
       {"a wrong word", "item_attest", "appraiser",
        "{'gs1_key': '" + kBag +
            "', 'verdict': 'real', 'confidence_bps': 1, 'method_hash': '#m', "
            "'evidence_hash': '#e'}",
        ErrorCode::bad_parameter, "/verdict"},
       {"no hash", "item_claim", "ana", "{'event_hash': 'abc'}", ErrorCode::bad_parameter,
        "/event_hash"},
       {"no time", "item_flag_set", "operator-1",
        "{'gs1_key': '" + kBag + "', 'flag': 'stolen', 'reason_hash': '#r', 'expires': 'soon'}",
        ErrorCode::bad_parameter, "/expires"},
       {"a flag without end", "item_flag_set", "operator-1",
        "{'gs1_key': '" + kBag + "', 'flag': 'stolen', 'reason_hash': '#r'}",
        ErrorCode::field_missing, "/expires"},
       {"attributes", "item_commission", "brand",
        "{'prefix': '950600013', 'event_hash': '#m', 'gs1_keys': ['01/09506000134352/21/X'], "
        "'attributes': {'Colour': 'red'}}",
        ErrorCode::attributes_invalid, "/attributes"},
       {"an attribute of no form", "item_commission", "brand",
        "{'prefix': '950600013', 'event_hash': '#m', 'gs1_keys': ['01/09506000134352/21/X'], "
        "'attributes': {'colour': 3}}",
        ErrorCode::bad_parameter, "/attributes/colour"},
       {"too many decimals", "asset_define", "ana",
        "{'kind': 'utility', 'symbol': 'MANY', 'decimals': 4000000000, 'supply_max': '1'}",
        ErrorCode::decimals_invalid, "/decimals", contracts::kDecimalsMax},
       {"no grant of it", "profile_revoke", "bo", grant_of_nobody, ErrorCode::output_unknown,
        "/grants/0"},
       {"no grant to it", "profile_revoke", "bo", "{'reader': '@ana'}", ErrorCode::output_unknown,
        "/reader"},
       {"a salt without value", "profile_set", "bo",
        "{'attribute': 'a', 'commitment': '#c', 'salt': '#s'}", ErrorCode::bad_parameter, "/salt"},
       {"the issuer's coins", "asset_redeem", "ana", "{'asset': 'BAGCREDIT', 'amount': '1'}",
        ErrorCode::not_yours, "/payer"},
       {"more signers than there may be", "asset_freeze", "bank",
        [] {
          std::string keys;
          for (int i = 0; i < 32; ++i) keys += fmt::format("{}'@p{}'", i == 0 ? "" : ", ", i);
          return "{'asset': 'EUR', 'signers': [" + keys + "]}";
        }(),
        ErrorCode::too_many_signers, "", contracts::kSignersMax}});
}

TEST(Build, LockedIsNotInsufficient) {
  auto world = furnished();
  auto& w = *world;
  w.lease_ms = 30'000;
  const auto pay = [&](std::string_view amount) {
    return w.build(
        "asset_transfer", "ana",
        fmt::format("{{'payments': [{{'to': '@bo', 'asset': 'EUR', 'amount': '{}'}}]}}", amount));
  };
  const auto first = pay("400");
  ASSERT_TRUE(first && first->lease);
  EXPECT_EQ(first->lease->numbers.size(), 1u);
  EXPECT_TRUE(w.leases.is_leased(first->lease->numbers.front()));

  const auto second = pay("600.00");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().error, (contracts::Error{ErrorCode::coins_leased, 0, 60'000}));
  const auto third = pay("1000.50");
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().error, (contracts::Error{ErrorCode::not_enough_coins, 0, 50}));

  w.clock().advance(30'000);
  EXPECT_TRUE(pay("600.00"));
}

// Whatever is paid, with whatever leased: what goes in comes out, and the same request gives the
// same body.
TEST(Build, ConservesAnyPayment) {
  auto world = furnished();
  auto& w = *world;
  std::mt19937_64 rng(11);
  std::string recipients;
  for (int i = 0; i < 150; ++i) {
    recipients += fmt::format("{}{{'to': '@cai', 'amount_minor': {}}}", i == 0 ? "" : ", ",
                              1 + rng() % (i % 10 == 0 ? 10'000 : 50));
  }
  w.settle("asset_issue", "bank", "{'asset': 'EUR', 'recipients': [" + recipients + "]}");
  const auto total = balance(w, "cai", "EUR");
  for (int round = 0; round < 60; ++round) {
    const auto parameters = fmt::format(
        "{{'payments': [{{'to': '@bo', 'asset': 'EUR', 'amount_minor': {}}}, {{'to': "
        "'@ana', 'asset': 'EUR', 'amount_minor': {}}}]}}",
        1 + rng() % (total / 3), 1 + rng() % (total / 3));
    w.lease_ms = 0;
    const auto built = w.build("asset_transfer", "cai", parameters);
    const auto again = w.build("asset_transfer", "cai", parameters);
    ASSERT_EQ(built.has_value(), again.has_value());
    if (!built) {
      EXPECT_EQ(contracts::name(built.error().error.code), "coins_leased");
      w.clock().advance(60'000);
      continue;
    }
    EXPECT_EQ(built->body, again->body);
    EXPECT_FALSE(built->forecast);  // asset_transfer conserves, or the rule refuses it.
    for (const auto& input : built->transaction.inputs) {
      EXPECT_FALSE(w.leases.is_leased(input.number));
    }
    if (round % 2 == 0) continue;
    w.lease_ms = 20'000;
    const auto leased = w.build("asset_transfer", "cai", parameters);
    ASSERT_TRUE(leased && leased->lease);
    EXPECT_EQ(leased->body, built->body);
  }
}

TEST(Build, LeasesNothingForWhatFails) {
  auto world = furnished();
  world->lease_ms = 30'000;
  const auto refused = world->build(
      "asset_transfer", "ana",
      "{'payments': [{'to': '@bo', 'asset': 'EUR', 'amount': '5'}, {'to': '@bo', 'asset': "
      "'BAGCREDIT', 'amount': '500'}]}");
  ASSERT_FALSE(refused);
  EXPECT_EQ(contracts::name(refused.error().error.code), "not_enough_coins");
  EXPECT_EQ(world->leases.size(), 0u);
}

TEST(Build, ParallelPaymentsTakeDifferentCoins) {
  auto world = furnished();
  auto& w = *world;
  std::string recipients;
  for (int i = 0; i < 40; ++i)
    recipients += std::string(i == 0 ? "" : ", ") + "{'to': '@cai', 'amount': '5'}";
  w.settle("asset_issue", "bank", "{'asset': 'EUR', 'recipients': [" + recipients + "]}");
  w.lease_ms = 30'000;
  std::mutex mutex;
  std::multiset<contracts::OutputNumber> taken;
  const auto parameters = parse("{'payments': [{'to': '@bo', 'asset': 'EUR', 'amount': '5'}]}");
  // A snapshot is one thread's; each has its own.
  std::vector<views::Snapshot> snapshots;
  for (int i = 0; i < 4; ++i) snapshots.push_back(w.new_snapshot());
  std::vector<std::thread> threads;
  for (const auto& snapshot : snapshots) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10; ++i) {
        BuildRequest request;
        request.command = "asset_transfer";
        request.parameters = &parameters;
        request.account = test::key("cai");
        const auto context = w.context();
        const auto built = market::build(request, {snapshot, context.leases, context.network_kind,
                                                   context.network_id, context.now_ms});
        ASSERT_TRUE(built) << built.error().detail;
        const std::lock_guard lock(mutex);
        for (const auto number : built->lease->numbers) taken.insert(number);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(taken.size(), 40u);
  EXPECT_EQ(std::set(taken.begin(), taken.end()).size(), 40u);
}

TEST(Build, TakesTheEnvelopeApart) {
  auto world = furnished();
  auto& w = *world;
  const std::string payments =
      "'payments': [{'to': '@bo', 'asset': 'EUR', 'amount': '10'}], 'account': '@ana'";
  const auto read = [&](const std::string& members) {
    return read_request("asset_transfer", parse("{" + payments + members + "}"), w.context());
  };
  const auto request = read(
      ", 'valid_for': '5m', 'idempotency_key': 'invoice-1', 'note_hash': '#note', 'lease': '2s'");
  ASSERT_TRUE(request) << request.error().detail;
  const auto built = build(request->request, w.context());
  ASSERT_TRUE(built) << built.error().detail;
  const auto& tx = built->transaction;
  EXPECT_EQ(tx.valid_until_ms, w.context().now_ms + 300'000);
  EXPECT_EQ(as_text(tx.idempotency_key), "invoice-1");
  EXPECT_EQ(tx.note_hash, hash_of("note"));
  ASSERT_TRUE(built->lease);
  EXPECT_EQ(built->lease->expires_ms, w.context().now_ms + 2'000);
  EXPECT_EQ(w.submit(tx).kind, ledger::Outcome::Kind::settled);

  struct Row {
    std::string members;
    ErrorCode code;
    std::string_view field;
  };
  const std::vector<Row> rows{
      {", 'valid_fr': '5m'", ErrorCode::unknown_parameter, "/valid_fr"},
      {", 'valid_for': '25h'", ErrorCode::valid_too_long, "/valid_for"},
      {", 'valid_until': '2030-01-01T00:00:00Z'", ErrorCode::valid_too_long, "/valid_until"},
      {", 'valid_for': '1m', 'valid_until': 1", ErrorCode::bad_parameter, "/valid_for"},
      {", 'idempotency_key': '" + std::string(65, 'k') + "'", ErrorCode::idempotency_key_length,
       "/idempotency_key"}};
  for (const auto& row : rows) {
    const auto refused = read(row.members);
    ASSERT_FALSE(refused) << row.members;
    EXPECT_EQ(contracts::name(refused.error().error.code), contracts::name(row.code));
    EXPECT_EQ(refused.error().field, row.field);
  }
  const auto long_lease = read(", 'lease': '1h'");
  ASSERT_TRUE(long_lease);
  const auto refused = build(long_lease->request, w.context());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().field, "/lease");
}

}  // namespace
}  // namespace tally::market
