#include "custody/agents.hpp"

#include <algorithm>

#include "custody/custody_store.hpp"
#include "storage/scan.hpp"
#include "storage/sealed_record.hpp"

namespace tally::custody {
namespace {

constexpr std::size_t kCreatedAt = 32;
constexpr std::size_t kSealedAt = 40;
constexpr std::size_t kSealedBytes = 32 + crypto::kAeadOverheadBytes;
constexpr std::size_t kLabelAt = kSealedAt + kSealedBytes;

struct Record {
  Agent agent;
  Bytes sealed;
};

Bytes binding_of(const crypto::PublicKey& agent) {
  Bytes out;
  append(out, as_bytes("tally/agent-key"));
  append(out, agent.view());
  return out;
}

std::expected<Record, Error> find_record(const storage::ReadTransaction& read,
                                         const crypto::PublicKey& agent) {
  const auto bytes = read.get(kAgents, agent.view());
  if (!bytes) return std::unexpected(from_storage(bytes.error()));
  const auto body = storage::open_record(*bytes);
  if (!body || body->size() < kLabelAt) return std::unexpected(Error::corrupt);
  Record record;
  record.agent.key = agent;
  std::ranges::copy(body->first(kCreatedAt), record.agent.principal.bytes.begin());
  record.agent.created_ms = read_be<std::uint64_t>(body->subspan(kCreatedAt));
  const auto sealed = body->subspan(kSealedAt, kSealedBytes);
  record.sealed.assign(sealed.begin(), sealed.end());
  record.agent.label = as_text(body->subspan(kLabelAt));
  return record;
}

std::expected<std::vector<crypto::PublicKey>, Error> keys_of(const storage::ReadTransaction& read,
                                                             const crypto::PublicKey& principal) {
  std::vector<crypto::PublicKey> keys;
  const auto end = storage::prefix_end(principal.view());
  const auto scanned =
      storage::for_each(read, kAgentsByPrincipal, {principal.view(), end},
                        storage::Direction::forward, [&](const storage::Entry& entry) {
                          if (const auto key = crypto::PublicKey::from(entry.key.last(32)))
                            keys.push_back(*key);
                          return true;
                        });
  if (!scanned) return std::unexpected(from_storage(scanned.error()));
  return keys;
}

}  // namespace

std::expected<Agent, Error> Agents::create(const crypto::PublicKey& principal,
                                           const std::string& label, std::uint64_t now_ms) {
  if (!is_label(label)) return std::unexpected(Error::invalid);
  const auto secret = crypto::SecretKey::generate();
  const Agent agent{crypto::public_key(secret), principal, label, now_ms};
  Bytes body;
  append(body, principal.view());
  append_be(body, now_ms);
  append(body, crypto::aead_seal(wrapping_key(), secret.secret(), binding_of(agent.key)));
  append(body, as_bytes(label));
  const auto done = write(store_, [&](storage::WriteTransaction& tx) -> std::expected<void, Error> {
    const auto count = tx.count(kAgents);
    if (!count) return std::unexpected(from_storage(count.error()));
    const auto own = keys_of(tx, principal);
    if (!own) return std::unexpected(own.error());
    if (own->size() >= kAgentsPerPrincipalMax) return std::unexpected(Error::too_many);
    if (*count >= kAgentsMax) return std::unexpected(Error::full);
    auto put = tx.put(kAgents, agent.key.view(), storage::seal_record(body));
    if (put) put = tx.put(kAgentsByPrincipal, principal_key(principal, agent.key.view()), {});
    if (!put) return std::unexpected(from_storage(put.error()));
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return agent;
}

std::expected<crypto::Signature, Error> Agents::sign(const crypto::PublicKey& agent,
                                                     const Hash32& txid) const {
  std::expected<Record, Error> record = std::unexpected(Error::busy);
  {
    const auto read = store_.begin_read();
    if (!read) return std::unexpected(from_storage(read.error()));
    record = find_record(**read, agent);
  }
  if (!record) return std::unexpected(record.error());
  const auto opened = crypto::aead_open(wrapping_key(), record->sealed, binding_of(agent));
  if (!opened) return std::unexpected(Error::corrupt);
  const auto secret = crypto::SecretKey::from(opened->view());
  if (!secret || crypto::public_key(*secret) != agent) return std::unexpected(Error::corrupt);
  return crypto::sign(*secret, txid);
}

std::expected<Agent, Error> Agents::find(const crypto::PublicKey& agent) const {
  const auto read = store_.begin_read();
  if (!read) return std::unexpected(from_storage(read.error()));
  auto record = find_record(**read, agent);
  if (!record) return std::unexpected(record.error());
  return std::move(record->agent);
}

std::expected<std::vector<Agent>, Error> Agents::list(const crypto::PublicKey& principal) const {
  const auto read = store_.begin_read();
  if (!read) return std::unexpected(from_storage(read.error()));
  const auto keys = keys_of(**read, principal);
  if (!keys) return std::unexpected(keys.error());
  std::vector<Agent> out;
  for (const auto& key : *keys) {
    auto record = find_record(**read, key);
    if (!record) return std::unexpected(record.error());
    out.push_back(std::move(record->agent));
  }
  return out;
}

std::expected<void, Error> Agents::remove(const crypto::PublicKey& agent) {
  return write(store_, [&](storage::WriteTransaction& tx) -> std::expected<void, Error> {
    const auto record = find_record(tx, agent);
    if (!record) return std::unexpected(record.error());
    auto gone = tx.erase(kAgents, agent.view());
    if (gone) {
      gone = tx.erase(kAgentsByPrincipal, principal_key(record->agent.principal, agent.view()));
    }
    if (!gone) return std::unexpected(from_storage(gone.error()));
    return {};
  });
}

}  // namespace tally::custody
