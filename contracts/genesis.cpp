#include "contracts/genesis.hpp"

#include <algorithm>

#include "contracts/governance/quorum.hpp"
#include "contracts/limits.hpp"
#include "crypto/hash.hpp"

namespace tally::contracts {
namespace {

bool valid_name(std::string_view name) {
  return !name.empty() && name.size() <= kNetworkNameBytesMax &&
         std::ranges::all_of(name, [](char c) { return c >= ' ' && c <= '~'; });
}

bool strictly_ascending(const std::vector<PublicKey>& keys) {
  return std::ranges::adjacent_find(keys, std::greater_equal<>{}) == keys.end();
}

}  // namespace

NetworkId network_id(ByteView genesis_bytes) {
  return {crypto::tagged_hash("tally/genesis", {genesis_bytes})};
}

Result<std::vector<RegistryWrite>> apply(const Genesis& genesis) {
  const auto& operators = genesis.operators;
  if (genesis.version != kGenesisVersion) {
    return fail(ErrorCode::unknown_version, 0, genesis.version);
  }
  if (!valid_name(genesis.name)) return fail(ErrorCode::field_value);
  if (operators.size() > kOperatorsMax) {
    return fail(ErrorCode::too_many_operators, 0, kOperatorsMax);
  }
  if (operators.empty()) return fail(ErrorCode::field_missing);
  // Ascending, so only the first can be zero.
  if (!strictly_ascending(operators)) return fail(ErrorCode::field_value);
  if (auto ok = check_named_key(operators.front()); !ok) return std::unexpected(ok.error());
  if (auto ok = check_quorum(genesis.quorum, operators.size()); !ok) {
    return std::unexpected(ok.error());
  }
  std::vector<RegistryWrite> writes{
      {network_key(), NetworkEntry{genesis.name, operators, genesis.quorum, kRuleVersion}}};
  for (const auto& key : operators) {
    writes.push_back({member_key(key), MemberEntry{key, std::nullopt, genesis.time_ms, 0}});
  }
  return writes;
}

}  // namespace tally::contracts
