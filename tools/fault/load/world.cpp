#include "fault/load/world.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "client/development.hpp"
#include "crypto/hash.hpp"

namespace tally::fault {
namespace {

using namespace contracts;

// Pools are bounded: what comes on top is left lying, as people leave things lying.
constexpr std::size_t kPoolMax = 4'000;
constexpr unsigned kAbandonedPct = 50;  // of orders that are in a hurry, at each step

template <typename T>
void put(std::vector<T>& pool, T value) {
  if (pool.size() < kPoolMax) pool.push_back(std::move(value));
}

Input input_of(const Place& at, const std::optional<Hash32>& preimage = {}) {
  return {at.number, {at.txid, at.index}, preimage};
}

}  // namespace

void Plan::sign(const std::string& name) {
  if (std::ranges::find(signers, name) == signers.end()) signers.push_back(name);
}

void Plan::spend(const HeldCoin& coin) {
  inputs.push_back(input_of(coin.at, coin.opening.preimage));
  for (const auto& name : coin.opening.signers) sign(name);
  spent.emplace_back(coin);
}

void Plan::spend(const HeldItem& item) {
  inputs.push_back(input_of(item.at, item.opening.preimage));
  for (const auto& name : item.opening.signers) sign(name);
  spent.emplace_back(item);
}

void Plan::spend(const HeldGrant& grant) {
  inputs.push_back(input_of(grant.at));
  sign(grant.owner);
  spent.emplace_back(grant);
}

void Plan::spend(const LiveOrder& order) {
  inputs.push_back(input_of(order.at));
  spent.emplace_back(order);
}

World::World(std::uint64_t seed, std::size_t traders_most)
    : random(seed), traders_max(traders_most) {}

World::Person& World::person(const std::string& name) {
  const auto found = people_.find(name);
  if (found != people_.end()) return found->second;
  auto secret = client::development_key(name);
  const auto key = crypto::public_key(secret);
  names_.emplace(key, name);
  return people_.emplace(name, Person{key, std::move(secret)}).first->second;
}

const PublicKey& World::key(const std::string& name) { return person(name).key; }

const crypto::SecretKey& World::secret(const std::string& name) { return person(name).secret; }

const std::string& World::name(const PublicKey& key) const { return names_.at(key); }

std::string World::fresh(std::string_view what) {
  return std::string(what) + "-" + std::to_string(++serial);
}

Hash32 World::hash(std::string_view what) { return crypto::sha256(as_bytes(fresh(what))); }

Lock World::any_lock(const std::string& owner) {
  constexpr std::uint64_t kLongAgoMs = 1'000'000'000'000;
  Lock lock = key_lock(owner);
  Opening opening{{owner}};
  const auto* other = other_trader(owner);
  switch (below(24)) {
    case 0:
      lock = TimeLock{key(owner), kLongAgoMs};
      break;
    case 1: {
      const auto preimage = crypto::sha256(as_bytes(owner));
      lock = HashLock{key(owner), crypto::sha256(preimage)};
      opening.preimage = preimage;
      break;
    }
    case 2:
      if (other == nullptr) break;
      lock = MultiLock{2, {std::min(key(owner), key(*other)), std::max(key(owner), key(*other))}};
      opening.signers.push_back(*other);
      break;
    default:
      break;
  }
  if (!std::holds_alternative<KeyLock>(lock)) openings_.emplace(account_of(lock), opening);
  return lock;
}

const std::string* World::other_trader(const std::string& than) {
  return find(traders, [&](const auto& name) { return name != than; });
}

Opening World::opening(const Lock& lock) const {
  if (const auto* plain = std::get_if<KeyLock>(&lock)) return {{name(plain->key)}};
  return openings_.at(account_of(lock));
}

void World::adopt(const std::vector<Output>& outputs, const Place& first) {
  auto at = first;
  for (const auto& output : outputs) {
    adopt(output, at);
    ++at.index;
    ++at.number;
  }
}

void World::adopt(const Output& output, const Place& at) {
  if (const auto* coin = std::get_if<Coin>(&output)) {
    const bool plain = std::holds_alternative<KeyLock>(coin->lock);
    put(coins, HeldCoin{at, coin->asset, coin->amount, opening(coin->lock), plain});
  } else if (const auto* item = std::get_if<Item>(&output)) {
    put(items, HeldItem{at, item->gs1_key, opening(item->lock), item->lock});
  } else if (const auto* order = std::get_if<Order>(&output)) {
    adopt(LiveOrder{at, *order});
  } else {
    put(grants, HeldGrant{at, name(std::get<Grant>(output).owner)});
  }
}

void World::adopt(const LiveOrder& order) {
  const bool hasty = order.order.terms.periods.offer_ms == kOrderStageMsMin;
  put(hasty && chance(kAbandonedPct) ? abandoned : orders, order);
}

void World::put_back(std::vector<Held>& held) {
  for (auto& each : held) {
    std::visit(
        [&](auto& one) {
          using T = std::decay_t<decltype(one)>;
          if constexpr (std::is_same_v<T, HeldCoin>) put(coins, std::move(one));
          if constexpr (std::is_same_v<T, HeldItem>) put(items, std::move(one));
          if constexpr (std::is_same_v<T, HeldGrant>) put(grants, std::move(one));
          if constexpr (std::is_same_v<T, LiveOrder>) put(orders, std::move(one));
          if constexpr (std::is_same_v<T, HeldProfile>) put(profiles, std::move(one));
          if constexpr (std::is_same_v<T, HeldDelegation>) put(delegations, std::move(one));
        },
        each);
  }
  held.clear();
}

}  // namespace tally::fault
