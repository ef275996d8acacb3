#include "contracts/governance/prefix_withdraw.hpp"

#include "contracts/governance/quorum.hpp"
#include "contracts/limits.hpp"

namespace tally::contracts {

Result<Delta> apply(const RuleInput& input, const PrefixWithdraw& command) {
  if (auto ok = check_governance(input); !ok) return std::unexpected(ok.error());
  const std::string_view prefix = command.prefix;
  const auto key = prefix_key(prefix);
  const auto* entry = input.registry.get<PrefixEntry>(key);
  if (entry == nullptr || !entry->registered()) return fail(ErrorCode::prefix_unknown);
  auto own = *entry;
  own.withdrawn_ms = input.block.time_ms;
  Delta delta{{{key, std::move(own)}}};
  for (auto digits = kPrefixDigitsMin; digits < prefix.size(); ++digits) {
    const auto at = prefix_key(prefix.substr(0, digits));
    const auto* counted = input.registry.get<PrefixEntry>(at);
    // It was counted when this one was registered. That it is not there means that the registry
    // could not be read, which the ledger knows: it asks for no verdict then.
    if (counted == nullptr || counted->longer == 0) return fail(ErrorCode::internal_error);
    auto shorter = *counted;
    --shorter.longer;
    delta.writes.push_back({at, std::move(shorter)});
  }
  return delta;
}

}  // namespace tally::contracts
