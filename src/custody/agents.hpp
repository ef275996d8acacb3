// Agent keys: ledger keys that the node holds for clients that cannot sign (an ERP, a shop's
// plug-in). What an agent may do stands in the ledger's delegations, not here; a client reaches its
// agent by an API token whose principal is the agent.
//
//   record = crc32c(4) principal(32) created_ms(8) sealed_secret(60) label(0..64)
//                                                  under the agent's public key, in "agents"
//
// Secrets are sealed (crypto/aead.hpp) by the node's agent wrapping key, bound to the public key,
// opened for each signature and wiped after it.
//
// Threads: all calls from any thread.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "crypto/aead.hpp"
#include "crypto/schnorr.hpp"
#include "custody/error.hpp"
#include "storage/store.hpp"

namespace tally::custody {

inline constexpr std::size_t kAgentsPerPrincipalMax = 16;
inline constexpr std::size_t kAgentsMax = 100'000;

struct Agent {
  crypto::PublicKey key;
  crypto::PublicKey principal;  // the account that it acts for
  std::string label;
  std::uint64_t created_ms = 0;
  bool operator==(const Agent&) const = default;
};

class Agents {
 public:
  /// `store` is custody's (custody_store.hpp) and outlives this; `wrapping_key` is copied.
  Agents(storage::Store& store, crypto::AeadKey wrapping_key)
      : store_(store), wrapping_key_(ByteView(wrapping_key)) {}

  /// Makes a new key. Errors: invalid (label), too_many (of the principal), full (in all), those of
  /// storage.
  [[nodiscard]] std::expected<Agent, Error> create(const crypto::PublicKey& principal,
                                                   const std::string& label, std::uint64_t now_ms);

  /// The agent's signature over a txid. Whether the caller may have it is the caller's matter.
  /// Errors: not_found, busy, corrupt (also: sealed by another wrapping key), io.
  [[nodiscard]] std::expected<crypto::Signature, Error> sign(const crypto::PublicKey& agent,
                                                             const Hash32& txid) const;

  /// Errors: not_found, busy, corrupt, io.
  [[nodiscard]] std::expected<Agent, Error> find(const crypto::PublicKey& agent) const;

  /// The principal's agents, by key. Errors: busy, corrupt, io.
  [[nodiscard]] std::expected<std::vector<Agent>, Error> list(
      const crypto::PublicKey& principal) const;

  /// Forgets the key: nothing can be signed with it again. Errors: not_found, those of storage.
  [[nodiscard]] std::expected<void, Error> remove(const crypto::PublicKey& agent);

 private:
  [[nodiscard]] crypto::AeadKey wrapping_key() const {
    return crypto::AeadKey(wrapping_key_.view().data(), 32);
  }

  storage::Store& store_;
  const crypto::SecretBytes wrapping_key_;
};

}  // namespace tally::custody
