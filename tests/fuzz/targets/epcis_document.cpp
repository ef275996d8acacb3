// EPCIS documents as capture takes them: what is read prints to a document of the same events with
// the same hashes, and each event that is kept for queries can be read again.
#include "epcis/document.hpp"

#include "epcis/event_hash.hpp"
#include "fuzz/target.hpp"
#include "provenance/captured_document.hpp"

namespace tally::fuzz {
namespace {

using namespace epcis;

constexpr Timestamp kRecorded{1'790'000'000'000};

void check_printed(const Document& document) {
  const auto again = parse_document(print_document(document));
  CHECK(again.has_value());
  CHECK(again->events.size() == document.events.size());
  for (std::size_t i = 0; i < document.events.size(); ++i) {
    CHECK(event_hash(document.events[i], document.context) ==
          event_hash(again->events[i], again->context));
  }
}

void run(ByteView input) {
  const auto text = as_text(input);
  // What a query gave may lack the date that a document must have.
  const auto document = parse_document(text);
  if (document && document->creation_date) check_printed(*document);
  const auto captured = provenance::read_captured(text, kRecorded);
  if (!captured) {
    CHECK(!captured.error().empty());
    return;
  }
  for (const auto& event : captured->events) {
    CHECK(event.offset + std::size_t{event.length} <= captured->bundle.size());
    const auto kept = std::string_view(captured->bundle).substr(event.offset, event.length);
    const auto json = parse_json(kept);
    CHECK(json.has_value());
    CHECK(parse_event(*json).has_value());
  }
}

constexpr std::string_view kObject = R"({
"type":"ObjectEvent","eventID":"urn:uuid:8f93dd62-f7d5-4033-887a-e81e7596a988",
"eventTime":"2026-02-02T09:00:00.000+01:00","recordTime":"2026-02-02T09:00:01Z",
"eventTimeZoneOffset":"+01:00","action":"ADD","bizStep":"urn:epcglobal:cbv:bizstep:commissioning",
"disposition":"https://ref.gs1.org/cbv/Disp-active",
"persistentDisposition":{"set":["recalled"],"unset":["urn:epcglobal:cbv:disp:stolen"]},
"readPoint":{"id":"urn:epc:id:sgln:950600013.101.0","ex:dock":"4"},
"bizLocation":{"id":"https://id.gs1.org/414/9506000131016"},
"epcList":["urn:epc:id:sgtin:950600013.0001.A","https://shop.example/9/01/09506000130019/21/B"],
"quantityList":[{"epcClass":"urn:epc:class:lgtin:950600013.0001.L1","quantity":2.50,"uom":"KGM"}],
"bizTransactionList":[{"type":"po","bizTransaction":"urn:epcglobal:cbv:bt:9506000130002:1"}],
"sourceList":[{"type":"owning_party","source":"urn:epc:id:pgln:950600013.000"}],
"sensorElementList":[{"sensorReport":[{"type":"Temperature","value":26.0,"uom":"CEL"}]}],
"certificationInfo":["https://c.example/1"],
"errorDeclaration":{"declarationTime":"2026-02-03T00:00:00Z","reason":"incorrect_data"},
"ilmd":{"ex:model":"  Grande\n  Averse ","ex:size":"Large"},
"ex:field":{"ex:b":[1,{"ex:c":true}]}})";

constexpr std::string_view kAggregation = R"({
"type":"AggregationEvent","eventTime":"2026-02-16T08:00:00Z","eventTimeZoneOffset":"+00:00",
"parentID":"urn:epc:id:sscc:950600013.00000001","childEPCs":["urn:epc:id:sgtin:950600013.0001.A"],
"childQuantityList":[{"epcClass":"urn:epc:idpat:sgtin:950600013.0001.*","quantity":7}],
"action":"ADD","bizStep":"packing"})";

std::string wrap(std::string_view events) {
  return std::string(R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/)") +
         R"(epcis-context.jsonld",{"ex":"https://ns.example/"}],"type":"EPCISDocument",)" +
         R"("schemaVersion":"2.0","creationDate":"2026-02-02T09:00:00Z",)" +
         R"("epcisBody":{"eventList":[)" + std::string(events) + "]}}";
}

void seed(Seeds& seeds) {
  seeds.add("object", wrap(kObject));
  seeds.add("aggregation", wrap(kAggregation));
  seeds.add("both", wrap(std::string(kAggregation) + "," + std::string(kObject)));
  seeds.add("one-wrong", wrap(R"({"type":"Nothing"},)" + std::string(kAggregation)));
  seeds.add("query", R"({"@context":"https://a.example","type":"EPCISQueryDocument",)"
                     R"("schemaVersion":"2.0","epcisBody":{"queryResults":{"resultsBody":)"
                     R"({"eventList":[]}}}})");
}

}  // namespace

FUZZ_TARGET(epcis_document, run, seed, 8'192);

}  // namespace tally::fuzz
