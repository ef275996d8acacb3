#include "contracts/order/order_dispute.hpp"

#include "unit/contracts/order/order_case.hpp"

namespace tally::contracts::order_case {
namespace {

Case unsigned_case() {
  const auto order = order_at(OrderState::delivered);
  auto c = order_step(order, OrderDispute{hash_of("why")}, step_outcome(disputed_order(order)));
  c.registry.at<ItemEntry>(item_key(kWatch)).challenges.emplace_back();
  return c;
}
Case valid() { return unsigned_case().sign("buyer"); }

TEST(OrderDispute, IsForEitherPartyAndStartsTheLastClock) {
  for (const auto* party : {"buyer", "seller"}) {
    const auto c = unsigned_case().sign(party);
    const auto entry = entry_after(c, order_at(OrderState::disputed), 6 * kHourMs);
    expect_writes(c, {{order_key(order_at(OrderState::delivered).id), entry}});
  }
}

TEST(OrderDispute, RefusesInPrecedenceOrder) {
  run_table(
      valid,
      step_rows(OrderState::disputed,
                {{"no party has signed", [](Case& c) { c.tx.signers = {carrier()}; },
                  ErrorCode::order_party},
                 {"the policy holds",
                  [](Case& c) { c.registry.at<ItemEntry>(item_key(kWatch)).challenges.clear(); },
                  ErrorCode::order_policy_holds}}));
}

TEST(OrderDispute, IsNeverTooLate) { expect_no_deadline(valid()); }

}  // namespace
}  // namespace tally::contracts::order_case
