#include "fuzz/support/samples.hpp"

#include "client/development.hpp"
#include "codec/genesis.hpp"
#include "crypto/schnorr.hpp"
#include "fuzz/support/values.hpp"

namespace tally::fuzz {
namespace {

// Bytes that make every choice once in a while; the same at each run.
Bytes sample_bytes(std::size_t count, std::uint64_t seed) {
  Bytes out;
  for (std::size_t i = 0; i < count; ++i) {
    seed = seed * 6'364'136'223'846'793'005u + 1'442'695'040'888'963'407u;
    out.push_back(static_cast<std::uint8_t>(seed >> 56) & 0x7f);
  }
  return out;
}

// The alternative at `index` of a variant, filled.
template <typename V>
V alternative(std::size_t index, std::uint64_t seed) {
  auto bytes = sample_bytes(400, seed);
  bytes[0] = static_cast<std::uint8_t>(index);
  Input input(bytes);
  return make<V>(input);
}

contracts::NetworkId development_network() {
  return contracts::network_id(codec::encode_genesis(client::development_genesis()));
}

contracts::PublicKey key_of(std::string_view name) {
  return crypto::public_key(client::development_key(name));
}

}  // namespace

std::vector<contracts::Transaction> sample_transactions() {
  std::vector<contracts::Transaction> out;
  for (std::size_t i = 0; i < std::variant_size_v<contracts::CommandAlternatives>; ++i) {
    contracts::Transaction tx;
    tx.version = contracts::kTransactionVersion;
    tx.network_id = development_network();
    tx.signers = {key_of("ana")};
    tx.valid_until_ms = 1'790'000'600'000;
    tx.inputs.push_back({7, {contracts::Txid{Hash32{9}}, 1}, std::nullopt});
    tx.outputs.push_back(alternative<contracts::Output>(i % 4, i));
    tx.commands.push_back({{0}, {0}, alternative<contracts::CommandBody>(i, i + 100)});
    if (i % 3 == 0) tx.idempotency_key = {1, 2, 3};
    if (i % 5 == 0) tx.references.push_back({contracts::member_key(key_of("bo"))});
    out.push_back(std::move(tx));
  }
  return out;
}

codec::SignedTransaction sample_payment() {
  contracts::Transaction tx;
  tx.version = contracts::kTransactionVersion;
  tx.network_id = development_network();
  tx.signers = {key_of("ana")};
  tx.valid_until_ms = 1'790'000'600'000;
  tx.inputs.push_back({7, {contracts::Txid{Hash32{9}}, 1}, std::nullopt});
  const contracts::AssetId asset{Hash32{5}};
  tx.outputs.push_back(contracts::Coin{asset, 60, contracts::KeyLock{key_of("bo")}});
  tx.outputs.push_back(contracts::Coin{asset, 40, contracts::KeyLock{key_of("ana")}});
  tx.commands.push_back({{0}, {0, 1}, contracts::AssetTransfer{}});
  codec::SignedTransaction out{codec::encode_body(tx), {}};
  const auto id = contracts::txid(tx.network_id, out.body);
  const auto signature = crypto::sign(client::development_key("ana"), id.bytes);
  out.witnesses.emplace_back(signature.bytes.begin(), signature.bytes.end());
  return out;
}

std::vector<contracts::RegistryEntry> sample_entries() {
  std::vector<contracts::RegistryEntry> out;
  for (std::size_t i = 0; i < contracts::kRegistryKinds; ++i) {
    out.push_back(alternative<contracts::RegistryEntry>(i, i + 7));
  }
  return out;
}

codec::Block sample_block() {
  codec::Block block;
  block.header.height = 3;
  block.header.time_ms = 1'790'000'000'000;
  const auto payment = sample_payment();
  codec::SettledRecord settled{payment.body, payment.witnesses, {}};
  for (auto& entry : sample_entries()) {
    settled.writes.push_back({{kind_of(entry), Hash32{1}}, std::move(entry)});
  }
  block.outcomes.emplace_back(std::move(settled));
  block.outcomes.emplace_back(codec::RejectedRecord{contracts::Txid{Hash32{4}},
                                                    {contracts::ErrorCode::already_spent, 1, 2},
                                                    key_of("ana"),
                                                    {1, 2},
                                                    1'790'000'600'000});
  block.header.settled_count = 1;
  block.header.rejected_count = 1;
  return block;
}

}  // namespace tally::fuzz
