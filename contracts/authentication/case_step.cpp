#include "contracts/authentication/case_step.hpp"

#include "contracts/asset/coins.hpp"

namespace tally::contracts {

bool accredited_appraiser(const Registry& registry, const PublicKey& key) {
  const auto* entry = registry.get<AccreditationEntry>(accreditation_key(key, Role::appraiser));
  return entry != nullptr && entry->revoked_ms == 0;
}

Result<const CaseEntry*> case_in(const RuleInput& input, const CaseId& id, CaseState state) {
  const auto* entry = input.registry.get<CaseEntry>(case_key(id));
  if (entry == nullptr) return fail(ErrorCode::case_unknown);
  if (entry->state != state) {
    return fail(ErrorCode::case_state, 0, static_cast<std::uint64_t>(entry->state));
  }
  if (input.block.active_ms >= entry->deadline_active_ms) {
    return fail(ErrorCode::case_deadline_passed, 0, entry->deadline_active_ms);
  }
  return entry;
}

Result<std::size_t> seat_of(const CaseEntry& entry, const PublicKey& appraiser) {
  for (std::size_t i = 0; i < entry.seats.size(); ++i) {
    const auto& seat = entry.seats[i];
    if (seat.round == entry.round && seat.appraiser == appraiser) return i;
  }
  return fail(ErrorCode::case_not_judge);
}

Result<void> enter_exactly(const RuleInput& input, const PublicKey& payee, CommandNumber command,
                           const Holding& holding, Delta& delta) {
  const auto entering = check_coins_enter(input, payee, command, delta);
  if (!entering) return std::unexpected(entering.error());
  if (*entering != std::vector{holding}) {
    return fail(ErrorCode::not_conserved, input.inputs.front().index, holding.amount);
  }
  return {};
}

}  // namespace tally::contracts
