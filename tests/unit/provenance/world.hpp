// A node without HTTP, on disks in memory: ledger, engine, views, custody, documents and capture;
// with a brand, a boutique, a stranger and their agents.
#pragma once

#include <gtest/gtest.h>

#include "custody/custody_store.hpp"
#include "epcis/document.hpp"
#include "ledger/state_tables.hpp"
#include "provenance/capture.hpp"
#include "provenance/event_query.hpp"
#include "storage/memory_store.hpp"
#include "support/small_network.hpp"
#include "views/items.hpp"

namespace tally::provenance::test {

using tally::test::Draft;
using tally::test::key;

inline constexpr std::string_view kBrandPrefix = "950600013";
inline constexpr std::string_view kBoutiquePrefix = "950600024";

class World {
 public:
  World() {
    directory_ = std::filesystem::temp_directory_path() /
                 fmt::format("tally-provenance-{}-{}", getpid(), counter_++);
    std::filesystem::create_directories(directory_);
    open_ledger();
    open_custody();
    settle(tally::test::admit_members({"brand", "boutique", "stranger"}));
    settle(prefix(kBrandPrefix, "brand"));
    settle(prefix(kBoutiquePrefix, "boutique"));
    brand = author("brand", {40, 42, 43, 47, 48}, {std::string(kBrandPrefix)});
    boutique = author("boutique", {43, 48}, {std::string(kBrandPrefix)});
    stranger = author("stranger", {48}, {});
    start_capture();
  }
  ~World() {
    capture.reset();
    engine->stop();
    follower_.join();
    documents.reset();
    std::filesystem::remove_all(directory_);
  }

  void start_capture(const CaptureOptions& capture_options = {}) {
    auto options = capture_store_options(tally::test::network().bytes);
    options.create = true;
    options.on_unknown_outcome = {};  // the test ends it
    auto store = storage::open_memory_store(capture_disk, clock, options);
    ASSERT_TRUE(store);
    capture = std::make_unique<Capture>(std::move(*store), *documents, *agents, *engine, *views,
                                        clock, capture_options);
  }

  ledger::Outcome settle(const Draft& draft) {
    std::promise<ledger::Outcome> promise;
    engine->submit(draft.sign(), [&](ledger::Outcome outcome) { promise.set_value(outcome); });
    const auto outcome = promise.get_future().get();
    EXPECT_EQ(outcome.kind, ledger::Outcome::Kind::settled)
        << (outcome.error ? name(outcome.error->code) : "");
    EXPECT_TRUE(views->wait_for(outcome.height, std::chrono::seconds(10)));
    return outcome;
  }

  /// An agent of the named account, with a delegation to these commands.
  Author author(std::string_view name, std::vector<contracts::CommandNumber> commands,
                std::vector<std::string> prefixes, std::uint64_t items_max = 100'000) {
    const auto agent = agents->create(key(name), "erp", clock.wall_ms());
    EXPECT_TRUE(agent);
    contracts::DelegationGrant grant;
    grant.principal = key(name);
    grant.agent = agent->key;
    grant.powers.commands = std::move(commands);
    grant.powers.prefixes = std::move(prefixes);
    grant.powers.items_max = items_max;
    grant.powers.until_ms = clock.wall_ms() + contracts::kDayMs;
    settle(Draft({name}).command(std::move(grant)));
    return {agent->key, key(name)};
  }

  /// Captures and waits for the end of the job.
  Job run(const Author& author, std::string_view document,
          Behaviour behaviour = Behaviour::rollback) {
    const auto job = submit(author, document, behaviour);
    EXPECT_TRUE(job);
    return job ? finish(job->id) : Job{};
  }
  Capture::Accepted submit(const Author& author, std::string_view document,
                           Behaviour behaviour = Behaviour::rollback) {
    const auto bytes = as_bytes(document);
    std::promise<Capture::Accepted> promise;
    capture->submit({author, behaviour, {bytes.begin(), bytes.end()}},
                    [&](Capture::Accepted accepted) { promise.set_value(std::move(accepted)); });
    return promise.get_future().get();
  }
  Job finish(const JobId& id) {
    while (true) {
      const auto job = capture->store().job(id);
      EXPECT_TRUE(job);
      if (!job || job->finished_ms != 0) return job.value_or(Job{});
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  views::ItemView item(std::string_view gs1_key) {
    const auto snapshot = views->snapshot();
    EXPECT_TRUE(snapshot);
    const auto found = views::find_item(*snapshot, gs1_key);
    EXPECT_TRUE(found && *found) << gs1_key;
    return found && *found ? **found : views::ItemView{};
  }

  ManualClock clock{tally::test::kStartMs};
  storage::MemoryDisk journal_disk, state_disk, views_disk, custody_disk, capture_disk;
  std::unique_ptr<ledger::Ledger> ledger;
  std::unique_ptr<views::Views> views;
  std::unique_ptr<engine::Engine> engine;
  std::unique_ptr<storage::Store> custody_store;
  std::unique_ptr<custody::Agents> agents;
  std::unique_ptr<documents::DocumentStore> documents;
  std::unique_ptr<Capture> capture;
  Author brand, boutique, stranger;

 private:
  static Draft prefix(std::string_view digits, std::string_view name) {
    return Draft({"operator-1", "operator-2"})
        .command(contracts::PrefixRegister{std::string(digits), key(name), {}});
  }
  static storage::Options created(storage::Options options) {
    options.create = true;
    return options;
  }

  void open_ledger() {
    auto journal_store = storage::open_memory_store(
        journal_disk, clock, created(ledger::Journal::store_options(tally::test::network())));
    auto state_store = storage::open_memory_store(
        state_disk, clock, created(ledger::state_store_options(tally::test::network())));
    auto tip = storage::TipFile::open(directory_ / "journal.tip", true);
    ASSERT_TRUE(journal_store && state_store && tip);
    auto journal = ledger::Journal::open(std::move(*journal_store), std::move(*tip));
    ASSERT_TRUE(journal);
    auto opened = ledger::Ledger::open(std::move(*state_store), std::move(*journal),
                                       tally::test::genesis_bytes(), {});
    ASSERT_TRUE(opened) << describe(opened.error());
    ledger = std::move(*opened);
    auto options = views::Views::store_options(ledger->network_id());
    options.create = true;
    auto views_store = storage::open_memory_store(views_disk, clock, options);
    ASSERT_TRUE(views_store);
    auto opened_views =
        views::Views::open(std::move(*views_store), ledger->genesis(),
                           [this](std::uint64_t height) { return ledger->journal().read(height); });
    ASSERT_TRUE(opened_views) << describe(opened_views.error());
    views = std::move(*opened_views);
    engine::EngineOptions engine_options;
    engine_options.admission_threads = 1;
    engine = std::make_unique<engine::Engine>(*ledger, clock, engine_options);
    follower_ = std::thread([this] { follow(); });
  }
  void follow() {
    auto& feed = engine->feed();
    while (!feed.closed() || views->next_height() <= feed.tip()) {
      auto block = feed.get(views->next_height(), std::chrono::milliseconds(20));
      ASSERT_TRUE(block);
      if (!*block) continue;
      const auto applied = views->apply(std::span(&*block, 1));
      ASSERT_TRUE(applied) << describe(applied.error());
    }
  }
  void open_custody() {
    auto opened = storage::open_memory_store(
        custody_disk, clock, custody::custody_options(tally::test::network().bytes, true));
    ASSERT_TRUE(opened);
    custody_store = std::move(*opened);
    agents = std::make_unique<custody::Agents>(*custody_store, crypto::AeadKey(secret_.data(), 32));
    documents::Options options;
    options.network_id = tally::test::network().bytes;
    options.create = true;
    auto store = documents::DocumentStore::open(directory_ / "documents", clock, options,
                                                crypto::AeadKey(secret_.data(), 32));
    ASSERT_TRUE(store) << name(store.error());
    documents = std::move(*store);
  }

  static inline int counter_ = 0;
  std::filesystem::path directory_;
  std::array<std::uint8_t, 32> secret_{7};
  std::thread follower_;
};

/// A document of these events.
inline std::string document(const std::vector<std::string>& events) {
  std::string list;
  for (const auto& event : events) list += (list.empty() ? "" : ",") + event;
  return R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",)"
         R"({"ex":"https://ns.example/"}],"type":"EPCISDocument","schemaVersion":"2.0",)"
         R"("creationDate":"2026-03-01T00:00:00Z","epcisBody":{"eventList":[)" +
         list + "]}}";
}

/// The bag of a serial, as a Digital Link and as the ledger has it.
inline std::string link(std::string_view serial) {
  return fmt::format("https://id.gs1.org/01/09506000130019/21/{}", serial);
}
inline std::string bag(std::string_view serial) {
  return fmt::format("01/09506000130019/21/{}", serial);
}

inline std::string quoted(const std::vector<std::string>& texts) {
  std::string out;
  for (const auto& text : texts) out += (out.empty() ? "\"" : ",\"") + text + "\"";
  return "[" + out + "]";
}

/// An ObjectEvent; `more` are further members with a comma before them.
inline std::string object_event(std::string_view action, std::string_view step,
                                const std::vector<std::string>& epcs, std::string_view more = "") {
  return fmt::format(
      R"({{"type":"ObjectEvent","eventTime":"2026-02-02T09:00:00Z","eventTimeZoneOffset":"+01:00",)"
      R"("action":"{}","bizStep":"{}","epcList":{}{}}})",
      action, step, quoted(epcs), more);
}

inline std::string packing_event(std::string_view action, std::string_view parent,
                                 const std::vector<std::string>& children) {
  return fmt::format(
      R"({{"type":"AggregationEvent","eventTime":"2026-02-03T09:00:00Z",)"
      R"("eventTimeZoneOffset":"+01:00","action":"{}","parentID":"{}","childEPCs":{}}})",
      action, parent, quoted(children));
}

inline std::string fixing_event(std::string_view action, std::string_view parent,
                                const std::vector<std::string>& children) {
  return fmt::format(
      R"({{"type":"AssociationEvent","eventTime":"2026-02-04T09:00:00Z",)"
      R"("eventTimeZoneOffset":"+01:00","action":"{}","parentID":"{}","childEPCs":{}}})",
      action, parent, quoted(children));
}

inline constexpr std::string_view kOwnersChange =
    R"(,"sourceList":[{"type":"owning_party","source":"https://id.gs1.org/417/9506000130002"}],)"
    R"("destinationList":[{"type":"owning_party","destination":)"
    R"("https://id.gs1.org/417/9506000240008"},{"type":"possessing_party","destination":)"
    R"("https://id.gs1.org/417/9506000240008"}])";

}  // namespace tally::provenance::test
