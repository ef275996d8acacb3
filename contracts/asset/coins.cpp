#include "contracts/asset/coins.hpp"

#include <algorithm>

#include "contracts/limits.hpp"

namespace tally::contracts {
namespace {

Uint128 excess(Uint128 a, Uint128 b) { return a > b ? a - b : 0; }

// A figure is 64 bits; what does not fit is shown as the most that does.
std::uint64_t figure_of(Uint128 value) {
  return static_cast<std::uint64_t>(std::min<Uint128>(value, UINT64_MAX));
}

void add_position(Coins& coins, const Output& output, std::uint32_t index, bool spent) {
  const auto* coin = std::get_if<Coin>(&output);
  if (coin == nullptr) return;
  CoinPosition position{coin->asset, account_of(coin->lock), 0, 0, index};
  (spent ? position.in : position.out) = coin->amount;
  coins.positions.push_back(position);
}

// Joins neighbours of the same asset and account; the first one's index stays.
void merge_positions(std::vector<CoinPosition>& positions) {
  std::ranges::stable_sort(positions, [](const auto& a, const auto& b) {
    return std::tie(a.asset, a.account) < std::tie(b.asset, b.account);
  });
  std::size_t kept = 0;
  for (std::size_t i = 1; i < positions.size(); ++i) {
    auto& last = positions[kept];
    const auto& next = positions[i];
    if (last.asset == next.asset && last.account == next.account) {
      last.in += next.in;
      last.out += next.out;
    } else {
      positions[++kept] = next;
    }
  }
  if (!positions.empty()) positions.resize(kept + 1);
}

std::uint32_t first_index(const CoinFlow& flow) { return flow.positions.front().index; }

const AssetEntry* asset_of(const RuleInput& input, const CoinFlow& flow) {
  return input.registry.get<AssetEntry>(asset_key(flow.asset));
}

bool is_referenced(const RuleInput& input, const RegistryKey& key) {
  return std::ranges::find(input.transaction.references, key, &Reference::key) !=
         input.transaction.references.end();
}

// The keys of the referenced delegations from `principal` to signers, in the order of the signers.
std::vector<RegistryKey> delegations_from(const RuleInput& input, const PublicKey& principal) {
  std::vector<RegistryKey> keys;
  if (input.transaction.references.empty()) return keys;
  for (const auto& agent : input.transaction.signers) {
    const auto key = delegation_key(principal, agent);
    if (is_referenced(input, key)) keys.push_back(key);
  }
  return keys;
}

// What `key` holds after the writes of this command so far.
const DelegationEntry* delegation_now(const RuleInput& input, const Delta& delta,
                                      const RegistryKey& key) {
  const auto written = std::ranges::find(delta.writes, key, &RegistryWrite::key);
  if (written != delta.writes.end()) return &std::get<DelegationEntry>(written->entry);
  return input.registry.get<DelegationEntry>(key);
}

// The delegation after `moved` of the position's asset under it, or why it does not reach that far.
Result<DelegationEntry> use_delegation(const RuleInput& input, const DelegationEntry* entry,
                                       const CoinPosition& position, CommandNumber command) {
  const auto index = position.index;
  if (entry == nullptr) return fail(ErrorCode::delegation_missing, index);
  if (entry->revoked_ms != 0) {
    return fail(ErrorCode::delegation_expired, index, entry->revoked_ms);
  }
  const auto& powers = entry->powers;
  if (input.block.time_ms >= powers.until_ms) {
    return fail(ErrorCode::delegation_expired, index, powers.until_ms);
  }
  if (std::ranges::find(powers.commands, command) == powers.commands.end() ||
      powers.asset != position.asset) {
    return fail(ErrorCode::delegation_exceeded, index);
  }
  const Uint128 used = entry->amount_used + excess(position.in, position.out);
  if (used > powers.amount_max) {
    return fail(ErrorCode::delegation_exceeded, index, figure_of(used - powers.amount_max));
  }
  auto after = *entry;
  after.amount_used = static_cast<std::uint64_t>(used);
  return after;
}

// Charges the first delegation that allows the movement; the error is that of the first there is.
Result<void> charge_delegation(const RuleInput& input, const CoinPosition& position,
                               CommandNumber command, Delta& delta) {
  std::optional<Error> first;
  for (const auto& key : delegations_from(input, PublicKey{position.account.id})) {
    auto after = use_delegation(input, delegation_now(input, delta, key), position, command);
    if (!after) {
      if (!first) first = after.error();
      continue;
    }
    const auto written = std::ranges::find(delta.writes, key, &RegistryWrite::key);
    if (written == delta.writes.end()) {
      delta.writes.push_back({key, std::move(*after)});
    } else {
      written->entry = std::move(*after);
    }
    return {};
  }
  return std::unexpected(first.value_or(Error{ErrorCode::signature_missing, position.index, 0}));
}

// The assets exist and no side overflows.
Result<void> check_sums(const RuleInput& input, const Coins& coins) {
  for (const auto& flow : coins.flows) {
    if (asset_of(input, flow) == nullptr) {
      return fail(ErrorCode::asset_unknown, first_index(flow));
    }
  }
  for (const auto& flow : coins.flows) {
    if (flow.in > kSupplyMax || flow.out > kSupplyMax) {
      return fail(ErrorCode::amount_overflow, first_index(flow), kSupplyMax);
    }
  }
  return {};
}

// What the issuer gives of its asset, net.
Uint128 given_by(const CoinFlow& flow, const PublicKey& issuer) {
  const auto account = account_of(issuer);
  const auto position = std::ranges::find(flow.positions, account, &CoinPosition::account);
  return position == flow.positions.end() ? 0 : excess(position->in, position->out);
}

Result<void> check_frozen(const RuleInput& input, const Coins& coins) {
  for (const auto& flow : coins.flows) {
    if (asset_of(input, flow)->frozen) {
      return fail(ErrorCode::asset_frozen, first_index(flow));
    }
  }
  for (const auto& flow : coins.flows) {
    if (asset_of(input, flow)->frozen_holders == 0) continue;
    for (const auto& position : flow.positions) {
      const auto* freeze =
          input.registry.get<FreezeEntry>(freeze_key(flow.asset, position.account));
      if (freeze != nullptr && freeze->frozen) {
        return fail(ErrorCode::holder_frozen, position.index);
      }
    }
  }
  return {};
}

Result<void> check_transferable(const RuleInput& input, const Coins& coins,
                                const SupplyChange& change) {
  for (const auto& flow : coins.flows) {
    const auto* asset = asset_of(input, flow);
    if (asset->policies.transferable) continue;
    const auto issuer = account_of(asset->issuer);
    const Uint128 made = flow.asset == change.asset ? change.made : 0;
    Uint128 left = given_by(flow, asset->issuer) + made;
    for (const auto& position : flow.positions) {
      if (position.account == issuer) continue;
      const auto gain = excess(position.out, position.in);
      if (gain > left) return fail(ErrorCode::not_transferable, position.index);
      left -= gain;
    }
  }
  return {};
}

Result<void> check_minimum_unit(const RuleInput& input) {
  for (const auto& claimed : input.outputs) {
    const auto* coin = std::get_if<Coin>(claimed.output);
    if (coin == nullptr) continue;
    const auto unit = input.registry.get<AssetEntry>(asset_key(coin->asset))->policies.minimum_unit;
    if (coin->amount % unit != 0) {
      return fail(ErrorCode::below_minimum_unit, claimed.index, unit);
    }
  }
  return {};
}

}  // namespace

const CoinFlow* Coins::flow(const AssetId& asset) const {
  const auto found = std::ranges::lower_bound(flows, asset, {}, &CoinFlow::asset);
  return found == flows.end() || found->asset != asset ? nullptr : &*found;
}

Result<void> expect_coins(const RuleInput& input) {
  for (const auto& claimed : input.inputs) {
    if (!std::holds_alternative<Coin>(*claimed.output)) {
      return fail(ErrorCode::claim_type, claimed.index);
    }
  }
  for (const auto& claimed : input.outputs) {
    if (!std::holds_alternative<Coin>(*claimed.output)) {
      return fail(ErrorCode::claim_type, claimed.index);
    }
  }
  return {};
}

Coins sum_coins(const RuleInput& input) {
  Coins coins;
  coins.positions.reserve(input.inputs.size() + input.outputs.size());
  for (const auto& claimed : input.inputs) {
    add_position(coins, *claimed.output, claimed.index, true);
  }
  for (const auto& claimed : input.outputs) {
    add_position(coins, *claimed.output, claimed.index, false);
  }
  merge_positions(coins.positions);
  for (auto at = coins.positions.begin(); at != coins.positions.end();) {
    const auto end = std::find_if(at, coins.positions.end(),
                                  [&](const auto& p) { return p.asset != at->asset; });
    CoinFlow flow{at->asset, 0, 0, std::span(at, end)};
    for (const auto& position : flow.positions) {
      flow.in += position.in;
      flow.out += position.out;
    }
    coins.flows.push_back(flow);
    at = end;
  }
  return coins;
}

Result<void> open_coins(const RuleInput& input, const Coins& coins, CommandNumber command,
                        Delta& delta) {
  // Whose coins open to an agent. There is a reference for each, so they are few; a principal is
  // looked up once, however many coins it has.
  std::vector<PublicKey> principals;
  for (const auto& claimed : input.inputs) {
    const auto* coin = std::get_if<Coin>(claimed.output);
    if (coin == nullptr) continue;
    const auto opened = input.open(claimed, coin->lock);
    if (opened) continue;
    const auto* lock = std::get_if<KeyLock>(&coin->lock);
    if (lock == nullptr) return opened;
    if (std::ranges::find(principals, lock->key) != principals.end()) continue;
    if (delegations_from(input, lock->key).empty()) return opened;
    principals.push_back(lock->key);
  }
  if (principals.empty()) return {};
  // The account of a KeyLock is its key, and all of a principal's coins are opened in the same way.
  for (const auto& position : coins.positions) {
    if (position.in == 0 || position.account.kind != Account::Kind::key ||
        input.signed_by(PublicKey{position.account.id})) {
      continue;
    }
    if (auto ok = charge_delegation(input, position, command, delta); !ok) return ok;
  }
  return {};
}

Result<void> check_flows(const RuleInput& input, const Coins& coins, const SupplyChange& change) {
  if (auto ok = check_sums(input, coins); !ok) return ok;
  for (const auto& flow : coins.flows) {
    const bool changed = flow.asset == change.asset;
    const Uint128 left = flow.in + (changed ? change.made : 0);
    const Uint128 right = flow.out + (changed ? change.gone : 0);
    if (left != right) {
      const auto difference = left > right ? left - right : right - left;
      return fail(ErrorCode::not_conserved, first_index(flow), figure_of(difference));
    }
  }
  if (change.made != change.gone && coins.flow(change.asset) == nullptr) {
    return fail(ErrorCode::not_conserved, 0, std::max(change.made, change.gone));
  }
  return {};
}

Result<void> check_policies(const RuleInput& input, const Coins& coins,
                            const SupplyChange& change) {
  if (auto ok = check_frozen(input, coins); !ok) return ok;
  if (auto ok = check_transferable(input, coins, change); !ok) return ok;
  return check_minimum_unit(input);
}

Result<std::vector<Holding>> check_coins_enter(const RuleInput& input, const PublicKey& payee,
                                               CommandNumber command, Delta& delta) {
  const auto coins = sum_coins(input);
  if (auto ok = open_coins(input, coins, command, delta); !ok) {
    return std::unexpected(ok.error());
  }
  if (auto ok = check_sums(input, coins); !ok) return std::unexpected(ok.error());
  for (const auto& flow : coins.flows) {
    if (flow.out > flow.in) {
      return fail(ErrorCode::not_conserved, first_index(flow), figure_of(flow.out - flow.in));
    }
  }
  if (auto ok = check_policies(input, coins); !ok) return std::unexpected(ok.error());
  std::vector<Holding> entering;
  for (const auto& flow : coins.flows) {
    const auto amount = static_cast<std::uint64_t>(flow.in - flow.out);
    if (amount == 0) continue;
    const auto* asset = asset_of(input, flow);
    if (!asset->policies.transferable && asset->issuer != payee &&
        given_by(flow, asset->issuer) < amount) {
      return fail(ErrorCode::not_transferable, first_index(flow));
    }
    entering.push_back({flow.asset, amount});
  }
  return entering;
}

Result<void> check_licence(const RuleInput& input, const PublicKey& issuer, AssetKind kind) {
  if (kind != AssetKind::payment) return {};
  const auto* licence = input.registry.get<LicenceEntry>(licence_key(issuer, kind));
  if (licence == nullptr || licence->revoked_ms != 0) return fail(ErrorCode::not_licensed);
  return {};
}

}  // namespace tally::contracts
