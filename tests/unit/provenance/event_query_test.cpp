#include "provenance/event_query.hpp"

#include "provenance/commitments.hpp"
#include "unit/provenance/world.hpp"

namespace tally::provenance {
namespace {

using tally::test::key;
using test::document;
using test::link;
using test::object_event;
using test::packing_event;
using test::World;

constexpr std::string_view kCarton = "https://id.gs1.org/00/095060001300000019";

class EventQuery : public ::testing::Test {
 protected:
  EventQuery() {
    world.run(world.brand, document({object_event("ADD", "commissioning", {link("A1"), link("A2")}),
                                     packing_event("ADD", kCarton, {link("A1")}),
                                     object_event("OBSERVE", "shipping", {std::string(kCarton)})}));
    world.run(world.stranger, document({object_event("OBSERVE", "shipping", {link("A1")})}));
  }
  std::size_t count(const EventReader& reader, const EventFilter& filter) {
    const auto page = query_events(world.capture->store(), reader, filter, 100, "");
    EXPECT_TRUE(page);
    return page ? page->records.size() : 0;
  }
  static std::string text(std::string_view uri) {
    return canonical_text(epcis::Identifier::of(std::string(uri)));
  }

  World world;
  const EventReader brand{key("brand"), false};
  const EventReader stranger{key("stranger"), false};
  const EventReader nobody{};
  const EventReader node{{}, true};
};

TEST_F(EventQuery, NobodySeesWhatIsNotTheirs) {
  EXPECT_EQ(count(brand, {}), 4u) << "the stranger's claim of its bag is the brand's to see";
  EXPECT_EQ(count(stranger, {}), 1u);
  EXPECT_EQ(count({key("boutique"), false}, {}), 0u);
  EXPECT_EQ(count(nobody, {}), 0u);
  EXPECT_EQ(count(node, {}), 4u);
  EXPECT_EQ(count(stranger, {.epcs = {text(link("A1"))}}), 1u);
}

TEST_F(EventQuery, Filters) {
  const auto urn = text("urn:epc:id:sgtin:950600013.0001.A1");
  EXPECT_EQ(count(brand, {.epcs = {urn}}), 3u) << "URN and Digital Link are one";
  EXPECT_EQ(count(brand, {.epcs = {text(link("A2"))}}), 1u);
  EXPECT_EQ(count(brand, {.epcs = {urn, text(link("A2"))}}), 3u);
  EXPECT_EQ(count(brand, {.epcs = {text(kCarton)}}), 1u);
  EXPECT_EQ(count(brand, {.any_epcs = {text(kCarton)}}), 2u);
  EXPECT_EQ(count(brand, {.types = {epcis::EventType::aggregation}}), 1u);
  EXPECT_EQ(count(brand, {.biz_steps = {"shipping"}}), 2u);
  const auto packed = epcis::parse_timestamp("2026-02-03T09:00:00Z")->ms;
  EXPECT_EQ(count(brand, {.from_ms = packed}), 1u);
  EXPECT_EQ(count(brand, {.until_ms = packed}), 3u);
}

TEST_F(EventQuery, PagesArePinnedAndTokensBelongToTheirQuery) {
  const auto& store = world.capture->store();
  auto page = query_events(store, brand, {}, 3, "");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->records.size(), 3u);
  ASSERT_FALSE(page->next_token.empty());
  world.run(world.brand, document({object_event("OBSERVE", "shipping", {link("A2")})}));
  const auto next = query_events(store, brand, {}, 3, page->next_token);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->records.size(), 1u);
  EXPECT_TRUE(next->next_token.empty());
  for (const auto& token : {page->next_token + "00", std::string("zz")}) {
    EXPECT_EQ(query_events(store, brand, {}, 3, token).error(), QueryFault::bad_token);
  }
  EXPECT_EQ(query_events(store, stranger, {}, 3, page->next_token).error(), QueryFault::bad_token);
  EXPECT_EQ(query_events(store, brand, {.biz_steps = {"shipping"}}, 3, page->next_token).error(),
            QueryFault::bad_token);
}

TEST_F(EventQuery, ContentIsTheEventWithIdTimeAndContext) {
  const auto page = query_events(world.capture->store(), brand, {}, 1, "");
  ASSERT_TRUE(page);
  EventContents contents(*world.documents);
  const auto content = contents.read(page->records.front());
  ASSERT_TRUE(content);
  const auto json = epcis::parse_json(*content);
  ASSERT_TRUE(json);
  EXPECT_EQ(json->find("eventID")->text, page->records.front().event_id);
  EXPECT_TRUE(json->find("eventID")->text.starts_with("ni:///sha-256;"));
  EXPECT_NE(json->find("recordTime"), nullptr);
  EXPECT_EQ(json->find("@context")->items.size(), 2u);
  // By its own words it is the same event again.
  EXPECT_EQ(world.run(world.brand, document({*content})).duplicates, 1u);
}

TEST_F(EventQuery, AnErasedBundleHasNoContent) {
  const auto page = query_events(world.capture->store(), brand, {}, 1, "");
  ASSERT_TRUE(page);
  ASSERT_TRUE(
      world.documents->erase(page->records.front().bundle, documents::EraseReason::requested, 1));
  EventContents contents(*world.documents);
  EXPECT_FALSE(contents.read(page->records.front()));
}

}  // namespace
}  // namespace tally::provenance
