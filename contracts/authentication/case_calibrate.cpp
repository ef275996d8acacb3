#include "contracts/authentication/case_calibrate.hpp"

#include <algorithm>

#include "contracts/authentication/case_flow.hpp"
#include "contracts/authentication/case_step.hpp"

namespace tally::contracts {
namespace {

Result<void> may_calibrate(const RuleInput& input) {
  const bool registrar = std::ranges::any_of(input.transaction.signers, [&](const auto& key) {
    const auto* entry =
        input.registry.get<AccreditationEntry>(accreditation_key(key, Role::registrar));
    return entry != nullptr && entry->revoked_ms == 0;
  });
  if (registrar) return {};
  return input.signed_by_quorum();
}

}  // namespace

Result<Delta> apply(const RuleInput& input, const CaseCalibrate& command) {
  if (auto ok = expect_counts(input, 0, 0); !ok) return std::unexpected(ok.error());
  if (auto ok = may_calibrate(input); !ok) return std::unexpected(ok.error());
  const auto* before = input.registry.get<CaseEntry>(case_key(command.case_id));
  if (before == nullptr) return fail(ErrorCode::case_unknown);
  if (before->state != CaseState::closed) {
    return fail(ErrorCode::case_state, 0, static_cast<std::uint64_t>(before->state));
  }
  if (before->control) return fail(ErrorCode::case_said_already);
  if (before->sealed_hash != case_answer(command.case_id, command.answer, command.salt)) {
    return fail(ErrorCode::case_commitment_wrong);
  }
  Delta delta;
  for (const auto& seat : before->seats) {
    if (!revealed(seat) || *seat.verdict == Verdict::inconclusive) continue;
    auto record = record_of(input.registry, seat.appraiser);
    ++(*seat.verdict == command.answer ? record.controls_right : record.controls_wrong);
    delta.writes.push_back({appraiser_key(seat.appraiser), record});
  }
  auto entry = *before;
  entry.control = command.answer;
  delta.writes.push_back({case_key(command.case_id), std::move(entry)});
  return delta;
}

}  // namespace tally::contracts
