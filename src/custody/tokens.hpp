// API tokens: random, shown once, stored hashed, scoped, expiring, revocable.
//
//   text   = "tally_" hex(id(8) secret(32))
//   record = crc32c(4) digest(32) principal(32) scopes(4) created_ms(8) expires_ms(8) revoked_ms(8)
//            label(0..64)                                       under the id, in "tokens"
//   digest = tagged_hash("tally/api-token", id ‖ secret)
//
// The id finds the record; the digest is compared in constant time. A secret of 256 bits needs no
// slow hash. The prefix lets scanners of source code recognise a leaked token.
//
// Threads: all calls from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/random.hpp"
#include "crypto/schnorr.hpp"
#include "custody/error.hpp"
#include "custody/scope.hpp"
#include "storage/store.hpp"

namespace tally::custody {

inline constexpr std::size_t kTokensPerPrincipalMax = 64;
inline constexpr std::size_t kTokensMax = 100'000;
inline constexpr std::size_t kTokensPurgedMax = 4'096;
inline constexpr std::uint64_t kTokenLifeMsMax = std::uint64_t{400} * 24 * 3600 * 1000;

/// Names a token; no secret.
using TokenId = std::array<std::uint8_t, 8>;

struct TokenRequest {
  crypto::PublicKey principal;  // an account, or an agent that acts for one
  ScopeSet scopes;              // not empty
  std::string label;            // for people; see is_label()
  std::uint64_t expires_ms = 0;
};

struct Token {
  TokenId id{};
  crypto::PublicKey principal;
  ScopeSet scopes;
  std::string label;
  std::uint64_t created_ms = 0;
  std::uint64_t expires_ms = 0;
  std::uint64_t revoked_ms = 0;  // 0: it is not
  bool operator==(const Token&) const = default;
};

struct IssuedToken {
  Token token;
  crypto::SecretBytes text;  // ASCII; exists here and with its principal only
};

class Tokens {
 public:
  /// `store` is custody's (custody_store.hpp) and outlives this.
  explicit Tokens(storage::Store& store) : store_(store) {}

  /// Errors: invalid (no scope, label, or a life of 0 or over kTokenLifeMsMax), too_many (live ones
  /// of the principal), full (in all; dead ones count until purge()), those of storage. At the
  /// principal's bound its dead ones are forgotten.
  [[nodiscard]] std::expected<IssuedToken, Error> issue(const TokenRequest& request,
                                                        std::uint64_t now_ms);

  /// The token with this text. Errors: not_found (also for text of another form), revoked, expired,
  /// busy, corrupt, io.
  [[nodiscard]] std::expected<Token, Error> authenticate(std::string_view text,
                                                         std::uint64_t now_ms) const;

  /// The principal's tokens, by id; those that are revoked or expired too. Errors: busy, corrupt,
  /// io.
  [[nodiscard]] std::expected<std::vector<Token>, Error> list(
      const crypto::PublicKey& principal) const;

  /// Errors: not_found, those of storage. Once revoked it stays so; the first time counts.
  [[nodiscard]] std::expected<void, Error> revoke(const TokenId& id, std::uint64_t now_ms);

  /// Forgets tokens that expired or were revoked before `before_ms`, kTokensPurgedMax at most;
  /// returns how many. Errors: those of storage.
  [[nodiscard]] std::expected<std::size_t, Error> purge(std::uint64_t before_ms);

 private:
  storage::Store& store_;
};

}  // namespace tally::custody
