#include "unit/epcis/rows.hpp"

namespace tally::epcis {
namespace {

constexpr std::string_view kEvent = R"({
  "type":"ObjectEvent","eventTime":"2026-02-16T08:00:00Z","eventTimeZoneOffset":"+00:00",
  "action":"OBSERVE","epcList":[],"readPoint":{"id":"geo:1,2"},"sensorElementList":[
   {"sensorMetadata":{"time":"2026-02-16T07:00:00Z","startTime":"2026-02-16T06:00:00Z",
     "endTime":"2026-02-16T07:00:00Z","deviceID":"urn:epc:id:giai:95060001.S1",
     "deviceMetadata":"https://d.example/1","rawData":"https://d.example/2",
     "dataProcessingMethod":"https://d.example/3","bizRules":"https://d.example/4","ex:m":"1"},
    "sensorReport":[
     {"type":"gs1:Temperature","exception":"https://gs1.org/voc/ALARM_CONDITION","value":26.50,
      "uom":"CEL","minValue":1,"maxValue":2,"meanValue":1.5,"sDev":0.1,"percRank":50,
      "percValue":1.4,"component":"cbv:Comp-latitude","time":"2026-02-16T07:00:00Z",
      "deviceID":"urn:epc:id:giai:95060001.S1","deviceMetadata":"https://d.example/1",
      "rawData":"https://d.example/2","dataProcessingMethod":"https://d.example/3",
      "bizRules":"https://d.example/4","microorganism":"https://d.example/5",
      "chemicalSubstance":"https://d.example/6","coordinateReferenceSystem":"https://d.example/7",
      "stringValue":"s","booleanValue":true,"hexBinaryValue":"f0A1","uriValue":"https://d.example",
      "ex:r":{"ex:deep":[1]}},
     {"type":"ex:Odour","stringValue":""}],
    "ex:e":1}]})";

TEST(SensorElement, ReadsEveryFieldAndPrintsItBack) {
  const Event event = valid_event(kEvent);
  ASSERT_EQ(event.sensor_elements.size(), 1u);
  const auto& reports = event.sensor_elements[0].find("sensorReport")->items;
  ASSERT_EQ(reports.size(), 2u);
  EXPECT_EQ(reports[0].find("type")->text, "Temperature");
  EXPECT_EQ(reports[0].find("exception")->text, "ALARM_CONDITION");
  EXPECT_EQ(reports[0].find("component")->text, "latitude");
  EXPECT_EQ(reports[0].find("value")->text, "26.50");
  EXPECT_EQ(reports[1].find("type")->text, "ex:Odour");
  expect_round_trip(kEvent);
}

TEST(SensorElement, Faults) {
  expect_faults(
      kEvent,
      {
          {R"("type":"gs1:Temperature",)", "", DocumentError::missing_field,
           "/sensorElementList/0/sensorReport/0/type"},
          {"gs1:Temperature", "Warmth", DocumentError::unknown_word,
           "/sensorElementList/0/sensorReport/0/type"},
          {"https://gs1.org/voc/ALARM_CONDITION", "PANIC", DocumentError::unknown_word,
           "/sensorElementList/0/sensorReport/0/exception"},
          {"cbv:Comp-latitude", "north", DocumentError::unknown_word,
           "/sensorElementList/0/sensorReport/0/component"},
          {R"("value":26.50)", R"("value":"26.50")", DocumentError::wrong_type,
           "/sensorElementList/0/sensorReport/0/value"},
          {R"("booleanValue":true)", R"("booleanValue":"true")", DocumentError::wrong_type,
           "/sensorElementList/0/sensorReport/0/booleanValue"},
          {R"("f0A1")", R"("f0G1")", DocumentError::bad_hex,
           "/sensorElementList/0/sensorReport/0/hexBinaryValue"},
          {R"("f0A1")", R"("")", DocumentError::bad_hex,
           "/sensorElementList/0/sensorReport/0/hexBinaryValue"},
          {R"("uriValue":"https://d.example")", R"("uriValue":"d")", DocumentError::not_a_uri,
           "/sensorElementList/0/sensorReport/0/uriValue"},
          {R"("startTime":"2026-02-16T06:00:00Z")", R"("startTime":"six")", DocumentError::bad_time,
           "/sensorElementList/0/sensorMetadata/startTime"},
          {R"("ex:m":"1")", R"("m":"1")", DocumentError::unknown_field,
           "/sensorElementList/0/sensorMetadata/m"},
          {R"("ex:r":)", R"("r":)", DocumentError::unknown_field,
           "/sensorElementList/0/sensorReport/0/r"},
          {R"("ex:e":1)", R"("e":1)", DocumentError::unknown_field, "/sensorElementList/0/e"},
          {R"({"type":"ex:Odour","stringValue":""})", "7", DocumentError::wrong_type,
           "/sensorElementList/0/sensorReport/1"},
          {R"("sensorElementList":[)", R"("sensorElementList":[{"sensorReport":[]},)",
           DocumentError::empty_field, "/sensorElementList/0/sensorReport"},
          {R"("sensorElementList":[)", R"("sensorElementList":[7,)", DocumentError::wrong_type,
           "/sensorElementList/0"},
      });
}

}  // namespace
}  // namespace tally::epcis
