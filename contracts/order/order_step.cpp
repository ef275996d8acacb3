#include "contracts/order/order_step.hpp"

#include <algorithm>

#include "base/planted.hpp"

namespace tally::contracts {
namespace {

const Order* living_order(const OrderOutcome& outcome) {
  return ended(outcome.state) ? nullptr : &std::get<Order>(outcome.outputs.front());
}

void note_time(OrderEntry& entry, OrderState state, std::uint64_t time_ms) {
  switch (state) {
    case OrderState::offered:
      entry.offered_ms = time_ms;
      break;
    case OrderState::funded:
      entry.funded_ms = time_ms;
      break;
    case OrderState::accepted:
      entry.accepted_ms = time_ms;
      if (entry.funded_ms == 0) entry.funded_ms = time_ms;  // Accepted at once.
      break;
    case OrderState::shipped:
      entry.shipped_ms = time_ms;
      break;
    case OrderState::delivered:
      entry.delivered_ms = time_ms;
      break;
    case OrderState::disputed:
      entry.disputed = true;
      break;
    case OrderState::released:
    case OrderState::refunded:
    case OrderState::withdrawn:
    case OrderState::expired:
    case OrderState::split:
      entry.ended_ms = time_ms;
      break;
  }
}

void write_entry(const RuleInput& input, const OrderId& id, OrderEntry entry,
                 const OrderOutcome& outcome, bool timed_out, Delta& delta) {
  entry.state = outcome.state;
  note_time(entry, outcome.state, input.block.time_ms);
  if (const auto* order = living_order(outcome)) {
    const auto index = input.outputs.front().index;
    entry.buyer = order->buyer;
    entry.deadline_active_ms = input.block.active_ms + period_ms(order->terms, outcome.state);
    entry.output_number = input.first_output_number + index;
    entry.outpoint = {input.txid, index};
  } else {
    entry.deadline_active_ms = 0;
    entry.timed_out = timed_out;
  }
  delta.writes.push_back({order_key(id), std::move(entry)});
}

// The asset's entry as this delta leaves it, for one more change; null if there is no such asset,
// which the invariants then find. So they do if a sum wraps: a rule on the way out refuses nothing.
AssetEntry* change_asset(const RuleInput& input, const AssetId& asset, Delta& delta) {
  const auto key = asset_key(asset);
  auto found = std::ranges::find(delta.writes, key, &RegistryWrite::key);
  if (found == delta.writes.end()) {
    const auto* entry = input.registry.get<AssetEntry>(key);
    if (entry == nullptr) return nullptr;
    delta.writes.push_back({key, *entry});
    found = std::prev(delta.writes.end());
  }
  return &std::get<AssetEntry>(found->entry);
}

void write_loyalty(const RuleInput& input, const Order* before, const OrderOutcome& outcome,
                   Delta& delta) {
  const bool was_reserved = before != nullptr && before->loyalty_reserved;
  const auto* after = living_order(outcome);
  const bool is_reserved = after != nullptr && after->loyalty_reserved;
  if (was_reserved == is_reserved) return;
  const auto& reward = *(is_reserved ? after : before)->terms.loyalty;
  auto* asset = change_asset(input, reward.asset, delta);
  if (asset == nullptr) return;
  if (is_reserved) {
    asset->reserved += reward.amount;
  } else {
    asset->reserved -= PLANTED(leak_of_a_reservation) ? 0 : reward.amount;
    if (outcome.minted) asset->issued += reward.amount;
  }
}

void write_items(const RuleInput& input, const Order& order, Delta& delta) {
  for (const auto& line : order.terms.lines) {
    const auto key = item_key(line.gs1_key);
    const auto* entry = input.registry.get<ItemEntry>(key);
    if (entry == nullptr) continue;
    auto item = *entry;
    count_owner(item, true);
    delta.writes.push_back({key, std::move(item)});
  }
}

}  // namespace

Result<OrderStep> first_order(const RuleInput& input) {
  if (input.inputs.empty()) return fail(ErrorCode::claim_count, 0, 1);
  const auto& claimed = input.inputs.front();
  const auto* order = std::get_if<Order>(claimed.output);
  if (order == nullptr) return fail(ErrorCode::claim_type, claimed.index);
  const auto* entry = input.registry.get<OrderEntry>(order_key(order->id));
  if (entry == nullptr) return fail(ErrorCode::order_unknown, claimed.index);
  return OrderStep{*order, *entry, claimed.index};
}

Result<OrderStep> only_order(const RuleInput& input) {
  if (input.inputs.size() > 1) return fail(ErrorCode::claim_count, input.inputs.front().index, 1);
  return first_order(input);
}

Result<void> before_deadline(const RuleInput& input, const OrderStep& step) {
  if (input.block.active_ms >= step.entry.deadline_active_ms) {
    return fail(ErrorCode::order_deadline_passed, step.index, step.entry.deadline_active_ms);
  }
  return {};
}

Result<void> expect_outputs(std::span<const ClaimedOutput> claimed,
                            std::span<const Output> expected) {
  for (std::size_t i = 0; i < claimed.size(); ++i) {
    if (i >= expected.size() || *claimed[i].output != expected[i]) {
      return fail(ErrorCode::order_outputs_mismatch, claimed[i].index, expected.size());
    }
  }
  if (claimed.size() < expected.size()) {
    return fail(ErrorCode::order_outputs_mismatch, claimed.empty() ? 0 : claimed.back().index + 1,
                expected.size());
  }
  return {};
}

Delta outcome_writes(const RuleInput& input, const Order* before, OrderEntry entry,
                     const OrderOutcome& outcome, bool timed_out) {
  Delta delta;
  const auto& order = before != nullptr ? *before : *living_order(outcome);
  write_entry(input, order.id, std::move(entry), outcome, timed_out, delta);
  for (const auto& burned : outcome.burned) {
    if (auto* asset = change_asset(input, burned.asset, delta)) asset->burned += burned.amount;
  }
  write_loyalty(input, before, outcome, delta);
  if (outcome.sold) write_items(input, order, delta);
  return delta;
}

Result<Delta> settle(const RuleInput& input, const OrderStep& step, const OrderOutcome& outcome,
                     bool timed_out) {
  if (auto ok = expect_outputs(input.outputs, outcome.outputs); !ok) {
    return std::unexpected(ok.error());
  }
  return outcome_writes(input, &step.order, step.entry, outcome, timed_out);
}

}  // namespace tally::contracts
