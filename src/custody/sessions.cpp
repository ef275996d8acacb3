#include "custody/sessions.hpp"

#include <algorithm>

#include "crypto/hash.hpp"
#include "custody/secret_text.hpp"

namespace tally::custody {
namespace {

constexpr std::string_view kPrefix = "tallys_";
constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kRandomBytes = 16;

Hash32 digest_of(ByteView secret) {
  static const crypto::TaggedHasher hasher("tally/session");
  return hasher({secret});
}

/// The digest of the session that `text` is the secret of, if it has the form of one.
std::optional<Hash32> digest_of_text(std::string_view text) {
  const auto secret = secret_from_text(kPrefix, text, kSecretBytes);
  if (!secret) return std::nullopt;
  return digest_of(secret->view());
}

}  // namespace

Hash32 sign_in_digest(const Hash32& network_id, const crypto::PublicKey& account,
                      const Hash32& nonce, std::uint64_t expires_ms, std::string_view host) {
  static const crypto::TaggedHasher hasher("tally/sign-in");
  Bytes expiry;
  append_be(expiry, expires_ms);
  return hasher({network_id, account.view(), nonce, expiry, as_bytes(host)});
}

Sessions::Sessions(const Clock& clock, const Hash32& network_id, std::string host,
                   const SessionLimits& limits)
    : clock_(clock),
      network_id_(network_id),
      host_(std::move(host)),
      limits_(limits),
      secret_(kSecretBytes) {
  crypto::random_bytes(secret_.span());
}

Hash32 Sessions::nonce_of(const crypto::PublicKey& account, std::uint64_t expires_ms,
                          ByteView random) const {
  Bytes message;
  append(message, account.view());
  append_be(message, expires_ms);
  append(message, random);
  const auto mac = crypto::hmac_sha256(secret_.view(), message);
  Hash32 nonce;
  const auto rest = std::ranges::copy(random, nonce.begin()).out;
  std::copy_n(mac.begin(), nonce.size() - random.size(), rest);
  return nonce;
}

Challenge Sessions::challenge(const crypto::PublicKey& account) const {
  const auto random = crypto::random_array<kRandomBytes>();
  const auto expires_ms = clock_.wall_ms() + limits_.challenge_ms;
  const auto nonce = nonce_of(account, expires_ms, random);
  return {account, nonce, expires_ms,
          sign_in_digest(network_id_, account, nonce, expires_ms, host_)};
}

std::expected<NewSession, Error> Sessions::redeem(const crypto::PublicKey& account,
                                                  const Hash32& nonce, std::uint64_t expires_ms,
                                                  const crypto::Signature& signature,
                                                  const SignsIn& who) {
  const auto ours = nonce_of(account, expires_ms, ByteView(nonce).first(kRandomBytes));
  if (!crypto::constant_time_equal(ours, nonce)) return std::unexpected(Error::wrong_signature);
  const auto wall_ms = clock_.wall_ms();
  if (expires_ms <= wall_ms) return std::unexpected(Error::expired);
  const auto digest = sign_in_digest(network_id_, account, nonce, expires_ms, host_);
  if (!crypto::verify(account, digest, signature)) return std::unexpected(Error::wrong_signature);

  crypto::SecretBytes secret(kSecretBytes);
  crypto::random_bytes(secret.span());
  const auto key = digest_of(secret.view());
  const Session session{account, wall_ms + limits_.session_ms};
  const std::lock_guard lock(mutex_);
  sweep();
  if (redeemed_.contains(nonce)) return std::unexpected(Error::already_used);
  if (!may_sign_in(who)) return std::unexpected(Error::too_many);
  const auto own = by_account_.find(account);
  if (own != by_account_.end() && own->second.size() >= limits_.per_account_max) {
    forget(own->second.front());
  }
  if (!make_room(who)) return std::unexpected(Error::too_many);
  const auto now_ms = clock_.monotonic_ms();
  redeemed_.emplace(nonce, who);
  if (!who.member) ++redeemed_by_strangers_;
  ++peers_[who.peer].sign_ins;
  // The wall clock may be set back: so it is remembered for longer than the challenge could live.
  redeemed_endings_.emplace(now_ms + 2 * limits_.challenge_ms, nonce);
  const Expiry ending{now_ms + limits_.session_ms, key};
  live_[key] = {session, ending.first, who};
  endings_.insert(ending);
  sessions_of(who).insert(ending);
  if (!who.member) strangers_.insert(ending);
  by_account_[account].push_back(key);
  return NewSession{session, secret_text(kPrefix, secret.view())};
}

// Half of the sign-ins that are remembered are for members, however many addresses flood.
bool Sessions::may_sign_in(const SignsIn& who) const {
  if (redeemed_.size() >= limits_.sessions_max) return false;
  if (!who.member && redeemed_by_strangers_ >= (limits_.sessions_max + 1) / 2) return false;
  const auto peer = peers_.find(who.peer);
  return peer == peers_.end() || peer->second.sign_ins < limits_.sign_ins_per_peer_max;
}

// The oldest stranger makes way, of the same address first; never a member for a stranger.
bool Sessions::make_room(const SignsIn& who) {
  if (const auto peer = peers_.find(who.peer); peer != peers_.end()) {
    const auto& [strangers, members, sign_ins] = peer->second;
    if (strangers.size() + members.size() >= limits_.per_peer_max) {
      if (strangers.empty() && !who.member) return false;
      forget(strangers.empty() ? members.begin()->second : strangers.begin()->second);
    }
  }
  if (live_.size() < limits_.sessions_max) return true;
  if (strangers_.empty()) return false;
  forget(strangers_.begin()->second);
  return true;
}

std::set<Sessions::Expiry>& Sessions::sessions_of(const SignsIn& who) {
  auto& peer = peers_[who.peer];
  return who.member ? peer.members : peer.strangers;
}

void Sessions::forget_idle(const std::string& peer) {
  const auto found = peers_.find(peer);
  if (found == peers_.end()) return;
  const auto& [strangers, members, sign_ins] = found->second;
  if (strangers.empty() && members.empty() && sign_ins == 0) peers_.erase(found);
}

std::expected<Session, Error> Sessions::authenticate(std::string_view text) {
  const auto digest = digest_of_text(text);
  if (!digest) return std::unexpected(Error::not_found);
  const std::lock_guard lock(mutex_);
  sweep();
  const auto found = live_.find(*digest);
  if (found == live_.end()) return std::unexpected(Error::not_found);
  return found->second.session;
}

std::expected<void, Error> Sessions::end(std::string_view text) {
  const auto digest = digest_of_text(text);
  if (!digest) return std::unexpected(Error::not_found);
  const std::lock_guard lock(mutex_);
  sweep();
  if (!live_.contains(*digest)) return std::unexpected(Error::not_found);
  forget(*digest);
  return {};
}

std::size_t Sessions::size() const {
  const std::lock_guard lock(mutex_);
  return live_.size();
}

void Sessions::sweep() {
  const auto now_ms = clock_.monotonic_ms();
  while (!endings_.empty() && endings_.begin()->first <= now_ms) {
    forget(endings_.begin()->second);
  }
  while (!redeemed_endings_.empty() && redeemed_endings_.begin()->first <= now_ms) {
    const auto redeemed = redeemed_.find(redeemed_endings_.begin()->second);
    if (!redeemed->second.member) --redeemed_by_strangers_;
    --peers_[redeemed->second.peer].sign_ins;
    forget_idle(redeemed->second.peer);
    redeemed_.erase(redeemed);
    redeemed_endings_.erase(redeemed_endings_.begin());
  }
}

void Sessions::forget(const Hash32& digest) {
  const auto key = digest;  // the argument may be an element of what is erased here
  const auto found = live_.find(key);
  if (found == live_.end()) return;
  const Expiry ending{found->second.ends_ms, key};
  endings_.erase(ending);
  strangers_.erase(ending);
  const auto who = found->second.who;
  sessions_of(who).erase(ending);
  forget_idle(who.peer);
  const auto account = found->second.session.account;
  auto& own = by_account_[account];
  std::erase(own, key);
  if (own.empty()) by_account_.erase(account);
  live_.erase(found);
}

}  // namespace tally::custody
