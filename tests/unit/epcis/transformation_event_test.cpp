#include "unit/epcis/rows.hpp"

namespace tally::epcis {
namespace {

constexpr std::string_view kEvent = R"({
  "type":"TransformationEvent","eventTime":"2026-02-16T08:00:00Z","eventTimeZoneOffset":"+00:00",
  "inputEPCList":["urn:epc:id:sgtin:950600013.0001.A"],
  "inputQuantityList":[{"epcClass":"urn:epc:class:lgtin:950600013.0002.L1","quantity":2.5,
                        "uom":"MTK"}],
  "outputEPCList":["urn:epc:id:sgtin:950600013.0003.B","urn:epc:id:sgtin:950600013.0003.C"],
  "outputQuantityList":[{"epcClass":"urn:epc:class:lgtin:950600013.0004.L2","quantity":1}],
  "transformationID":"urn:epc:id:gdti:950600013.101.1","bizStep":"assembling",
  "ilmd":{"ex:model":"Grande"}})";

TEST(TransformationEvent, ReadsEveryFieldAndPrintsItBack) {
  const Event event = valid_event(kEvent);
  EXPECT_EQ(event.type(), EventType::transformation);
  const auto& what = std::get<TransformationEvent>(event.what);
  EXPECT_EQ(what.inputs.at(0).key->canonical(), "01/09506000130019/21/A");
  EXPECT_EQ(what.input_quantities.at(0).uom, "MTK");
  EXPECT_EQ(what.outputs.size(), 2u);
  EXPECT_EQ(what.output_quantities.at(0).quantity, "1");
  EXPECT_EQ(what.transformation_id->key->kind, KeyKind::gdti);
  EXPECT_EQ(what.ilmd.at(0).name, "ex:model");
  ASSERT_EQ(things(event).size(), 3u);
  EXPECT_EQ(things(event)[0], &what.inputs[0]);
  EXPECT_EQ(things(event)[2], &what.outputs[1]);
  EXPECT_EQ(parent(event), nullptr);
  expect_round_trip(kEvent);
}

TEST(TransformationEvent, Faults) {
  expect_faults(
      kEvent,
      {
          {R"("bizStep")", R"("action":"ADD","bizStep")", DocumentError::unknown_field, "/action"},
          {"950600013.0003.C", "950600013.0003.B", DocumentError::duplicate_identifier,
           "/outputEPCList/1"},
          {R"("ex:model")", R"("model")", DocumentError::unknown_field, "/ilmd/model"},
          {R"("quantity":1)", R"("quantity":"1")", DocumentError::wrong_type,
           "/outputQuantityList/0/quantity"},
          {R"("MTK")", R"("m2")", DocumentError::bad_uom, "/inputQuantityList/0/uom"},
          {R"("urn:epc:id:gdti:950600013.101.1")", "7", DocumentError::wrong_type,
           "/transformationID"},
      });
}

TEST(TransformationEvent, SomethingBecomesSomething) {
  const std::string_view whole =
      R"({"type":"TransformationEvent","eventTime":"2026-02-16T08:00:00Z",
      "eventTimeZoneOffset":"+00:00","inputEPCList":["urn:x:1"],"outputEPCList":["urn:x:2"]})";
  expect_round_trip(whole);
  expect_faults(whole,
                {{R"(["urn:x:1"])", "[]", DocumentError::nothing_happened_to, "/inputEPCList"},
                 {R"(["urn:x:2"])", "[]", DocumentError::nothing_happened_to, "/outputEPCList"}});
  // In parts, under one identifier.
  const std::string part =
      changed(whole, R"("outputEPCList":["urn:x:2"])", R"("transformationID":"urn:x:t")");
  expect_round_trip(part);
  expect_faults(part,
                {{R"(["urn:x:1"])", "[]", DocumentError::nothing_happened_to, "/inputEPCList"}});
}

}  // namespace
}  // namespace tally::epcis
