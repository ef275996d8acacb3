#include "custody/tokens.hpp"

#include <algorithm>

#include "crypto/hash.hpp"
#include "custody/custody_store.hpp"
#include "custody/secret_text.hpp"
#include "storage/scan.hpp"
#include "storage/sealed_record.hpp"

namespace tally::custody {
namespace {

constexpr std::string_view kPrefix = "tally_";
constexpr std::size_t kIdBytes = 8;
constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kPrincipalAt = 32;
constexpr std::size_t kScopesAt = 64;
constexpr std::size_t kCreatedAt = 68;
constexpr std::size_t kExpiresAt = 76;
constexpr std::size_t kRevokedAt = 84;
constexpr std::size_t kLabelAt = 92;

struct Record {
  Hash32 digest{};
  Token token;
};

Hash32 digest_of(ByteView id_and_secret) {
  static const crypto::TaggedHasher hasher("tally/api-token");
  return hasher({id_and_secret});
}

Bytes encode(const Record& record) {
  Bytes body;
  append(body, record.digest);
  append(body, record.token.principal.view());
  append_be(body, record.token.scopes.mask());
  append_be(body, record.token.created_ms);
  append_be(body, record.token.expires_ms);
  append_be(body, record.token.revoked_ms);
  append(body, as_bytes(record.token.label));
  return storage::seal_record(body);
}

std::expected<Record, Error> decode(const TokenId& id, ByteView bytes) {
  const auto body = storage::open_record(bytes);
  if (!body || body->size() < kLabelAt) return std::unexpected(Error::corrupt);
  const auto scopes = ScopeSet::from_mask(read_be<std::uint32_t>(body->subspan(kScopesAt)));
  if (!scopes) return std::unexpected(Error::corrupt);
  Record record;
  std::ranges::copy(body->first(kPrincipalAt), record.digest.begin());
  record.token.id = id;
  std::ranges::copy(body->subspan(kPrincipalAt, 32), record.token.principal.bytes.begin());
  record.token.scopes = *scopes;
  record.token.created_ms = read_be<std::uint64_t>(body->subspan(kCreatedAt));
  record.token.expires_ms = read_be<std::uint64_t>(body->subspan(kExpiresAt));
  record.token.revoked_ms = read_be<std::uint64_t>(body->subspan(kRevokedAt));
  record.token.label = as_text(body->subspan(kLabelAt));
  return record;
}

std::expected<Record, Error> find(const storage::ReadTransaction& read, const TokenId& id) {
  const auto bytes = read.get(kTokens, id);
  if (!bytes) return std::unexpected(from_storage(bytes.error()));
  return decode(id, *bytes);
}

TokenId id_of(ByteView bytes) {
  TokenId id;
  std::ranges::copy(bytes.first(kIdBytes), id.begin());
  return id;
}

std::expected<std::vector<TokenId>, Error> ids_of(const storage::ReadTransaction& read,
                                                  const crypto::PublicKey& principal) {
  std::vector<TokenId> ids;
  const auto end = storage::prefix_end(principal.view());
  const auto scanned =
      storage::for_each(read, kTokensByPrincipal, {principal.view(), end},
                        storage::Direction::forward, [&](const storage::Entry& entry) {
                          ids.push_back(id_of(entry.key.last(kIdBytes)));
                          return true;
                        });
  if (!scanned) return std::unexpected(from_storage(scanned.error()));
  return ids;
}

std::expected<void, Error> forget(storage::WriteTransaction& tx, const Token& token) {
  auto gone = tx.erase(kTokens, token.id);
  if (gone) gone = tx.erase(kTokensByPrincipal, principal_key(token.principal, token.id));
  if (!gone) return std::unexpected(from_storage(gone.error()));
  return {};
}

// Forgets those of a principal that are good for nothing any more; returns how many.
std::expected<std::size_t, Error> forget_dead(storage::WriteTransaction& tx,
                                              const std::vector<TokenId>& ids,
                                              std::uint64_t now_ms) {
  std::size_t forgotten = 0;
  for (const auto& id : ids) {
    const auto record = find(tx, id);
    if (!record) return std::unexpected(record.error());
    if (record->token.revoked_ms == 0 && record->token.expires_ms > now_ms) continue;
    if (auto done = forget(tx, record->token); !done) return std::unexpected(done.error());
    ++forgotten;
  }
  return forgotten;
}

bool died_before(const Token& token, std::uint64_t ms) {
  return token.expires_ms < ms || (token.revoked_ms != 0 && token.revoked_ms < ms);
}

}  // namespace

std::expected<IssuedToken, Error> Tokens::issue(const TokenRequest& request, std::uint64_t now_ms) {
  if (request.scopes.empty() || !is_label(request.label) || request.expires_ms <= now_ms ||
      request.expires_ms - now_ms > kTokenLifeMsMax) {
    return std::unexpected(Error::invalid);
  }
  crypto::SecretBytes id_and_secret(kIdBytes + kSecretBytes);
  crypto::random_bytes(id_and_secret.span());
  const Token token{id_of(id_and_secret.view()),
                    request.principal,
                    request.scopes,
                    request.label,
                    now_ms,
                    request.expires_ms,
                    0};
  const auto done = write(store_, [&](storage::WriteTransaction& tx) -> std::expected<void, Error> {
    const auto count = tx.count(kTokens);
    if (!count) return std::unexpected(from_storage(count.error()));
    const auto own = ids_of(tx, request.principal);
    if (!own) return std::unexpected(own.error());
    if (own->size() >= kTokensPerPrincipalMax) {
      const auto forgotten = forget_dead(tx, *own, now_ms);
      if (!forgotten) return std::unexpected(forgotten.error());
      if (*forgotten == 0) return std::unexpected(Error::too_many);
    } else if (*count >= kTokensMax) {
      return std::unexpected(Error::full);
    }
    auto put = tx.put(kTokens, token.id, encode({digest_of(id_and_secret.view()), token}));
    if (put) put = tx.put(kTokensByPrincipal, principal_key(token.principal, token.id), {});
    if (!put) return std::unexpected(from_storage(put.error()));
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return IssuedToken{token, secret_text(kPrefix, id_and_secret.view())};
}

std::expected<Token, Error> Tokens::authenticate(std::string_view text,
                                                 std::uint64_t now_ms) const {
  const auto id_and_secret = secret_from_text(kPrefix, text, kIdBytes + kSecretBytes);
  if (!id_and_secret) return std::unexpected(Error::not_found);
  const auto digest = digest_of(id_and_secret->view());
  const auto id = id_of(id_and_secret->view());
  const auto read = store_.begin_read();
  if (!read) return std::unexpected(from_storage(read.error()));
  const auto record = find(**read, id);
  if (!record) return std::unexpected(record.error());
  if (!crypto::constant_time_equal(record->digest, digest)) {
    return std::unexpected(Error::not_found);
  }
  if (record->token.revoked_ms != 0) return std::unexpected(Error::revoked);
  if (record->token.expires_ms <= now_ms) return std::unexpected(Error::expired);
  return record->token;
}

std::expected<std::vector<Token>, Error> Tokens::list(const crypto::PublicKey& principal) const {
  const auto read = store_.begin_read();
  if (!read) return std::unexpected(from_storage(read.error()));
  const auto ids = ids_of(**read, principal);
  if (!ids) return std::unexpected(ids.error());
  std::vector<Token> out;
  for (const auto& id : *ids) {
    const auto record = find(**read, id);
    if (!record) return std::unexpected(record.error());
    out.push_back(record->token);
  }
  return out;
}

std::expected<void, Error> Tokens::revoke(const TokenId& id, std::uint64_t now_ms) {
  return write(store_, [&](storage::WriteTransaction& tx) -> std::expected<void, Error> {
    auto record = find(tx, id);
    if (!record) return std::unexpected(record.error());
    if (record->token.revoked_ms != 0) return {};
    record->token.revoked_ms = std::max<std::uint64_t>(now_ms, 1);
    if (const auto put = tx.put(kTokens, id, encode(*record)); !put) {
      return std::unexpected(from_storage(put.error()));
    }
    return {};
  });
}

std::expected<std::size_t, Error> Tokens::purge(std::uint64_t before_ms) {
  std::size_t purged = 0;
  const auto done = write(store_, [&](storage::WriteTransaction& tx) -> std::expected<void, Error> {
    std::vector<Token> dead;
    std::expected<void, Error> intact;
    const auto scanned = storage::for_each(
        tx, kTokens, {}, storage::Direction::forward, [&](const storage::Entry& entry) {
          const auto record = decode(id_of(entry.key), entry.value);
          if (!record) intact = std::unexpected(record.error());
          if (record && died_before(record->token, before_ms)) dead.push_back(record->token);
          return record.has_value() && dead.size() < kTokensPurgedMax;
        });
    if (!scanned) return std::unexpected(from_storage(scanned.error()));
    if (!intact) return intact;
    for (const auto& token : dead) {
      if (auto gone = forget(tx, token); !gone) return gone;
    }
    purged = dead.size();
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return purged;
}

}  // namespace tally::custody
