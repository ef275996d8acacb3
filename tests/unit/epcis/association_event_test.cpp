#include "unit/epcis/rows.hpp"

namespace tally::epcis {
namespace {

constexpr std::string_view kEvent = R"({
  "type":"AssociationEvent","eventTime":"2026-02-16T08:00:00Z","eventTimeZoneOffset":"+00:00",
  "parentID":"urn:epc:id:giai:95060001.BAG7","childEPCs":["urn:epc:id:giai:95060001.STRAP7"],
  "childQuantityList":[{"epcClass":"urn:epc:idpat:sgtin:950600013.0001.*","quantity":4}],
  "action":"ADD","bizStep":"assembling"})";

TEST(AssociationEvent, ReadsEveryFieldAndPrintsItBack) {
  const Event event = valid_event(kEvent);
  EXPECT_EQ(event.type(), EventType::association);
  const auto& what = std::get<AssociationEvent>(event.what);
  EXPECT_EQ(what.action, Action::add);
  EXPECT_EQ(what.parent.key->canonical(), "8004/95060001BAG7");
  EXPECT_EQ(what.children.at(0).key->canonical(), "8004/95060001STRAP7");
  EXPECT_EQ(what.child_quantities.at(0).quantity, "4");
  EXPECT_EQ(parent(event), &what.parent);
  EXPECT_EQ(things(event).at(0), &what.children[0]);
  expect_round_trip(kEvent);
}

TEST(AssociationEvent, Faults) {
  expect_faults(kEvent, {
                            {R"("parentID":"urn:epc:id:giai:95060001.BAG7",)", "",
                             DocumentError::parent_missing, "/parentID"},
                            {R"("ADD")", R"("MEND")", DocumentError::bad_action, "/action"},
                            {R"("bizStep")", R"("epcList":[],"bizStep")",
                             DocumentError::unknown_field, "/epcList"},
                        });
  const std::string_view bare =
      R"({"type":"AssociationEvent","eventTime":"2026-02-16T08:00:00Z",
      "eventTimeZoneOffset":"+00:00","parentID":"urn:x:1","action":"DELETE"})";
  expect_round_trip(bare);  // everything is taken off
  expect_faults(bare, {{"DELETE", "ADD", DocumentError::nothing_happened_to, "/childEPCs"}});
}

TEST(ExtendedEvent, IsAnyTypeThatAUriNames) {
  const std::string_view text = R"({
    "type":"ex:RepairEvent","eventTime":"2026-02-16T08:00:00Z","eventTimeZoneOffset":"+00:00",
    "eventID":"urn:uuid:1","certificationInfo":"https://c.example/1",
    "errorDeclaration":{"declarationTime":"2026-02-17T08:00:00Z"},
    "ex:part":"urn:x:1","bizStep":{"any":"thing"},"tools":[1,2]})";
  const Event event = valid_event(text);
  EXPECT_EQ(event.type(), EventType::extended);
  EXPECT_EQ(std::get<ExtendedEvent>(event.what).type, "ex:RepairEvent");
  EXPECT_EQ(event.extensions.size(), 3u);
  EXPECT_EQ(event.certification_info.size(), 1u);
  EXPECT_TRUE(things(event).empty());
  EXPECT_EQ(parent(event), nullptr);
  expect_round_trip(text);
  expect_faults(
      text, {
                {"ex:RepairEvent", "RepairEvent", DocumentError::unsupported_event_type, "/type"},
                {R"("eventTime":"2026-02-16T08:00:00Z",)", "", DocumentError::missing_field,
                 "/eventTime"},
                {R"("declarationTime")", R"("ex:time")", DocumentError::missing_field,
                 "/errorDeclaration/declarationTime"},
            });
}

}  // namespace
}  // namespace tally::epcis
