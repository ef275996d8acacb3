// Sign-in by challenge: an account's key signs what the node asks, and gets a session for a while.
//
// A challenge costs the node no memory, so asking for millions of them gains nothing: its nonce
// carries a MAC that only this process can make, and what is remembered (that it was redeemed, its
// session) needs a valid signature. The signed digest names network, account, nonce, expiry and
// host: it is good for nothing else, and a fake site's challenge is for another host.
//
//   nonce  = random(16) mac(16)
//   mac    = first 16 bytes of HMAC-SHA-256(process secret, account(32) expires_ms(8) random(16))
//   digest = tagged_hash("tally/sign-in", network_id(32) account(32) nonce(32) expires_ms(8) host)
//   text   = "tallys_" hex(secret(32)); kept as tagged_hash("tally/session", secret)
//
// Everything is in memory: a restart ends all sessions. Threads: all calls from any thread.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "crypto/random.hpp"
#include "crypto/schnorr.hpp"
#include "custody/error.hpp"

namespace tally::custody {

struct SessionLimits {
  std::uint64_t challenge_ms = 2 * 60 * 1000;
  std::uint64_t session_ms = 30 * 60 * 1000;
  std::size_t per_account_max = 16;  // one more ends the account's oldest
  std::size_t sessions_max = 100'000;
  // Of one address. Sign-ins are counted for as long as their challenges are remembered.
  std::size_t per_peer_max = 1'024;
  std::size_t sign_ins_per_peer_max = 4'096;
};

/// What a client signs, and sends back with its signature.
struct Challenge {
  crypto::PublicKey account;
  Hash32 nonce{};
  std::uint64_t expires_ms = 0;  // wall clock
  Hash32 digest{};               // what is signed
};

struct Session {
  crypto::PublicKey account;
  std::uint64_t expires_ms = 0;  // wall clock, for people; the monotonic clock decides
};

struct NewSession {
  Session session;
  crypto::SecretBytes text;  // ASCII; exists here and with the client only
};

/// Who signs in, as the node sees it: anybody can have many keys, so strangers make way.
struct SignsIn {
  std::string peer;     ///< its address (http::Request::peer)
  bool member = false;  ///< a member answers for the account, or it is an operator
};

/// What the account's key signs; for clients too, which compute it themselves.
[[nodiscard]] Hash32 sign_in_digest(const Hash32& network_id, const crypto::PublicKey& account,
                                    const Hash32& nonce, std::uint64_t expires_ms,
                                    std::string_view host);

class Sessions {
 public:
  /// `host` is the name under which clients reach the node. `clock` outlives this.
  Sessions(const Clock& clock, const Hash32& network_id, std::string host,
           const SessionLimits& limits = {});

  /// A challenge for any account; whether it may sign in is the caller's matter.
  [[nodiscard]] Challenge challenge(const crypto::PublicKey& account) const;

  /// Where there is no room a stranger's oldest session ends: the address's, at its bound, or that
  /// of any. Errors: wrong_signature (also: the challenge is not of this process), expired,
  /// already_used, too_many (the address's sign-ins, sign-ins or members' sessions in all;
  /// strangers have half of all sign-ins).
  [[nodiscard]] std::expected<NewSession, Error> redeem(const crypto::PublicKey& account,
                                                        const Hash32& nonce,
                                                        std::uint64_t expires_ms,
                                                        const crypto::Signature& signature,
                                                        const SignsIn& who = {});

  /// The session with this text. Errors: not_found (also when it has ended).
  [[nodiscard]] std::expected<Session, Error> authenticate(std::string_view text);

  /// Ends a session. Errors: not_found.
  [[nodiscard]] std::expected<void, Error> end(std::string_view text);

  [[nodiscard]] std::size_t size() const;

 private:
  using Expiry = std::pair<std::uint64_t, Hash32>;  // monotonic ms, and what expires then
  struct Live {
    Session session;
    std::uint64_t ends_ms = 0;  // monotonic
    SignsIn who;
  };
  // What an address has: its sessions, oldest first, and its sign-ins.
  struct Peer {
    std::set<Expiry> strangers;
    std::set<Expiry> members;
    std::size_t sign_ins = 0;
  };
  [[nodiscard]] bool may_sign_in(const SignsIn& who) const;
  [[nodiscard]] bool make_room(const SignsIn& who);
  [[nodiscard]] std::set<Expiry>& sessions_of(const SignsIn& who);
  void forget_idle(const std::string& peer);
  [[nodiscard]] Hash32 nonce_of(const crypto::PublicKey& account, std::uint64_t expires_ms,
                                ByteView random) const;
  void sweep();
  void forget(const Hash32& digest);

  const Clock& clock_;
  const Hash32 network_id_;
  const std::string host_;
  const SessionLimits limits_;
  crypto::SecretBytes secret_;
  mutable std::mutex mutex_;
  std::unordered_map<Hash32, Live, IdHash> live_;  // by the session's digest
  std::set<Expiry> endings_;
  std::set<Expiry> strangers_;  // those of them that are no member's
  std::unordered_map<std::string, Peer> peers_;
  std::unordered_map<crypto::PublicKey, std::vector<Hash32>, IdHash> by_account_;  // oldest first
  std::map<Hash32, SignsIn> redeemed_;                                             // by nonce
  std::size_t redeemed_by_strangers_ = 0;
  std::set<Expiry> redeemed_endings_;
};

}  // namespace tally::custody
