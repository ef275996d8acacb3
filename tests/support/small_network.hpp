// A small network for tests of everything above the rules: the development genesis, people with
// keys, an asset, coins; and transactions signed by them.
#pragma once

#include <gtest/gtest.h>

#include <map>

#include "client/development.hpp"
#include "codec/genesis.hpp"
#include "codec/transaction.hpp"
#include "contracts/asset.hpp"
#include "contracts/limits.hpp"
#include "contracts/transaction.hpp"
#include "crypto/schnorr.hpp"

namespace tally::test {

inline constexpr std::uint64_t kStartMs = 1'790'000'000'000;

inline contracts::PublicKey key(std::string_view name) {
  return crypto::public_key(client::development_key(name));
}

inline Bytes genesis_bytes() { return codec::encode_genesis(client::development_genesis()); }

inline contracts::NetworkId network() { return contracts::network_id(genesis_bytes()); }

/// A transaction of one command that claims every input and output, signed by the named people.
struct Draft {
  contracts::Transaction tx;

  explicit Draft(std::vector<std::string_view> signers, std::uint64_t now_ms = kStartMs)
      : signers_(std::move(signers)) {
    tx.version = contracts::kTransactionVersion;
    tx.network_id = network();
    tx.valid_until_ms = now_ms + contracts::kValidityMsDefault;
    for (const auto name : signers_) tx.signers.push_back(key(name));
  }
  Draft& spend(contracts::OutputNumber number, const contracts::Txid& txid, std::uint32_t index) {
    tx.inputs.push_back({number, {txid, index}, std::nullopt});
    return *this;
  }
  Draft& make(contracts::Output output) {
    tx.outputs.push_back(std::move(output));
    return *this;
  }
  Draft& command(contracts::CommandBody body) {
    contracts::Command command{{}, {}, std::move(body)};
    for (std::uint32_t i = 0; i < tx.inputs.size(); ++i) command.inputs.push_back(i);
    for (std::uint32_t i = 0; i < tx.outputs.size(); ++i) command.outputs.push_back(i);
    tx.commands = {std::move(command)};
    return *this;
  }
  Draft& keyed(std::string_view idempotency_key) {
    const auto bytes = as_bytes(idempotency_key);
    tx.idempotency_key.assign(bytes.begin(), bytes.end());
    return *this;
  }
  [[nodiscard]] codec::SignedTransaction sign() const {
    codec::SignedTransaction out{codec::encode_body(tx), {}};
    const auto id = contracts::txid(tx.network_id, out.body);
    for (const auto name : signers_) {
      const auto signature = crypto::sign(client::development_key(name), id.bytes);
      out.witnesses.emplace_back(signature.bytes.begin(), signature.bytes.end());
    }
    return out;
  }

 private:
  std::vector<std::string_view> signers_;
};

inline contracts::AssetId test_asset() {
  return contracts::asset_id(key("issuer"), *contracts::fold_symbol("TEST"));
}

inline contracts::Coin coin(std::uint64_t amount, std::string_view owner) {
  return {test_asset(), amount, contracts::KeyLock{key(owner)}};
}

inline Draft admit_members(std::vector<std::string_view> names) {
  contracts::MemberAdmit admit;
  for (const auto name : names) admit.keys.push_back(key(name));
  return Draft({"operator-1", "operator-2"}).command(std::move(admit));
}

inline Draft define_test_asset() {
  contracts::AssetDefine define;
  define.issuer = key("issuer");
  define.kind = contracts::AssetKind::utility;
  define.symbol = "TEST";
  define.policies.supply_max = 1'000'000;
  return Draft({"issuer"}).command(std::move(define));
}

inline Draft issue(std::vector<contracts::Coin> coins) {
  Draft draft({"issuer"});
  std::uint64_t total = 0;
  for (auto& coin : coins) {
    total += coin.amount;
    draft.make(std::move(coin));
  }
  return draft.command(contracts::AssetIssue{test_asset(), total});
}

}  // namespace tally::test
