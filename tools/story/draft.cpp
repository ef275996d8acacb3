#include "story/draft.hpp"

#include <fmt/format.h>

#include "contracts/address.hpp"
#include "contracts/limits.hpp"

namespace tally::story {

using namespace contracts;

PublicKey key_of(std::string_view name) {
  return crypto::public_key(client::development_key(name));
}

std::string address_of(std::string_view name) { return address_of(key_of(name)); }

std::string address_of(const PublicKey& key) {
  return encode_address(account_of(key), NetworkKind::development);
}

Draft& Draft::spend(const Owned& owned) {
  tx_.inputs.push_back({owned.number, owned.outpoint, std::nullopt});
  return *this;
}

Draft& Draft::make(Output output) {
  tx_.outputs.push_back(std::move(output));
  return *this;
}

Draft& Draft::command(CommandBody body) {
  Command command{{}, {}, std::move(body)};
  while (inputs_claimed_ < tx_.inputs.size()) command.inputs.push_back(inputs_claimed_++);
  while (outputs_claimed_ < tx_.outputs.size()) command.outputs.push_back(outputs_claimed_++);
  tx_.commands.push_back(std::move(command));
  return *this;
}

Draft& Draft::idempotency_key(std::string_view key) {
  const auto bytes = as_bytes(key);
  tx_.idempotency_key.assign(bytes.begin(), bytes.end());
  return *this;
}

Draft& Draft::valid_until(std::uint64_t time_ms) {
  tx_.valid_until_ms = time_ms;
  return *this;
}

Draft& Draft::network(const NetworkId& network_id) {
  tx_.network_id = network_id;
  return *this;
}

Transaction Draft::transaction(const NetworkId& network_id, std::uint64_t valid_until_ms) const {
  auto tx = tx_;
  tx.version = kTransactionVersion;
  if (tx.network_id.is_zero()) tx.network_id = network_id;
  if (tx.valid_until_ms == 0) tx.valid_until_ms = valid_until_ms;
  for (const auto& name : signers_) tx.signers.push_back(key_of(name));
  return tx;
}

Signed sign(Transaction transaction, const std::vector<std::string>& names) {
  Signed out;
  out.bytes.body = codec::encode_body(transaction);
  out.txid = txid(transaction.network_id, out.bytes.body);
  for (const auto& name : names) {
    const auto signature = crypto::sign(client::development_key(name), out.txid.bytes);
    out.bytes.witnesses.emplace_back(signature.bytes.begin(), signature.bytes.end());
  }
  out.transaction = std::move(transaction);
  return out;
}

std::string money(std::uint64_t minor, std::string_view symbol, int decimals) {
  std::uint64_t unit = 1;
  for (int i = 0; i < decimals; ++i) unit *= 10;
  auto whole = std::to_string(minor / unit);
  for (auto at = static_cast<int>(whole.size()) - 3; at > 0; at -= 3) {
    whole.insert(static_cast<std::size_t>(at), ",");
  }
  if (decimals == 0) return fmt::format("{} {}", whole, symbol);
  return fmt::format("{}.{:0{}} {}", whole, minor % unit, decimals, symbol);
}

}  // namespace tally::story
