#include "documents/document_store.hpp"

#include <algorithm>

#include "base/failpoint.hpp"
#include "crypto/hash.hpp"
#include "storage/durable_file.hpp"
#include "storage/file_copy.hpp"
#include "storage/lmdb_store.hpp"
#include "storage/posix.hpp"
#include "storage/scan.hpp"

namespace tally::documents {
namespace {

constexpr storage::Table kDocuments{0};
constexpr storage::Table kInline{1};
constexpr storage::Table kTombstones{2};
constexpr storage::Table kAbout{3};
constexpr std::string_view kKeyCheck = "key check";
constexpr std::uint32_t kFormat = 2;
constexpr std::size_t kKeyBytes = 32;
/// Up to here a ciphertext costs less in LMDB, whose sync is needed anyhow, than as a file.
constexpr std::size_t kInlineBytesMax = std::size_t{16} << 10;
/// Putting a document again within this time does not renew it: so a client in a loop costs no
/// commits. The margin of a sweep is far larger.
constexpr std::uint64_t kTouchMs = 60'000;

std::unexpected<Error> fail(storage::Error error) { return std::unexpected(from_storage(error)); }

/// What a document's key is bound to: the purpose and the document.
Bytes key_binding(const DocumentHash& hash) {
  Bytes out;
  append(out, as_bytes("tally/document-key"));
  append(out, hash.view());
  return out;
}

Info info_of(const DocumentHash& hash, const DocumentRecord& record) {
  return {hash, record.size_bytes, record.metadata};
}

}  // namespace

storage::Options index_options(const Options& options) {
  storage::Options out;
  out.tables = {"documents", "inline", "tombstones", "about"};
  out.identity = {"documents", kFormat, options.network_id};
  out.create = options.create;
  out.on_unknown_outcome = options.on_unknown_outcome;
  return out;
}

std::filesystem::path blob_path(const std::filesystem::path& directory, const DocumentHash& hash) {
  const auto hex = hash.hex();
  return directory / "blobs" / hex.substr(0, 2) / hex;
}

DocumentHash document_hash(ByteView content) {
  static const crypto::TaggedHasher hasher("tally/document");
  return {hasher({content})};
}

DocumentStore::DocumentStore(std::filesystem::path directory, const Options& options,
                             std::unique_ptr<storage::Store> index, KeySlots keys,
                             crypto::AeadKey document_key)
    : directory_(std::move(directory)),
      options_(options),
      index_(std::move(index)),
      keys_(std::move(keys)),
      files_((directory_ / "blobs").string(), options.on_unknown_outcome),
      document_key_(ByteView(document_key)) {}

DocumentStore::~DocumentStore() = default;

std::expected<std::unique_ptr<DocumentStore>, Error> DocumentStore::open(
    const std::filesystem::path& directory, const Clock& clock, const Options& options,
    crypto::AeadKey document_key) {
  // The index first: its lock is the lock of the whole directory.
  auto index = storage::open_lmdb_store(directory / "index", clock, index_options(options));
  if (!index) return fail(index.error());
  auto keys = KeySlots::open(directory / "keys", options.on_unknown_outcome);
  if (!keys) return std::unexpected(keys.error());
  if (const auto made = storage::make_directory(directory / "blobs"); !made) {
    return fail(made.error());
  }
  std::unique_ptr<DocumentStore> store(
      new DocumentStore(directory, options, std::move(*index), std::move(*keys), document_key));
  if (const auto good = store->check_key(); !good) return std::unexpected(good.error());
  if (const auto done = store->wipe_leftovers(); !done) return std::unexpected(done.error());
  return store;
}

std::expected<void, Error> DocumentStore::check_key() {
  const auto check = crypto::tagged_hash("tally/document-key-check", {document_key_.view()});
  {
    const auto read = index_->begin_read();
    if (!read) return fail(read.error());
    const auto stored = (*read)->get(kAbout, as_bytes(kKeyCheck));
    if (stored) {
      if (crypto::constant_time_equal(*stored, check)) return {};
      return std::unexpected(Error::wrong_key);
    }
    if (stored.error() != storage::Error::not_found) return fail(stored.error());
  }
  auto write = index_->begin_write();
  if (!write) return fail(write.error());
  if (const auto put = (*write)->put(kAbout, as_bytes(kKeyCheck), check); !put) {
    return fail(put.error());
  }
  if (const auto done = (*write)->commit(); !done) return fail(done.error());
  return {};
}

std::expected<void, Error> DocumentStore::wipe_leftovers() {
  std::vector<bool> live;
  bool intact = true;
  {
    const auto read = index_->begin_read();
    if (!read) return fail(read.error());
    const auto scanned = storage::for_each(**read, kDocuments, {}, storage::Direction::forward,
                                           [&](const storage::Entry& entry) {
                                             const auto record = decode_document(entry.value);
                                             intact = record.has_value();
                                             if (!intact) return false;
                                             if (live.size() <= record->slot)
                                               live.resize(record->slot + std::size_t{1});
                                             live[record->slot] = true;
                                             return true;
                                           });
    if (!scanned) return fail(scanned.error());
  }
  // A record that cannot be read may own any slot: nothing is wiped on a guess.
  if (!intact) return std::unexpected(Error::corrupt);
  return keys_.wipe_all_but([&](std::uint32_t slot) { return slot < live.size() && live[slot]; });
}

std::expected<DocumentRecord, Error> DocumentStore::find(const storage::ReadTransaction& read,
                                                         const DocumentHash& hash) const {
  const auto bytes = read.get(kDocuments, hash.view());
  if (bytes) {
    auto record = decode_document(*bytes);
    if (!record) return std::unexpected(Error::corrupt);
    return std::move(*record);
  }
  if (bytes.error() != storage::Error::not_found) return fail(bytes.error());
  const auto grave = read.get(kTombstones, hash.view());
  if (grave) return std::unexpected(Error::erased);
  return fail(grave.error());
}

std::expected<DocumentHash, Error> DocumentStore::put(ByteView content, const Metadata& metadata) {
  if (content.size() > options_.content_bytes_max) return std::unexpected(Error::too_large);
  if (!is_media_type(metadata.media_type)) return std::unexpected(Error::invalid);
  const auto hash = document_hash(content);
  const std::lock_guard writing(writing_);
  auto read = index_->begin_read();
  if (!read) return fail(read.error());
  const auto there = find(**read, hash);
  read->reset();
  if (!there && there.error() != Error::not_found) return std::unexpected(there.error());
  const auto stored =
      there ? touch(hash, *there, metadata.created_ms) : add(hash, content, metadata);
  if (!stored) return std::unexpected(stored.error());
  return hash;
}

std::expected<void, Error> DocumentStore::touch(const DocumentHash& hash, DocumentRecord record,
                                                std::uint64_t now_ms) {
  if (now_ms < record.touched_ms || now_ms - record.touched_ms < kTouchMs) return {};
  record.touched_ms = now_ms;
  auto write = index_->begin_write();
  if (!write) return fail(write.error());
  if (const auto put = (*write)->put(kDocuments, hash.view(), encode(record)); !put) {
    return fail(put.error());
  }
  if (const auto done = (*write)->commit(); !done) return fail(done.error());
  return {};
}

std::expected<void, Error> DocumentStore::add(const DocumentHash& hash, ByteView content,
                                              const Metadata& metadata) {
  if (index_->halted() || files_.blown()) return std::unexpected(Error::halted);
  crypto::SecretBytes key(kKeyBytes);
  crypto::random_bytes(key.span());
  const auto sealed = crypto::aead_seal(document_key(), key.view(), key_binding(hash));
  SealedKey sealed_key;
  std::ranges::copy(sealed, sealed_key.begin());
  const auto slot = keys_.store(hash.bytes, sealed_key);
  if (!slot) return std::unexpected(slot.error());
  const auto ciphertext =
      crypto::aead_seal(crypto::AeadKey(key.view().data(), key.size()), content, hash.view());
  DocumentRecord record{*slot, content.size(), metadata.created_ms,
                        ciphertext.size() <= kInlineBytesMax ? Place::in_index : Place::in_file,
                        metadata};
  const auto added = add_to_index(hash, record, ciphertext);
  // After an unknown outcome the index may name the key, so it stays; the next open() decides.
  if (!added && added.error() != Error::outcome_unknown) {
    if (const auto wiped = keys_.wipe(*slot); !wiped) return wiped;
  }
  return added;
}

std::expected<void, Error> DocumentStore::add_to_index(const DocumentHash& hash,
                                                       const DocumentRecord& record,
                                                       ByteView ciphertext) {
  if (record.place == Place::in_file) {
    const auto path = path_of(hash);
    auto written = storage::make_directory(path.parent_path());
    if (written) written = storage::write_file(path, ciphertext);
    if (!written && written.error() == storage::Error::outcome_unknown) return fail(files_.blow());
    if (!written) return fail(written.error());
  }
  auto write = index_->begin_write();
  if (!write) return fail(write.error());
  auto put = (*write)->put(kDocuments, hash.view(), encode(record));
  if (put && record.place == Place::in_index) {
    put = (*write)->put(kInline, hash.view(), ciphertext);
  }
  if (!put) return fail(put.error());
  FAILPOINT(document_before_commit);
  if (const auto done = (*write)->commit(); !done) return fail(done.error());
  return {};
}

std::expected<Document, Error> DocumentStore::get(const DocumentHash& hash) const {
  std::unique_lock turn(turnstile_);
  const std::shared_lock reading(content_);
  turn.unlock();
  auto read = index_->begin_read();
  if (!read) return fail(read.error());
  const auto record = find(**read, hash);
  if (!record) return std::unexpected(record.error());
  std::expected<crypto::SecretBytes, Error> content = std::unexpected(Error::corrupt);
  if (record->place == Place::in_index) {
    const auto ciphertext = (*read)->get(kInline, hash.view());
    if (ciphertext) content = decrypt(hash, *record, *ciphertext);
  } else {
    read->reset();  // a snapshot is not kept while a file is read
    const auto ciphertext =
        storage::read_file(path_of(hash), record->size_bytes + crypto::kAeadOverheadBytes);
    if (ciphertext) content = decrypt(hash, *record, *ciphertext);
    if (!ciphertext && ciphertext.error() == storage::Error::io) return fail(ciphertext.error());
    if (!ciphertext && ciphertext.error() == storage::Error::busy) return fail(ciphertext.error());
  }
  if (!content) return std::unexpected(content.error());
  return Document{info_of(hash, *record), std::move(*content)};
}

std::expected<crypto::SecretBytes, Error> DocumentStore::decrypt(const DocumentHash& hash,
                                                                 const DocumentRecord& record,
                                                                 ByteView ciphertext) const {
  const auto sealed = keys_.read(record.slot, hash.bytes);
  if (!sealed) return std::unexpected(sealed.error());
  const auto key = crypto::aead_open(document_key(), *sealed, key_binding(hash));
  if (!key || key->size() != kKeyBytes) return std::unexpected(Error::corrupt);
  auto content =
      crypto::aead_open(crypto::AeadKey(key->view().data(), key->size()), ciphertext, hash.view());
  if (!content || content->size() != record.size_bytes || document_hash(content->view()) != hash) {
    return std::unexpected(Error::corrupt);
  }
  return std::move(*content);
}

std::expected<Info, Error> DocumentStore::stat(const DocumentHash& hash) const {
  const auto read = index_->begin_read();
  if (!read) return fail(read.error());
  const auto record = find(**read, hash);
  if (!record) return std::unexpected(record.error());
  return info_of(hash, *record);
}

std::expected<bool, Error> DocumentStore::exists(const DocumentHash& hash) const {
  const auto info = stat(hash);
  if (info) return true;
  if (info.error() == Error::not_found || info.error() == Error::erased) return false;
  return std::unexpected(info.error());
}

std::expected<std::vector<Info>, Error> DocumentStore::list(
    const std::optional<DocumentHash>& after, std::size_t count_max) const {
  std::vector<Info> out;
  if (count_max == 0) return out;
  const auto read = index_->begin_read();
  if (!read) return fail(read.error());
  Bytes first;
  if (after) {
    append(first, after->view());
    first.push_back(0);  // the next possible key
  }
  bool intact = true;
  const auto scanned =
      storage::for_each(**read, kDocuments, {first, {}}, storage::Direction::forward,
                        [&](const storage::Entry& entry) {
                          const auto hash = DocumentHash::from(entry.key);
                          const auto record = decode_document(entry.value);
                          intact = hash && record;
                          if (intact) out.push_back(info_of(*hash, *record));
                          return intact && out.size() < count_max;
                        });
  if (!scanned) return fail(scanned.error());
  if (!intact) return std::unexpected(Error::corrupt);
  return out;
}

std::expected<Tombstone, Error> DocumentStore::tombstone(const DocumentHash& hash) const {
  const auto read = index_->begin_read();
  if (!read) return fail(read.error());
  const auto bytes = (*read)->get(kTombstones, hash.view());
  if (!bytes) return fail(bytes.error());
  const auto out = decode_tombstone(*bytes);
  if (!out) return std::unexpected(Error::corrupt);
  return *out;
}

std::expected<void, Error> DocumentStore::erase(const DocumentHash& hash, EraseReason reason,
                                                std::uint64_t now_ms) {
  return find_and_remove(hash, Tombstone{now_ms, reason});
}

std::expected<void, Error> DocumentStore::forget(const DocumentHash& hash) {
  return find_and_remove(hash, std::nullopt);
}

std::expected<void, Error> DocumentStore::find_and_remove(
    const DocumentHash& hash, const std::optional<Tombstone>& tombstone) {
  const std::lock_guard writing(writing_);
  auto read = index_->begin_read();
  if (!read) return fail(read.error());
  const auto record = find(**read, hash);
  read->reset();
  if (!record) return std::unexpected(record.error());
  return remove(hash, *record, tombstone);
}

std::expected<void, Error> DocumentStore::remove(const DocumentHash& hash,
                                                 const DocumentRecord& record,
                                                 const std::optional<Tombstone>& tombstone) {
  const std::unique_lock uncopied(copying_, std::try_to_lock);
  if (!uncopied) return std::unexpected(Error::busy);
  std::unique_lock turn(turnstile_);
  const std::unique_lock alone(content_);
  turn.unlock();
  auto write = index_->begin_write();
  if (!write) return fail(write.error());
  auto done = (*write)->erase(kDocuments, hash.view());
  if (done && record.place == Place::in_index) {
    done = (*write)->erase(kInline, hash.view());
    if (!done && done.error() == storage::Error::not_found) done = {};  // lost already
  }
  if (done && tombstone) done = (*write)->put(kTombstones, hash.view(), encode(*tombstone));
  if (done) done = (*write)->commit();
  if (!done) return fail(done.error());
  if (!keys_.wipe(record.slot)) return std::unexpected(Error::io);
  // Without its key the file is noise; if it cannot be removed now, sweep() will.
  if (record.place == Place::in_file) (void)storage::remove_file(path_of(hash));
  return {};
}

std::expected<Swept, Error> DocumentStore::sweep(
    const std::function<bool(const DocumentHash&)>& is_referenced, std::uint64_t touched_before_ms,
    std::size_t count_max) {
  constexpr std::size_t kBatch = 256;
  Swept swept;
  std::optional<DocumentHash> after;
  while (swept.documents < count_max) {
    const auto batch = list(after, kBatch);
    if (!batch) return std::unexpected(batch.error());
    if (batch->empty()) break;
    after = batch->back().hash;
    for (const auto& info : *batch) {
      if (swept.documents == count_max) break;
      if (info.metadata.created_ms >= touched_before_ms || is_referenced(info.hash)) continue;
      const std::lock_guard writing(writing_);
      auto read = index_->begin_read();
      if (!read) return fail(read.error());
      const auto record = find(**read, info.hash);
      read->reset();
      if (!record || record->touched_ms >= touched_before_ms) continue;
      if (const auto removed = remove(info.hash, *record, std::nullopt); !removed) {
        return std::unexpected(removed.error());
      }
      ++swept.documents;
    }
  }
  const auto files = sweep_files();
  if (!files) return std::unexpected(files.error());
  swept.files = *files;
  return swept;
}

std::expected<std::size_t, Error> DocumentStore::sweep_files() {
  std::size_t removed = 0;
  std::error_code failed;
  std::filesystem::recursive_directory_iterator at(directory_ / "blobs", failed), end;
  for (; !failed && at != end; at.increment(failed)) {
    if (!at->is_regular_file(failed) || failed) continue;
    // Between listing and looking a put() may finish: so look while none can.
    const std::lock_guard writing(writing_);
    const std::unique_lock uncopied(copying_, std::try_to_lock);
    if (!uncopied) return std::unexpected(Error::busy);
    const auto hash = DocumentHash::parse(at->path().filename().string());
    if (hash) {
      const auto there = exists(*hash);
      if (!there) return std::unexpected(there.error());
      if (*there) continue;
    }
    if (storage::remove_file(at->path())) ++removed;
  }
  if (failed) return std::unexpected(Error::io);
  return removed;
}

// Index, then keys, then files: put() writes them the other way round, so what the index's copy
// names is in the others.
std::expected<void, Error> DocumentStore::copy_to(const std::filesystem::path& directory,
                                                  const storage::CopyOptions& options) const {
  const std::shared_lock copying(copying_);
  if (const auto done = index_->copy_to(directory / "index", options); !done) {
    return fail(done.error());
  }
  if (const auto done = storage::copy_file(directory_ / "keys", directory / "keys", options);
      !done) {
    return fail(done.error());
  }
  const auto blobs = directory_ / "blobs";
  if (const auto made = storage::make_directory(directory / "blobs"); !made) {
    return fail(made.error());
  }
  std::error_code error;
  std::filesystem::recursive_directory_iterator at(blobs, error), end;
  for (; !error && at != end; at.increment(error)) {
    if (!at->is_regular_file(error) || at->path().has_extension()) continue;  // or half written
    const auto to = directory / "blobs" / at->path().lexically_relative(blobs);
    if (const auto made = storage::make_directory(to.parent_path()); !made) {
      return fail(made.error());
    }
    const auto done = storage::copy_file(at->path(), to, options);
    // One whose put() was refused at last is gone again, and named by nothing.
    if (!done && done.error() != storage::Error::not_found) return fail(done.error());
  }
  if (error) return std::unexpected(Error::io);
  return {};
}

std::filesystem::path DocumentStore::path_of(const DocumentHash& hash) const {
  return blob_path(directory_, hash);
}

crypto::AeadKey DocumentStore::document_key() const {
  return crypto::AeadKey(document_key_.view().data(), kKeyBytes);
}

}  // namespace tally::documents
