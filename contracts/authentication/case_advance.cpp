#include "contracts/authentication/case_advance.hpp"

#include "contracts/authentication/case_flow.hpp"

namespace tally::contracts {
namespace {

Result<void> expect_payout(const RuleInput& input, const std::vector<Output>& expected) {
  const auto& claimed = input.outputs;
  for (std::size_t i = 0; i < claimed.size(); ++i) {
    if (i >= expected.size() || *claimed[i].output != expected[i]) {
      return fail(ErrorCode::case_outputs_mismatch, claimed[i].index, expected.size());
    }
  }
  if (claimed.size() < expected.size()) {
    return fail(ErrorCode::case_outputs_mismatch, claimed.empty() ? 0 : claimed.back().index + 1,
                expected.size());
  }
  return {};
}

}  // namespace

Result<Delta> apply(const RuleInput& input, const CaseAdvance& command) {
  if (!input.inputs.empty()) return fail(ErrorCode::claim_count, input.inputs.front().index);
  const auto* entry = input.registry.get<CaseEntry>(case_key(command.case_id));
  if (entry == nullptr) return fail(ErrorCode::case_unknown);
  if (entry->state != command.from || entry->state == CaseState::closed) {
    return fail(ErrorCode::case_state, 0, static_cast<std::uint64_t>(entry->state));
  }
  if (input.block.active_ms < entry->deadline_active_ms) {
    return fail(ErrorCode::case_deadline_open, 0, entry->deadline_active_ms);
  }
  auto outcome = advance_case(input.registry, command.case_id, *entry, input.block);
  if (!outcome) return std::unexpected(outcome.error());
  if (auto ok = expect_payout(input, outcome->outputs); !ok) return std::unexpected(ok.error());
  return Delta{std::move(outcome->writes)};
}

}  // namespace tally::contracts
