#include "contracts/governance/operator_add.hpp"

#include <algorithm>

#include "contracts/governance/quorum.hpp"
#include "contracts/limits.hpp"

namespace tally::contracts {

Result<Delta> apply(const RuleInput& input, const OperatorAdd& command) {
  if (auto ok = check_governance(input); !ok) return std::unexpected(ok.error());
  if (auto ok = check_named_key(command.key); !ok) return std::unexpected(ok.error());
  auto network = network_of(input);
  const auto place = std::ranges::lower_bound(network.operators, command.key);
  if (place != network.operators.end() && *place == command.key) {
    return fail(ErrorCode::operator_exists);
  }
  if (network.operators.size() >= kOperatorsMax) {
    return fail(ErrorCode::too_many_operators, 0, kOperatorsMax);
  }
  network.operators.insert(place, command.key);
  if (auto ok = check_quorum(command.quorum, network.operators.size()); !ok) {
    return std::unexpected(ok.error());
  }
  network.quorum = command.quorum;
  Delta delta{{{network_key(), std::move(network)}}};
  ensure_member(input, command.key, delta);
  return delta;
}

}  // namespace tally::contracts
