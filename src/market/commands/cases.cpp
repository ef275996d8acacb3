// Builders of cases. What a case costs is said by who pays it: the ledger refuses another price.
#include "contracts/authentication/case_flow.hpp"
#include "market/commands/commands.hpp"

namespace tally::market {
namespace {

using contracts::CommandBody;
using contracts::ErrorCode;

ParameterSchema case_parameter() {
  return required("case", ParameterType::hash, "Which case, by its id.", kHashExample);
}
ParameterSchema asset_parameter() {
  return required("asset", ParameterType::asset, "The payment token whose panel judges.",
                  R"("EUR")");
}
ParameterSchema hash_parameter(std::string_view name, std::string_view doc) {
  return required(name, ParameterType::hash, doc, kHashExample);
}
ParameterSchema verdict_parameter(std::string_view name, std::string_view doc) {
  return with_words<contracts::Verdict>(required(name, ParameterType::word, doc, R"("genuine")"));
}

contracts::CaseId case_of(const Parameters& p) { return contracts::CaseId{p.hash("case")}; }

// Spends coins of the account's, and makes the change.
void pay(Draft& draft, const Parameters& p, const contracts::AssetEntry* asset,
         std::uint64_t amount, std::string_view field) {
  if (asset == nullptr || amount == 0) return;
  const auto payer = p.account("from").value_or(contracts::account_of(draft.account()));
  auto change = draft.spend_coins(payer, *asset, amount, p.pointer(field));
  if (change) draft.make(*std::move(change));
}

CommandBody panel_define(Draft&, const Parameters& p) {
  constexpr std::uint64_t kDefaultMs = 2 * contracts::kDayMs;
  contracts::PanelDefine define;
  const auto* asset = p.asset("asset");
  if (asset == nullptr) return define;
  define.asset = asset->id;
  auto& terms = define.terms;
  terms.judges = p.number_32("judges");
  terms.agreeing = p.number_32("agreeing");
  terms.fee = p.amount("fee", asset);
  terms.bond = p.amount("bond", asset);
  terms.challenge_bond = p.amount("challenge_bond", asset);
  terms.absence_bps = p.number_32("absence_bps", 2'000);
  terms.commit_ms = p.duration_ms("commit_period", kDefaultMs);
  terms.reveal_ms = p.duration_ms("reveal_period", kDefaultMs);
  terms.challenge_ms = p.duration_ms("challenge_period", 7 * contracts::kDayMs);
  terms.open_max = p.number_32("open_max", 3);
  return define;
}

CommandBody appraiser_bond(Draft& draft, const Parameters& p) {
  contracts::AppraiserBond bond;
  bond.appraiser = draft.account();
  const auto* asset = p.asset("asset");
  bond.amount = p.amount("amount", asset);
  if (asset != nullptr) bond.asset = asset->id;
  pay(draft, p, asset, bond.amount, "amount");
  return bond;
}

CommandBody appraiser_withdraw(Draft& draft, const Parameters& p) {
  contracts::AppraiserWithdraw withdraw;
  withdraw.appraiser = draft.account();
  const auto* asset = p.asset("asset");
  withdraw.amount = p.amount("amount", asset);
  if (asset == nullptr) return withdraw;
  withdraw.asset = asset->id;
  draft.make(contracts::Coin{asset->id, withdraw.amount, lock_of(p, withdraw.appraiser)});
  return withdraw;
}

CommandBody case_open(Draft& draft, const Parameters& p) {
  contracts::CaseOpen open;
  open.requester = draft.account();
  const auto* asset = p.asset("asset");
  open.nonce = p.hash("nonce");
  open.description_hash = p.hash("description_hash");
  open.category_hash = p.hash("category_hash");
  open.source_hash = p.hash("source_hash");
  open.evidence_root = p.hash("evidence_root");
  open.sealed_hash = p.hash("sealed_hash");
  open.fee = p.amount("fee", asset);
  if (asset == nullptr) return open;
  open.asset = asset->id;
  if (p.has("gs1_key")) {
    open.gs1_key = p.gs1_key("gs1_key");
    const auto item = draft.find_item(open.gs1_key, p.pointer("gs1_key"));
    if (!item) return open;
    draft.spend(*item);
    draft.make(item->stored.output);
  }
  pay(draft, p, asset, open.fee, "fee");
  return open;
}

CommandBody case_commit(Draft& draft, const Parameters& p) {
  return contracts::CaseCommit{case_of(p), draft.account(), p.hash("commitment")};
}

CommandBody case_reveal(Draft& draft, const Parameters& p) {
  return contracts::CaseReveal{case_of(p),
                               draft.account(),
                               p.word<contracts::Verdict>("verdict"),
                               p.number_32("confidence_bps"),
                               p.hash("method_hash"),
                               p.hash("points_hash"),
                               p.hash("salt")};
}

CommandBody case_challenge(Draft& draft, const Parameters& p) {
  const auto* asset = p.asset("asset");
  contracts::CaseChallenge challenge{case_of(p), draft.account(), p.hash("reason_hash"),
                                     p.amount("bond", asset)};
  pay(draft, p, asset, challenge.bond, "bond");
  return challenge;
}

CommandBody case_advance(Draft& draft, const Parameters& p) {
  contracts::CaseAdvance advance{case_of(p)};
  const auto* entry =
      draft.registry().get<contracts::CaseEntry>(contracts::case_key(advance.case_id));
  if (entry == nullptr) {
    p.refuse(ErrorCode::case_unknown, "case", "there is no such case");
    return advance;
  }
  advance.from = entry->state;
  if (entry->state == contracts::CaseState::closed) {
    p.refuse(ErrorCode::case_state, "case", "the case is closed");
    return advance;
  }
  // What a draw comes to is not known before it is made: if there is nobody to draw, that is known.
  const auto& snapshot = draft.context().snapshot;
  const auto outcome = contracts::advance_case(
      draft.registry(), advance.case_id, *entry,
      {snapshot.height() + 1, draft.context().now_ms, snapshot.active_ms()});
  if (!outcome) {
    p.refuse(outcome.error().code, "case", "the case's entries are not there");
    return advance;
  }
  for (const auto& output : outcome->outputs) draft.make(output);
  return advance;
}

CommandBody case_calibrate(Draft&, const Parameters& p) {
  return contracts::CaseCalibrate{case_of(p), p.word<contracts::Verdict>("answer"), p.hash("salt")};
}

ParameterSchema period_parameter(std::string_view name, std::string_view doc) {
  return optional(name, ParameterType::duration, doc, R"("48h")");
}

std::vector<CommandBuilder> service_commands() {
  return {
      {contracts::PanelDefine::kNumber,
       "Sets the terms on which cases are judged for a payment token; signed by a quorum of the "
       "operators.",
       {asset_parameter(),
        required("judges", ParameterType::number, "How many judge a case; at most 9.", "3"),
        required("agreeing", ParameterType::number, "How many of them decide: more than half.",
                 "2"),
        required("fee", ParameterType::amount, "What a case costs.", R"("9.00")"),
        required("bond", ParameterType::amount, "What each judge risks.", R"("20.00")"),
        required("challenge_bond", ParameterType::amount, "What a challenger risks.", R"("30.00")"),
        optional("absence_bps", ParameterType::number,
                 "The part of its bond that a judge without a verdict loses.", "2000"),
        period_parameter("commit_period", "How long the judges have to commit."),
        period_parameter("reveal_period", "How long they have to reveal."),
        period_parameter("challenge_period", "How long a verdict can be challenged."),
        optional("open_max", ParameterType::number,
                 "How many cases of one member may live at a time.", "3")},
       panel_define},
      {contracts::AppraiserBond::kNumber,
       "An accredited appraiser puts up a stake, so that it can be drawn.",
       {asset_parameter(),
        required("amount", ParameterType::amount, "How much, in whole units.", R"("100.00")"),
        from_parameter()},
       appraiser_bond},
      {contracts::AppraiserWithdraw::kNumber,
       "An appraiser takes back what no living case locks.",
       {asset_parameter(),
        required("amount", ParameterType::amount, "How much, in whole units.", R"("100.00")"),
        optional("to", ParameterType::key, "Who gets it; the appraiser if left out.",
                 kAddressExample)},
       appraiser_withdraw},
  };
}

std::vector<CommandBuilder> judging_commands() {
  return {
      {contracts::CaseCommit::kNumber,
       "A judge commits to its verdict.",
       {case_parameter(), hash_parameter("commitment",
                                         "The commitment, as the node's file of the "
                                         "inspection gives it.")},
       case_commit},
      {contracts::CaseReveal::kNumber,
       "A judge reveals what it has committed to.",
       {case_parameter(), verdict_parameter("verdict", "What it is."),
        required("confidence_bps", ParameterType::number, "In basis points, 0 to 10000.", "9500"),
        hash_parameter("method_hash", "The hash of the method's description."),
        hash_parameter("points_hash", "The hash of the structured inspection."),
        hash_parameter("salt", "What the commitment was made with.")},
       case_reveal},
      {contracts::CaseChallenge::kNumber,
       "A member doubts a verdict and puts up the bond; a second panel judges.",
       {case_parameter(), asset_parameter(),
        required("bond", ParameterType::amount, "The bond of the case's terms.", R"("30.00")"),
        hash_parameter("reason_hash", "The hash of the stated reason."), from_parameter()},
       case_challenge},
      {contracts::CaseAdvance::kNumber,
       "What the case's time leads to. The node does this by itself.",
       {case_parameter()},
       case_advance},
      {contracts::CaseCalibrate::kNumber,
       "Opens the sealed answer of a blind control; signed by a quorum of the operators, or by a "
       "registrar.",
       {case_parameter(), verdict_parameter("answer", "What was sealed."),
        hash_parameter("salt", "What it was sealed with.")},
       case_calibrate},
  };
}

}  // namespace

std::vector<CommandBuilder> case_commands() {
  auto all = service_commands();
  all.push_back(
      {contracts::CaseOpen::kNumber,
       "A member asks a panel whether something is genuine.",
       {asset_parameter(),
        hash_parameter("nonce", "Makes the case's id with the account; as its file gives it."),
        optional("gs1_key", ParameterType::gs1_key,
                 "The item of the account's on the ledger; left out for goods from elsewhere.",
                 kItemExample),
        hash_parameter("description_hash", "The hash of what it is said to be."),
        hash_parameter("category_hash", "The hash of its category."),
        hash_parameter("source_hash", "The hash of where it was bought."),
        hash_parameter("evidence_root", "The hash of the photographs."),
        hash_parameter("sealed_hash",
                       "A blind control's sealed answer; a random hash for any other case."),
        required("fee", ParameterType::amount,
                 "What it costs by the panel's terms; 0 for a member's first case.", R"("9.00")"),
        from_parameter()},
       case_open});
  for (auto& command : judging_commands()) all.push_back(std::move(command));
  return all;
}

}  // namespace tally::market
