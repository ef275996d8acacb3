// EPCIS documents in XML: a bounded tree, whose JSON form is read as any other document. What is
// read prints to a JSON-LD document of the same events with the same hashes.
#include "epcis/xml_document.hpp"

#include "epcis/event_hash.hpp"
#include "epcis/xml.hpp"
#include "fuzz/target.hpp"

namespace tally::fuzz {
namespace {

using namespace epcis;

std::size_t depth_of(const XmlElement& element) {
  std::size_t out = 0;
  for (const XmlElement& child : element.children) out = std::max(out, depth_of(child));
  return out + 1;
}

void run(ByteView input) {
  const auto text = as_text(input);
  const auto root = parse_xml(text);
  const auto json = json_of_xml(text);
  const auto document = parse_xml_document(text);
  if (!root) {
    CHECK(!json.has_value() && !document.has_value());
    return;
  }
  CHECK(depth_of(*root) <= JsonLimits{}.depth_max);
  if (!json) {
    CHECK(!document.has_value());
    return;
  }
  // The form can be printed and read within the bounds that all JSON has.
  const auto again = parse_json(print_json(*json));
  CHECK(again.has_value() && *again == *json);
  if (!document) {
    for (const auto& fault : document.error()) CHECK(fault.pointer.starts_with("/EPCIS"));
    return;
  }
  if (!document->creation_date) return;
  const auto printed = parse_document(print_document(*document));
  CHECK(printed.has_value() && printed->events.size() == document->events.size());
  for (std::size_t i = 0; i < document->events.size(); ++i) {
    CHECK(event_hash(document->events[i], document->context) ==
          event_hash(printed->events[i], printed->context));
  }
}

constexpr std::string_view kObject = R"(<ObjectEvent ex:by="me">
<eventTime>2026-02-02T09:00:00+01:00</eventTime><recordTime>2026-02-02T09:00:01Z</recordTime>
<eventTimeZoneOffset>+01:00</eventTimeZoneOffset><certificationInfo>a:1</certificationInfo>
<epcList><epc>urn:epc:id:sgtin:950600013.0001.A</epc></epcList><action>ADD</action>
<bizStep>urn:epcglobal:cbv:bizstep:commissioning</bizStep>
<readPoint><id>urn:epc:id:sgln:950600013.101.0</id><ex:dock>4</ex:dock></readPoint>
<bizTransactionList><bizTransaction type="urn:epcglobal:cbv:btt:po">a:1</bizTransaction>
</bizTransactionList><extension><quantityList><quantityElement><epcClass>a:1</epcClass>
<quantity>+02.50</quantity><uom>KGM</uom></quantityElement></quantityList>
<sourceList><source type="urn:epcglobal:cbv:sdt:location">a:1</source></sourceList>
<ilmd><ex:a>1</ex:a><ex:a>2</ex:a></ilmd><extension>
<sensorElementList><sensorElement><sensorMetadata time="2026-02-02T08:00:00Z" ex:m="1"/>
<sensorReport type="gs1:Temperature" value="26.0" booleanValue="1"/></sensorElement>
</sensorElementList><persistentDisposition><set>urn:epcglobal:cbv:disp:stolen</set>
</persistentDisposition></extension></extension>
<ex:note b="c">one<ex:d/></ex:note></ObjectEvent>)";

constexpr std::string_view kOthers = R"(<AggregationEvent>
<eventTime>2026-02-02T09:00:00Z</eventTime><eventTimeZoneOffset>+01:00</eventTimeZoneOffset>
<baseExtension><eventID>a:1</eventID><errorDeclaration><declarationTime>2026-02-03T00:00:00Z
</declarationTime><correctiveEventIDs><correctiveEventID>a:2</correctiveEventID>
</correctiveEventIDs></errorDeclaration></baseExtension><parentID>a:3</parentID>
<childEPCs><epc>a:4</epc></childEPCs><action>ADD</action></AggregationEvent>
<extension><TransformationEvent><eventTime>2026-02-02T09:00:00Z</eventTime>
<eventTimeZoneOffset>+01:00</eventTimeZoneOffset><inputEPCList><epc>a:1</epc></inputEPCList>
<outputEPCList><epc>a:2</epc></outputEPCList></TransformationEvent></extension>)";

std::string wrap(std::string_view events) {
  return R"(<e:EPCISDocument xmlns:e="urn:epcglobal:epcis:xsd:2" xmlns:ex="https://ns.example/" )"
         R"(schemaVersion="2.0" creationDate="2026-02-02T09:00:00Z"><EPCISHeader><extension>)"
         R"(<EPCISMasterData><VocabularyList><Vocabulary type="a:1"><VocabularyElementList>)"
         R"(<VocabularyElement id="a:2"><attribute id="a:3">x</attribute><children><id>a:4</id>)"
         R"(</children></VocabularyElement></VocabularyElementList></Vocabulary></VocabularyList>)"
         R"(</EPCISMasterData></extension></EPCISHeader><EPCISBody><EventList>)" +
         std::string(events) + "</EventList></EPCISBody></e:EPCISDocument>";
}

void seed(Seeds& seeds) {
  seeds.add("object", wrap(kObject));
  seeds.add("others", wrap(kOthers));
  seeds.add("wrong", wrap("<ObjectEvent/><ex:Mine/><QuantityEvent>x</QuantityEvent>"));
  seeds.add("query", R"(<q:EPCISQueryDocument xmlns:q="urn:epcglobal:epcis-query:xsd:2">)"
                     R"(<EPCISBody><QueryResults><queryName>q</queryName><resultsBody><EventList/>)"
                     R"(</resultsBody></QueryResults></EPCISBody></q:EPCISQueryDocument>)");
  seeds.add("laughs", R"(<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>)");
  seeds.add("encoding", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xe9<![CDATA[&]]></a>");
}

}  // namespace

FUZZ_TARGET(xml_document, run, seed, 8'192);

}  // namespace tally::fuzz
