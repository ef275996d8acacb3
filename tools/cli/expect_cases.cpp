// What a case's command must be, of those that spend or pay.
#include "cli/expect_parts.hpp"
#include "market/commands/commands.hpp"

namespace tally::cli {
namespace {

using contracts::account_of;
using contracts::Transaction;

Result<void> expect_bond(const Again& again, const Asked& asked, Expectation& expected) {
  const auto& p = again.parameters();
  const auto* asset = p.asset("asset");
  if (asset == nullptr) return not_as_asked("an asset that is not known");
  expected.commands = {
      contracts::AppraiserBond{asked.account, asset->id, p.amount("amount", asset)}};
  return {};
}

Result<void> expect_challenge(const Again& again, const Asked& asked, Expectation& expected) {
  const auto& p = again.parameters();
  const auto* asset = p.asset("asset");
  if (asset == nullptr) return not_as_asked("an asset that is not known");
  expected.commands = {contracts::CaseChallenge{contracts::CaseId{p.hash("case")}, asked.account,
                                                p.hash("reason_hash"), p.amount("bond", asset)}};
  return {};
}

Result<void> expect_open(const Again& again, const Asked& asked, const Transaction& built,
                         Node& node, Expectation& expected) {
  const auto& p = again.parameters();
  const auto* asset = p.asset("asset");
  if (asset == nullptr) return not_as_asked("an asset that is not known");
  contracts::CaseOpen open;
  open.requester = asked.account;
  open.asset = asset->id;
  open.nonce = p.hash("nonce");
  open.gs1_key = p.gs1_key("gs1_key");
  open.description_hash = p.hash("description_hash");
  open.category_hash = p.hash("category_hash");
  open.source_hash = p.hash("source_hash");
  open.evidence_root = p.hash("evidence_root");
  open.sealed_hash = p.hash("sealed_hash");
  open.fee = p.amount("fee", asset);
  if (!open.gs1_key.empty()) {
    // The title comes back as it was.
    const auto spent = spent_outputs(built, node);
    if (!spent) return std::unexpected(spent.error());
    const auto* item = spent->empty() ? nullptr : std::get_if<contracts::Item>(&spent->front());
    if (item == nullptr || item->gs1_key != open.gs1_key) {
      return not_as_asked("it shows another title");
    }
    expected.outputs.emplace_back(*item);
  }
  expected.commands = {std::move(open)};
  return {};
}

}  // namespace

Result<void> expect_case(Again& again, const Asked& asked, const Transaction& built, Node& node,
                         Expectation& expected) {
  const auto& p = again.parameters();
  expected.change_to = {p.account("from").value_or(account_of(asked.account))};
  if (asked.command == "appraiser_bond") return expect_bond(again, asked, expected);
  if (asked.command == "case_challenge") return expect_challenge(again, asked, expected);
  if (asked.command == "case_open") return expect_open(again, asked, built, node, expected);
  expected.change_to.clear();
  expected.spendable.emplace();  // nothing
  if (asked.command != "case_advance") return again.build(expected);
  // Nobody signs it: what it pays out, and from which state, is between the node and the ledger.
  const auto* advance = built.commands.size() == 1
                            ? std::get_if<contracts::CaseAdvance>(&built.commands.front().body)
                            : nullptr;
  if (advance == nullptr || advance->case_id.bytes != p.hash("case")) {
    return not_as_asked("it is about another case");
  }
  expected.commands = {*advance};
  expected.outputs = built.outputs;
  return {};
}

}  // namespace tally::cli
