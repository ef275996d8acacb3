// Bytes off the ledger, found by their hash: EPCIS documents, images, encrypted profile attributes.
//
// Each document is encrypted under a key of its own; the keys are sealed by the node's document key
// and kept apart (key_slots.hpp). To erase a document is to destroy its key: whatever copies of the
// ciphertext exist, in backups too, are noise from then on. A tombstone remains, and the same bytes
// are not taken again. The directory (docs/spec/documents.md):
//
//   index/          LMDB: what there is, tombstones, and small ciphertexts
//   keys            a slot for each key
//   blobs/ab/<hash> larger ciphertexts, by the first byte of the hash
//
// Order of writes: key, ciphertext, index; so what the index names is complete, and what a crash
// leaves behind is named by nothing: its key is wiped at the next open(), its file by sweep().
//
// Threads: all calls from any thread. Writes follow each other; reads run beside each other and
// beside put().
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <vector>

#include "base/clock.hpp"
#include "crypto/aead.hpp"
#include "documents/key_slots.hpp"
#include "documents/record.hpp"
#include "storage/store.hpp"

namespace tally::documents {

struct DocumentHashTag;
/// tagged_hash("tally/document", content): the document's address, and what the ledger refers to.
using DocumentHash = Id<DocumentHashTag>;

[[nodiscard]] DocumentHash document_hash(ByteView content);

struct Options {
  Hash32 network_id{};
  bool create = false;
  std::size_t content_bytes_max = std::size_t{16} << 20;  // at most storage::kValueBytesMax
  storage::OnUnknownOutcome on_unknown_outcome = storage::stop_process;
};

struct Info {
  DocumentHash hash;
  std::uint64_t size_bytes = 0;
  Metadata metadata;
};

struct Document {
  Info info;
  crypto::SecretBytes content;
};

/// What a sweep has removed.
struct Swept {
  std::size_t documents = 0;
  std::size_t files = 0;
};

/// Where a ciphertext that is a file lies, in a store's directory.
[[nodiscard]] std::filesystem::path blob_path(const std::filesystem::path& directory,
                                              const DocumentHash& hash);

/// How the store of the documents' index is opened.
[[nodiscard]] storage::Options index_options(const Options& options);

class DocumentStore {
 public:
  /// Opens, or makes, the store in `directory`; `clock` outlives it, `document_key` is copied and
  /// wiped at the end. Errors: those of storage::open_lmdb_store(), wrong_key.
  [[nodiscard]] static std::expected<std::unique_ptr<DocumentStore>, Error> open(
      const std::filesystem::path& directory, const Clock& clock, const Options& options,
      crypto::AeadKey document_key);
  ~DocumentStore();

  /// Stores the content durably and returns its hash. If it is there already, its metadata stays as
  /// it is, and only its time for sweep() is renewed. Errors: too_large, invalid, erased, halted,
  /// map_full, disk_full, busy, corrupt, io; nothing is stored. outcome_unknown: put it again after
  /// a restart.
  [[nodiscard]] std::expected<DocumentHash, Error> put(ByteView content, const Metadata& metadata);

  /// The content, which has the hash: never other bytes. Errors: erased, not_found, busy, corrupt,
  /// io.
  [[nodiscard]] std::expected<Document, Error> get(const DocumentHash& hash) const;

  /// As get(), without the content and without checking it. Same errors.
  [[nodiscard]] std::expected<Info, Error> stat(const DocumentHash& hash) const;

  /// Errors: busy, corrupt, io.
  [[nodiscard]] std::expected<bool, Error> exists(const DocumentHash& hash) const;

  /// Up to `count_max` documents with hashes after `after`, in order; from the first without it.
  /// Errors: busy, corrupt, io.
  [[nodiscard]] std::expected<std::vector<Info>, Error> list(
      const std::optional<DocumentHash>& after, std::size_t count_max) const;

  /// Destroys the document's key, and removes the ciphertext. When it returns without error, it is
  /// done durably. Errors: erased, not_found, halted, map_full, disk_full, busy, corrupt; io (it
  /// cannot be read any more, but its key is wiped only at the next open()); outcome_unknown.
  [[nodiscard]] std::expected<void, Error> erase(const DocumentHash& hash, EraseReason reason,
                                                 std::uint64_t now_ms);

  /// As erase(), without a tombstone: it may be put again, and nobody is told that it was there.
  /// Same errors.
  [[nodiscard]] std::expected<void, Error> forget(const DocumentHash& hash);

  /// When and why it was erased. Errors: not_found, busy, corrupt, io.
  [[nodiscard]] std::expected<Tombstone, Error> tombstone(const DocumentHash& hash) const;

  /// Removes, without a tombstone, up to `count_max` documents that were last put before
  /// `touched_before_ms` and for which `is_referenced` is false; and files that no document names.
  /// The margin of time must be longer than it takes from put() to the ledger transaction that
  /// refers to it. `is_referenced` is called without locks. Errors: as erase().
  [[nodiscard]] std::expected<Swept, Error> sweep(
      const std::function<bool(const DocumentHash&)>& is_referenced,
      std::uint64_t touched_before_ms, std::size_t count_max);

  /// Copies index, keys and ciphertexts into `directory`, which is made, beside put() and get().
  /// Nothing is erased or swept meanwhile: that is told `busy`, since an index copied before and
  /// keys copied after an erasure would make a document look damaged. Errors: disk_full, denied,
  /// busy, corrupt, io.
  [[nodiscard]] std::expected<void, Error> copy_to(const std::filesystem::path& directory,
                                                   const storage::CopyOptions& options) const;

 private:
  DocumentStore(std::filesystem::path directory, const Options& options,
                std::unique_ptr<storage::Store> index, KeySlots keys, crypto::AeadKey document_key);

  [[nodiscard]] std::expected<void, Error> check_key();
  [[nodiscard]] std::expected<void, Error> wipe_leftovers();
  [[nodiscard]] std::expected<DocumentRecord, Error> find(const storage::ReadTransaction& read,
                                                          const DocumentHash& hash) const;
  [[nodiscard]] std::expected<void, Error> touch(const DocumentHash& hash, DocumentRecord record,
                                                 std::uint64_t now_ms);
  [[nodiscard]] std::expected<void, Error> add(const DocumentHash& hash, ByteView content,
                                               const Metadata& metadata);
  [[nodiscard]] std::expected<void, Error> add_to_index(const DocumentHash& hash,
                                                        const DocumentRecord& record,
                                                        ByteView ciphertext);
  [[nodiscard]] std::expected<crypto::SecretBytes, Error> decrypt(const DocumentHash& hash,
                                                                  const DocumentRecord& record,
                                                                  ByteView ciphertext) const;
  [[nodiscard]] std::expected<void, Error> find_and_remove(
      const DocumentHash& hash, const std::optional<Tombstone>& tombstone);
  /// Removes it from index, keys and files, in this order; leaves `tombstone` if there is one.
  [[nodiscard]] std::expected<void, Error> remove(const DocumentHash& hash,
                                                  const DocumentRecord& record,
                                                  const std::optional<Tombstone>& tombstone);
  [[nodiscard]] std::expected<std::size_t, Error> sweep_files();
  [[nodiscard]] std::filesystem::path path_of(const DocumentHash& hash) const;
  [[nodiscard]] crypto::AeadKey document_key() const;

  const std::filesystem::path directory_;
  const Options options_;
  const std::unique_ptr<storage::Store> index_;
  KeySlots keys_;
  storage::Fuse files_;
  const crypto::SecretBytes document_key_;
  std::mutex writing_;                 // one put, erase or sweep at a time
  mutable std::shared_mutex copying_;  // copies share it; removing wants it alone, without waiting
  /// Readers pass it one by one, and who removes holds it while waiting: else a steady stream of
  /// readers, who may share `content_`, would keep an erasure waiting for ever.
  mutable std::mutex turnstile_;
  mutable std::shared_mutex content_;  // readers of content share it; removing takes it alone
};

}  // namespace tally::documents
