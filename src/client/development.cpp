#include "client/development.hpp"

#include "base/check.hpp"
#include "crypto/hash.hpp"

namespace tally::client {

crypto::SecretKey development_key(std::string_view name) {
  auto key =
      crypto::SecretKey::from(crypto::tagged_hash("tally/development-key", {as_bytes(name)}));
  CHECK(key.has_value());  // a hash is out of the group's range once in 2^128
  return std::move(*key);
}

std::vector<std::string_view> development_operators() {
  return {"operator-1", "operator-2", "operator-3"};
}

contracts::Genesis development_genesis() {
  contracts::Genesis genesis;
  genesis.kind = contracts::NetworkKind::development;
  genesis.name = "tallystick development";
  genesis.time_ms = 1'767'225'600'000;  // 2026-01-01T00:00:00Z
  for (const auto name : development_operators()) {
    genesis.operators.push_back(crypto::public_key(development_key(name)));
  }
  std::sort(genesis.operators.begin(), genesis.operators.end());
  genesis.quorum = 2;
  return genesis;
}

}  // namespace tally::client
