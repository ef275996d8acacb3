#include "contracts/transaction.hpp"

#include <algorithm>

#include "base/planted.hpp"
#include "contracts/limits.hpp"
#include "crypto/hash.hpp"

namespace tally::contracts {
namespace {

// The index of the first element that stands earlier too, by comparing sorted positions.
template <typename T, typename Less>
std::optional<std::size_t> first_duplicate(const std::vector<T>& values, Less less) {
  if (values.size() < 2) return std::nullopt;
  std::vector<std::uint32_t> order(values.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](auto a, auto b) { return less(values[a], values[b]); });
  std::optional<std::size_t> first;
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (less(values[order[i - 1]], values[order[i]])) continue;
    if (!first || order[i] < *first) first = order[i];
  }
  return first;
}

// Marks each claimed index; an index twice is claimed_twice, one beyond the end index_out_of_range.
Result<void> claim(std::vector<bool>& claimed, const std::vector<std::uint32_t>& indices,
                   std::size_t command) {
  for (const auto index : indices) {
    if (index >= claimed.size()) return fail(ErrorCode::index_out_of_range, command, index);
    if (claimed[index]) return fail(ErrorCode::claimed_twice, command, index);
    claimed[index] = true;
  }
  return {};
}

Result<void> check_claims(const Transaction& tx) {
  std::vector<bool> inputs(tx.inputs.size());
  std::vector<bool> outputs(tx.outputs.size());
  for (std::size_t i = 0; i < tx.commands.size(); ++i) {
    if (auto ok = claim(inputs, tx.commands[i].inputs, i); !ok) return ok;
    if (auto ok = claim(outputs, tx.commands[i].outputs, i); !ok) return ok;
  }
  const auto free_input = std::find(inputs.begin(), inputs.end(), false);
  if (free_input != inputs.end()) {
    return fail(ErrorCode::unclaimed_input, static_cast<std::size_t>(free_input - inputs.begin()));
  }
  const auto free_output = std::find(outputs.begin(), outputs.end(), false);
  if (free_output != outputs.end()) {
    return fail(ErrorCode::unclaimed_output,
                static_cast<std::size_t>(free_output - outputs.begin()));
  }
  return {};
}

Result<void> check_output(const Output& output, std::size_t index) {
  const Lock* lock = nullptr;
  if (const auto* coin = std::get_if<Coin>(&output)) lock = &coin->lock;
  if (const auto* item = std::get_if<Item>(&output)) lock = &item->lock;
  if (lock != nullptr && !check_lock(*lock)) return fail(ErrorCode::invalid_lock, index);
  if (const auto* coin = std::get_if<Coin>(&output); coin != nullptr && coin->amount == 0) {
    return fail(ErrorCode::amount_zero, index);
  }
  return {};
}

Result<void> check_signers(const Transaction& tx) {
  if (tx.signers.size() > kSignersMax) {
    return fail(ErrorCode::too_many_signers, kSignersMax, kSignersMax);
  }
  if (const auto twice = first_duplicate(tx.signers, std::less<>{})) {
    return fail(ErrorCode::duplicate_signer, *twice);
  }
  return {};
}

Result<void> check_inputs(const Transaction& tx) {
  if (tx.inputs.size() > kInputsMax)
    return fail(ErrorCode::too_many_inputs, kInputsMax, kInputsMax);
  const auto by_number = [](const Input& a, const Input& b) { return a.number < b.number; };
  if (const auto twice = first_duplicate(tx.inputs, by_number)) {
    return fail(ErrorCode::duplicate_input, *twice);
  }
  const auto by_outpoint = [](const Input& a, const Input& b) { return a.outpoint < b.outpoint; };
  if (const auto twice = first_duplicate(tx.inputs, by_outpoint)) {
    return fail(ErrorCode::duplicate_input, *twice);
  }
  if (tx.references.size() > kReferencesMax) {
    return fail(ErrorCode::too_many_references, kReferencesMax, kReferencesMax);
  }
  const auto by_key = [](const Reference& a, const Reference& b) { return a.key < b.key; };
  if (const auto twice = first_duplicate(tx.references, by_key)) {
    return fail(ErrorCode::duplicate_reference, *twice);
  }
  return {};
}

}  // namespace

Txid txid(const NetworkId& network_id, ByteView body_bytes) {
  static const crypto::TaggedHasher hasher("tally/tx");
  constexpr std::size_t kLastField = 34;  // the note's hash, if there is one
  if (PLANTED(txid_leaves_out_a_field) && body_bytes.size() > kLastField) {
    body_bytes = body_bytes.first(body_bytes.size() - kLastField);
  }
  return {hasher({network_id.view(), body_bytes})};
}

Result<void> check_shape(const Transaction& tx, const NetworkId& network_id) {
  if (tx.version != kTransactionVersion) return fail(ErrorCode::unknown_version, 0, tx.version);
  if (tx.network_id != network_id && !PLANTED(network_not_checked)) {
    return fail(ErrorCode::wrong_network);
  }
  if (auto ok = check_signers(tx); !ok) return ok;
  if (tx.idempotency_key.size() > kIdempotencyKeyBytesMax) {
    return fail(ErrorCode::idempotency_key_length, 0, kIdempotencyKeyBytesMax);
  }
  if (auto ok = check_inputs(tx); !ok) return ok;
  if (tx.commands.empty()) return fail(ErrorCode::no_commands);
  if (tx.commands.size() > kCommandsMax) {
    return fail(ErrorCode::too_many_commands, kCommandsMax, kCommandsMax);
  }
  if (tx.outputs.size() > kOutputsMax) {
    return fail(ErrorCode::too_many_outputs, kOutputsMax, kOutputsMax);
  }
  if (auto ok = check_claims(tx); !ok) return ok;
  for (std::size_t i = 0; i < tx.outputs.size(); ++i) {
    if (auto ok = check_output(tx.outputs[i], i); !ok) return ok;
  }
  if (!tx.signers.empty()) return {};
  for (std::size_t i = 0; i < tx.commands.size(); ++i) {
    if (!std::holds_alternative<OrderTimeout>(tx.commands[i].body) &&
        !std::holds_alternative<CaseAdvance>(tx.commands[i].body)) {
      return fail(ErrorCode::signerless_command, i);
    }
  }
  return {};
}

}  // namespace tally::contracts
