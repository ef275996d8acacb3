#include "engine/keeper.hpp"

#include "contracts/authentication/case_flow.hpp"
#include "contracts/limits.hpp"
#include "contracts/order/authenticity.hpp"
#include "contracts/order/order_flow.hpp"

namespace tally::engine {
namespace {

using namespace contracts;

using MaybeTransaction = ledger::Faulty<std::optional<Transaction>>;

// One command by nobody, which claims all inputs and outputs.
Transaction unsigned_transaction(const ledger::Ledger& ledger, const BlockContext& block,
                                 CommandBody body, std::vector<Input> inputs,
                                 std::vector<Output> outputs) {
  Transaction tx;
  tx.version = kTransactionVersion;
  tx.network_id = ledger.network_id();
  tx.valid_until_ms = block.time_ms + kValidityMsDefault;
  tx.inputs = std::move(inputs);
  tx.outputs = std::move(outputs);
  Command command{{}, {}, std::move(body)};
  for (std::uint32_t i = 0; i < tx.inputs.size(); ++i) command.inputs.push_back(i);
  for (std::uint32_t i = 0; i < tx.outputs.size(); ++i) command.outputs.push_back(i);
  tx.commands.push_back(std::move(command));
  return tx;
}

MaybeTransaction time_out(ledger::Ledger& ledger, const OrderEntry& entry,
                          const BlockContext& block) {
  const auto& registry = ledger.registry();
  if (ended(entry.state)) return std::optional<Transaction>{};
  const auto stored = ledger.output(entry.output_number);
  if (!stored) return std::unexpected(stored.error());
  const auto& order = std::get<Order>((*stored)->output);
  const bool policy_holds = check_authenticity(order.terms, registry, block.time_ms).has_value();
  auto outcome = timeout_outcome(order, policy_holds,
                                 asset_facts(order.terms.seller, order.payment, registry));
  return unsigned_transaction(ledger, block, OrderTimeout{},
                              {{entry.output_number, entry.outpoint, std::nullopt}},
                              std::move(outcome.outputs));
}

MaybeTransaction advance(const ledger::Ledger& ledger, const CaseId& id, const CaseEntry& entry,
                         const BlockContext& block) {
  if (entry.state == CaseState::closed) return std::optional<Transaction>{};
  auto outcome = advance_case(ledger.registry(), id, entry, block);
  // Without one the rule says what is wrong.
  if (!outcome) outcome = CaseOutcome{};
  return unsigned_transaction(ledger, block, CaseAdvance{id, entry.state}, {},
                              std::move(outcome->outputs));
}

}  // namespace

MaybeTransaction timeout_transaction(ledger::Ledger& ledger, const RegistryKey& key,
                                     const BlockContext& block) {
  const auto* found = ledger.registry().find(key);
  MaybeTransaction out = std::optional<Transaction>{};
  if (found != nullptr) {
    if (const auto* order = std::get_if<OrderEntry>(found)) {
      out = time_out(ledger, *order, block);
    } else if (const auto* entry = std::get_if<CaseEntry>(found)) {
      out = advance(ledger, CaseId{key.id}, *entry, block);
    }
  }
  if (ledger.registry_fault()) return std::unexpected(*ledger.registry_fault());
  return out;
}

}  // namespace tally::engine
