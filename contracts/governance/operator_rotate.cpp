#include "contracts/governance/operator_rotate.hpp"

#include <algorithm>

#include "contracts/governance/quorum.hpp"

namespace tally::contracts {

Result<Delta> apply(const RuleInput& input, const OperatorRotate& command) {
  if (auto ok = check_governance(input); !ok) return std::unexpected(ok.error());
  if (auto ok = check_named_key(command.new_key); !ok) return std::unexpected(ok.error());
  auto network = network_of(input);
  auto& operators = network.operators;
  const auto old_place = std::ranges::find(operators, command.old_key);
  if (old_place == operators.end()) return fail(ErrorCode::operator_unknown);
  if (std::ranges::find(operators, command.new_key) != operators.end()) {
    return fail(ErrorCode::operator_exists);
  }
  *old_place = command.new_key;
  std::ranges::sort(operators);
  Delta delta{{{network_key(), std::move(network)}}};
  ensure_member(input, command.new_key, delta);
  return delta;
}

}  // namespace tally::contracts
