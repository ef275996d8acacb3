#include "contracts/authentication/case_commit.hpp"

#include "contracts/authentication/case_step.hpp"

namespace tally::contracts {

Result<Delta> apply(const RuleInput& input, const CaseCommit& command) {
  if (auto ok = expect_counts(input, 0, 0); !ok) return std::unexpected(ok.error());
  if (!input.signed_by(command.appraiser)) return fail(ErrorCode::signature_missing);
  const auto before = case_in(input, command.case_id, CaseState::commit);
  if (!before) return std::unexpected(before.error());
  const auto seat = seat_of(**before, command.appraiser);
  if (!seat) return std::unexpected(seat.error());
  auto entry = **before;
  if (committed(entry.seats[*seat])) return fail(ErrorCode::case_said_already);
  if (command.commitment == Hash32{}) return fail(ErrorCode::field_value);
  entry.seats[*seat].commitment = command.commitment;
  if (count_seats(entry, committed) == count_seats(entry, [](const Seat&) { return true; })) {
    entry.state = CaseState::reveal;
    entry.deadline_active_ms = input.block.active_ms + entry.terms.reveal_ms;
  }
  return Delta{{{case_key(command.case_id), std::move(entry)}}};
}

}  // namespace tally::contracts
