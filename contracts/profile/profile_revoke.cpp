#include "contracts/profile/profile_revoke.hpp"

namespace tally::contracts {

Result<Delta> apply(const RuleInput& input, const ProfileRevoke&) {
  if (input.inputs.empty() || !input.outputs.empty()) {
    return fail(ErrorCode::claim_count, input.inputs.empty() ? 0 : input.inputs.front().index);
  }
  for (const auto& claimed : input.inputs) {
    if (!std::holds_alternative<Grant>(*claimed.output)) {
      return fail(ErrorCode::claim_type, claimed.index);
    }
  }
  for (const auto& claimed : input.inputs) {
    if (!input.signed_by(std::get<Grant>(*claimed.output).owner)) {
      return fail(ErrorCode::signature_missing, claimed.index);
    }
  }
  return Delta{};
}

}  // namespace tally::contracts
