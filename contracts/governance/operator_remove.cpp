#include "contracts/governance/operator_remove.hpp"

#include <algorithm>

#include "contracts/governance/quorum.hpp"

namespace tally::contracts {

Result<Delta> apply(const RuleInput& input, const OperatorRemove& command) {
  if (auto ok = check_governance(input); !ok) return std::unexpected(ok.error());
  auto network = network_of(input);
  if (std::erase(network.operators, command.key) == 0) return fail(ErrorCode::operator_unknown);
  if (auto ok = check_quorum(command.quorum, network.operators.size()); !ok) {
    return std::unexpected(ok.error());
  }
  network.quorum = command.quorum;
  return Delta{{{network_key(), std::move(network)}}};
}

}  // namespace tally::contracts
