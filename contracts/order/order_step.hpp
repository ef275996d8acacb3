// What the order rules share: finding the order that a command spends, holding what it makes
// against order_flow.hpp, and the writes that follow from an outcome.
#pragma once

#include <cstdint>
#include <span>

#include "contracts/order/order_flow.hpp"
#include "contracts/rule.hpp"

namespace tally::contracts {

/// An order as a step finds it; views into the rule's input.
struct OrderStep {
  const Order& order;
  const OrderEntry& entry;
  std::uint32_t index;  ///< Of the input that spends it.
};

/// The order that the first claimed input spends. Errors in precedence order: claim_count (there is
/// no input), claim_type, order_unknown (it has no entry). The index is the input's.
[[nodiscard]] Result<OrderStep> first_order(const RuleInput& input);
/// The same for a command that claims this one input alone; else claim_count (figure: 1).
[[nodiscard]] Result<OrderStep> only_order(const RuleInput& input);

/// The step must come before the deadline of the order's state, or order_deadline_passed (figure:
/// the deadline in active time).
[[nodiscard]] Result<void> before_deadline(const RuleInput& input, const OrderStep& step);

/// The claimed outputs are exactly these, in this order, or order_outputs_mismatch. Index: the
/// first in the transaction that differs or is too many, else one past the last claimed; figure:
/// how many the terms give.
[[nodiscard]] Result<void> expect_outputs(std::span<const ClaimedOutput> claimed,
                                          std::span<const Output> expected);

/// What an outcome writes, in this order: the order's entry; the assets that it burns, reserves,
/// mints or no longer reserves; the items that it sells, in the order of the lines, with an owner
/// more. `before` is the order that was spent, null for an offer, and `entry` its entry till now.
/// An order that lives on is the first claimed output. `timed_out`: by a deadline, without a
/// signature.
[[nodiscard]] Delta outcome_writes(const RuleInput& input, const Order* before, OrderEntry entry,
                                   const OrderOutcome& outcome, bool timed_out);

/// The common end of a rule: expect_outputs of all that is claimed, then outcome_writes.
[[nodiscard]] Result<Delta> settle(const RuleInput& input, const OrderStep& step,
                                   const OrderOutcome& outcome, bool timed_out = false);

}  // namespace tally::contracts
