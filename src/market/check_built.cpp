#include "market/check_built.hpp"

#include <algorithm>

namespace tally::market {
namespace {

contracts::Output without_reserve(contracts::Output output) {
  if (auto* order = std::get_if<contracts::Order>(&output)) order->loyalty_reserved = false;
  return output;
}

bool is_change(const contracts::Output& output, const std::vector<contracts::Account>& change_to) {
  const auto* coin = std::get_if<contracts::Coin>(&output);
  return coin != nullptr &&
         std::ranges::find(change_to, contracts::account_of(coin->lock)) != change_to.end();
}

bool same_references(const contracts::Transaction& tx, const Expectation& expected) {
  std::vector<contracts::RegistryKey> found;
  for (const auto& reference : tx.references) found.push_back(reference.key);
  auto wanted = expected.references;
  std::ranges::sort(found);
  std::ranges::sort(wanted);
  return found == wanted;
}

std::optional<std::size_t> first_other_command(const contracts::Transaction& tx,
                                               const Expectation& expected) {
  const auto count = std::max(tx.commands.size(), expected.commands.size());
  for (std::size_t i = 0; i < count; ++i) {
    if (i >= tx.commands.size() || i >= expected.commands.size() ||
        tx.commands[i].body != expected.commands[i]) {
      return i;
    }
  }
  return std::nullopt;
}

std::expected<void, BuiltMismatch> check_outputs(const contracts::Transaction& tx,
                                                 const Expectation& expected) {
  std::vector<bool> seen(expected.outputs.size());
  for (std::size_t i = 0; i < tx.outputs.size(); ++i) {
    const auto output = without_reserve(tx.outputs[i]);
    bool matched = false;
    for (std::size_t k = 0; k < seen.size() && !matched; ++k) {
      if (seen[k] || output != without_reserve(expected.outputs[k])) continue;
      seen[k] = matched = true;
    }
    if (!matched && !is_change(output, expected.change_to)) {
      return std::unexpected(BuiltMismatch{BuiltFault::output_unexpected, i});
    }
  }
  const auto missing = std::ranges::find(seen, false);
  if (missing == seen.end()) return {};
  return std::unexpected(
      BuiltMismatch{BuiltFault::output_missing, static_cast<std::size_t>(missing - seen.begin())});
}

}  // namespace

std::expected<void, BuiltMismatch> check_built(const contracts::Transaction& tx,
                                               const Expectation& expected) {
  const auto refuse = [](BuiltFault fault, std::size_t index = 0) {
    return std::unexpected(BuiltMismatch{fault, index});
  };
  if (!contracts::check_shape(tx, expected.network_id)) return refuse(BuiltFault::shape);
  if (tx.signers != expected.signers) return refuse(BuiltFault::signers);
  if (tx.valid_until_ms > expected.valid_until_ms_max) return refuse(BuiltFault::validity);
  if (tx.idempotency_key != expected.idempotency_key) return refuse(BuiltFault::idempotency_key);
  if (tx.note_hash != expected.note_hash) return refuse(BuiltFault::note);
  if (!same_references(tx, expected)) return refuse(BuiltFault::references);
  if (const auto other = first_other_command(tx, expected)) {
    return refuse(BuiltFault::commands, *other);
  }
  for (std::size_t i = 0; expected.spendable && i < tx.inputs.size(); ++i) {
    const auto& allowed = *expected.spendable;
    if (std::ranges::find(allowed, tx.inputs[i].outpoint) == allowed.end()) {
      return refuse(BuiltFault::foreign_input, i);
    }
  }
  return check_outputs(tx, expected);
}

Expectation expect_payment(const contracts::NetworkId& network_id, const contracts::PublicKey& me,
                           std::vector<contracts::Coin> payments,
                           std::uint64_t valid_until_ms_max) {
  Expectation out;
  out.network_id = network_id;
  out.signers = {me};
  out.valid_until_ms_max = valid_until_ms_max;
  out.commands = {contracts::AssetTransfer{}};
  for (auto& coin : payments) out.outputs.emplace_back(std::move(coin));
  out.change_to = {contracts::account_of(me)};
  return out;
}

}  // namespace tally::market
