#include "documents/profile_store.hpp"

#include <functional>

#include "base/failpoint.hpp"
#include "storage/lmdb_store.hpp"
#include "storage/scan.hpp"
#include "storage/sealed_record.hpp"

namespace tally::documents {
namespace {

constexpr storage::Table kBlobs{0};
constexpr storage::Table kKeys{1};
constexpr storage::Table kAccesses{2};
constexpr std::uint32_t kFormat = 2;
constexpr std::size_t kBlobBytes = 32 + 32 + 8;
constexpr std::size_t kAccessBytes = 8 + 32 + 32 + 8;
constexpr std::size_t kNotesAtOnce = 64;

std::expected<ByteView, Error> open_record(ByteView record, std::size_t size) {
  const auto body = storage::open_record(record);
  if (!body || (size != 0 && body->size() != size)) return std::unexpected(Error::corrupt);
  return *body;
}

Bytes key_bytes(const AttributeKey& key) {
  Bytes out;
  append(out, key.owner.view());
  append(out, key.attribute);
  return out;
}

Bytes note_prefix() { return Bytes(32, 0); }

Bytes note_key(const DocumentHash& document) {
  auto out = note_prefix();
  append(out, document.view());
  return out;
}

Hash32 hash_at(ByteView body, std::size_t offset) {
  Hash32 out;
  std::copy_n(body.begin() + static_cast<std::ptrdiff_t>(offset), out.size(), out.begin());
  return out;
}

Bytes encode(const ProfileBlob& blob) {
  Bytes body;
  append(body, blob.commitment);
  append(body, blob.document.view());
  append_be(body, blob.stored_ms);
  return storage::seal_record(body);
}

std::expected<ProfileBlob, Error> decode_blob(ByteView record) {
  const auto body = open_record(record, kBlobBytes);
  if (!body) return std::unexpected(body.error());
  return ProfileBlob{hash_at(*body, 0), DocumentHash{hash_at(*body, 32)},
                     read_be<std::uint64_t>(body->subspan(64))};
}

Bytes encode(const Access& access) {
  Bytes body;
  append_be(body, access.time_ms);
  append(body, access.attribute);
  append(body, access.reader.view());
  append_be(body, access.grant);
  return storage::seal_record(body);
}

std::expected<Access, Error> decode_access(const storage::Entry& entry) {
  const auto body = open_record(entry.value, kAccessBytes);
  if (!body || entry.key.size() != 40) return std::unexpected(Error::corrupt);
  return Access{read_be<std::uint64_t>(entry.key.subspan(32)), read_be<std::uint64_t>(*body),
                hash_at(*body, 8), crypto::PublicKey{hash_at(*body, 40)},
                read_be<std::uint64_t>(body->subspan(72))};
}

Bytes access_key(const crypto::PublicKey& owner, std::uint64_t number) {
  Bytes key;
  append(key, owner.view());
  append_be(key, number);
  return key;
}

std::expected<ProfileBlob, Error> find_blob(const storage::ReadTransaction& tables,
                                            const AttributeKey& key) {
  const auto record = tables.get(kBlobs, key_bytes(key));
  if (!record) return std::unexpected(from_storage(record.error()));
  return decode_blob(*record);
}

// How many entries begin with the prefix; counts no further than `count_max`.
std::expected<std::size_t, Error> count_prefix(const storage::ReadTransaction& tables,
                                               storage::Table table, ByteView prefix,
                                               std::size_t count_max) {
  std::size_t count = 0;
  const auto end = storage::prefix_end(prefix);
  const auto done = storage::for_each(tables, table, {prefix, end}, storage::Direction::forward,
                                      [&](const storage::Entry&) { return ++count < count_max; });
  if (!done) return std::unexpected(from_storage(done.error()));
  return count;
}

std::expected<void, Error> erase_keys(storage::WriteTransaction& tables, const AttributeKey& key) {
  const auto prefix = key_bytes(key);
  const auto end = storage::prefix_end(prefix);
  const auto done = storage::erase_range(tables, kKeys, {prefix, end}, SIZE_MAX);
  if (!done) return std::unexpected(from_storage(done.error()));
  return {};
}

std::expected<void, Error> put_record(storage::WriteTransaction& tables, storage::Table table,
                                      ByteView key, ByteView record) {
  const auto done = tables.put(table, key, record);
  if (!done) return std::unexpected(from_storage(done.error()));
  return {};
}

std::expected<void, Error> erase_note(storage::WriteTransaction& tables,
                                      const DocumentHash& document) {
  const auto done = tables.erase(kBlobs, note_key(document));
  if (!done && done.error() != storage::Error::not_found) {
    return std::unexpected(from_storage(done.error()));
  }
  return {};
}

using Body = std::function<std::expected<void, Error>(storage::WriteTransaction&)>;

std::expected<void, Error> write(storage::Store& store, const Body& body) {
  auto transaction = store.begin_write();
  if (!transaction) return std::unexpected(from_storage(transaction.error()));
  if (const auto done = body(**transaction); !done) return done;
  FAILPOINT(profile_before_commit);
  if (const auto committed = (*transaction)->commit(); !committed) {
    return std::unexpected(from_storage(committed.error()));
  }
  return {};
}

}  // namespace

storage::Options ProfileStore::store_options(const Hash32& network_id) {
  storage::Options options;
  options.tables = {"blobs", "keys", "accesses"};
  options.identity = {"profiles", kFormat, network_id};
  return options;
}

std::expected<std::unique_ptr<ProfileStore>, Error> ProfileStore::open(
    const std::filesystem::path& directory, const Clock& clock, const Hash32& network_id,
    bool create) {
  auto options = store_options(network_id);
  options.create = create;
  auto store = storage::open_lmdb_store(directory, clock, options);
  if (!store) return std::unexpected(from_storage(store.error()));
  return std::make_unique<ProfileStore>(std::move(*store));
}

std::expected<std::optional<ProfileBlob>, Error> ProfileStore::put(const AttributeKey& key,
                                                                   const ProfileBlob& blob) {
  std::optional<ProfileBlob> before;
  const auto done = write(*store_, [&](auto& tables) -> std::expected<void, Error> {
    const auto found = find_blob(tables, key);
    if (found) before = *found;
    if (!found && found.error() != Error::not_found) return std::unexpected(found.error());
    if (!before) {
      const auto count = count_prefix(tables, kBlobs, key.owner.view(), kAttributesPerOwnerMax);
      if (!count) return std::unexpected(count.error());
      if (*count == kAttributesPerOwnerMax) return std::unexpected(Error::too_large);
    }
    if (const auto erased = erase_keys(tables, key); !erased) return erased;
    if (before && before->document != blob.document) {
      const auto noted =
          put_record(tables, kBlobs, note_key(before->document), storage::seal_record({}));
      if (!noted) return noted;
    }
    // One that comes back before it was erased lives on.
    if (const auto erased = erase_note(tables, blob.document); !erased) return erased;
    return put_record(tables, kBlobs, key_bytes(key), encode(blob));
  });
  if (!done) return std::unexpected(done.error());
  return before;
}

std::expected<ProfileBlob, Error> ProfileStore::find(const AttributeKey& key) const {
  const auto tables = store_->begin_read();
  if (!tables) return std::unexpected(from_storage(tables.error()));
  return find_blob(**tables, key);
}

std::expected<ProfileBlob, Error> ProfileStore::erase(const AttributeKey& key) {
  ProfileBlob before;
  const auto done = write(*store_, [&](auto& tables) -> std::expected<void, Error> {
    const auto found = find_blob(tables, key);
    if (!found) return std::unexpected(found.error());
    before = *found;
    if (const auto erased = erase_keys(tables, key); !erased) return erased;
    if (const auto erased = tables.erase(kBlobs, key_bytes(key)); !erased) {
      return std::unexpected(from_storage(erased.error()));
    }
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return before;
}

std::expected<std::vector<DocumentHash>, Error> ProfileStore::replaced(
    std::size_t count_max) const {
  const auto tables = store_->begin_read();
  if (!tables) return std::unexpected(from_storage(tables.error()));
  std::vector<DocumentHash> out;
  const auto prefix = note_prefix();
  const auto end = storage::prefix_end(prefix);
  const auto done = storage::for_each(**tables, kBlobs, {prefix, end}, storage::Direction::forward,
                                      [&](const storage::Entry& entry) {
                                        if (out.size() == count_max) return false;
                                        out.push_back(DocumentHash{hash_at(entry.key, 32)});
                                        return true;
                                      });
  if (!done) return std::unexpected(from_storage(done.error()));
  return out;
}

std::expected<void, Error> ProfileStore::forget_replaced(const DocumentHash& document) {
  return write(*store_, [&](auto& tables) { return erase_note(tables, document); });
}

std::expected<void, Error> ProfileStore::put_key(const AttributeKey& key,
                                                 const crypto::PublicKey& reader,
                                                 ByteView wrapped) {
  if (wrapped.empty() || wrapped.size() > kWrappedKeyBytesMax) {
    return std::unexpected(Error::invalid);
  }
  return write(*store_, [&](auto& tables) -> std::expected<void, Error> {
    if (const auto found = find_blob(tables, key); !found) return std::unexpected(found.error());
    auto place = key_bytes(key);
    append(place, reader.view());
    return put_record(tables, kKeys, place, storage::seal_record(wrapped));
  });
}

std::expected<Bytes, Error> ProfileStore::find_key(const AttributeKey& key,
                                                   const crypto::PublicKey& reader) const {
  const auto tables = store_->begin_read();
  if (!tables) return std::unexpected(from_storage(tables.error()));
  auto place = key_bytes(key);
  append(place, reader.view());
  const auto record = (*tables)->get(kKeys, place);
  if (!record) return std::unexpected(from_storage(record.error()));
  const auto wrapped = open_record(*record, 0);
  if (!wrapped) return std::unexpected(wrapped.error());
  return Bytes(wrapped->begin(), wrapped->end());
}

std::expected<void, Error> ProfileStore::record(const crypto::PublicKey& owner, Access access) {
  return write(*store_, [&](auto& tables) -> std::expected<void, Error> {
    const auto prefix = owner.view();
    const auto end = storage::prefix_end(prefix);
    const auto last =
        storage::first_entry(tables, kAccesses, {prefix, end}, storage::Direction::backward);
    if (!last && last.error() != storage::Error::not_found) {
      return std::unexpected(from_storage(last.error()));
    }
    access.number = 0;
    if (last) {
      const auto before = decode_access(*last);
      if (!before) return std::unexpected(before.error());
      access.number = before->number + 1;
    }
    if (access.number >= accesses_max_) {
      const auto until = access_key(owner, access.number - accesses_max_ + 1);
      const auto erased = storage::erase_range(tables, kAccesses, {prefix, until}, SIZE_MAX);
      if (!erased) return std::unexpected(from_storage(erased.error()));
    }
    return put_record(tables, kAccesses, access_key(owner, access.number), encode(access));
  });
}

std::expected<std::vector<Access>, Error> ProfileStore::accesses(const crypto::PublicKey& owner,
                                                                 std::uint64_t before,
                                                                 std::size_t count_max) const {
  const auto tables = store_->begin_read();
  if (!tables) return std::unexpected(from_storage(tables.error()));
  std::vector<Access> out;
  std::optional<Error> error;
  const auto end = access_key(owner, before);
  const auto done =
      storage::for_each(**tables, kAccesses, {owner.view(), end}, storage::Direction::backward,
                        [&](const storage::Entry& entry) {
                          if (out.size() == count_max) return false;
                          auto access = decode_access(entry);
                          if (access) {
                            out.push_back(std::move(*access));
                          } else {
                            error = access.error();
                          }
                          return !error;
                        });
  if (!done) return std::unexpected(from_storage(done.error()));
  if (error) return std::unexpected(*error);
  return out;
}

std::expected<void, Error> erase_replaced(ProfileStore& profiles, DocumentStore& documents,
                                          std::uint64_t now_ms) {
  for (;;) {
    const auto noted = profiles.replaced(kNotesAtOnce);
    if (!noted) return std::unexpected(noted.error());
    if (noted->empty()) return {};
    for (const auto& document : *noted) {
      FAILPOINT(profile_before_erase);
      const auto erased = documents.erase(document, EraseReason::requested, now_ms);
      if (!erased && erased.error() != Error::erased && erased.error() != Error::not_found) {
        return erased;
      }
      if (const auto forgotten = profiles.forget_replaced(document); !forgotten) return forgotten;
    }
  }
}

}  // namespace tally::documents
