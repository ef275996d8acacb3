#include "provenance/capture.hpp"

#include <fstream>

#include "unit/provenance/world.hpp"

namespace tally::provenance {
namespace {

using tally::test::key;
using test::bag;
using test::document;
using test::fixing_event;
using test::kOwnersChange;
using test::link;
using test::object_event;
using test::packing_event;
using test::World;

constexpr std::string_view kCarton = "https://id.gs1.org/00/095060001300000019";

std::string sample() {
  std::ifstream in(TALLY_SOURCE_DIR "/tools/story/handbags.epcis.jsonld");
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<EventRecord> all_events(const World& world, const Author& author) {
  const auto page =
      query_events(world.capture->store(), {author.principal, false}, {}, kQueryPageMax, "");
  EXPECT_TRUE(page);
  return page ? page->records : std::vector<EventRecord>{};
}

TEST(Capture, TheSampleDocumentBecomesFacts) {
  World world;
  const auto job = world.run(world.brand, sample());
  EXPECT_TRUE(job.success);
  EXPECT_EQ(job.events, 208u);
  EXPECT_EQ(job.duplicates, 0u);
  EXPECT_EQ(job.errors_count, 0u);
  // Commissioned, packed, unpacked, packed, unpacked, accepted, on sale.
  EXPECT_EQ(job.facts, 7'000u);
  EXPECT_EQ(job.claims, 8u) << "of cartons alone";
  const auto first = world.item("01/09506000130019/21/F5REJGPXBF");
  EXPECT_EQ(first.entry.events_count, 7u);
  EXPECT_EQ(first.entry.disposition, contracts::Disposition::sellable_accessible);
  EXPECT_EQ(first.entry.container, Hash32{});
  EXPECT_NE(first.entry.custodian, Hash32{});
  EXPECT_EQ(first.entry.owners, 0u);
  EXPECT_EQ(first.entry.attributes.size(), 3u);
  ASSERT_TRUE(first.place);
  EXPECT_EQ(first.place->owner, contracts::account_of(key("boutique")));
}

TEST(Capture, AStrangersEventIsAClaimAndChangesNothing) {
  World world;
  ASSERT_TRUE(world.run(world.brand, document({object_event("ADD", "commissioning", {link("A1")})}))
                  .success);
  const auto before = world.item(bag("A1"));
  const auto job =
      world.run(world.stranger, document({object_event("OBSERVE", "retail_selling", {link("A1")}),
                                          object_event("ADD", "commissioning", {link("A2")}),
                                          object_event("DELETE", "destroying", {link("A1")})}));
  EXPECT_TRUE(job.success);
  EXPECT_EQ(job.facts, 0u);
  EXPECT_EQ(job.claims, 3u);
  const auto after = world.item(bag("A1"));
  EXPECT_EQ(after.entry, before.entry);
  EXPECT_EQ(after.claims_count, 2u);
  for (const auto& record : all_events(world, world.stranger)) {
    EXPECT_EQ(record.standing.facts, 0u);
    ASSERT_EQ(record.references.size(), 1u);
    EXPECT_FALSE(record.references.front().txid.is_zero());
  }
}

TEST(Capture, WhatTheLedgerRejectsIsRecordedAsAClaimWithTheReason) {
  World world;
  const auto narrow = world.author("boutique", {40, 48}, {"950600024"}, 1);
  const auto job = world.run(
      narrow, document({object_event(
                  "ADD", "commissioning",
                  {"https://id.gs1.org/8004/950600024A", "https://id.gs1.org/8004/950600024B"})}));
  EXPECT_TRUE(job.success);
  EXPECT_EQ(job.facts, 0u);
  EXPECT_EQ(job.claims, 1u);
  const auto events = all_events(world, narrow);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events.front().reason,
            static_cast<std::uint16_t>(contracts::ErrorCode::delegation_exceeded));
}

TEST(Capture, TheOwnersAgentPassesTheTitleOn) {
  World world;
  world.run(world.brand, document({object_event("ADD", "commissioning", {link("A1")})}));
  const auto job = world.run(
      world.brand, document({object_event("OBSERVE", "accepting", {link("A1")}, kOwnersChange)}));
  EXPECT_EQ(job.facts, 1u);
  EXPECT_EQ(world.item(bag("A1")).place->owner, contracts::account_of(key("boutique")));
  EXPECT_EQ(world.item(bag("A1")).entry.events_count, 2u);
}

TEST(Capture, AnEventOfTheSameDocumentSeesWhatCameBefore) {
  World world;
  const auto job = world.run(
      world.brand, document({object_event("ADD", "commissioning", {link("A1"), link("A2")}),
                             packing_event("ADD", kCarton, {link("A1")}),
                             object_event("DELETE", "destroying", {link("A2")}),
                             object_event("OBSERVE", "shipping", {link("A2")})}));
  EXPECT_EQ(job.facts, 4u);
  EXPECT_EQ(job.claims, 1u) << "the destroyed one cannot be shipped";
  EXPECT_NE(world.item(bag("A1")).entry.container, Hash32{});
  EXPECT_EQ(world.item(bag("A2")).entry.status, contracts::ItemStatus::decommissioned);
}

TEST(Capture, PacksShipsAndUnpacksWithTheContainersTitle) {
  World world;
  const auto packer = world.author("brand", {40, 42, 43, 47, 48, 53, 54, 55}, {"950600013"});
  const auto carton = std::string(kCarton);
  const auto carton_key = carton.substr(carton.find("00/"));
  const auto job = world.run(
      packer,
      document({object_event("ADD", "commissioning", {carton, link("A1"), link("A2"), link("A3")}),
                packing_event("ADD", carton, {link("A1")}),
                packing_event("ADD", carton, {link("A2"), link("A3")}),
                object_event("DELETE", "destroying", {link("A1")}),
                object_event("OBSERVE", "accepting", {link("A1")}, kOwnersChange),
                object_event("OBSERVE", "accepting", {carton}, kOwnersChange)}));
  EXPECT_TRUE(job.success);
  EXPECT_EQ(job.facts, 4u + 1 + 2 + 0 + 1 + 1) << "A1 is seen, and its title is the carton's";
  EXPECT_EQ(job.claims, 1u) << "what is packed cannot be destroyed";
  EXPECT_EQ(world.item(bag("A1")).entry.packed_in, carton_key);
  EXPECT_EQ(world.item(bag("A1")).place->owner, contracts::account_of(key("boutique")));
  EXPECT_EQ(world.item(carton_key).entry.contents->items, 3u);

  const auto unpacker = world.author("boutique", {48, 54}, {"950600013"});
  const auto opened =
      world.run(unpacker, document({packing_event("DELETE", carton, {link("A1"), link("A2")})}));
  EXPECT_EQ(opened.facts, 2u);
  EXPECT_EQ(opened.claims, 0u);
  EXPECT_EQ(world.item(bag("A1")).entry.packed_in, "");
  EXPECT_EQ(world.item(bag("A1")).place->owner, contracts::account_of(key("boutique")));
  EXPECT_EQ(world.item(bag("A3")).entry.packed_in, carton_key);
}

TEST(Capture, FixesPartsAndTakesThemOff) {
  World world;
  const auto maker = world.author("brand", {40, 48, 55}, {"950600013"});
  const auto job =
      world.run(maker, document({object_event("ADD", "commissioning", {link("BAG"), link("STRAP")}),
                                 fixing_event("ADD", link("BAG"), {link("STRAP")})}));
  EXPECT_EQ(job.facts, 3u);
  EXPECT_EQ(world.item(bag("STRAP")).entry.fixed_to, bag("BAG"));
  EXPECT_EQ(
      world.run(maker, document({fixing_event("DELETE", link("BAG"), {link("STRAP")})})).facts, 1u);
  EXPECT_EQ(world.item(bag("STRAP")).entry.fixed_to, "");
  ASSERT_EQ(world.item(bag("BAG")).entry.parts.size(), 1u);
  EXPECT_NE(world.item(bag("BAG")).entry.parts.front().removed_ms, 0u);
}

TEST(Capture, TheSameEventIsActedOnOnceForEachPrincipal) {
  World world;
  const auto add = object_event("ADD", "commissioning", {link("A1")});
  const auto seen = object_event("OBSERVE", "shipping", {link("A1")});
  EXPECT_EQ(world.run(world.brand, document({add, seen, seen})).duplicates, 1u);
  const auto again = world.run(world.brand, document({seen}));
  EXPECT_EQ(again.duplicates, 1u);
  EXPECT_EQ(again.events, 0u);
  EXPECT_EQ(world.run(world.stranger, document({seen})).claims, 1u);
  EXPECT_EQ(world.item(bag("A1")).entry.events_count, 2u);
}

TEST(Capture, AStrangerWhoIsFirstDoesNotKeepTheBrandFromItsOwnEvent) {
  World world;
  const auto add = document({object_event("ADD", "commissioning", {link("A1")})});
  EXPECT_EQ(world.run(world.stranger, add).claims, 1u);
  EXPECT_EQ(world.run(world.brand, add).facts, 1u);
}

TEST(Capture, RollbackTakesNothingOfADocumentWithAnInvalidEvent) {
  World world;
  const auto good = object_event("ADD", "commissioning", {link("A1")});
  const auto bad = object_event("ADD", "no_such_step", {link("A2")});
  const auto job = world.run(world.brand, document({good, bad}));
  EXPECT_FALSE(job.success);
  EXPECT_EQ(job.events, 0u);
  ASSERT_EQ(job.errors.size(), 1u);
  EXPECT_EQ(job.errors.front().event, 1u);
  EXPECT_EQ(job.errors.front().pointer, "/epcisBody/eventList/1/bizStep");
  EXPECT_EQ(name_of_error(job.errors.front().code), "unknown_word");
  EXPECT_TRUE(all_events(world, world.brand).empty());
}

TEST(Capture, ProceedTakesTheOthersUnderTheirOwnIndexes) {
  World world;
  const auto bad = object_event("ADD", "no_such_step", {link("A2")});
  const auto job = world.run(
      world.brand, document({bad, object_event("ADD", "commissioning", {link("A1")}), bad}),
      Behaviour::proceed);
  EXPECT_FALSE(job.success);
  EXPECT_EQ(job.errors_count, 2u);
  EXPECT_EQ(job.events, 1u);
  const auto events = all_events(world, world.brand);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events.front().index, 1u);
}

TEST(Capture, ADocumentThatIsNoneIsRefusedAtOnce) {
  World world;
  for (const std::string_view text : {"", "{", "[]", R"({"type":"Other"})"}) {
    const auto accepted = world.submit(world.brand, text);
    ASSERT_FALSE(accepted) << text;
    EXPECT_EQ(accepted.error().code, Refusal::Code::invalid) << text;
    EXPECT_FALSE(accepted.error().faults.empty()) << text;
  }
  const auto large = world.submit(world.brand, std::string((std::size_t{8} << 20) + 1, ' '));
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, Refusal::Code::too_large);
}

TEST(Capture, AnAgentThatIsGoneIsAnErrorOfEachEvent) {
  World world;
  ASSERT_TRUE(world.agents->remove(world.brand.agent));
  const auto job =
      world.run(world.brand, document({object_event("ADD", "commissioning", {link("A1")})}));
  EXPECT_FALSE(job.success);
  ASSERT_EQ(job.errors.size(), 1u);
  EXPECT_EQ(job.errors.front().code, static_cast<std::uint16_t>(JobErrorCode::agent_unknown));
  EXPECT_EQ(job.events, 0u) << "it can be captured again once there is an agent";
}

TEST(Capture, AnAgentThatIsNoMemberCannotWrite) {
  World world;
  const auto agent = world.agents->create(key("stranger"), "new", world.clock.wall_ms());
  const auto job = world.run({agent->key, key("stranger")},
                             document({object_event("OBSERVE", "shipping", {link("A1")})}));
  EXPECT_FALSE(job.success);
  ASSERT_EQ(job.errors.size(), 1u);
  EXPECT_EQ(name_of_error(job.errors.front().code), "not_a_member");
}

std::size_t documents_kept(const World& world) {
  const auto all = world.documents->list(std::nullopt, 1'000);
  EXPECT_TRUE(all);
  return all ? all->size() : 0;
}
// What a job that is over leaves goes right after its end is recorded.
void expect_documents(const World& world, std::size_t count) {
  for (int i = 0; i < 2'000 && documents_kept(world) != count; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(documents_kept(world), count);
}

TEST(Capture, OfWhatTheLedgerTookNothingOfNothingIsKept) {
  World world;
  const auto agent = world.agents->create(key("brand"), "no delegation", world.clock.wall_ms());
  const Author idle{agent->key, key("brand")};
  const auto seen = document({object_event("OBSERVE", "shipping", {link("A1")})});
  EXPECT_FALSE(world.run(idle, seen).success);
  expect_documents(world, 0);
  EXPECT_FALSE(world.run(world.brand, document({object_event("ADD", "no_such_step", {link("A2")})}))
                   .success);
  expect_documents(world, 0);
  // The same can be sent again, and what somebody's events are in stays whoever sends it too.
  EXPECT_EQ(world.run(world.brand, seen).events, 1u);
  expect_documents(world, 2);
  EXPECT_EQ(world.run(world.brand, seen).duplicates, 1u);
  const auto stranger = world.agents->create(key("stranger"), "other", world.clock.wall_ms());
  EXPECT_FALSE(world.run({stranger->key, key("stranger")}, seen).success);
  const auto events = all_events(world, world.brand);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_TRUE(world.documents->exists(events.front().bundle).value_or(false));
  expect_documents(world, 2);
}

// The clock stands still: both jobs are of one time by it.
TEST(Capture, WhatIsSentAgainTakesNothingAwayThatWasThere) {
  World world;
  const auto seen = document({object_event("OBSERVE", "shipping", {link("A1")})});
  EXPECT_EQ(world.run(world.brand, seen).events, 1u);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(world.run(world.brand, seen).duplicates, 1u);
  world.capture.reset();  // joins the worker: what goes is gone
  EXPECT_EQ(documents_kept(world), 2u);
}

TEST(Capture, AMemberHasABudgetOfBytes) {
  World world;
  world.capture.reset();
  const auto text = document({object_event("OBSERVE", "shipping", {link("A1")})});
  world.start_capture({.bytes = {.per_second = 1, .burst = 2 * text.size()}});
  EXPECT_TRUE(world.submit(world.brand, text));
  EXPECT_TRUE(world.submit(world.brand, text));
  const auto third = world.submit(world.brand, text);
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, Refusal::Code::over_budget);
  EXPECT_TRUE(world.submit(world.stranger, text)) << "the others have theirs";
  world.clock.advance(1'000 * text.size());
  EXPECT_TRUE(world.submit(world.brand, text));
}

// Each job waits for the ledger; those of one member for each other.
TEST(Capture, MembersTakeTurns) {
  World world;
  std::vector<JobId> flood;
  for (int i = 0; i < 30; ++i) {
    const auto job = world.submit(
        world.brand,
        document({object_event("ADD", "commissioning", {link(fmt::format("F{}", i))})}));
    ASSERT_TRUE(job);
    flood.push_back(job->id);
  }
  const auto other =
      world.submit(world.stranger, document({object_event("OBSERVE", "shipping", {link("A1")})}));
  ASSERT_TRUE(other);
  world.finish(other->id);
  std::size_t finished = 0;
  for (const auto& id : flood) finished += world.capture->store().job(id)->finished_ms != 0;
  EXPECT_LT(finished, flood.size());
  for (const auto& id : flood) EXPECT_TRUE(world.finish(id).success);
}

TEST(Capture, AMemberHasSoManyOpenJobs) {
  World world;
  world.capture.reset();
  world.start_capture({.open_jobs_max = 0});
  const auto refused = world.submit(world.brand, document({}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Refusal::Code::overloaded);
}

// The process ends after the ledger has settled and before capture has kept its record: for every
// commit of capture's store at which that can happen.
TEST(Capture, AfterACrashNothingIsActedOnTwice) {
  const auto text =
      document({object_event("ADD", "commissioning", {link("A1"), link("A2")}),
                object_event("OBSERVE", "accepting", {link("A1")}, kOwnersChange),
                packing_event("ADD", kCarton, {link("A2")}),
                object_event("DELETE", "destroying", {link("A2")}),
                object_event("ADD", "commissioning", {link("A1")})});  // a claim: it exists
  for (int survived = 1; survived <= 5; ++survived) {
    World world;
    int commits = 0;
    world.capture_disk.set_commit_fault([&]() -> std::optional<storage::CommitFault> {
      if (commits++ < survived) return std::nullopt;
      return storage::CommitFault{storage::Error::outcome_unknown, false};
    });
    const auto job = world.submit(world.brand, text);
    ASSERT_TRUE(job);
    while (!world.capture->store().begin_read() || commits <= survived) {
      const auto now = world.capture->store().job(job->id);
      if (now && now->finished_ms != 0) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    world.capture.reset();
    world.capture_disk.set_commit_fault({});
    world.start_capture();
    const auto done = world.finish(job->id);
    EXPECT_TRUE(done.success) << survived;
    EXPECT_EQ(done.events, 5u) << survived;
    EXPECT_EQ(done.facts, 5u) << survived;
    EXPECT_EQ(done.claims, 1u) << survived;
    EXPECT_EQ(world.item(bag("A1")).entry.events_count, 2u) << survived;
    EXPECT_EQ(world.item(bag("A2")).entry.events_count, 3u) << survived;
    EXPECT_EQ(world.item(bag("A1")).claims_count, 1u) << survived;
    EXPECT_EQ(all_events(world, world.brand).size(), 5u) << survived;
  }
}

TEST(Capture, AnErasedDocumentEndsItsJob) {
  World world;
  const auto text = document({object_event("ADD", "commissioning", {link("A1")})});
  ASSERT_TRUE(world.run(world.brand, text).success);
  ASSERT_TRUE(world.documents->erase(documents::document_hash(as_bytes(text)),
                                     documents::EraseReason::requested, 1));
  const auto again = world.submit(world.brand, text);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Refusal::Code::erased);
}

TEST(CaptureStore, ListsAPrincipalsJobsNewestFirst) {
  World world;
  std::vector<JobId> ids;
  for (const auto* serial : {"A1", "A2", "A3"}) {
    ids.push_back(
        world.run(world.brand, document({object_event("ADD", "commissioning", {link(serial)})}))
            .id);
  }
  const auto& store = world.capture->store();
  const auto jobs = store.jobs_of(key("brand"), UINT64_MAX, 2);
  ASSERT_TRUE(jobs);
  ASSERT_EQ(jobs->size(), 2u);
  EXPECT_EQ((*jobs)[0].id, ids[2]);
  EXPECT_EQ(store.jobs_of(key("brand"), (*jobs)[1].number, 2)->front().id, ids[0]);
  EXPECT_TRUE(store.jobs_of(key("stranger"), UINT64_MAX, 2)->empty());
}

}  // namespace
}  // namespace tally::provenance
