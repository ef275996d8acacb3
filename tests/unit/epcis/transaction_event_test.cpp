#include "unit/epcis/rows.hpp"

namespace tally::epcis {
namespace {

constexpr std::string_view kEvent = R"({
  "type":"TransactionEvent","eventTime":"2026-02-16T08:00:00Z","eventTimeZoneOffset":"+00:00",
  "bizTransactionList":[{"type":"po","bizTransaction":"urn:epcglobal:cbv:bt:9506000130002:1"}],
  "parentID":"urn:epc:id:sscc:950600013.00000001","epcList":["urn:epc:id:sgtin:950600013.0001.A"],
  "quantityList":[{"epcClass":"urn:epc:idpat:sgtin:950600013.0001.*","quantity":7}],
  "action":"ADD","bizStep":"shipping","persistentDisposition":{"set":["recalled"]},"ex:a":1})";

TEST(TransactionEvent, ReadsEveryFieldAndPrintsItBack) {
  const Event event = valid_event(kEvent);
  EXPECT_EQ(event.type(), EventType::transaction);
  const auto& what = std::get<TransactionEvent>(event.what);
  EXPECT_EQ(what.action, Action::add);
  EXPECT_EQ(what.parent->key->kind, KeyKind::sscc);
  EXPECT_EQ(what.epcs.at(0).key->canonical(), "01/09506000130019/21/A");
  EXPECT_EQ(what.quantities.at(0).quantity, "7");
  EXPECT_EQ(event.biz_transactions.at(0).type, "po");
  EXPECT_EQ(event.persistent_set, std::vector<std::string>{"recalled"});
  EXPECT_EQ(things(event).size(), 1u);
  EXPECT_EQ(parent(event), &*what.parent);
  expect_round_trip(kEvent);
}

TEST(TransactionEvent, Faults) {
  expect_faults(
      kEvent,
      {
          {R"("bizTransactionList":)", R"("ex:list":)", DocumentError::missing_field,
           "/bizTransactionList"},
          {R"([{"type":"po","bizTransaction":"urn:epcglobal:cbv:bt:9506000130002:1"}])", "[]",
           DocumentError::empty_field, "/bizTransactionList"},
          {R"("type":"po",)", R"("kind":"po",)", DocumentError::unknown_field,
           "/bizTransactionList/0/kind"},
          {R"("bizTransaction":"urn:epcglobal:cbv:bt:9506000130002:1")", R"("ex:b":1)",
           DocumentError::missing_field, "/bizTransactionList/0/bizTransaction"},
          {R"("po")", R"("receipt")", DocumentError::unknown_word, "/bizTransactionList/0/type"},
          {R"("action":"ADD",)", "", DocumentError::missing_field, "/action"},
          {R"("urn:epc:id:sscc:950600013.00000001")", R"("carton 7")", DocumentError::not_a_uri,
           "/parentID"},
          {R"("ex:a":1)", R"("ilmd":{"ex:a":1})", DocumentError::unknown_field, "/ilmd"},
          {R"("ex:a":1)", R"("childEPCs":[])", DocumentError::unknown_field, "/childEPCs"},
      });
}

TEST(TransactionEvent, SomethingIsTiedUnlessAllIsFreed) {
  const std::string_view bare =
      R"({"type":"TransactionEvent","eventTime":"2026-02-16T08:00:00Z",
      "eventTimeZoneOffset":"+00:00","bizTransactionList":[{"bizTransaction":"urn:x:1"}],
      "action":"OBSERVE"})";
  expect_faults(bare, {{"OBSERVE", "ADD", DocumentError::nothing_happened_to, "/epcList"},
                       {"OBSERVE", "OBSERVE", DocumentError::nothing_happened_to, "/epcList"}});
  expect_round_trip(changed(bare, "OBSERVE", "DELETE"));
  // An empty list is a list, and no text is refused for being there twice.
  expect_round_trip(changed(bare, R"("action")", R"("epcList":[],"action")"));
  expect_round_trip(changed(bare, R"("action")", R"("epcList":["urn:x:1","urn:x:1"],"action")"));
}

}  // namespace
}  // namespace tally::epcis
