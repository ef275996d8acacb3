#include "epcis/document.hpp"

#include <gtest/gtest.h>

#include "epcis/event_hash.hpp"

namespace tally::epcis {
namespace {

constexpr std::string_view kObject = R"({
  "type":"ObjectEvent","eventID":"urn:uuid:8f93dd62-f7d5-4033-887a-e81e7596a988",
  "eventTime":"2026-02-02T09:00:00.000+01:00","recordTime":"2026-02-02T09:00:01Z",
  "eventTimeZoneOffset":"+01:00","action":"ADD",
  "bizStep":"urn:epcglobal:cbv:bizstep:commissioning",
  "disposition":"https://ref.gs1.org/cbv/Disp-active",
  "persistentDisposition":{"set":["recalled"],"unset":["urn:epcglobal:cbv:disp:stolen"]},
  "readPoint":{"id":"urn:epc:id:sgln:950600013.101.0","ex:dock":"4"},
  "bizLocation":{"id":"https://id.gs1.org/414/9506000131016"},
  "epcList":["urn:epc:id:sgtin:950600013.0001.A","https://shop.example/9/01/09506000130019/21/B"],
  "quantityList":[{"epcClass":"urn:epc:class:lgtin:950600013.0001.L1","quantity":2.50,"uom":"KGM"},
                  {"epcClass":"urn:epc:idpat:sgtin:950600013.0001.*"}],
  "bizTransactionList":[{"type":"po","bizTransaction":"urn:epcglobal:cbv:bt:9506000130002:1"},
                        {"bizTransaction":"http://t.example/1"}],
  "sourceList":[{"type":"owning_party","source":"urn:epc:id:pgln:950600013.000"}],
  "destinationList":[{"type":"urn:epcglobal:cbv:sdt:owning_party",
                      "destination":"https://id.gs1.org/417/9506000240008"}],
  "sensorElementList":[{"sensorReport":[{"type":"Temperature","value":26.0,"uom":"CEL"}]}],
  "certificationInfo":["https://c.example/1","https://c.example/2"],
  "errorDeclaration":{"declarationTime":"2026-02-03T00:00:00Z","reason":"incorrect_data",
                      "correctiveEventIDs":["urn:uuid:1"],"ex:why":"typo"},
  "ilmd":{"ex:model":"  Grande\n  Averse ","ex:color":"Noir","ex:size":"Large"},
  "ex:field":{"ex:b":[1,{"ex:c":true}]},"rdfs:comment":"first"})";

constexpr std::string_view kAggregation = R"({
  "type":"AggregationEvent","eventTime":"2026-02-16T08:00:00Z","eventTimeZoneOffset":"+00:00",
  "parentID":"urn:epc:id:sscc:950600013.00000001",
  "childEPCs":["urn:epc:id:sgtin:950600013.0001.A"],
  "childQuantityList":[{"epcClass":"urn:epc:idpat:sgtin:950600013.0001.*","quantity":7}],
  "action":"ADD","bizStep":"packing"})";

std::string wrap(std::string_view events) {
  return std::string(R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/)") +
         R"(epcis-context.jsonld",{"ex":"https://ns.example/"}],"type":"EPCISDocument",)" +
         R"("schemaVersion":"2.0","creationDate":"2026-02-02T09:00:00Z",)" +
         R"("epcisBody":{"eventList":[)" + std::string(events) + "]}}";
}

/// `text` with its one `from` replaced.
std::string with(std::string_view text, std::string_view from, std::string_view to) {
  std::string out(text);
  const std::size_t at = out.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return out.replace(at, from.size(), to);
}

Event read(std::string_view text) {
  auto event = parse_event(*parse_json(text));
  EXPECT_TRUE(event) << (event ? "" : to_string(event.error().code)) << ' '
                     << (event ? "" : event.error().pointer);
  return event.value_or(Event{});
}

TEST(Event, ReadsEveryField) {
  const Event event = read(kObject);
  EXPECT_EQ(event.type(), EventType::object);
  EXPECT_EQ(event.event_id, "urn:uuid:8f93dd62-f7d5-4033-887a-e81e7596a988");
  EXPECT_EQ(event.event_time.iso(), "2026-02-02T08:00:00.000Z");
  EXPECT_EQ(event.record_time->iso(), "2026-02-02T09:00:01.000Z");
  EXPECT_EQ(event.zone_offset, "+01:00");
  EXPECT_EQ(event.biz_step, "commissioning");
  EXPECT_EQ(event.disposition, "active");
  EXPECT_EQ(event.persistent_set, std::vector<std::string>{"recalled"});
  EXPECT_EQ(event.persistent_unset, std::vector<std::string>{"stolen"});
  EXPECT_EQ(event.read_point->id, event.biz_location->id);  // a URN and a Digital Link
  EXPECT_EQ(event.read_point->extensions.at(0).name, "ex:dock");
  EXPECT_EQ(event.biz_transactions.at(0).type, "po");
  EXPECT_EQ(event.biz_transactions.at(1).type, std::nullopt);
  EXPECT_EQ(event.sources.at(0).type, event.destinations.at(0).type);
  EXPECT_EQ(event.destinations.at(0).id.key->canonical(), "417/9506000240008");
  EXPECT_EQ(event.sensor_elements.size(), 1u);
  EXPECT_EQ(event.certification_info.size(), 2u);
  EXPECT_EQ(event.error_declaration->reason, "incorrect_data");
  EXPECT_EQ(event.error_declaration->corrective_event_ids.size(), 1u);
  EXPECT_EQ(event.extensions.size(), 2u);
  const auto& object = std::get<ObjectEvent>(event.what);
  EXPECT_EQ(object.action, Action::add);
  EXPECT_EQ(object.epcs.at(0).key->canonical(), "01/09506000130019/21/A");
  EXPECT_EQ(object.epcs.at(0).key->company_prefix(), "950600013");
  EXPECT_EQ(object.epcs.at(1).key->canonical(), "01/09506000130019/21/B");
  EXPECT_EQ(object.quantities.at(0).quantity, "2.50");
  EXPECT_EQ(object.quantities.at(0).uom, "KGM");
  EXPECT_EQ(object.quantities.at(1).quantity, std::nullopt);
  EXPECT_EQ(object.ilmd.size(), 3u);

  const Event packing = read(kAggregation);
  EXPECT_EQ(packing.type(), EventType::aggregation);
  const auto& aggregation = std::get<AggregationEvent>(packing.what);
  EXPECT_EQ(aggregation.parent->key->kind, KeyKind::sscc);
  EXPECT_EQ(aggregation.children.at(0), object.epcs.at(0));
  EXPECT_EQ(aggregation.child_quantities.at(0).quantity, "7");
}

TEST(Event, PrintsBackWhatItRead) {
  for (const std::string_view text : {kObject, kAggregation}) {
    const Event event = read(text);
    const Json printed = to_json(event);
    EXPECT_EQ(to_json(read(print_json(printed))), printed);
    const auto context = parse_context(*parse_json(R"({"ex":"https://ns.example/"})"));
    EXPECT_EQ(event_hash(printed, *context), event_hash(*parse_json(text), *context));
  }
}

TEST(Event, AnUnknownOrWrongIdentifierIsKeptWithItsReason) {
  const Event event = read(with(kObject, "https://shop.example/9/01/09506000130019/21/B",
                                "https://shop.example/9/01/09506000130018/21/B"));
  const auto& epc = std::get<ObjectEvent>(event.what).epcs.at(1);
  ASSERT_FALSE(epc.key);
  EXPECT_EQ(epc.key.error().code, Gs1Error::wrong_check_digit);
  EXPECT_EQ(epc.key.error().expected, '9');
  EXPECT_EQ(epc, Identifier::of(epc.text));
  EXPECT_FALSE(epc == std::get<ObjectEvent>(event.what).epcs.at(0));
}

struct Row {
  std::string_view from;
  std::string_view to;
  DocumentError code;
  std::string_view pointer;
};

TEST(Event, FaultsOfAnObjectEvent) {
  const Row rows[] = {
      {R"("type":"ObjectEvent")", R"("type":"ThingEvent")", DocumentError::unsupported_event_type,
       "/type"},
      {R"("type":"ObjectEvent",)", "", DocumentError::missing_field, "/type"},
      {R"("urn:uuid:8f)", R"("8f)", DocumentError::not_a_uri, "/eventID"},
      {"2026-02-02T09:00:00.000+01:00", "2026-02-02T09:00:00", DocumentError::bad_time,
       "/eventTime"},
      {R"("eventTime":)", R"("ex:x":)", DocumentError::missing_field, "/eventTime"},
      {R"("eventTimeZoneOffset":"+01:00",)", "", DocumentError::missing_field,
       "/eventTimeZoneOffset"},
      {R"("eventTimeZoneOffset":"+01:00")", R"("eventTimeZoneOffset":"+15:00")",
       DocumentError::bad_zone_offset, "/eventTimeZoneOffset"},
      {R"("recordTime":"2026-02-02T09:00:01Z")", R"("recordTime":7)", DocumentError::wrong_type,
       "/recordTime"},
      {R"("ADD")", R"("add")", DocumentError::bad_action, "/action"},
      {R"("action":"ADD",)", "", DocumentError::missing_field, "/action"},
      {R"("ADD")", R"("OBSERVE")", DocumentError::ilmd_not_allowed, "/ilmd"},
      {R"("ADD")", R"("DELETE")", DocumentError::ilmd_not_allowed, "/ilmd"},
      {"bizstep:commissioning", "bizstep:knitting", DocumentError::unknown_word, "/bizStep"},
      {R"(["recalled"])", R"(["mislaid"])", DocumentError::unknown_word,
       "/persistentDisposition/set/0"},
      {R"(["recalled"])", "[]", DocumentError::empty_field, "/persistentDisposition/set"},
      {R"(["recalled"])", R"(["recalled","recalled"])", DocumentError::duplicate_identifier,
       "/persistentDisposition/set/1"},
      {R"({"set":["recalled"],"unset":["urn:epcglobal:cbv:disp:stolen"]})", "{}",
       DocumentError::empty_field, "/persistentDisposition"},
      {R"("unset":["urn:epcglobal:cbv:disp:stolen"])", R"("ex:a":1)", DocumentError::unknown_field,
       "/persistentDisposition/ex:a"},
      {R"({"id":"urn:epc:id:sgln:950600013.101.0",)", "{", DocumentError::missing_field,
       "/readPoint/id"},
      {R"("ex:dock":)", R"("dock":)", DocumentError::unknown_field, "/readPoint/dock"},
      {R"(["urn:epc:id:sgtin:950600013.0001.A",)", R"([7,)", DocumentError::wrong_type,
       "/epcList/0"},
      {R"(["urn:epc:id:sgtin:950600013.0001.A",)", R"(["bag 7",)", DocumentError::not_a_uri,
       "/epcList/0"},
      {"https://shop.example/9/01/09506000130019/21/B", "urn:epc:id:sgtin:950600013.0001.A",
       DocumentError::duplicate_identifier, "/epcList/1"},
      {R"("quantity":2.50)", R"("quantity":"2.50")", DocumentError::wrong_type,
       "/quantityList/0/quantity"},
      {R"("KGM")", R"("kilos")", DocumentError::bad_uom, "/quantityList/0/uom"},
      {R"("uom":"KGM")", R"("unit":"KGM")", DocumentError::unknown_field, "/quantityList/0/unit"},
      {R"({"type":"owning_party",)", "{", DocumentError::missing_field, "/sourceList/0/type"},
      {R"([{"sensorReport":[{"type":"Temperature","value":26.0,"uom":"CEL"}]}])", "[{}]",
       DocumentError::missing_field, "/sensorElementList/0/sensorReport"},
      {R"("declarationTime":"2026-02-03T00:00:00Z",)", "", DocumentError::missing_field,
       "/errorDeclaration/declarationTime"},
      {R"("ex:model":)", R"("model":)", DocumentError::unknown_field, "/ilmd/model"},
      {R"("ex:field":)", R"("field":)", DocumentError::unknown_field, "/field"},
      {R"("ex:field":)", R"("@context":7,"ex:field":)", DocumentError::bad_context, "/@context"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(std::string(row.from) + " -> " + std::string(row.to));
    const auto event = parse_event(*parse_json(with(kObject, row.from, row.to)));
    ASSERT_FALSE(event);
    EXPECT_EQ(to_string(event.error().code), to_string(row.code));
    EXPECT_EQ(event.error().pointer, row.pointer);
  }
  EXPECT_EQ(parse_event(*parse_json("7")).error().code, DocumentError::wrong_type);
}

TEST(Event, FaultsOfAnAggregationEvent) {
  const Row rows[] = {
      {R"(["urn:epc:id:sgtin:950600013.0001.A"])", "{}", DocumentError::wrong_type, "/childEPCs"},
      {R"("epcClass":"urn:epc:idpat:sgtin:950600013.0001.*",)", "", DocumentError::missing_field,
       "/childQuantityList/0/epcClass"},
      {R"("bizStep")", R"("epcList":[],"bizStep")", DocumentError::unknown_field, "/epcList"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.to);
    const auto event = parse_event(*parse_json(with(kAggregation, row.from, row.to)));
    ASSERT_FALSE(event);
    EXPECT_EQ(to_string(event.error().code), to_string(row.code));
    EXPECT_EQ(event.error().pointer, row.pointer);
  }
  const std::string_view bare = R"({"type":"AggregationEvent","eventTime":"2026-02-16T08:00:00Z",
    "eventTimeZoneOffset":"+00:00","parentID":"urn:epc:id:sscc:950600013.00000001",
    "action":"DELETE"})";
  EXPECT_TRUE(parse_event(*parse_json(bare)));  // everything is taken out
  EXPECT_EQ(parse_event(*parse_json(with(bare, "DELETE", "ADD"))).error().code,
            DocumentError::nothing_happened_to);
  // The schema asks for no parent, and lets a child be named twice.
  EXPECT_TRUE(parse_event(
      *parse_json(with(kAggregation, R"("parentID":"urn:epc:id:sscc:950600013.00000001",)", ""))));
  EXPECT_TRUE(parse_event(*parse_json(
      with(kAggregation, R"(["urn:epc:id:sgtin:950600013.0001.A"])", R"(["urn:x:1","urn:x:1"])"))));
}

TEST(Event, SomethingMustHaveHappenedToSomething) {
  const std::string_view bare = R"({"type":"ObjectEvent","eventTime":"2026-02-16T08:00:00Z",
    "eventTimeZoneOffset":"+00:00","action":"OBSERVE"})";
  EXPECT_EQ(parse_event(*parse_json(bare)).error().code, DocumentError::nothing_happened_to);
  EXPECT_TRUE(parse_event(*parse_json(with(bare, "\"action\"", "\"epcList\":[],\"action\""))));
  EXPECT_TRUE(parse_event(*parse_json(with(
      bare, "\"action\"",
      R"("readPoint":{"id":"geo:1,2"},"sensorElementList":[{"sensorReport":[{"type":"Speed"}]}],
          "action")"))));
}

TEST(Document, ReadsAndPrintsBack) {
  const std::string text = wrap(std::string(kObject) + "," + std::string(kAggregation));
  const auto document = parse_document(text);
  ASSERT_TRUE(document);
  EXPECT_EQ(document->events.size(), 2u);
  const std::string printed = print_document(*document);
  const auto again = parse_document(printed);
  ASSERT_TRUE(again);
  EXPECT_EQ(print_document(*again), printed);
}

TEST(Document, QueryDocumentsAreDocuments) {
  const auto document = parse_document(
      R"({"@context":"https://a.example/c","type":"EPCISQueryDocument","epcisBody":{"queryResults":
      {"queryName":"q","resultsBody":{"eventList":[)" +
      std::string(kAggregation) + "]}}}}");
  ASSERT_TRUE(document) << to_string(document.error().at(0).code);
  EXPECT_EQ(document->events.size(), 1u);
}

TEST(Document, FaultsOfAQuerysEnvelope) {
  const std::string whole =
      R"({"@context":"https://a.example/c","type":"EPCISQueryDocument","epcisBody":{"queryResults":
      {"queryName":"q","subscriptionID":"s","resultsBody":{"eventList":[]}}}})";
  ASSERT_TRUE(parse_document(whole));
  const Row rows[] = {
      {R"("queryName":"q",)", "", DocumentError::missing_field,
       "/epcisBody/queryResults/queryName"},
      {R"("subscriptionID":"s")", R"("subscriptionID":7)", DocumentError::wrong_type,
       "/epcisBody/queryResults/subscriptionID"},
      {R"("queryResults":)", R"("results":)", DocumentError::missing_field,
       "/epcisBody/queryResults"},
      {R"("resultsBody":)", R"("ex:body":)", DocumentError::missing_field,
       "/epcisBody/queryResults/resultsBody"},
      {R"({"eventList":[]})", "[]", DocumentError::wrong_type,
       "/epcisBody/queryResults/resultsBody"},
      {R"({"eventList":[]})", R"({"eventList":[],"page":1})", DocumentError::unknown_field,
       "/epcisBody/queryResults/resultsBody/page"},
      {R"("type":)", R"("sender":"me","type":)", DocumentError::unknown_field, "/sender"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.to);
    const auto document = parse_document(with(whole, row.from, row.to));
    ASSERT_FALSE(document);
    EXPECT_EQ(to_string(document.error()[0].code), to_string(row.code));
    EXPECT_EQ(document.error()[0].pointer, row.pointer);
  }
}

TEST(Document, EveryBrokenEventIsNamed) {
  const std::string text =
      wrap(with(kObject, "\"ADD\"", "\"add\"") + "," + std::string(kAggregation) + "," +
           with(kAggregation, "packing", "folding"));
  const auto document = parse_document(text);
  ASSERT_FALSE(document);
  const DocumentFaults expected = {
      {DocumentError::bad_action, 0, "/epcisBody/eventList/0/action"},
      {DocumentError::unknown_word, 2, "/epcisBody/eventList/2/bizStep"},
  };
  EXPECT_EQ(document.error(), expected);
}

TEST(Document, FaultsOfTheEnvelope) {
  const Row rows[] = {
      {R"("EPCISDocument")", R"("Letter")", DocumentError::wrong_document_type, "/type"},
      {R"("type":"EPCISDocument",)", "", DocumentError::missing_field, "/type"},
      {R"("2.0")", R"("1.2")", DocumentError::unsupported_version, "/schemaVersion"},
      {R"("schemaVersion":"2.0",)", "", DocumentError::missing_field, "/schemaVersion"},
      {R"("2026-02-02T09:00:00Z")", R"("yesterday")", DocumentError::bad_time, "/creationDate"},
      {R"({"ex":"https://ns.example/"})", "7", DocumentError::bad_context, "/@context/1"},
      {R"({"ex":"https://ns.example/"})",
       R"("https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld")",
       DocumentError::bad_context, "/@context/1"},
      {R"("2.0")", R"("2.")", DocumentError::unsupported_version, "/schemaVersion"},
      {R"("2.0")", R"("2.x")", DocumentError::unsupported_version, "/schemaVersion"},
      {R"("2.0")", R"("20")", DocumentError::unsupported_version, "/schemaVersion"},
      {R"("@context":)", R"("ex:context":)", DocumentError::missing_field, "/@context"},
      {R"("type":)", R"("author":"me","type":)", DocumentError::unknown_field, "/author"},
      {R"("epcisBody":)", R"("ex:body":)", DocumentError::missing_field, "/epcisBody"},
      {R"("eventList":[)", R"("eventlist":[)", DocumentError::missing_field,
       "/epcisBody/eventList"},
      {R"([]}})", R"({}}})", DocumentError::wrong_type, "/epcisBody/eventList"},
      {R"("type":)", R"("type":1,"type":)", DocumentError::duplicate_name, "/type"},
      {R"([]}})", R"([]})", DocumentError::not_json, "/epcisBody"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.to);
    const auto document = parse_document(with(wrap(""), row.from, row.to));
    ASSERT_FALSE(document);
    ASSERT_EQ(document.error().size(), 1u);
    EXPECT_EQ(to_string(document.error()[0].code), to_string(row.code));
    EXPECT_EQ(document.error()[0].pointer, row.pointer);
    EXPECT_EQ(document.error()[0].event, std::nullopt);
  }
  EXPECT_TRUE(parse_document(wrap("")));
}

TEST(Document, EveryDamageIsAnswered) {
  const std::string whole = wrap(std::string(kObject) + "," + std::string(kAggregation));
  for (std::size_t i = 0; i < whole.size(); ++i) {
    EXPECT_FALSE(parse_document(whole.substr(0, i)));
    for (const char c : {'0', '"', '{', ']', ':', '\\', '\xc3'}) {
      std::string text = whole;
      text[i] = c;
      const auto document = parse_document(text);
      if (document) {
        EXPECT_TRUE(parse_document(print_document(*document))) << text.substr(i, 20);
        for (const Event& event : document->events) (void)event_hash(event, document->context);
      }
    }
  }
}

TEST(Document, AContextHasSoManyPrefixes) {
  Json context = Json::object();
  for (std::size_t i = 0; i < kPrefixesMax; ++i) {
    context.add("p" + std::to_string(i), Json::string("https://ns.example/"));
  }
  EXPECT_TRUE(parse_context(context));
  context.add("last", Json::string("https://ns.example/"));
  EXPECT_EQ(parse_context(context, "/@context").error(),
            (DocumentFault{DocumentError::too_many_prefixes, {}, "/@context"}));
  const auto event = parse_event(*parse_json(
      with(kObject, R"("ex:field":)", R"("@context":)" + print_json(context) + R"(,"ex:f":)")));
  ASSERT_FALSE(event);
  EXPECT_EQ(event.error().code, DocumentError::too_many_prefixes);
}

TEST(Document, Limits) {
  DocumentLimits limits;
  limits.events_max = 2;
  limits.identifiers_max = 1;
  const std::string one(kAggregation);
  EXPECT_TRUE(parse_document(wrap(one + "," + one), limits));
  EXPECT_EQ(parse_document(wrap(one + "," + one + "," + one), limits).error().at(0).code,
            DocumentError::too_many_events);
  const auto many = parse_document(wrap(kObject), limits);
  ASSERT_FALSE(many);
  EXPECT_EQ(many.error()[0].code, DocumentError::too_many_identifiers);
  const std::string uri = "urn:x:" + std::string(kUriBytesMax - 6, 'x');
  const std::string_view id = "urn:uuid:8f93dd62-f7d5-4033-887a-e81e7596a988";
  EXPECT_TRUE(parse_event(*parse_json(with(kObject, id, uri))));
  EXPECT_EQ(parse_event(*parse_json(with(kObject, id, uri + "x"))).error().code,
            DocumentError::string_too_long);
  limits.json.bytes_max = 10;
  EXPECT_EQ(parse_document(wrap(one), limits).error().at(0).code, DocumentError::too_large);
}

}  // namespace
}  // namespace tally::epcis
