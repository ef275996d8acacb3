#include "unit/epcis/rows.hpp"

namespace tally::epcis {
namespace {

constexpr std::string_view kDocument = R"({"@context":"https://a.example/c","type":"EPCISDocument",
  "schemaVersion":"2.0","creationDate":"2026-02-02T09:00:00Z","id":"urn:uuid:1",
  "instanceIdentifier":"7","sender":"a","receiver":"b",
  "epcisHeader":{"epcisMasterData":{"vocabularyList":[
    {"type":"urn:epcglobal:epcis:vtype:BusinessLocation","vocabularyElementList":[
      {"id":"urn:epc:id:sgln:950600013.101.0","attributes":[
         {"id":"cbvmda:countryCode","attribute":"GB"},{"id":"ex:n","attribute":7},
         {"id":"ex:o","attribute":{"ex:p":1}}],
       "children":["urn:epc:id:sgln:950600013.102.0"]}]}]},"ex:more":1},
  "epcisBody":{"eventList":[]},"ex:note":"x"})";

TEST(MasterData, IsCheckedAndKept) {
  const auto document = parse_document(kDocument);
  ASSERT_TRUE(document) << to_string(document.error().at(0).code) << document.error().at(0).pointer;
  EXPECT_EQ(document->header.size(), 5u);
  EXPECT_EQ(document->id, "urn:uuid:1");
  const auto again = parse_document(print_document(*document));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->header.at(3).value, document->header.at(3).value);
}

TEST(MasterData, Faults) {
  const std::string at = "/epcisHeader/epcisMasterData/vocabularyList/0";
  const std::string element = at + "/vocabularyElementList/0";
  const struct {
    std::string_view from;
    std::string_view to;
    DocumentError code;
    std::string pointer;
  } rows[] = {
      {R"("type":"urn:epcglobal:epcis:vtype:BusinessLocation",)", "", DocumentError::missing_field,
       at + "/type"},
      {R"("id":"urn:epc:id:sgln:950600013.101.0",)", "", DocumentError::missing_field,
       element + "/id"},
      {R"("id":"cbvmda:countryCode")", R"("id":"country")", DocumentError::not_a_uri,
       element + "/attributes/0/id"},
      {R"("attribute":7)", R"("attribute":[7])", DocumentError::wrong_type,
       element + "/attributes/1/attribute"},
      {R"(["urn:epc:id:sgln:950600013.102.0"])", "[7]", DocumentError::wrong_type,
       element + "/children/0"},
      {R"("ex:more")", R"("more")", DocumentError::unknown_field, "/epcisHeader/more"},
      {R"("epcisMasterData":{)", R"("epcisMasterData":7,"ex:x":{)", DocumentError::wrong_type,
       "/epcisHeader/epcisMasterData"},
      {R"("sender":"a")", R"("sender":1)", DocumentError::wrong_type, "/sender"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.to);
    const auto document = parse_document(changed(kDocument, row.from, row.to));
    ASSERT_FALSE(document);
    EXPECT_EQ(to_string(document.error()[0].code), to_string(row.code));
    EXPECT_EQ(document.error()[0].pointer, row.pointer);
  }
}

}  // namespace
}  // namespace tally::epcis
