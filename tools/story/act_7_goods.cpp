// Act 7, second half: what must fail with goods.
#include <fmt/format.h>
#include <boost/json.hpp>

#include "contracts/address.hpp"
#include "contracts/limits.hpp"
#include "story/orders.hpp"

namespace tally::story {

using namespace contracts;

namespace {

constexpr std::uint64_t kPrice = 900'00;

void same_bag_twice(Story& story) {
  const auto terms = terms_for(story, kBoutique, story.bags.front(), kPrice);
  story.stage.expect_code("The boutique sells the same bag again, by its old title",
                          offer(story, kBoutique, terms, *story.sold_title),
                          ErrorCode::already_spent);
}

void unattested(Story& story) {
  auto& stage = story.stage;
  const auto terms = terms_for(story, kBoutique, story.bags[1], kPrice);
  const auto offered = stage.expect_settled(
      "The boutique offers a bag that nobody has attested, and demands two verdicts",
      offer(story, kBoutique, terms));
  stage.expect_code("Ana funds it", fund(story, order_of(offered), kAna, {{story.token, kPrice}}),
                    ErrorCode::order_policy_verdicts);
}

OrderTerms by_commission(const Story& story, const std::string& gs1_key) {
  auto terms = terms_for(story, kBoutique, gs1_key, kPrice);
  terms.policy = {.accept_commissioned = true, .verdicts_min = 0, .verdict_days_max = 0};
  return terms;
}

void stolen(Story& story) {
  auto& stage = story.stage;
  const auto& bag = story.bags[2];
  const auto terms = by_commission(story, bag);
  const auto offered =
      stage.expect_settled("The boutique offers a third bag", offer(story, kBoutique, terms));
  const auto id = order_of(offered);
  Draft flag({"operator-1", "operator-2", kMaison});
  flag.command(ItemFlagSet{bag, ItemFlag::stolen, document_hash("police report"),
                           stage.time_ms() + 365 * kDayMs, false});
  stage.expect_settled("The brand and a quorum of operators flag it stolen", flag, scan_path(bag));
  stage.expect_code("Ana funds the stolen bag", fund(story, id, kAna, {{story.token, kPrice}}),
                    ErrorCode::order_policy_flag);
  const auto owned = stage.purse().order(id);
  Draft withdraw({kBoutique});
  withdraw.spend(owned);
  for (auto& output : withdraw_outcome(std::get<Order>(owned.output)).outputs) {
    withdraw.make(std::move(output));
  }
  withdraw.command(OrderWithdraw{});
  stage.expect_settled("The offer can be withdrawn all the same", withdraw);
  stage.expect_code("The boutique offers the stolen bag again", offer(story, kBoutique, terms),
                    ErrorCode::item_flagged);
}

void wrong_colour(Story& story) {
  auto& stage = story.stage;
  auto terms = by_commission(story, story.bags[3]);
  terms.lines.front().attributes = {{"colour", attribute_hash("colour", "emerald")}};
  const auto offered = stage.expect_settled("The boutique offers a fourth bag as emerald",
                                            offer(story, kBoutique, terms));
  stage.expect_code("Ana funds it, but it is of another colour",
                    fund(story, order_of(offered), kAna, {{story.token, kPrice}}),
                    ErrorCode::order_attributes_mismatch);
}

// An EPCIS client of somebody who has no say over the brand's goods.
std::string stranger_token(Story& story) {
  auto& stage = story.stage;
  const auto created =
      stage.node().post("/v1/agents", {{"label", "EPCIS"}}, stage.session(kMallory));
  const auto agent = decode_address(created.field("address"), NetworkKind::development);
  if (!agent) throw StoryBroken("Mallory gets no agent key: " + created.describe());
  DelegationGrant grant{key_of(kMallory), PublicKey{agent->id}, {}};
  grant.powers.commands = {ItemObserve::kNumber, ItemDecommission::kNumber, ItemClaim::kNumber};
  grant.powers.prefixes = {story.sample.brand_prefix};
  grant.powers.items_max = 10;
  grant.powers.until_ms = stage.time_ms() + kDayMs;
  Draft draft({kMallory});
  draft.command(std::move(grant));
  stage.expect_settled("Mallory gives an EPCIS client powers that he does not have", draft);
  const auto issued = stage.node().post("/v1/tokens",
                                        {{"scopes", {"capture"}},
                                         {"agent", created.field("address")},
                                         {"expires_ms", std::to_string(stage.time_ms() + kDayMs)}},
                                        stage.session(kMallory));
  return issued.field("token");
}

std::string destruction_of(const std::string& gs1_key) {
  return json::serialize(
      json::object{{"@context", "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"},
                   {"type", "EPCISDocument"},
                   {"schemaVersion", "2.0"},
                   {"creationDate", "2026-03-10T10:01:00.000+01:00"},
                   {"epcisBody",
                    {{"eventList",
                      {{{"type", "ObjectEvent"},
                        {"eventTime", "2026-03-10T10:00:00.000+01:00"},
                        {"eventTimeZoneOffset", "+01:00"},
                        {"action", "DELETE"},
                        {"bizStep", "decommissioning"},
                        {"disposition", "destroyed"},
                        {"epcList", {"https://id.gs1.org/" + gs1_key}}}}}}}});
}

void unauthorised_event(Story& story) {
  auto& stage = story.stage;
  const auto& bag = story.bags.front();
  const std::string auditor(client::kDevelopmentToken);
  const auto token = stranger_token(story);
  const auto before = stage.read("/v1/items/" + bag, auditor);
  const auto job = capture(stage, destruction_of(bag), token);
  stage.see_all();
  const auto after = stage.read("/v1/items/" + bag, auditor);
  stage.expect(
      "Mallory captures that the bag was destroyed: recorded as his claim",
      fmt::format("captured, {} claims", before.number("claims_count") + 1),
      fmt::format("{}, {} claims", job.field("success") == "true" ? "captured" : job.describe(),
                  after.number("claims_count")),
      "/v1/item-claims/" + bag, job.us);
  stage.expect("It changes nothing: status, disposition and chain of events are as before",
               fmt::format("{} {} {}", before.field("status"), before.field("disposition"),
                           before.field("events_head").substr(0, 8)),
               fmt::format("{} {} {}", after.field("status"), after.field("disposition"),
                           after.field("events_head").substr(0, 8)),
               scan_path(bag), after.us);
}

}  // namespace

void refuse_goods(Story& story) {
  same_bag_twice(story);
  unattested(story);
  stolen(story);
  wrong_colour(story);
  unauthorised_event(story);
}

}  // namespace tally::story
