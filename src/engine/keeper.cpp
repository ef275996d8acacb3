#include "engine/keeper.hpp"

#include "base/check.hpp"
#include "contracts/limits.hpp"
#include "contracts/order/authenticity.hpp"
#include "contracts/order/order_flow.hpp"

namespace tally::engine {

ledger::Faulty<std::optional<contracts::Transaction>> timeout_transaction(
    ledger::Ledger& ledger, const contracts::OrderId& id, std::uint64_t time_ms) {
  using namespace contracts;
  const auto& registry = ledger.registry();
  const auto* entry = registry.get<OrderEntry>(order_key(id));
  if (ledger.registry_fault()) return std::unexpected(*ledger.registry_fault());
  if (entry == nullptr || ended(entry->state)) return std::optional<Transaction>{};
  const auto stored = ledger.output(entry->output_number);
  if (!stored) return std::unexpected(stored.error());
  const auto& order = std::get<Order>((*stored)->output);

  const bool policy_holds = check_authenticity(order.terms, registry, time_ms).has_value();
  auto outcome = timeout_outcome(order, policy_holds,
                                 asset_facts(order.terms.seller, order.payment, registry));
  if (ledger.registry_fault()) return std::unexpected(*ledger.registry_fault());
  Transaction tx;
  tx.version = kTransactionVersion;
  tx.network_id = ledger.network_id();
  tx.valid_until_ms = time_ms + kValidityMsDefault;
  tx.inputs.push_back({entry->output_number, entry->outpoint, std::nullopt});
  tx.outputs = std::move(outcome.outputs);
  Command command{{0}, {}, OrderTimeout{}};
  for (std::uint32_t i = 0; i < tx.outputs.size(); ++i) command.outputs.push_back(i);
  tx.commands.push_back(std::move(command));
  return tx;
}

}  // namespace tally::engine
