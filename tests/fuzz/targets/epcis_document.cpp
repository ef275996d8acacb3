// EPCIS documents as capture takes them: what is read prints to a document of the same events with
// the same hashes, and each event that is kept for queries can be read again, and be redacted.
#include "epcis/document.hpp"

#include "epcis/event_hash.hpp"
#include "epcis/field_commitments.hpp"
#include "fuzz/target.hpp"
#include "provenance/captured_document.hpp"

namespace tally::fuzz {
namespace {

using namespace epcis;

constexpr Timestamp kRecorded{1'790'000'000'000};
constexpr Hash32 kSeed{1};

void check_printed(const Document& document) {
  const auto again = parse_document(print_document(document));
  CHECK(again.has_value());
  CHECK(again->events.size() == document.events.size());
  for (std::size_t i = 0; i < document.events.size(); ++i) {
    CHECK(event_hash(document.events[i], document.context) ==
          event_hash(again->events[i], again->context));
  }
}

/// A redacted copy of an event belongs to its root and shows what was chosen.
void check_redacted(const Event& event) {
  const auto json = to_json(event);
  const auto pointers = field_pointers(json);
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < pointers.size(); i += 2) shown.push_back(pointers[i]);
  const auto redacted = redact(json, kSeed, shown);
  const auto verified = verify_redacted(redacted, field_root(json, kSeed));
  CHECK(verified.has_value());
  const auto again = parse_redacted(print_redacted(redacted));
  CHECK(again.has_value() && print_redacted(*again) == print_redacted(redacted));
}

void run(ByteView input) {
  const auto text = as_text(input);
  if (const auto redacted = parse_redacted(text)) (void)verify_redacted(*redacted, kSeed);
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
    check_redacted(event.event);
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

constexpr std::string_view kTransaction = R"({
"type":"TransactionEvent","eventTime":"2026-02-16T08:00:00Z","eventTimeZoneOffset":"+00:00",
"bizTransactionList":[{"type":"po","bizTransaction":"urn:epcglobal:cbv:bt:9506000130002:1"}],
"parentID":"urn:epc:id:sscc:950600013.00000001","epcList":["urn:epc:id:sgtin:950600013.0001.A"],
"quantityList":[{"epcClass":"urn:epc:idpat:sgtin:950600013.0001.*","quantity":7}],
"action":"DELETE","bizStep":"shipping"})";

constexpr std::string_view kTransformation = R"({
"type":"TransformationEvent","eventTime":"2026-02-16T08:00:00Z","eventTimeZoneOffset":"+00:00",
"inputEPCList":["urn:epc:id:sgtin:950600013.0001.A"],
"inputQuantityList":[{"epcClass":"urn:epc:class:lgtin:950600013.0002.L1","quantity":2.5}],
"outputEPCList":["urn:epc:id:sgtin:950600013.0003.B"],
"outputQuantityList":[{"epcClass":"urn:epc:class:lgtin:950600013.0004.L2"}],
"transformationID":"urn:epc:id:gdti:950600013.101.1","ilmd":{"ex:model":"Grande"}})";

constexpr std::string_view kAssociation = R"({
"type":"AssociationEvent","eventTime":"2026-02-16T08:00:00Z","eventTimeZoneOffset":"+00:00",
"parentID":"urn:epc:id:giai:95060001.BAG7","childEPCs":["urn:epc:id:giai:95060001.STRAP7"],
"childQuantityList":[{"epcClass":"urn:epc:idpat:sgtin:950600013.0001.*","quantity":4}],
"action":"OBSERVE","sensorElementList":[{"sensorMetadata":{"time":"2026-02-16T07:00:00Z","ex:m":1},
"sensorReport":[{"type":"gs1:Angle","component":"cbv:Comp-latitude","booleanValue":true,
"hexBinaryValue":"f0","bizRules":"a:1"}],"ex:e":{"#text":"5"}}]})";

constexpr std::string_view kExtended = R"({"type":"ex:RepairEvent",
"eventTime":"2026-02-16T08:00:00Z","eventTimeZoneOffset":"+00:00","tools":[1,{"any":"thing"}]})";

std::string wrap(std::string_view events) {
  return std::string(R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/)") +
         R"(epcis-context.jsonld",{"ex":"https://ns.example/"}],"type":"EPCISDocument",)" +
         R"("schemaVersion":"2.0","creationDate":"2026-02-02T09:00:00Z",)" +
         R"("epcisBody":{"eventList":[)" + std::string(events) + "]}}";
}

void seed(Seeds& seeds) {
  seeds.add("object", wrap(kObject));
  seeds.add("aggregation", wrap(kAggregation));
  seeds.add("transaction", wrap(kTransaction));
  seeds.add("transformation", wrap(kTransformation));
  seeds.add("association", wrap(kAssociation));
  seeds.add("extended", wrap(kExtended));
  seeds.add("redacted", R"({"shown":[{"pointer":"/ilmd/ex:a","salt":")" + std::string(64, 'a') +
                            R"(","value":[1]}],"hidden":[")" + std::string(64, 'b') + R"("]})");
  seeds.add("header", R"({"@context":"https://a.example","type":"EPCISDocument","sender":"a",)"
                      R"("schemaVersion":"2.0","creationDate":"2026-02-02T09:00:00Z",)"
                      R"("epcisHeader":{"epcisMasterData":{"vocabularyList":[{"type":"a:b",)"
                      R"("vocabularyElementList":[{"id":"a:c","attributes":[{"id":"a:d",)"
                      R"("attribute":1}],"children":["a:e"]}]}]}},"epcisBody":{"eventList":[]}})");
  seeds.add("both", wrap(std::string(kAggregation) + "," + std::string(kObject)));
  seeds.add("one-wrong", wrap(R"({"type":"Nothing"},)" + std::string(kAggregation)));
  seeds.add("query",
            R"({"@context":"https://a.example","type":"EPCISQueryDocument",)"
            R"("schemaVersion":"2.0","epcisBody":{"queryResults":{"queryName":"q","resultsBody":)"
            R"({"eventList":[]}}}})");
}

}  // namespace

FUZZ_TARGET(epcis_document, run, seed, 8'192);

}  // namespace tally::fuzz
