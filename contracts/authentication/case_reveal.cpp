#include "contracts/authentication/case_reveal.hpp"

#include "contracts/authentication/case_step.hpp"
#include "contracts/limits.hpp"

namespace tally::contracts {

Result<Delta> apply(const RuleInput& input, const CaseReveal& command) {
  if (auto ok = expect_counts(input, 0, 0); !ok) return std::unexpected(ok.error());
  if (command.confidence_bps > kBasisPoints) {
    return fail(ErrorCode::field_value, 0, kBasisPoints);
  }
  if (!input.signed_by(command.appraiser)) return fail(ErrorCode::signature_missing);
  const auto before = case_in(input, command.case_id, CaseState::reveal);
  if (!before) return std::unexpected(before.error());
  const auto place = seat_of(**before, command.appraiser);
  if (!place) return std::unexpected(place.error());
  auto entry = **before;
  auto& seat = entry.seats[*place];
  if (revealed(seat)) return fail(ErrorCode::case_said_already);
  const Finding finding{command.verdict, command.confidence_bps, command.method_hash,
                        command.points_hash};
  if (seat.commitment !=
      case_commitment(command.case_id, command.appraiser, entry.round, finding, command.salt)) {
    return fail(ErrorCode::case_commitment_wrong);
  }
  seat.verdict = command.verdict;
  seat.confidence_bps = command.confidence_bps;
  seat.method_hash = command.method_hash;
  seat.points_hash = command.points_hash;
  if (count_seats(entry, revealed) == count_seats(entry, committed)) {
    entry.deadline_active_ms = input.block.active_ms + 1;  // In a later block.
  }
  return Delta{{{case_key(command.case_id), std::move(entry)}}};
}

}  // namespace tally::contracts
