#include "provenance/captured_document.hpp"

#include <gtest/gtest.h>

namespace tally::provenance {
namespace {

using epcis::DocumentError;

constexpr epcis::Timestamp kRecorded{1'770'000'000'000};

// Two events, the second of step `step`.
std::string xml(std::string_view step, std::string_view encoding = "UTF-8") {
  const auto event = [](std::string_view serial, std::string_view of) {
    return "<ObjectEvent><eventTime>2026-02-02T09:00:00Z</eventTime>"
           "<eventTimeZoneOffset>+01:00</eventTimeZoneOffset>"
           "<epcList><epc>urn:epc:id:sgtin:950600013.0001." +
           std::string(serial) + "</epc></epcList><action>ADD</action><bizStep>" + std::string(of) +
           "</bizStep></ObjectEvent>";
  };
  return "<?xml version=\"1.0\" encoding=\"" + std::string(encoding) +
         "\"?>\n<epcis:EPCISDocument xmlns:epcis=\"urn:epcglobal:epcis:xsd:2\" "
         "schemaVersion=\"2.0\" creationDate=\"2026-03-01T00:00:00Z\"><EPCISBody><EventList>" +
         event("A1", "urn:epcglobal:cbv:bizstep:commissioning") + event("A2", step) +
         "</EventList></EPCISBody></epcis:EPCISDocument>";
}

std::string json() {
  const auto event = [](std::string_view serial) {
    return R"({"type":"ObjectEvent","eventTime":"2026-02-02T09:00:00Z","eventTimeZoneOffset":)"
           R"("+01:00","epcList":["urn:epc:id:sgtin:950600013.0001.)" +
           std::string(serial) + R"("],"action":"ADD","bizStep":"commissioning"})";
  };
  return R"({"@context":"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",)"
         R"("type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-01T00:00:00Z",)"
         R"("epcisBody":{"eventList":[)" +
         event("A1") + "," + event("A2") + "]}}";
}

constexpr std::string_view kCommissioning = "urn:epcglobal:cbv:bizstep:commissioning";

TEST(CapturedDocument, IsTheSameFromXmlAndFromJson) {
  const auto one = read_captured(xml(kCommissioning), kRecorded);
  const auto other = read_captured(json(), kRecorded);
  ASSERT_TRUE(one && other);
  ASSERT_EQ(one->events.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(one->events[i].hash, other->events[i].hash) << i;
    EXPECT_EQ(one->events[i].event.event_id, other->events[i].event.event_id) << i;
  }
  EXPECT_EQ(one->bundle, other->bundle);
  EXPECT_TRUE(read_document(xml(kCommissioning)));
}

TEST(CapturedDocument, AFaultInXmlHasAnXPathAndLeavesTheOtherEventsIn) {
  const auto read = read_captured(xml("no_such_step"), kRecorded);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->events.size(), 1u);
  EXPECT_EQ(read->events.front().index, 0u);
  const epcis::DocumentFaults expected{
      {DocumentError::unknown_word, 1, "/EPCISDocument/EPCISBody/EventList/*[2]/bizStep"}};
  EXPECT_EQ(read->faults, expected);
  const auto whole = read_document(xml("no_such_step"));
  ASSERT_FALSE(whole);
  EXPECT_EQ(whole.error(), expected);
}

TEST(CapturedDocument, ADoctypeIsRefusedWithAllThatItCouldExpand) {
  auto text = xml(kCommissioning);
  text.insert(text.find("<epcis:"), "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>");
  const auto read = read_captured(text, kRecorded);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().front().code, DocumentError::doctype_refused);
  EXPECT_FALSE(read.error().front().event);
}

TEST(CapturedDocument, SaysItselfWhetherItIsXml) {
  const struct {
    std::string_view text;
    bool is_xml;
  } rows[] = {{"", false},
              {" \r\n\t", false},
              {"{}", false},
              {" {\"a\":\"<\"}", false},
              {"<", true},
              {"\n <a/>", true},
              {"\xEF\xBB\xBF<a/>", true},
              {"\xEF\xBB\xBF{}", false},
              {std::string_view("\xFF\xFE<\0", 4), true},
              {std::string_view("\xFE\xFF\0<", 4), true}};
  for (const auto& row : rows) EXPECT_EQ(is_xml(row.text), row.is_xml) << row.text;
}

}  // namespace
}  // namespace tally::provenance
