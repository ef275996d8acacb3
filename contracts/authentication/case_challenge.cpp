#include "contracts/authentication/case_challenge.hpp"

#include "contracts/asset/coins.hpp"
#include "contracts/authentication/case_step.hpp"
#include "contracts/membership.hpp"

namespace tally::contracts {

Result<Delta> apply(const RuleInput& input, const CaseChallenge& command) {
  if (input.inputs.empty()) return fail(ErrorCode::claim_count, 0, 1);
  if (auto ok = expect_coins(input); !ok) return std::unexpected(ok.error());
  if (!input.signed_by(command.challenger)) return fail(ErrorCode::signature_missing);
  if (!answering_member(input.registry, command.challenger)) {
    return fail(ErrorCode::member_unknown);
  }
  const auto before = case_in(input, command.case_id, CaseState::decided);
  if (!before) return std::unexpected(before.error());
  auto entry = **before;
  Delta delta;
  const auto bond = entry.terms.challenge_bond;
  if (command.bond != bond) return fail(ErrorCode::case_price, 0, bond);
  if (auto ok = enter_exactly(input, command.challenger, CaseChallenge::kNumber,
                              {entry.asset, bond}, delta);
      !ok) {
    return std::unexpected(ok.error());
  }
  entry.state = CaseState::challenged;
  entry.round = 2;
  entry.deadline_active_ms = input.block.active_ms + 1;  // In a later block.
  entry.challenger = command.challenger;
  entry.reason_hash = command.reason_hash;
  entry.challenge_bond = bond;
  delta.writes.push_back({case_key(command.case_id), std::move(entry)});
  return delta;
}

}  // namespace tally::contracts
