#include "story/purse.hpp"

#include <stdexcept>

#include <fmt/format.h>

namespace tally::story {

using namespace contracts;

void Purse::settled(const Signed& transaction, OutputNumber first_output_number) {
  for (const auto& input : transaction.transaction.inputs) outputs_.erase(input.number);
  std::uint32_t index = 0;
  for (const auto& output : transaction.transaction.outputs) {
    add({first_output_number + index, {transaction.txid, index}, output});
    ++index;
  }
}

void Purse::add(Owned owned) { outputs_.insert_or_assign(owned.number, std::move(owned)); }

Owned Purse::coin(std::string_view owner, const AssetId& asset, std::uint64_t amount_min) const {
  const Lock lock = KeyLock{key_of(owner)};
  const Owned* best = nullptr;
  std::uint64_t amount = 0;
  for (const auto& [number, owned] : outputs_) {
    const auto* coin = std::get_if<Coin>(&owned.output);
    if (coin == nullptr || coin->asset != asset || coin->lock != lock) continue;
    if (coin->amount < amount_min || (best != nullptr && coin->amount >= amount)) continue;
    best = &owned;
    amount = coin->amount;
  }
  if (best == nullptr) throw std::runtime_error(fmt::format("{} has no such coin", owner));
  return *best;
}

Owned Purse::item(std::string_view owner, std::string_view gs1_key) const {
  const Lock lock = KeyLock{key_of(owner)};
  for (const auto& [number, owned] : outputs_) {
    const auto* item = std::get_if<Item>(&owned.output);
    if (item != nullptr && item->gs1_key == gs1_key && item->lock == lock) return owned;
  }
  throw std::runtime_error(fmt::format("{} does not own {}", owner, gs1_key));
}

Owned Purse::order(const OrderId& id) const {
  for (const auto& [number, owned] : outputs_) {
    const auto* order = std::get_if<Order>(&owned.output);
    if (order != nullptr && order->id == id) return owned;
  }
  throw std::runtime_error("the order is not there");
}

Owned Purse::grant(const Txid& txid) const {
  for (const auto& [number, owned] : outputs_) {
    if (std::holds_alternative<Grant>(owned.output) && owned.outpoint.txid == txid) return owned;
  }
  throw std::runtime_error("the grant is not there");
}

std::uint64_t Purse::balance(std::string_view owner, const AssetId& asset) const {
  const Lock lock = KeyLock{key_of(owner)};
  std::uint64_t sum = 0;
  for (const auto& [number, owned] : outputs_) {
    const auto* coin = std::get_if<Coin>(&owned.output);
    if (coin != nullptr && coin->asset == asset && coin->lock == lock) sum += coin->amount;
  }
  return sum;
}

}  // namespace tally::story
