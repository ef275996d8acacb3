// What the rules of cases share.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

[[nodiscard]] bool accredited_appraiser(const Registry& registry, const PublicKey& key);

/// The case, which is in this state and before its deadline. Errors in precedence order:
/// case_unknown, case_state (figure: its state), case_deadline_passed (figure: the deadline in
/// active time).
[[nodiscard]] Result<const CaseEntry*> case_in(const RuleInput& input, const CaseId& id,
                                               CaseState state);

/// The seat of the appraiser on the panel of the present round; its index in `seats`. Errors:
/// case_not_judge.
[[nodiscard]] Result<std::size_t> seat_of(const CaseEntry& entry, const PublicKey& appraiser);

/// How many seats of the present round there are that `has`.
[[nodiscard]] std::size_t count_seats(const CaseEntry& entry, auto has) {
  std::size_t count = 0;
  for (const auto& seat : entry.seats) count += seat.round == entry.round && has(seat);
  return count;
}

[[nodiscard]] inline bool committed(const Seat& seat) { return seat.commitment != Hash32{}; }
[[nodiscard]] inline bool revealed(const Seat& seat) { return seat.verdict.has_value(); }

/// The claimed coins leave exactly this behind. Errors: those of check_coins_enter(), then
/// not_conserved (index: the first claimed input's; figure: the amount).
[[nodiscard]] Result<void> enter_exactly(const RuleInput& input, const PublicKey& payee,
                                         CommandNumber command, const Holding& holding,
                                         Delta& delta);

}  // namespace tally::contracts
