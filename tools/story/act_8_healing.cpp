// Act 8: what must heal. An order whose seller never ships ends with nobody's signature; a node
// that is killed under load has lost nothing that it acknowledged.
#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "contracts/limits.hpp"
#include "story/ledger_audit.hpp"
#include "story/load.hpp"
#include "story/orders.hpp"

namespace tally::story {

using namespace contracts;

namespace {

constexpr std::uint64_t kPrice = 900'00;
constexpr std::uint64_t kBond = 100'00;
constexpr std::uint64_t kShipMs = 2 * 60 * kMinuteMs;
constexpr std::uint64_t kTimeStepMs = 45 * kMinuteMs;

constexpr std::size_t kPaymentsPerIssue = 1'000;
constexpr std::size_t kPayments = 4 * kPaymentsPerIssue;

std::uint64_t balance(Stage& stage, const std::string& name, const AssetId& asset) {
  const auto answer =
      stage.read(fmt::format("/v1/accounts/{}/balances", address_of(name)), stage.session(name));
  if (const auto* rows = member(answer.body, "balances").if_array()) {
    for (const auto& row : *rows) {
      if (text_of(member(row, "asset")) == asset.hex()) return number_of(member(row, "amount"));
    }
  }
  return 0;
}

// Time goes on until the order has ended, or three deadlines have passed.
Answer wait_for_refund(Story& story, const OrderId& id) {
  auto& stage = story.stage;
  std::uint64_t passed_ms = 0;
  while (true) {
    stage.see_all();
    auto order = stage.read(fmt::format("/v1/orders/{}", id.hex()), stage.session(kBo));
    stage.show(fmt::format("{} minutes after acceptance the order is", passed_ms / kMinuteMs),
               order.field("state"), "/v1/network");
    if (order.field("state") != "accepted" || passed_ms > 3 * kShipMs) return order;
    stage.advance_time(kTimeStepMs);
    passed_ms += kTimeStepMs;
  }
}

void never_shipped(Story& story) {
  auto& stage = story.stage;
  auto terms = terms_for(story, kBoutique, story.bags[4], kPrice);
  terms.policy = {.accept_commissioned = true, .verdicts_min = 0, .verdict_days_max = 0};
  terms.periods.ship_ms = kShipMs;
  terms.bond = kBond;
  const auto offered = stage.expect_settled(
      fmt::format("The boutique offers a fifth bag, with a bond of {}", money(kBond, kTokenSymbol)),
      offer(story, kBoutique, terms));
  const auto id = order_of(offered);
  const auto before = balance(stage, kBo, story.token);
  stage.expect_settled("Bo funds it", fund(story, id, kBo, {{story.token, kPrice}}));
  stage.expect_settled("The boutique accepts, and never ships", accept(story, id, kBoutique));
  const auto order = wait_for_refund(story, id);
  const auto* steps = member(order.body, "steps").if_array();
  const auto last = steps == nullptr || steps->empty() ? json::value() : steps->back();
  const auto path = "/v1/transactions/" + text_of(member(last, "txid"));
  stage.expect(
      "The keeper refunds it when the deadline has passed", "refunded, timed out: true",
      fmt::format("{}, timed out: {}", order.field("state"), order.field("entry.timed_out")), path,
      order.us);
  const bool nobody = last.is_object() && member(last, "signer").is_null();
  stage.expect("Who signed the refund", "nobody", nobody ? "nobody" : "somebody", path);
  stage.expect("Bo has his money back, and the bond", money(before + kBond, kTokenSymbol),
               money(balance(stage, kBo, story.token), kTokenSymbol), path);
}

std::vector<Payment> prepare_load(Story& story) {
  auto& stage = story.stage;
  std::vector<Payment> payments;
  for (std::size_t done = 0; done < kPayments; done += kPaymentsPerIssue) {
    Draft issue({kIssuer});
    for (std::size_t i = 0; i < kPaymentsPerIssue; ++i) {
      issue.make(Coin{story.token, 1'00, KeyLock{key_of(kTill)}});
    }
    issue.command(AssetIssue{story.token, kPaymentsPerIssue * 1'00});
    // The same bytes would be the same transaction, and settle once.
    issue.idempotency_key(fmt::format("till-{}", done));
    const auto signed_issue = stage.sign(issue);
    const auto answer = stage.submit(signed_issue);
    if (!answer.ok()) throw StoryBroken("the till gets no coins: " + answer.describe());
    const auto first = answer.number("first_output_number");
    for (std::uint32_t i = 0; i < kPaymentsPerIssue; ++i) {
      const Owned coin{first + i, {signed_issue.txid, i}, signed_issue.transaction.outputs[i]};
      stage.purse().forget(coin.number);
      const auto payment = stage.sign(pay(kTill, kAna, coin, 60));
      payments.push_back(
          {payment.txid, std::string(as_text(codec::encode_signed(payment.bytes))), std::nullopt});
    }
  }
  return payments;
}

struct Split {
  std::vector<Payment> acknowledged;
  std::vector<Payment> unanswered;
  std::uint64_t height = 0;  // of the last acknowledged
};

Split split(const std::vector<Payment>& payments) {
  Split out;
  for (const auto& payment : payments) {
    (payment.height ? out.acknowledged : out.unanswered).push_back(payment);
    out.height = std::max(out.height, payment.height.value_or(0));
  }
  return out;
}

std::size_t settled_at_their_height(const std::vector<Payment>& payments,
                                    const std::vector<Verdict>& verdicts) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < payments.size(); ++i) {
    if (verdicts[i].outcome == "settled" && verdicts[i].height == payments[i].height) ++count;
  }
  return count;
}

void check_survivors(Story& story, const Split& sent) {
  auto& stage = story.stage;
  const auto of = [](std::size_t count, std::size_t all) {
    return fmt::format("{} of {}", count, all);
  };
  const auto& url = stage.node().url();
  const auto all = sent.acknowledged.size();
  const auto found = look_up(url, sent.acknowledged, sent.height);
  stage.expect("Every acknowledged payment is there, where it was acknowledged", of(all, all),
               of(settled_at_their_height(sent.acknowledged, found), all), "/v1/network");
  const auto again = send_again(url, sent.acknowledged);
  stage.expect("Sent again, each gets its first answer: none is there twice", of(all, all),
               of(settled_at_their_height(sent.acknowledged, again), all), "/v1/network");
  const auto open = send_again(url, sent.unanswered);
  const auto settled =
      static_cast<std::size_t>(std::ranges::count(open, "settled", &Verdict::outcome));
  stage.expect("Those that got no answer get a final one when the same bytes are sent again",
               of(open.size(), open.size()), of(settled, open.size()), "/v1/network");
}

// What the ledger itself says of it all.
void audit(Story& story, const std::vector<Payment>& payments) {
  auto& stage = story.stage;
  const auto start = std::chrono::steady_clock::now();
  const auto audit = audit_ledger(stage.node(), stage.network_id());
  const auto counts = audit.counts();
  const auto us = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(
                                                 std::chrono::steady_clock::now() - start)
                                                 .count());
  std::size_t lost = 0;
  for (const auto& txid : stage.acknowledged()) lost += audit.settled(txid) ? 0 : 1;
  for (const auto& payment : payments) lost += audit.settled(payment.txid) ? 0 : 1;
  const auto twice = counts.spent_twice + counts.settled_twice;
  stage.expect(
      fmt::format("An audit of {} blocks with {} settled and {} rejected transactions",
                  counts.blocks, counts.settled, counts.rejected),
      "chain whole, supply conserved",
      fmt::format("{}, {}", counts.broken_chain == 0 ? "chain whole" : "chain broken",
                  counts.supply_mismatch == 0 ? "supply conserved" : "supply not conserved"),
      "/v1/network", us);
  const auto line = [](std::uint64_t spent, std::uint64_t gone, std::uint64_t unverified) {
    return fmt::format("spent twice {} · lost {} · sold unverified {}", spent, gone, unverified);
  };
  const auto found = line(twice, lost, counts.sold_unverified);
  stage.expect("What the ledger says of it all", line(0, 0, 0), found, "/v1/network");
  stage.report().say("\n" + found, {{"spent_twice", twice},
                                    {"lost", lost},
                                    {"sold_unverified", counts.sold_unverified},
                                    {"supply_mismatch", counts.supply_mismatch},
                                    {"blocks", counts.blocks},
                                    {"settled", counts.settled},
                                    {"rejected", counts.rejected}});
}

// The page of the story has every step, those of the node's earlier life too.
void check_story_page(Story& story) {
  auto& stage = story.stage;
  const auto told = stage.report().steps();
  const auto events = stage.node().get("/story/events");
  const auto* rows = member(events.body, "events").if_array();
  const auto page = stage.node().call({.target = "/story", .accept = "text/html"});
  stage.expect("The story's own page shows every step", fmt::format("200, {} steps", told),
               fmt::format("{}, {} steps", page.describe(), rows == nullptr ? 0 : rows->size()),
               "/story", page.us);
}

void killed_under_load(Story& story) {
  auto& stage = story.stage;
  auto payments = prepare_load(story);
  send_until_killed(stage.node().url(), payments, payments.size() / 4,
                    [&] { stage.process().kill(); });
  auto sent = split(payments);
  const auto start = std::chrono::steady_clock::now();
  stage.process().restart();
  stage.reconnect();
  const auto us = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(
                                                 std::chrono::steady_clock::now() - start)
                                                 .count());
  const bool in_the_middle = !sent.acknowledged.empty() && !sent.unanswered.empty();
  stage.expect(
      fmt::format("SIGKILL in the middle of {} payments, {} of them acknowledged; restarted",
                  payments.size(), sent.acknowledged.size()),
      "200, in the middle",
      fmt::format("{}, {}", stage.node().get("/healthz").describe(),
                  in_the_middle ? "in the middle" : "beside them"),
      "/healthz", us);
  check_survivors(story, sent);
  check_story_page(story);
  audit(story, payments);
}

}  // namespace

void heal(Story& story) {
  story.stage.report().begin_act(8, "What must heal");
  never_shipped(story);
  killed_under_load(story);
}

}  // namespace tally::story
