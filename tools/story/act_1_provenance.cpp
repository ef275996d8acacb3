// Act 1: the brand captures its EPCIS document, from the workshop to the boutiques; the boutique
// counts what it received.
#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "contracts/address.hpp"
#include "story/acts.hpp"

namespace tally::story {

using namespace contracts;

namespace {

constexpr std::chrono::seconds kCaptureWaitMax{60};
constexpr std::size_t kBagsMin = 5;       // that the story plays with
constexpr std::size_t kBagsCounted = 20;  // by the boutique's client

std::string cycle_count(const std::vector<std::string>& gs1_keys) {
  json::array epcs;
  for (const auto& key : gs1_keys) {
    if (epcs.size() == kBagsCounted) break;
    epcs.emplace_back("https://id.gs1.org/" + key);
  }
  json::object event{
      {"type", "ObjectEvent"},           {"eventTime", "2026-03-09T09:30:00.000+01:00"},
      {"eventTimeZoneOffset", "+01:00"}, {"action", "OBSERVE"},
      {"bizStep", "cycle_counting"},     {"disposition", "sellable_accessible"},
      {"epcList", std::move(epcs)}};
  return json::serialize(
      json::object{{"@context", "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"},
                   {"type", "EPCISDocument"},
                   {"schemaVersion", "2.0"},
                   {"creationDate", "2026-03-09T09:31:00.000+01:00"},
                   {"epcisBody", {{"eventList", {std::move(event)}}}}});
}

// The titles of an account, as the node tells of them to the account itself.
std::vector<Owned> titles_of(Stage& stage, const std::string& name) {
  std::vector<Owned> out;
  std::string cursor;
  do {
    const auto page =
        stage.read(fmt::format("/v1/accounts/{}/outputs?kind=item&limit=100{}", address_of(name),
                               cursor.empty() ? "" : "&cursor=" + cursor),
                   stage.session(name));
    const auto* rows = member(page.body, "outputs").if_array();
    if (rows == nullptr) throw StoryBroken("the titles of " + name + ": " + page.describe());
    for (const auto& row : *rows) {
      const auto txid = Txid::parse(text_of(member(row, "txid")));
      if (!txid) continue;
      out.push_back({number_of(member(row, "number")),
                     {*txid, static_cast<std::uint32_t>(number_of(member(row, "index")))},
                     Item{text_of(member(row, "output.gs1_key")), KeyLock{key_of(name)}}});
    }
    cursor = page.field("next_cursor");
  } while (!cursor.empty());
  return out;
}

// A document without a change of ownership leaves the goods with the brand: it hands them over now.
void hand_over(Story& story, const std::vector<Owned>& titles) {
  Draft draft({kMaison});
  std::size_t count = 0;
  for (const auto& title : titles) {
    if (count++ == kBagsCounted) break;
    draft.spend(title).make(Item{std::get<Item>(title.output).gs1_key, KeyLock{key_of(kBoutique)}});
  }
  draft.command(ItemTransfer{});
  story.stage.expect_settled("The brand hands the goods over to the boutique", draft);
}

// The boutique's bags, the story's first.
void receive(Story& story) {
  auto& stage = story.stage;
  auto titles = titles_of(stage, kBoutique);
  if (titles.size() < kBagsMin) {
    hand_over(story, titles_of(stage, kMaison));
    titles = titles_of(stage, kBoutique);
  }
  const auto& first = story.sample.commissioned.front();
  for (auto& title : titles) {
    const auto key = std::get<Item>(title.output).gs1_key;
    story.bags.insert(key == first ? story.bags.begin() : story.bags.end(), key);
    stage.purse().add(std::move(title));
  }
  if (story.bags.size() < kBagsMin) {
    throw StoryBroken(fmt::format("the story needs {} commissioned items", kBagsMin));
  }
}

}  // namespace

std::string scan_path(const std::string& gs1_key) { return "/" + gs1_key; }

Answer capture(Stage& stage, const std::string& document, const std::string& token) {
  const auto start = std::chrono::steady_clock::now();
  auto answer = stage.node().call({.method = "POST",
                                   .target = "/epcis/v2/capture",
                                   .token = token,
                                   .content_type = "application/ld+json",
                                   .body = document});
  if (answer.status != 202) return answer;
  auto path = answer.location;
  if (const auto scheme = path.find("://"); scheme != std::string::npos) {
    path.erase(0, path.find('/', scheme + 3));
  }
  do {
    answer = stage.node().get(path, token);
    if (!answer.ok() || member(answer.body, "running") == json::value(false)) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  } while (std::chrono::steady_clock::now() < start + kCaptureWaitMax);
  answer.location = path;
  answer.us = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(
                                             std::chrono::steady_clock::now() - start)
                                             .count());
  return answer;
}

void capture_provenance(Story& story) {
  auto& stage = story.stage;
  stage.report().begin_act(1, "The brand tells where its bags come from");
  const auto job = capture(stage, story.sample.text, story.brand_capture_token);
  stage.require(fmt::format("The brand captures an EPCIS document: {} events, {} serials",
                            story.sample.events, story.sample.commissioned.size()),
                "captured", job.field("success") == "true" ? "captured" : job.describe(),
                scan_path(story.sample.commissioned.front()), job.us);
  stage.see_all();
  receive(story);
  const auto counted = capture(stage, cycle_count(story.bags), story.boutique_capture_token);
  stage.expect("The boutique counts its bags, with its own key and the brand's leave", "captured",
               counted.field("success") == "true" ? "captured" : counted.describe(),
               scan_path(story.bags.front()), counted.us);
  const auto& bag = story.bags.front();
  const auto item = stage.read("/v1/items/" + bag);
  stage.require(
      fmt::format("{} bags are the boutique's now; anyone may scan the first", story.bags.size()),
      "commissioned, 0 owners since",
      fmt::format("{}, {} owners since", item.field("status"), item.field("owners")),
      scan_path(bag), item.us);
}

}  // namespace tally::story
