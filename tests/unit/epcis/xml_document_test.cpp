#include "epcis/xml_document.hpp"

#include <algorithm>
#include <ctime>

#include "unit/epcis/rows.hpp"

namespace tally::epcis {
namespace {

std::string wrap(std::string_view events) {
  return R"(<?xml version="1.0" encoding="UTF-8"?>
<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2" xmlns:ex="https://ns.example/"
 xmlns:cbvmda="urn:epcglobal:cbv:mda" schemaVersion="2.0" creationDate="2026-02-02T09:00:00Z">
<EPCISBody><EventList>)" +
         std::string(events) + "</EventList></EPCISBody></epcis:EPCISDocument>";
}

constexpr std::string_view kObject = R"(<ObjectEvent ex:by="me">
<eventTime>2026-02-02T09:00:00.000+01:00</eventTime>
<recordTime>2026-02-02T09:00:01Z</recordTime>
<eventTimeZoneOffset>+01:00</eventTimeZoneOffset>
<eventID>urn:uuid:8f93dd62-f7d5-4033-887a-e81e7596a988</eventID>
<errorDeclaration><declarationTime>2026-02-03T00:00:00Z</declarationTime>
 <reason>urn:epcglobal:cbv:er:incorrect_data</reason>
 <correctiveEventIDs><correctiveEventID>urn:uuid:1</correctiveEventID></correctiveEventIDs>
 <ex:why>typo</ex:why></errorDeclaration>
<certificationInfo>https://c.example/1</certificationInfo>
<certificationInfo>https://c.example/2</certificationInfo>
<epcList><epc> urn:epc:id:sgtin:950600013.0001.A </epc>
 <epc>https://shop.example/9/01/09506000130019/21/B</epc></epcList>
<action>ADD</action>
<bizStep>urn:epcglobal:cbv:bizstep:commissioning</bizStep>
<disposition>https://ref.gs1.org/cbv/Disp-active</disposition>
<readPoint><id>urn:epc:id:sgln:950600013.101.0</id><ex:dock>4</ex:dock></readPoint>
<bizLocation><id>https://id.gs1.org/414/9506000131016</id></bizLocation>
<bizTransactionList>
 <bizTransaction type="urn:epcglobal:cbv:btt:po"
  >urn:epcglobal:cbv:bt:9506000130002:1</bizTransaction>
 <bizTransaction>http://t.example/1</bizTransaction></bizTransactionList>
<quantityList><quantityElement><epcClass>urn:epc:class:lgtin:950600013.0001.L1</epcClass>
  <quantity>+02.50</quantity><uom>KGM</uom></quantityElement>
 <quantityElement><epcClass>urn:epc:idpat:sgtin:950600013.0001.*</epcClass></quantityElement>
</quantityList>
<sourceList><source type="urn:epcglobal:cbv:sdt:owning_party">urn:epc:id:pgln:950600013.000</source>
</sourceList>
<destinationList><destination type="urn:epcglobal:cbv:sdt:owning_party"
 >https://id.gs1.org/417/9506000240008</destination></destinationList>
<sensorElementList><sensorElement>
 <sensorMetadata time="2026-02-02T08:00:00Z" ex:m="1"/>
 <sensorReport type="gs1:Temperature" value="26.0" uom="CEL" booleanValue="1"/>
 <ex:more><ex:deep unit="V">5</ex:deep></ex:more></sensorElement></sensorElementList>
<persistentDisposition><unset>urn:epcglobal:cbv:disp:stolen</unset>
 <set>urn:epcglobal:cbv:disp:recalled</set></persistentDisposition>
<ilmd><ex:model>Grande</ex:model><cbvmda:lotNumber>L1</cbvmda:lotNumber></ilmd>
<ex:note>one</ex:note><ex:note>two</ex:note>
</ObjectEvent>)";

// The same event in JSON-LD.
constexpr std::string_view kObjectJson = R"({"@context":[
  "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
  {"ex":"https://ns.example/","cbvmda":"urn:epcglobal:cbv:mda"}],
 "type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-02-02T09:00:00Z",
 "epcisBody":{"eventList":[{"type":"ObjectEvent","ex:by":"me",
  "eventTime":"2026-02-02T08:00:00Z","recordTime":"2026-02-02T09:00:01Z",
  "eventTimeZoneOffset":"+01:00","eventID":"urn:uuid:8f93dd62-f7d5-4033-887a-e81e7596a988",
  "errorDeclaration":{"declarationTime":"2026-02-03T00:00:00Z","reason":"incorrect_data",
    "correctiveEventIDs":["urn:uuid:1"],"ex:why":"typo"},
  "certificationInfo":["https://c.example/1","https://c.example/2"],
  "epcList":["urn:epc:id:sgtin:950600013.0001.A","https://shop.example/9/01/09506000130019/21/B"],
  "action":"ADD","bizStep":"commissioning","disposition":"active",
  "readPoint":{"id":"urn:epc:id:sgln:950600013.101.0","ex:dock":"4"},
  "bizLocation":{"id":"https://id.gs1.org/414/9506000131016"},
  "bizTransactionList":[{"type":"po","bizTransaction":"urn:epcglobal:cbv:bt:9506000130002:1"},
    {"bizTransaction":"http://t.example/1"}],
  "quantityList":[{"epcClass":"urn:epc:class:lgtin:950600013.0001.L1","quantity":2.50,"uom":"KGM"},
    {"epcClass":"urn:epc:idpat:sgtin:950600013.0001.*"}],
  "sourceList":[{"type":"owning_party","source":"urn:epc:id:pgln:950600013.000"}],
  "destinationList":[{"type":"owning_party","destination":"https://id.gs1.org/417/9506000240008"}],
  "sensorElementList":[{"sensorMetadata":{"time":"2026-02-02T08:00:00Z","ex:m":"1"},
    "ex:more":{"ex:deep":{"unit":"V","#text":"5"}},
    "sensorReport":[{"type":"Temperature","value":26.0,"uom":"CEL","booleanValue":true}]}],
  "persistentDisposition":{"set":["recalled"],"unset":["stolen"]},
  "ilmd":{"ex:model":"Grande","cbvmda:lotNumber":"L1"},"ex:note":["one","two"]}]}})";

TEST(XmlDocument, SaysTheSameAsItsJsonForm) {
  const auto xml = parse_xml_document(wrap(kObject));
  ASSERT_TRUE(xml) << to_string(xml.error()[0].code) << ' ' << xml.error()[0].pointer;
  const auto json = parse_document(kObjectJson);
  ASSERT_TRUE(json) << to_string(json.error()[0].code) << ' ' << json.error()[0].pointer;
  ASSERT_EQ(xml->events.size(), 1u);
  EXPECT_EQ(to_json(xml->events[0]), to_json(json->events[0]));
  EXPECT_EQ(event_hash(xml->events[0], xml->context), event_hash(json->events[0], json->context));
  EXPECT_EQ(xml->creation_date, json->creation_date);
  EXPECT_EQ(*xml->context.json.items[1].find("cbvmda"), Json::string("urn:epcglobal:cbv:mda"));
  // It can be printed, and read again as JSON-LD.
  const auto again = parse_document(print_document(*xml));
  ASSERT_TRUE(again);
  EXPECT_EQ(to_json(again->events[0]), to_json(xml->events[0]));
}

TEST(XmlDocument, OlderVersionsKeepFieldsInExtensions) {
  const auto document = parse_xml_document(R"(
<e:EPCISDocument xmlns:e="urn:epcglobal:epcis:xsd:1" xmlns:s="urn:sbdh" schemaVersion="1.2"
 creationDate="2026-02-02T09:00:00Z">
<EPCISHeader><s:StandardBusinessDocumentHeader><s:Sender>a</s:Sender>
</s:StandardBusinessDocumentHeader>
<extension><EPCISMasterData><VocabularyList>
 <Vocabulary type="urn:epcglobal:epcis:vtype:ReadPoint"><VocabularyElementList>
  <VocabularyElement id="urn:epc:id:sgln:950600013.101.0">
  <attribute id="urn:x:name">Dock</attribute>
  <children><id>urn:epc:id:sgln:950600013.102.0</id></children></VocabularyElement>
 </VocabularyElementList></Vocabulary></VocabularyList></EPCISMasterData></extension></EPCISHeader>
<EPCISBody><EventList>
<ObjectEvent><eventTime>2026-02-02T09:00:00Z</eventTime>
 <eventTimeZoneOffset>+00:00</eventTimeZoneOffset>
 <baseExtension><eventID>urn:uuid:1</eventID><errorDeclaration>
  <declarationTime>2026-02-03T00:00:00Z</declarationTime></errorDeclaration></baseExtension>
 <epcList/><action>ADD</action>
 <extension><quantityList><quantityElement><epcClass>urn:x:c</epcClass>
  <quantity xsi:nil="true" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"/>
  </quantityElement></quantityList>
  <ilmd><m:a xmlns:m="urn:m">1</m:a></ilmd>
  <extension><persistentDisposition><set>urn:epcglobal:cbv:disp:stolen</set></persistentDisposition>
  </extension></extension></ObjectEvent>
<extension><TransformationEvent><eventTime>2026-02-02T09:00:00Z</eventTime>
 <eventTimeZoneOffset>+00:00</eventTimeZoneOffset><inputEPCList><epc>urn:x:1</epc></inputEPCList>
 <outputEPCList><epc>urn:x:2</epc></outputEPCList></TransformationEvent></extension>
<extension><extension><AssociationEvent><eventTime>2026-02-02T09:00:00Z</eventTime>
 <eventTimeZoneOffset>+00:00</eventTimeZoneOffset><parentID>urn:x:p</parentID><childEPCs/>
 <action>DELETE</action></AssociationEvent></extension></extension>
</EventList></EPCISBody></e:EPCISDocument>)");
  ASSERT_TRUE(document) << to_string(document.error()[0].code) << document.error()[0].pointer;
  ASSERT_EQ(document->events.size(), 3u);
  const Event& object = document->events[0];
  EXPECT_EQ(object.event_id, "urn:uuid:1");
  EXPECT_TRUE(object.error_declaration);
  EXPECT_EQ(object.persistent_set, std::vector<std::string>{"stolen"});
  EXPECT_EQ(std::get<ObjectEvent>(object.what).quantities.at(0).quantity, std::nullopt);
  EXPECT_EQ(std::get<ObjectEvent>(object.what).ilmd.at(0).name, "m:a");
  EXPECT_EQ(document->events[1].type(), EventType::transformation);
  EXPECT_EQ(document->events[2].type(), EventType::association);
  ASSERT_EQ(document->header.size(), 1u);
  EXPECT_EQ(print_json(document->header[0].value),
            R"({"s:StandardBusinessDocumentHeader":{"s:Sender":"a"},"epcisMasterData":)"
            R"({"vocabularyList":[{"type":"urn:epcglobal:epcis:vtype:ReadPoint",)"
            R"("vocabularyElementList":[{"id":"urn:epc:id:sgln:950600013.101.0",)"
            R"("attributes":[{"id":"urn:x:name","attribute":"Dock"}],)"
            R"("children":["urn:epc:id:sgln:950600013.102.0"]}]}]}})");
}

TEST(XmlDocument, QueryDocuments) {
  const auto document = parse_xml_document(
      R"(<q:EPCISQueryDocument xmlns:q="urn:epcglobal:epcis-query:xsd:2"
      xmlns:ex="https://ns.example/" xmlns:cbvmda="urn:epcglobal:cbv:mda"
      schemaVersion="2.0" creationDate="2026-02-02T09:00:00Z"><EPCISHeader/><EPCISBody>
      <QueryResults><queryName>q</queryName><subscriptionID>s</subscriptionID><resultsBody>
      <EventList>)" +
      std::string(kObject) +
      "</EventList></resultsBody></QueryResults></EPCISBody></q:EPCISQueryDocument>");
  ASSERT_TRUE(document) << to_string(document.error()[0].code) << document.error()[0].pointer;
  EXPECT_EQ(to_json(document->events.at(0)),
            to_json(parse_xml_document(wrap(kObject))->events.at(0)));
  const auto answer = parse_xml_document(
      R"(<q:EPCISQueryDocument xmlns:q="urn:epcglobal:epcis-query:xsd:1"><EPCISBody><QueryResults>
      <queryName>q</queryName><resultsBody><EventList><ObjectEvent/></EventList></resultsBody>
      </QueryResults></EPCISBody></q:EPCISQueryDocument>)");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error()[0].code, DocumentError::missing_field);
  EXPECT_EQ(answer.error()[0].event, 0u);
  EXPECT_EQ(answer.error()[0].pointer,
            "/EPCISQueryDocument/EPCISBody/QueryResults/resultsBody/EventList/*[1]/eventTime");
}

TEST(XmlDocument, NamespacesKeepApart) {
  const auto document = parse_xml_document(
      wrap(changed(kObject, "<ex:note>one</ex:note>",
                   R"(<ex:a xmlns:ex="urn:other">1</ex:a><b xmlns="urn:third">2</b>
                   <_p:c xmlns:_p="urn:fourth">3</_p:c>)")));
  ASSERT_TRUE(document) << document.error()[0].pointer;
  const auto& extensions = document->events[0].extensions;
  const auto named = [&](std::string_view name) {
    return std::ranges::count(extensions, name, &JsonMember::name);
  };
  EXPECT_EQ(named("ex:note"), 1);
  EXPECT_EQ(named("ex_2:a"), 1);
  EXPECT_EQ(named("ns:b"), 1);
  EXPECT_EQ(named("ns_2:c"), 1);
}

TEST(XmlDocument, FaultsSayWhere) {
  const std::string event = "/EPCISDocument/EPCISBody/EventList/*[1]";
  const struct {
    std::string_view from;
    std::string_view to;
    DocumentError code;
    std::string pointer;
  } rows[] = {
      {"<eventTime>2026", "<eventTime>x", DocumentError::bad_time, event + "/eventTime"},
      {"<action>ADD</action>", "", DocumentError::missing_field, event + "/action"},
      {"<action>ADD</action>", "<action/>", DocumentError::missing_field, event + "/action"},
      {"<action>ADD</action>", "<action>ADD</action><action>ADD</action>",
       DocumentError::wrong_type, event + "/action"},
      {"<action>ADD</action>", "<action><b/></action>", DocumentError::wrong_type,
       event + "/action"},
      {"<action>", "<action by='me'>", DocumentError::wrong_type, event + "/action"},
      {"<action>ADD", "<action>OBSERVE", DocumentError::ilmd_not_allowed, event + "/ilmd"},
      {"bizstep:commissioning", "bizstep:knitting", DocumentError::unknown_word,
       event + "/bizStep"},
      {"https://shop.example/9/01/09506000130019/21/B", "bag 7", DocumentError::not_a_uri,
       event + "/epcList/epc[2]"},
      {"<epc>https", "<item/><epc>https", DocumentError::wrong_type, event + "/epcList/epc[2]"},
      {"<epc>https", "stray<epc>https", DocumentError::wrong_type, event + "/epcList/epc[3]"},
      {"+02.50", "INF", DocumentError::wrong_type,
       event + "/quantityList/quantityElement[1]/quantity"},
      {"<uom>KGM", "<uom>kilo", DocumentError::bad_uom,
       event + "/quantityList/quantityElement[1]/uom"},
      {"sdt:owning_party\">urn", "sdt:keeper\">urn", DocumentError::unknown_word,
       event + "/sourceList/source[1]/@type"},
      {"<bizTransaction>http://t.example/1", "<bizTransaction>t", DocumentError::not_a_uri,
       event + "/bizTransactionList/bizTransaction[2]"},
      {"value=\"26.0\"", "value=\"warm\"", DocumentError::wrong_type,
       event + "/sensorElementList/sensorElement[1]/sensorReport[1]/@value"},
      {"booleanValue=\"1\"", "booleanValue=\"yes\"", DocumentError::wrong_type,
       event + "/sensorElementList/sensorElement[1]/sensorReport[1]/@booleanValue"},
      {"type=\"gs1:Temperature\" ", "", DocumentError::missing_field,
       event + "/sensorElementList/sensorElement[1]/sensorReport[1]/@type"},
      {"time=\"2026-02-02T08:00:00Z\"", "time=\"eight\"", DocumentError::bad_time,
       event + "/sensorElementList/sensorElement[1]/sensorMetadata/@time"},
      {"<set>urn:epcglobal:cbv:disp:recalled", "<set>mislaid", DocumentError::unknown_word,
       event + "/persistentDisposition/set[1]"},
      {"<correctiveEventID>urn:uuid:1", "<correctiveEventID>1", DocumentError::not_a_uri,
       event + "/errorDeclaration/correctiveEventIDs/correctiveEventID[1]"},
      {"<certificationInfo>https://c.example/2", "<certificationInfo>2", DocumentError::not_a_uri,
       event + "/certificationInfo[2]"},
      {"<ex:model>Grande</ex:model>", "<model>Grande</model>", DocumentError::unknown_field,
       event + "/ilmd/model"},
      {"<ilmd>", "<extension><colour>red</colour></extension><ilmd>", DocumentError::unknown_field,
       event + "/colour"},
      {"ex:by=\"me\"", "by=\"me\"", DocumentError::unknown_field, event + "/by"},
      {"<readPoint><id>urn:epc:id:sgln:950600013.101.0</id>", "<readPoint>",
       DocumentError::missing_field, event + "/readPoint/id"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(std::string(row.from) + " -> " + std::string(row.to));
    const auto document = parse_xml_document(wrap(changed(kObject, row.from, row.to)));
    ASSERT_FALSE(document);
    EXPECT_EQ(to_string(document.error()[0].code), to_string(row.code));
    EXPECT_EQ(document.error()[0].pointer, row.pointer);
    EXPECT_EQ(document.error()[0].event, 0u);
  }
}

TEST(XmlDocument, FaultsOfTheEnvelope) {
  const struct {
    std::string_view from;
    std::string_view to;
    DocumentError code;
    std::string_view pointer;
  } rows[] = {
      {"urn:epcglobal:epcis:xsd:2", "urn:other", DocumentError::wrong_document_type, "/*"},
      {R"(schemaVersion="2.0")", R"(schemaVersion="3.0")", DocumentError::unsupported_version,
       "/EPCISDocument/@schemaVersion"},
      {R"(schemaVersion="2.0")", "", DocumentError::missing_field, "/EPCISDocument/@schemaVersion"},
      {R"(creationDate="2026-02-02T09:00:00Z")", R"(creationDate="today")", DocumentError::bad_time,
       "/EPCISDocument/@creationDate"},
      {"<EventList></EventList>", "", DocumentError::missing_field,
       "/EPCISDocument/EPCISBody/EventList"},
      {"<EPCISBody><EventList></EventList></EPCISBody>", "", DocumentError::missing_field,
       "/EPCISDocument/EPCISBody"},
      {"<EPCISBody>",
       "<EPCISHeader><EPCISMasterData><VocabularyList><Vocabulary/></VocabularyList>"
       "</EPCISMasterData></EPCISHeader><EPCISBody>",
       DocumentError::missing_field,
       "/EPCISDocument/EPCISHeader/EPCISMasterData/VocabularyList/Vocabulary[1]/@type"},
      {"<epcis:EPCIS", "<!DOCTYPE x><epcis:EPCIS", DocumentError::doctype_refused, ""},
      {"</EventList>", "</EventLists>", DocumentError::not_xml,
       "/EPCISDocument/EPCISBody/EventList"},
      {"<EventList>", "<EventList><QuantityEvent/>", DocumentError::unsupported_event_type,
       "/EPCISDocument/EPCISBody/EventList/*[1]"},
      {"<EventList>", "<EventList><ex:Mine/>", DocumentError::wrong_type,
       "/EPCISDocument/EPCISBody/EventList/*[1]"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.to);
    const auto document = parse_xml_document(changed(wrap(""), row.from, row.to));
    ASSERT_FALSE(document);
    ASSERT_EQ(document.error().size(), 1u);
    EXPECT_EQ(to_string(document.error()[0].code), to_string(row.code));
    EXPECT_EQ(document.error()[0].pointer, row.pointer);
  }
  EXPECT_TRUE(parse_xml_document(wrap("")));
}

TEST(XmlDocument, BothFormsKeepTheBounds) {
  DocumentLimits limits;
  limits.json.depth_max = 9;
  const std::string deep = changed(kObject, "<ex:note>one</ex:note>",
                                   "<ex:a><ex:b/><ex:b><ex:c><ex:d/></ex:c></ex:b></ex:a>");
  EXPECT_TRUE(parse_xml_document(wrap(deep), limits));
  // As XML this is no deeper, but its JSON form has a list more.
  const auto listed =
      parse_xml_document(wrap(changed(deep, "<ex:d/>", "<ex:d e='1'/><ex:d/>")), limits);
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error()[0].code, DocumentError::too_deep);
  limits = {};
  limits.json.values_max = 30;
  EXPECT_EQ(parse_xml_document(wrap(kObject), limits).error()[0].code,
            DocumentError::too_many_values);
}

TEST(XmlDocument, ManyNamesAndNamespacesTakeNoLongerThanTheirText) {
  std::string names;
  std::string spaces;
  for (int i = 0; i < 100'000; ++i) {
    names += "<ex:a" + std::to_string(i) + "/>";
    spaces += "<a xmlns='urn:" + std::to_string(i) + "'/>";
  }
  const std::clock_t start = std::clock();
  const auto read = [](std::string_view more) {
    return parse_xml_document(wrap(changed(kObject, "<ex:note>one</ex:note>", more)));
  };
  const auto many = read(names);
  ASSERT_TRUE(many);
  EXPECT_GT(many->events[0].extensions.size(), 100'000u);
  const auto refused = read(spaces);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error()[0].code, DocumentError::too_many_prefixes);
  EXPECT_EQ(refused.error()[0].pointer, "/EPCISDocument");
  // The square of it would be minutes; of the processor's time, however busy the machine is.
  EXPECT_LT((std::clock() - start) / CLOCKS_PER_SEC, 20);
}

TEST(XmlDocument, EveryDamageIsAnswered) {
  const std::string whole = wrap(kObject);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    EXPECT_FALSE(parse_xml_document(whole.substr(0, i)));
    for (const char c : {'0', '"', '<', '>', '&', ':', '\xc3'}) {
      std::string text = whole;
      text[i] = c;
      const auto document = parse_xml_document(text);
      if (document) {
        EXPECT_TRUE(parse_document(print_document(*document))) << text.substr(i, 20);
        for (const Event& event : document->events) (void)event_hash(event, document->context);
      }
    }
  }
}

}  // namespace
}  // namespace tally::epcis
