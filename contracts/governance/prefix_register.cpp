#include "contracts/governance/prefix_register.hpp"

#include <algorithm>

#include "contracts/governance/quorum.hpp"
#include "contracts/limits.hpp"

namespace tally::contracts {
namespace {

bool valid_prefix(std::string_view prefix) {
  return prefix.size() >= kPrefixDigitsMin && prefix.size() <= kPrefixDigitsMax &&
         std::ranges::all_of(prefix, [](char c) { return c >= '0' && c <= '9'; });
}

PrefixEntry entry_of(const RuleInput& input, std::string_view prefix) {
  const auto* entry = input.registry.get<PrefixEntry>(prefix_key(prefix));
  if (entry != nullptr) return *entry;
  PrefixEntry fresh;
  fresh.prefix = prefix;
  return fresh;
}

}  // namespace

Result<Delta> apply(const RuleInput& input, const PrefixRegister& command) {
  if (auto ok = check_governance(input); !ok) return std::unexpected(ok.error());
  if (auto ok = check_named_key(command.brand); !ok) return std::unexpected(ok.error());
  if (!valid_prefix(command.prefix)) return fail(ErrorCode::prefix_invalid);
  const std::string_view prefix = command.prefix;
  auto own = entry_of(input, prefix);
  if (own.longer > 0) return fail(ErrorCode::prefix_overlaps);
  if (own.registered()) return fail(ErrorCode::prefix_overlaps, 0, prefix.size());
  own.brand = command.brand;
  own.evidence_hash = command.evidence_hash;
  own.since_ms = input.block.time_ms;
  own.withdrawn_ms = 0;
  Delta delta{{{prefix_key(prefix), std::move(own)}}};
  for (auto digits = kPrefixDigitsMin; digits < prefix.size(); ++digits) {
    auto shorter = entry_of(input, prefix.substr(0, digits));
    if (shorter.registered()) return fail(ErrorCode::prefix_overlaps, 0, digits);
    ++shorter.longer;
    delta.writes.push_back({prefix_key(shorter.prefix), shorter});
  }
  return delta;
}

}  // namespace tally::contracts
