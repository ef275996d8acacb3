// Every error that a caller can provoke over HTTP, with its documented number, class, retry,
// finality and index, one row for each code (those of form are in refusals_form_test.cpp); and why
// the others have no row.
#include <boost/json.hpp>
#include <fstream>
#include <map>
#include <sstream>

#include "crypto/hash.hpp"
#include "integration/refusals.hpp"

namespace tally::test {
namespace {

TEST_F(Refusals, Unauthorised) {
  node_->settle(two_operators(MemberRevoke{key("gone"), hash_of("why")}));
  const auto secret = hash_of("secret");
  const auto hash = crypto::sha256(secret);
  const auto far = node_->time_ms() + kDayMs;
  const auto observe = [](std::vector<std::string> keys, std::vector<Reference> references) {
    ItemObserve body;
    body.gs1_keys = std::move(keys);
    body.event_hash = hash_of("seen");
    auto out = draft({"agent"}).command(std::move(body));
    out.tx.references = std::move(references);
    return submit(out);
  };
  const auto delegation = delegation_key(key("brand"), key("agent"));
  DelegationPowers powers;
  powers.commands = {ItemObserve::kNumber};
  powers.prefixes = {std::string(kPrefix)};
  powers.items_max = 1;
  powers.until_ms = far;
  run({
      {ErrorCode::not_a_member, 403, Fate::open, 0,
       [] { return submit(draft({"stranger"}).command(AssetTransfer{})); }},
      {ErrorCode::member_revoked, 403, Fate::open, 0,
       [] { return submit(draft({"gone"}).command(AssetTransfer{})); }},
      {ErrorCode::signature_missing, 403, Fate::final, 0,
       [] {
         auto out = draft({"bo"});
         test::spend(out, coins_, 38);
         return submit(out.make(coin(100, "bo")).command(AssetTransfer{}));
       }},
      {ErrorCode::quorum_missing, 403, Fate::final, 0,
       [] { return submit(draft({"operator-1"}).command(MemberAdmit{{key("x")}})); }},
      {ErrorCode::lock_time, 403, Fate::final, 0,
       [&] { return spend_locked(TimeLock{key("ana"), far}); }},
      {ErrorCode::preimage_missing, 403, Fate::final, 0,
       [&] { return spend_locked(HashLock{key("ana"), hash}); }},
      {ErrorCode::preimage_wrong, 403, Fate::final, 0,
       [&] { return spend_locked(HashLock{key("ana"), hash}, hash_of("guess")); }},
      {ErrorCode::delegation_missing, 403, Fate::final, 0,
       [&] { return observe({bag("ONE")}, {}); }},
      {ErrorCode::delegation_exceeded, 403, Fate::final, 0,
       [&] {
         node_->settle(
             draft({"brand"}).command(DelegationGrant{key("brand"), key("agent"), powers}));
         return observe({bag("ONE"), bag("TWO")}, {{delegation}});
       }},
      {ErrorCode::delegation_expired, 403, Fate::final, 0,
       [&] {
         node_->settle(draft({"brand"}).command(DelegationRevoke{key("brand"), key("agent")}));
         return observe({bag("ONE")}, {{delegation}});
       }},
  });
}

TEST_F(Refusals, Callers) {
  const auto balances = "/v1/accounts/" + address("ana") + "/balances";
  run({
      {ErrorCode::token_missing, 401, Fate::open, 0, [&] { return node_->get(balances); }},
      {ErrorCode::token_invalid, 401, Fate::open, 0,
       [&] { return node_->get(balances, "tally_00"); }},
      {ErrorCode::not_yours, 403, Fate::open, 0,
       [&] { return node_->get(balances, node_->sign_in("bo")); }},
      {ErrorCode::scope_missing, 403, Fate::open, 0,
       [] { return node_->get("/v1/blocks/1?bodies=true", node_->sign_in("bo")); }},
      {ErrorCode::sign_in_failed, 401, Fate::open, 0,
       [] {
         const boost::json::object answer{{"address", address("ana")},
                                          {"nonce", std::string(64, '0')},
                                          {"expires_ms", "1"},
                                          {"signature", std::string(128, '0')}};
         return node_->post("/v1/sign-in", "application/json", boost::json::serialize(answer));
       }},
  });
}

TEST_F(Refusals, Conflicts) {
  const auto first = payment();
  const auto first_txid = node_->settle(first).text("txid");
  const auto second = [&] {
    auto out = draft({"ana"});
    out.tx.inputs = first.tx.inputs;
    return out.make(coin(100, "shop")).command(AssetTransfer{});
  }();
  const auto keyed_txid = node_->settle(payment().keyed("invoice 1")).text("txid");
  const auto again = payment().keyed("invoice 1");
  const auto build = [](std::uint64_t amount) {
    return node_->post("/v1/build/asset_transfer", "application/json",
                       fmt::format(R"({{"account":"{}","payments":[{{"asset":"TEST","to":"{}",)"
                                   R"("amount_minor":"{}"}}]}})",
                                   address("ana"), address("bo"), amount),
                       node_->sign_in("ana"));
  };
  run({
      {ErrorCode::already_spent, 409, Fate::final, 0, [&] { return submit(second); }},
      {ErrorCode::idempotency_conflict, 409, Fate::final, 0, [&] { return submit(again); }},
      {ErrorCode::outpoint_mismatch, 409, Fate::final, 0,
       [] {
         return submit_changed([](Transaction& tx) { tx.inputs[0].number = coins_.first + 38; });
       }},
      {ErrorCode::not_enough_coins, 404, Fate::open, 0, [&] { return build(1'000'000); }},
  });
  // Both say who was first; both say the same again.
  for (int i = 0; i < 2; ++i) {
    const auto spent = submit(second);
    EXPECT_EQ(spent.code(), "already_spent");
    // The views may not know the spender yet when the first answer is given.
    if (i == 1) {
      EXPECT_EQ(spent.text("conflicting_txid"), first_txid) << spent.body;
    }
    EXPECT_EQ(submit(again).text("conflicting_txid"), keyed_txid);
    // A rejection has a place on the record, an idempotency conflict has none.
    EXPECT_NE(spent.number("height"), 0u);
  }
  // Settled transactions, sent again, get their outcome again.
  const auto resent = submit(first);
  EXPECT_TRUE(resent.settled()) << resent.body;
  EXPECT_EQ(resent.text("txid"), first_txid);
}

TEST_F(Refusals, TimeAndPlace) {
  run({
      {ErrorCode::expired, 422, Fate::final, 0,
       [] {
         return submit_changed(
             [](Transaction& tx) { tx.valid_until_ms -= 2 * kValidityMsDefault; });
       }},
      {ErrorCode::valid_too_long, 422, Fate::open, 0,
       [] { return submit_changed([](Transaction& tx) { tx.valid_until_ms += 2 * kDayMs; }); }},
      {ErrorCode::output_unknown, 404, Fate::final, 0,
       [] { return submit_changed([](Transaction& tx) { tx.inputs[0].number = 1'000'000'000; }); }},
      {ErrorCode::asset_unknown, 404, Fate::final, 0,
       [] {
         return submit_changed(
             [](Transaction& tx) { std::get<Coin>(tx.outputs[0]).asset.bytes[0] ^= 1; });
       }},
      {ErrorCode::item_unknown, 404, Fate::open, 0,
       [] { return node_->get("/v1/items/" + bag("NOBODYS")); }},
      {ErrorCode::order_unknown, 404, Fate::open, 0,
       [] { return node_->get("/v1/orders/" + std::string(64, '0')); }},
      {ErrorCode::case_unknown, 404, Fate::open, 0,
       [] { return node_->get("/v1/cases/" + std::string(64, '0')); }},
      {ErrorCode::panel_unknown, 404, Fate::open, 0,
       [] { return node_->get("/v1/panels/" + test_asset().hex()); }},
      {ErrorCode::transaction_unknown, 404, Fate::open, 0,
       [] { return node_->get("/v1/transactions/" + std::string(64, '0')); }},
      {ErrorCode::block_unknown, 404, Fate::open, 0,
       [] { return node_->get("/v1/blocks/1000000000"); }},
      {ErrorCode::views_behind, 503, Fate::open, 0,
       [] { return node_->get("/v1/assets?min_height=1000000000"); }},
  });
}

TEST_F(Refusals, Assets) {
  const auto issue_test = [](std::vector<Coin> coins, std::uint64_t amount) {
    auto out = draft({"issuer"});
    for (auto& made : coins) out.make(std::move(made));
    return submit(out.command(AssetIssue{test_asset(), amount}));
  };
  const auto freeze = [] {
    return submit(draft({"issuer"}).command(AssetFreeze{test_asset(), std::nullopt, true}));
  };
  run({
      {ErrorCode::amount_zero, 422, Fate::open, 0,
       [] {
         return submit_changed([](Transaction& tx) { std::get<Coin>(tx.outputs[0]).amount = 0; });
       }},
      // CVE-2010-5139: the sum of the outputs wraps to what is spent.
      {ErrorCode::amount_overflow, 422, Fate::final, 0,
       [] {
         return submit_changed([](Transaction& tx) {
           const std::uint64_t half = std::uint64_t{1} << 63;
           tx.outputs = {coin(half, "bo"), coin(half, "bo"), coin(100, "bo")};
           tx.commands[0].outputs = {0, 1, 2};
         });
       }},
      {ErrorCode::not_conserved, 422, Fate::final, 0,
       [] {
         return submit_changed([](Transaction& tx) { std::get<Coin>(tx.outputs[0]).amount = 101; });
       }},
      {ErrorCode::supply_exceeded, 422, Fate::final, 0,
       [&] { return issue_test({coin(1'000'000, "bo")}, 1'000'000); }},
      {ErrorCode::not_issuer, 422, Fate::final, 0,
       [] {
         return submit(draft({"ana"}).make(coin(5, "ana")).command(AssetIssue{test_asset(), 5}));
       }},
      {ErrorCode::not_freezable, 422, Fate::final, 0, [&] { return freeze(); }},
      {ErrorCode::symbol_invalid, 422, Fate::final, 0, [] { return define(utility("1X")); }},
      // A look-alike of TEST: 5 for S.
      {ErrorCode::symbol_taken, 422, Fate::final, 0, [] { return define(utility("TE5T")); }},
      {ErrorCode::decimals_invalid, 422, Fate::final, 0,
       [] {
         auto body = utility("DECIMALS");
         body.decimals = kDecimalsMax + 1;
         return define(body);
       }},
      {ErrorCode::supply_invalid, 422, Fate::final, 0,
       [] {
         auto body = utility("SUPPLY");
         body.policies.supply_max = 0;
         return define(body);
       }},
      {ErrorCode::minimum_unit_invalid, 422, Fate::final, 0,
       [] {
         auto body = utility("UNIT");
         body.policies.minimum_unit = 0;
         return define(body);
       }},
      {ErrorCode::not_licensed, 422, Fate::final, 0,
       [] {
         auto body = utility("MONEY");
         body.kind = AssetKind::payment;
         return define(body);
       }},
      {ErrorCode::terms_missing, 422, Fate::final, 0,
       [] {
         auto body = utility("CREDIT");
         body.kind = AssetKind::iou;
         return define(body);
       }},
      {ErrorCode::terms_invalid, 422, Fate::final, 0,
       [] {
         auto body = utility("TERMS");
         body.terms.emplace();
         return define(body);
       }},
  });
}

TEST_F(Refusals, GovernanceItemsAndOrders) {
  const auto offer = [](const std::function<void(OrderTerms&)>& change) {
    auto body = terms();
    change(body);
    auto out = draft({"ana"});
    test::spend(out, items_);
    Order order;
    order.id = order_id(out.tx.inputs.front().outpoint);
    order.state = OrderState::offered;
    order.terms = body;
    return submit(out.make(order).command(OrderOffer{body}));
  };
  const auto attest = [](std::string_view appraiser, std::string gs1_key) {
    ItemAttest body;
    body.gs1_key = std::move(gs1_key);
    body.appraiser = key(appraiser);
    body.verdict = Verdict::genuine;
    return submit(draft({appraiser}).command(body));
  };
  const auto accredit = Accredit{key("appraiser"), Role::appraiser, hash_of("diploma"), 0};
  const auto licence = LicenceGrant{key("bo"), AssetKind::payment, hash_of("licence")};
  // 17 commands of 256 members each: more registry entries than one transaction may write.
  const auto admit_thousands = [] {
    auto out = draft({"operator-1", "operator-2"});
    for (int i = 0; i < 17; ++i) {
      MemberAdmit admit;
      for (int k = 0; k < 256; ++k) {
        admit.keys.push_back(PublicKey{hash_of(fmt::format("member {} {}", i, k))});
      }
      out.tx.commands.push_back({{}, {}, std::move(admit)});
    }
    return submit(out);
  };
  run({
      {ErrorCode::too_many_writes, 422, Fate::final, 16, admit_thousands},
      {ErrorCode::member_exists, 422, Fate::final, 0,
       [] { return submit(two_operators(MemberAdmit{{key("ana")}})); }},
      {ErrorCode::member_unknown, 422, Fate::final, 0,
       [] { return submit(two_operators(MemberRevoke{key("nobody"), {}})); }},
      {ErrorCode::operator_exists, 422, Fate::final, 0,
       [] { return submit(two_operators(OperatorAdd{key("operator-3"), 2})); }},
      {ErrorCode::operator_unknown, 422, Fate::final, 0,
       [] { return submit(two_operators(OperatorRemove{key("ana"), 2})); }},
      {ErrorCode::quorum_invalid, 422, Fate::final, 0,
       [] { return submit(two_operators(OperatorAdd{key("operator-4"), 1})); }},
      {ErrorCode::prefix_invalid, 422, Fate::final, 0,
       [] { return submit(two_operators(PrefixRegister{"12x4", key("brand"), {}})); }},
      {ErrorCode::prefix_overlaps, 422, Fate::final, 0,
       [] { return submit(two_operators(PrefixRegister{"9506000", key("bo"), {}})); }},
      {ErrorCode::prefix_unknown, 422, Fate::final, 0,
       [] { return submit(two_operators(PrefixWithdraw{"4000000", {}})); }},
      {ErrorCode::accreditation_unknown, 422, Fate::final, 0,
       [] { return submit(two_operators(AccreditationRevoke{key("bo"), Role::centre, {}})); }},
      {ErrorCode::not_accredited, 422, Fate::final, 0, [&] { return attest("bo", bag("ONE")); }},
      {ErrorCode::accreditation_exists, 422, Fate::final, 0,
       [&] {
         node_->settle(two_operators(accredit));
         return submit(two_operators(Accredit{accredit.key, accredit.role, hash_of("two"), 0}));
       }},
      {ErrorCode::licence_unknown, 422, Fate::final, 0,
       [] { return submit(two_operators(LicenceRevoke{key("bo"), AssetKind::payment, {}})); }},
      {ErrorCode::licence_exists, 422, Fate::final, 0,
       [&] {
         node_->settle(two_operators(licence));
         return submit(two_operators(LicenceGrant{licence.issuer, licence.kind, hash_of("two")}));
       }},
      {ErrorCode::gs1_key_invalid, 422, Fate::final, 0, [] { return commission("01/1/21/X"); }},
      {ErrorCode::prefix_not_registered, 422, Fate::final, 0,
       [] { return commission(bag("NEW"), "400000000"); }},
      {ErrorCode::prefix_mismatch, 422, Fate::final, 0,
       [] { return commission("01/04012345123456/21/X"); }},
      {ErrorCode::item_exists, 422, Fate::final, 0, [] { return commission(bag("ONE")); }},
      {ErrorCode::lot_unknown, 404, Fate::final, 0,
       [] {
         auto out = draft({"brand"});
         out.make(Item{bag("NEW"), KeyLock{key("ana")}});
         return submit(out.command(LotStepOut{"01/09506000134352/10/NONE", {{}}}));
       }},
      {ErrorCode::profile_version, 422, Fate::final, 0,
       [] {
         return submit(
             draft({"ana"}).command(ProfileSet{key("ana"), hash_of("size"), hash_of("42"), 7}));
       }},
      {ErrorCode::delegation_invalid, 422, Fate::final, 0,
       [] { return submit(draft({"ana"}).command(DelegationGrant{key("ana"), key("ana"), {}})); }},
      {ErrorCode::delegation_unknown, 422, Fate::final, 0,
       [] { return submit(draft({"ana"}).command(DelegationRevoke{key("ana"), key("bo")})); }},
      {ErrorCode::order_terms_invalid, 422, Fate::final, 0,
       [&] { return offer([](OrderTerms& body) { body.lines[0].price = 0; }); }},
      {ErrorCode::item_mismatch, 422, Fate::final, 0,
       [&] { return offer([](OrderTerms& body) { body.lines[0].gs1_key = bag("TWO"); }); }},
  });
}

TEST_F(Refusals, AMemberWhoIsRevokedKeepsWhatSettled) {
  node_->settle(two_operators(MemberAdmit{{key("leaving")}}));
  auto gift = payment();
  std::get<Coin>(gift.tx.outputs[0]).lock = KeyLock{key("leaving")};
  const auto got = settled(node_->settle(gift));
  auto paid = draft({"leaving"});
  test::spend(paid, got);
  paid.make(coin(100, "bo")).command(AssetTransfer{});
  const auto before = node_->settle(paid);
  node_->settle(two_operators(MemberRevoke{key("leaving"), hash_of("why")}));
  const auto after = submit(paid);
  EXPECT_TRUE(after.settled()) << after.body;
  EXPECT_EQ(after.text("height"), before.text("height"));
}

TEST_F(Refusals, ABatchAnswersInOrderEachForItself) {
  const auto good = payment();
  const auto bad = changed([](Transaction& tx) { tx.version = 9; });
  std::string lines;
  for (const auto& what : {good, bad, good}) {
    lines += boost::json::serialize(boost::json::object{
        {"body", to_base64(what.sign().body)},
        {"witnesses", boost::json::array{to_base64(what.sign().witnesses[0])}}});
    lines += '\n';
  }
  lines += "not json\n";
  const auto answer = node_->post("/v1/transactions:batch", "application/x-ndjson", lines);
  ASSERT_EQ(answer.status, 200) << answer.body;
  std::vector<std::string> seen;
  std::istringstream in(answer.body);
  for (std::string line; std::getline(in, line);) {
    const auto row = boost::json::parse(line).as_object();
    seen.emplace_back(row.contains("code") ? row.at("code").as_string()
                                           : row.at("outcome").as_string());
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"settled", "unknown_version", "settled", "not_json"}));
}

// Why a code has no row here.
const std::map<ErrorCode, std::string_view> kElsewhere{
    {ErrorCode::coins_leased, "market's unit tests: leases of two builders"},
    {ErrorCode::document_unknown, "the profile's and the capture's own tests"},
    {ErrorCode::queue_full, "OverloadTest"},
    {ErrorCode::rate_quota, "the engine's unit tests: a quota is not configured here"},
    {ErrorCode::connections_full, "needs 1,000 streams; http's unit tests"},
    {ErrorCode::writing_halted, "DiskFullTest"},
    {ErrorCode::history_archived, "a file that is taken away: upkeep_test.cpp"},
    {ErrorCode::disk_full, "a disk that is full: disk_full_test.cpp"},
    {ErrorCode::stopping, "a race with the end of the process; the engine's unit tests"},
    {ErrorCode::internal_error, "the node's own fault; the engine's unit tests"},
};

std::string read_sources(const std::filesystem::path& directory) {
  std::string out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(
           std::filesystem::path(TALLY_SOURCE_DIR) / directory)) {
    if (entry.path().extension() != ".cpp") continue;
    std::ifstream file(entry.path());
    out.append(std::istreambuf_iterator<char>(file), {});
  }
  return out;
}

// By the text of the tests: each of them may run in a process of its own.
TEST(RefusalTables, HaveARowOrAReasonForEveryCode) {
  const auto rule_tests = read_sources("tests/unit/contracts");
  const auto here = read_sources("tests/integration");
  const auto has_row = [&](std::string_view text) {
    const auto row = "{ErrorCode::" + std::string(text) + ", ";
    const auto at = here.find(row);
    return at != std::string::npos && std::isdigit(here[at + row.size()]) != 0;
  };
  struct Code {
    ErrorCode code;
    std::string_view text;
  };
  static constexpr Code kAll[] = {
#define X(name, number, error_class, retry, title) {ErrorCode::name, #name},
#include "contracts/error_code.def"
#undef X
  };
  std::size_t rows = 0;
  for (const auto& [code, text] : kAll) {
    rows += has_row(text);
    EXPECT_FALSE(has_row(text) && kElsewhere.contains(code)) << text << " has a row after all";
    if (has_row(text) || kElsewhere.contains(code)) continue;
    // The rest are rules, which take long histories to break; their unit tests have a row for each.
    EXPECT_EQ(error_class(code), ErrorClass::rule) << text << " has neither a row nor a reason";
    EXPECT_NE(rule_tests.find("ErrorCode::" + std::string(text)), std::string::npos)
        << text << " is tested nowhere";
  }
  EXPECT_GT(rows, 90u);
}

}  // namespace
}  // namespace tally::test
