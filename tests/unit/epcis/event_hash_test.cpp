#include "epcis/event_hash.hpp"

#include <gtest/gtest.h>

#include "epcis/canonical_value.hpp"

namespace tally::epcis {
namespace {

Context context_of(std::string_view json) { return *parse_context(*parse_json(json)); }

TEST(CanonicalValue, Numbers) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"1", "1"},
      {"1.0", "1"},
      {"+1", "1"},
      {"-1.50", "-1.5"},
      {"007", "7"},
      {"0.0", "0"},
      {"-0", "0"},
      {".5", "0.5"},
      {"5.", "5"},
      {"1e3", "1000"},
      {"1.5E-2", "0.015"},
      {"0.0001", "0.0001"},
      {"0.00001", "1e-05"},
      {"42.698334", "42.698334"},
      {"123456789012345678.10", "123456789012345680"},
      {"00012345678901234567", "12345678901234568"},
      {"111100001111000011110000", "111100001111000003641344"},
      {"12345678901234567.5", "12345678901234568"},
      {"0.1234567890123456789", "0.12345678901234568"},
      {"1e23", "99999999999999991611392"},
      {"-000000000000000000.0", "0"},
      {"1e400", "1e400"},
      {"", ""},
      {"-", "-"},
      {".", "."},
      {"1e", "1e"},
      {"1x", "1x"},
      {"nan", "nan"},
      {"infinity", "infinity"},
      {"1_0", "1_0"},
      {"2014-02-10", "2014-02-10"},
  };
  for (const auto& [text, expected] : rows) EXPECT_EQ(canonical_number(text), expected) << text;
}

TEST(CanonicalValue, Identifiers) {
  const Context context = context_of(R"({"ex":"https://ns.example/"})");
  const std::pair<std::string_view, std::string_view> rows[] = {
      {" urn:epc:id:sgtin:4012345.011111.9876\n", "https://id.gs1.org/01/04012345111118/21/9876"},
      {"https://brand.example/x/01/04012345111118/10/L/21/9876?17=261231",
       "https://id.gs1.org/01/04012345111118/21/9876"},
      {"https://brand.example/01/4012345111118", "https://id.gs1.org/01/04012345111118"},
      {"https://brand.example/gtin/04012345111119/ser/1",
       "https://id.gs1.org/01/04012345111119/21/1"},
      {"urn:epc:id:sgtin:4012345.011111.a'b%2F", "https://id.gs1.org/01/04012345111118/21/a'b%2F"},
      {"urn:epc:id:nothing:1.2", "urn:epc:id:nothing:1.2"},
      {"https://brand.example/po/12345678", "https://brand.example/po/12345678"},
      {"urn:epcglobal:cbv:bizstep:receiving", "https://ref.gs1.org/cbv/BizStep-receiving"},
      {"gs1:Angle", "https://gs1.org/voc/Angle"},
      {"ex:mine", "ex:mine"},
      {"geo:47.5,11.1", "geo:47.5,11.1"},
  };
  for (const auto& [text, expected] : rows) EXPECT_EQ(canonical_value(text, context), expected);
  EXPECT_EQ(canonical_name("ex:a:b", context), "{https://ns.example/}a:b");
  EXPECT_EQ(canonical_name("plain", context), "plain");
  EXPECT_EQ(canonical_name("other:a", context), "other:a");
}

TEST(EventHash, SpellingAndOrderDoNotMatter) {
  const auto a = *parse_json(R"({"type":"ObjectEvent","eventTime":"2026-01-01T00:00:00Z",
    "eventTimeZoneOffset":"+00:00","action":"OBSERVE","bizStep":"receiving","eventID":"urn:a:1",
    "epcList":["urn:epc:id:sgtin:4012345.011111.2","urn:epc:id:sgtin:4012345.011111.1"],
    "p:x":[2.0,"b"],"p:o":{"p:z":1,"p:y":2}})");
  const auto b = *parse_json(R"({"q:o":{"q:y":2.00,"q:z":1},"q:x":["b",2],
    "epcList":["https://a.example/01/04012345111118/21/1","urn:epc:id:sgtin:4012345.011111.2"],
    "bizStep":"urn:epcglobal:cbv:bizstep:receiving","recordTime":"2027-01-01T00:00:00Z",
    "action":"OBSERVE","eventTimeZoneOffset":"+00:00","eventTime":"2026-01-01T01:00:00.0000+01:00",
    "rdfs:comment":"no part","type":"ObjectEvent"})");
  const Context p = context_of(R"({"p":"https://ns.example/"})");
  const Context q = context_of(R"({"q":"https://ns.example/"})");
  EXPECT_EQ(event_prehash(a, p),
            "eventType=ObjectEventeventTime=2026-01-01T00:00:00.000ZeventTimeZoneOffset=+00:00"
            "epcListepc=https://id.gs1.org/01/04012345111118/21/1"
            "epc=https://id.gs1.org/01/04012345111118/21/2action=OBSERVE"
            "bizStep=https://ref.gs1.org/cbv/BizStep-receiving"
            "{https://ns.example/}o{https://ns.example/}y=2{https://ns.example/}z=1"
            "{https://ns.example/}x=2{https://ns.example/}x=b");
  EXPECT_EQ(event_hash(a, p), event_hash(b, q));
}

TEST(EventHash, AnEventsOwnContextCounts) {
  const auto event =
      *parse_json(R"({"@context":{"p":"https://mine.example/"},"type":"X","p:x":1})");
  EXPECT_EQ(event_prehash(event, context_of(R"({"p":"https://ns.example/"})")),
            "eventType=X{https://mine.example/}x=1");
}

TEST(EventHash, WhatIsIgnoredPlaysNoPart) {
  const Context context = context_of(R"({"ex":"https://ns.example/"})");
  const auto with =
      *parse_json(R"({"type":"ObjectEvent","action":"ADD","ex:a":1,"ex:b":2,"bizStep":"packing"})");
  const auto without = *parse_json(R"({"type":"ObjectEvent","action":"ADD","ex:b":2})");
  const std::vector<std::string> ignored = {"{https://ns.example/}a", "bizStep"};
  EXPECT_EQ(event_prehash(with, context, ignored), event_prehash(without, context));
  EXPECT_NE(event_prehash(with, context), event_prehash(without, context));
  const std::vector<std::string> others = {"ex:a", "a", "{https://ns.example/}c"};
  EXPECT_EQ(event_hash(with, context, others), event_hash(with, context));
}

TEST(EventHash, ExtensionsWithinStandardFields) {
  const Context context = context_of(R"({"ex":"https://ns.example/","no":"https://ns.example"})");
  const auto event = *parse_json(R"({"type":"ObjectEvent","readPoint":{"id":"a:1","ex:b":"2"},
    "bizLocation":{"id":"a:2","no:c":"3"},"ex:z":{"#text":"5","unit":"KG"},
    "sensorElementList":[{"sensorReport":[{"type":"Speed","bizRules":"a:4"}]}]})");
  // A namespace with a slash at its end makes an extension; all else is left to the end.
  EXPECT_EQ(event_prehash(event, context),
            "eventType=ObjectEventreadPointid=a:1{https://ns.example/}b=2bizLocationid=a:2"
            "sensorElementListsensorElementsensorReporttype=https://gs1.org/voc/Speed"
            "bizLocation{https://ns.example}c=3"
            "sensorElementListsensorElementsensorReportbizRules=a:4"
            "{https://ns.example/}z=5unit=KG");
}

TEST(EventHash, AnythingIsAnswered) {
  const Context context;
  for (const auto text : {"{}", "7", "[]", R"({"type":7,"epcList":7,"readPoint":[[]],"ilmd":[]})",
                          R"({"epcList":[{}, [], null, true]})",
                          R"({"sensorElementList":{"sensorReport":{"type":{}}}})"}) {
    EXPECT_EQ(event_hash(*parse_json(text), context).size(), 89u) << text;
  }
}

}  // namespace
}  // namespace tally::epcis
