// Every command there is, built from what people know and settled by the ledger.
#include "market/commands/commands.hpp"

#include <set>

#include "market/lot_tree.hpp"
#include "unit/market/world.hpp"

namespace tally::market {
namespace {

const std::string kTwo = ", 'signers': ['@operator-2']}";

/// The commands that the tests of this file have settled, over all of them.
std::set<std::string, std::less<>>& settled() {
  static std::set<std::string, std::less<>> names;
  return names;
}

ledger::Outcome settle(World& w, std::string_view command, std::string_view who,
                       const std::string& parameters,
                       const std::vector<std::string_view>& readable = {}) {
  settled().emplace(command);
  return w.settle(command, who, parameters, readable);
}

void play_governance(World& w) {
  const auto operators = [&](std::string_view command, const std::string& parameters) {
    settle(w, command, "operator-1", parameters + kTwo);
  };
  operators("member_admit", "{'keys': ['@eve', '@agent']");
  operators("accredit",
            "{'key': '@registrar', 'role': 'registrar', 'evidence_hash': '#e', 'quota': 5");
  operators("accredit", "{'key': '@appraiser', 'role': 'appraiser', 'evidence_hash': '#e'");
  operators("accredit", "{'key': '@centre', 'role': 'centre', 'evidence_hash': '#e'");
  operators("accredit", "{'key': '@carrier', 'role': 'carrier', 'evidence_hash': '#e'");
  operators("accreditation_revoke",
            "{'key': '@registrar', 'role': 'registrar', 'reason_hash': '#r'");
  operators("licence_grant", "{'issuer': '@eve', 'kind': 'payment', 'evidence_hash': '#e'");
  operators("licence_revoke", "{'issuer': '@eve', 'kind': 'payment', 'reason_hash': '#r'");
  operators("member_revoke", "{'key': '@eve', 'reason_hash': '#r'");
  operators("prefix_register", "{'prefix': '4012345', 'brand': '@centre', 'evidence_hash': '#e'");
  operators("prefix_register", "{'prefix': '1234', 'brand': '@brand', 'evidence_hash': '#e'");
  operators("prefix_withdraw", "{'prefix': '1234', 'reason_hash': '#r'");
  operators("operator_add", "{'key': '@operator-4', 'quorum': 3");
  settle(w, "operator_remove", "operator-1",
         "{'key': '@operator-4', 'quorum': 2, 'signers': ['@operator-2', '@operator-4']}");
  operators("operator_rotate", "{'old_key': '@operator-3', 'new_key': '@operator-5'");
}

void play_assets(World& w) {
  settle(w, "asset_define", "ana", "{'kind': 'utility', 'symbol': 'TICKET', 'supply_max': '100'}");
  settle(w, "asset_issue", "ana",
         "{'asset': 'TICKET', 'recipients': [{'to': '@bo', 'amount': '3'}]}");
  settle(w, "asset_transfer", "ana",
         "{'payments': [{'to': '@bo', 'asset': 'EUR', 'amount': '12.50'}, {'to': '@cai', 'asset': "
         "'BAGCREDIT', 'amount_minor': '5000'}, {'to': '@cai', 'asset': 'EUR', 'amount': '1'}]}");
  EXPECT_EQ(balance(w, "ana", "EUR"), 98'650u);
  EXPECT_EQ(balance(w, "bo", "EUR"), 101'250u);
  EXPECT_EQ(balance(w, "cai", "BAGCREDIT"), 5'000u);
  settle(w, "asset_burn", "bo", "{'asset': 'TICKET', 'amount': '1'}");
  EXPECT_EQ(balance(w, "bo", "TICKET"), 2u);
  settle(w, "asset_redeem", "bo", "{'asset': 'TICKET', 'amount': '2'}");
  // The boutique pays out what its store credit promises; it lets cai's node see its coins.
  settle(w, "asset_redeem", "cai", "{'asset': 'BAGCREDIT', 'amount': '20.00'}", {"boutique"});
  EXPECT_EQ(balance(w, "cai", "EUR"), 2'100u);
  EXPECT_EQ(balance(w, "cai", "BAGCREDIT"), 3'000u);
  EXPECT_EQ(balance(w, "boutique", "EUR"), 8'000u);
  settle(w, "asset_freeze", "bank", "{'asset': 'EUR', 'holder': '@cai'}");
  settle(w, "asset_freeze", "bank", "{'asset': 'EUR', 'holder': '@cai', 'frozen': false}");
}

void play_items(World& w) {
  const std::string giai = "8004/4012345BAG1995";
  settle(w, "item_commission", "brand",
         "{'prefix': '950600013', 'event_hash': '#made', 'gs1_keys': "
         "['01/09506000134352/21/OLD']}");
  settle(w, "item_admit", "centre",
         "{'gs1_key': '" + giai +
             "', 'evidence_hash': '#seal', 'to': '@dora', 'attributes': "
             "{'model': 'tote'}}");
  settle(w, "item_observe", "brand",
         "{'gs1_keys': ['" + kBag + "', '" + kShoe +
             "'], 'event_hash': '#sent', 'disposition': "
             "'in_transit', 'custodian': '#carrier'}");
  settle(w, "item_transfer", "dora", "{'gs1_keys': ['" + giai + "'], 'to': '@cai'}");
  settle(w, "item_attest", "appraiser",
         "{'gs1_key': '" + giai +
             "', 'verdict': 'genuine', 'confidence_bps': 9500, "
             "'method_hash': '#m', 'evidence_hash': '#e'}");
  settle(w, "item_challenge", "ana", "{'gs1_key': '" + giai + "', 'reason_hash': '#doubt'}");
  settle(w, "item_challenge", "ana",
         "{'gs1_key': '" + giai + "', 'reason_hash': '#doubt', 'resolve': true}");
  settle(w, "item_flag_set", "operator-1",
         "{'gs1_key': '" + giai +
             "', 'flag': 'stolen', 'reason_hash': '#theft', 'expires': "
             "'2027-01-01T00:00:00Z', 'signers': ['@operator-2', '@centre']}");
  settle(w, "item_flag_set", "operator-1",
         "{'gs1_key': '" + giai + "', 'flag': 'stolen', 'reason_hash': '#found', 'clear': true" +
             kTwo);
  settle(w, "item_decommission", "brand",
         "{'gs1_keys': ['01/09506000134352/21/OLD'], 'event_hash': '#gone'}");
  settle(w, "item_claim", "ana", "{'event_hash': '#seen', 'gs1_keys': ['" + kBag + "']}");
}

std::string step_text(const LotTree& tree, std::uint64_t index, std::string_view serial) {
  const auto step = tree.step(index);
  std::string path;
  for (const auto& sibling : step.path) {
    path += (path.empty() ? "'" : ", '") + to_hex(sibling) + "'";
  }
  return fmt::format(
      "{{'gs1_key': '01/09506000134352/21/{}', 'index': {}, 'salt': '{}', "
      "'path': [{}]}}",
      serial, index, to_hex(step.salt), path);
}

void play_composition(World& w) {
  const std::string lot = "01/09506000134352/10/SPRING";
  const std::string carton = "00/095060001300000019";
  const std::string first = "01/09506000134352/21/L1";
  LotTree tree(lot, hash_of("secret"));
  for (const auto* serial : {"L1", "L2", "L3"}) tree.add(serial);
  settle(w, "lot_commission", "brand",
         "{'lot': '" + lot + "', 'prefix': '950600013', 'count': 3, 'root': '" +
             to_hex(tree.root()) + "', 'event_hash': '#made'}");
  settle(w, "lot_step_out", "brand",
         "{'lot': '" + lot + "', 'steps': [" + step_text(tree, 0, "L1") + ", " +
             step_text(tree, 2, "L3") + "]}");
  settle(w, "item_commission", "brand",
         "{'prefix': '950600013', 'event_hash': '#made', 'gs1_keys': ['" + carton + "']}");
  const auto packed = "{'container': '" + carton + "', 'gs1_keys': ['" + first + "'], ";
  settle(w, "item_aggregate", "brand", packed + "'event_hash': '#packed'}");
  settle(w, "item_transfer", "brand", "{'gs1_keys': ['" + carton + "'], 'to': '@cai'}");
  settle(w, "item_disaggregate", "cai", packed + "'event_hash': '#unpacked'}");
  settle(w, "item_associate", "brand",
         "{'gs1_key': '" + first +
             "', 'parts': ['01/09506000134352/21/L3'], 'seals': ['#seal'], 'event_hash': "
             "'#fixed'}");
  settle(w, "item_associate", "brand",
         "{'gs1_key': '" + first +
             "', 'parts': ['01/09506000134352/21/L3'], 'event_hash': '#off', 'dissociate': true}");
  settle(w, "item_event_error", "brand",
         "{'gs1_keys': ['" + first +
             "'], 'wrong_hash': '#packed', 'reason_hash': '#reason', 'event_hash': '#declared'}");
  settle(w, "item_hand_over", "brand",
         "{'gs1_keys': ['" + first + "'], 'to': '@carrier', 'event_hash': '#given'}");
  settle(w, "item_transform", "cai",
         "{'prefix': '950600013', 'event_hash': '#cut', 'used': [{'gs1_key': '" + first +
             "', 'milli': 3000, 'unit': 'KGM'}], 'made': [{'gs1_key': "
             "'01/09506000134352/21/CUT', 'milli': 2900, 'unit': 'KGM'}], 'lost': [{'milli': 100, "
             "'unit': 'KGM'}]}");
  for (const auto* what : {"'expires': '2027-01-01T00:00:00Z'", "'clear': true"}) {
    settle(w, "item_flag_set", "operator-1",
           "{'gs1_key': '" + lot + "', 'flag': 'recalled', 'reason_hash': '#r', " + what +
               ", 'signers': ['@operator-2', '@brand']}");
  }
  settle(w, "item_merge", "cai",
         "{'admitted': '8004/4012345BAG1995', 'gs1_key': '01/09506000134352/21/OF1995', 'prefix': "
         "'950600013', 'event_hash': '#merged'}");
}

void play_delegation(World& w) {
  settle(w, "delegation_grant", "brand",
         "{'agent': '@agent', 'commands': ['item_observe', 'item_commission', 'asset_transfer'], "
         "'prefixes': ['950600013'], 'asset': 'EUR', 'amount_max': '5.00', 'items_max': 10, "
         "'until': '2027-01-01T00:00:00Z'}");
  settle(w, "asset_transfer", "bo",
         "{'payments': [{'to': '@brand', 'asset': 'EUR', 'amount': '10'}]}");
  settle(w, "item_observe", "agent",
         "{'gs1_keys': ['" + kBag + "'], 'event_hash': '#read', 'on_behalf_of': '@brand'}");
  settle(w, "item_commission", "agent",
         "{'prefix': '950600013', 'event_hash': '#made', 'gs1_keys': ['01/09506000134352/21/NEW'],"
         " 'on_behalf_of': '@brand'}");
  settle(w, "asset_transfer", "agent",
         "{'payments': [{'to': '@bo', 'asset': 'EUR', 'amount': '4.00'}], 'on_behalf_of': "
         "'@brand'}");
  EXPECT_EQ(balance(w, "brand", "EUR"), 600u);
  settle(w, "delegation_revoke", "brand", "{'agent': '@agent'}");
}

void play_sale(World& w) {
  const auto offer =
      settle(w, "order_offer", "boutique",
             offer_of(kBag,
                      ", 'accepted_ious': ['BAGCREDIT'], 'bond': '10.00', 'carrier': '@carrier', "
                      "'loyalty': {'asset': 'POINTS', 'amount': '9'}, 'periods': {'ship': '3d'}"));
  const auto order = "{'order': '" + order_of(w, offer) + "'";
  const auto boutique_before = balance(w, "boutique", "EUR");
  const auto credit_before = balance(w, "ana", "BAGCREDIT");
  settle(w, "order_fund", "ana", order + ", 'payment': [{'asset': 'BAGCREDIT', 'amount': '40'}]}");
  EXPECT_EQ(balance(w, "ana", "BAGCREDIT"), credit_before - 4'000);
  settle(w, "order_accept", "boutique", order + "}");
  settle(w, "order_ship", "boutique", order + ", 'tracking_hash': '#tracking'}");
  settle(w, "order_deliver", "carrier", order + "}");
  settle(w, "order_release", "ana", order + "}");
  EXPECT_EQ(balance(w, "ana", "POINTS"), 9u);
  EXPECT_EQ(balance(w, "boutique", "EUR"), boutique_before + 1'000 + 5'000);
}

void play_endings(World& w) {
  const auto by_id = [&](const ledger::Outcome& offer) {
    return "{'order': '" + order_of(w, offer) + "'";
  };
  auto order = by_id(settle(w, "order_offer", "boutique", offer_of(kShoe)));
  settle(w, "order_withdraw", "boutique", order + "}");

  order = by_id(settle(w, "order_offer", "boutique", offer_of(kShoe, ", 'accept_at_once': true")));
  settle(w, "order_fund", "bo", order + "}");
  settle(w, "order_refund", "boutique", order + ", 'by_both': true}");

  order = by_id(settle(w, "order_offer", "boutique", offer_of(kShoe)));
  settle(w, "order_fund", "bo", order + ", 'payment': [{'asset': 'EUR', 'amount': '95'}]}");
  settle(w, "order_accept", "boutique", order + "}");
  settle(w, "order_ship", "boutique", order + ", 'tracking_hash': '#t'}");
  settle(w, "order_deliver", "bo", order + "}");
  settle(w, "item_challenge", "cai", "{'gs1_key': '" + kShoe + "', 'reason_hash': '#doubt'}");
  settle(w, "order_dispute", "bo", order + ", 'reason_hash': '#doubt'}");
  settle(w, "order_refund", "boutique", order + "}");
  settle(w, "item_challenge", "cai",
         "{'gs1_key': '" + kShoe + "', 'reason_hash': '#doubt', 'resolve': true}");

  order =
      by_id(settle(w, "order_offer", "boutique", offer_of(kShoe, ", 'periods': {'offer': '1m'}")));
  w.pass(contracts::kMinuteMs);
  settle(w, "order_timeout", "cai", order + "}");
}

void play_profile(World& w) {
  settle(w, "profile_set", "bo", "{'attribute': 'shoe_size', 'commitment': '#commitment'}");
  settle(w, "profile_set", "bo", "{'attribute': 'shoe_size', 'value': '42', 'salt': '#salt'}");
  const auto grant = settle(w, "profile_grant", "bo",
                            "{'attribute': 'shoe_size', 'reader': '@boutique', 'commitment': "
                            "'#wrapped', 'expires': '2027-01-01T00:00:00Z'}");
  settle(w, "profile_revoke", "bo", fmt::format("{{'grants': [{}]}}", grant.first_output_number));
  settle(w, "profile_grant", "bo",
         "{'attribute': 'shoe_size', 'reader': '@boutique', 'commitment': '#wrapped', 'expires': "
         "'2027-01-01T00:00:00Z'}");
  settle(w, "profile_revoke", "bo", "{'reader': '@boutique', 'attribute': 'shoe_size'}");
}

// A panel of one, so that who judges is known; nobody is left for a second.
void play_cases(World& w) {
  const contracts::CaseId id = contracts::case_id(test::key("ana"), hash_of("nonce"));
  const auto salt = hash_of("salt");
  const contracts::Finding found{contracts::Verdict::genuine, 9'000, hash_of("m"), hash_of("p")};
  const auto the_case = "{'case': '" + id.hex() + "'";
  const auto about = [](std::string_view nonce, const std::string& sealed, std::string_view fee) {
    return fmt::format(
        "{{'asset': 'EUR', 'nonce': '#{}', 'description_hash': '#d', 'category_hash': '#c', "
        "'source_hash': '#s', 'evidence_root': '#e', 'sealed_hash': '{}', 'fee': '{}'",
        nonce, sealed, fee);
  };
  settle(w, "panel_define", "operator-1",
         "{'asset': 'EUR', 'judges': 1, 'agreeing': 1, 'fee': '1.00', 'bond': '2.00', "
         "'challenge_bond': '3.00', 'challenge_period': '2m'" +
             kTwo);
  settle(w, "asset_transfer", "ana",
         "{'payments': [{'to': '@appraiser', 'asset': 'EUR', 'amount': '10'}]}");
  settle(w, "appraiser_bond", "appraiser", "{'asset': 'EUR', 'amount': '5.00'}");
  settle(w, "appraiser_withdraw", "appraiser", "{'asset': 'EUR', 'amount': '1.00'}");
  EXPECT_EQ(balance(w, "appraiser", "EUR"), 600u);
  const auto sealed = to_hex(contracts::case_answer(id, contracts::Verdict::fake, salt));
  settle(w, "case_open", "ana", about("nonce", sealed, "0") + "}");
  settle(w, "case_advance", "cai", the_case + "}");
  const auto commitment = contracts::case_commitment(id, test::key("appraiser"), 1, found, salt);
  settle(w, "case_commit", "appraiser", the_case + ", 'commitment': '" + to_hex(commitment) + "'}");
  settle(w, "case_reveal", "appraiser",
         the_case +
             ", 'verdict': 'genuine', 'confidence_bps': 9000, 'method_hash': '#m', "
             "'points_hash': '#p', 'salt': '#salt'}");
  settle(w, "case_advance", "cai", the_case + "}");
  settle(w, "case_challenge", "bo",
         the_case + ", 'asset': 'EUR', 'bond': '3.00', 'reason_hash': '#doubt'}");
  const auto before = balance(w, "bo", "EUR");
  settle(w, "case_advance", "cai", the_case + "}");
  EXPECT_EQ(balance(w, "bo", "EUR"), before + 300) << "nobody was left to judge it";
  settle(w, "case_calibrate", "operator-1",
         the_case + ", 'answer': 'fake', 'salt': '#salt'" + kTwo);

  const auto rich = balance(w, "ana", "EUR");
  settle(w, "case_open", "ana", about("other", sealed, "1.00") + "}");
  EXPECT_EQ(balance(w, "ana", "EUR"), rich - 100);
  settle(w, "case_open", "boutique", about("third", sealed, "0") + ", 'gs1_key': '" + kShoe + "'}");
}

TEST(Commands, AllSettle) {
  auto world = furnished();
  play_governance(*world);
  play_assets(*world);
  play_items(*world);
  play_composition(*world);
  play_delegation(*world);
  play_sale(*world);
  play_endings(*world);
  play_cases(*world);
  play_profile(*world);
  for (const auto& schema : command_schemas()) {
    EXPECT_TRUE(settled().contains(schema.name)) << schema.name << " is not tried";
  }
}

}  // namespace
}  // namespace tally::market
