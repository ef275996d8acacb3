// Which document holds which profile attribute, the keys wrapped for its readers, and who has read
// it.
//
// The owner encrypts; the node keeps ciphertext (document_store.hpp) and cannot read it. The ledger
// holds the commitments and the grants; this holds what they refer to. Integers are big-endian,
// each record begins with the CRC-32C of what follows it:
//
//   blob   = crc32c(4) commitment(32) document(32) stored_ms(8)     under owner(32) attribute(32)
//   key    = crc32c(4) wrapped(1..1024)               under owner(32) attribute(32) reader(32)
//   access = crc32c(4) time_ms(8) attribute(32) reader(32) grant(8) under owner(32) number(8)
//   note   = crc32c(4)                       among the blobs, under %x00*32 document(32)
//
// A note says that a blob took a document's place, whose key is still to be destroyed. It is
// written together with that blob and goes when it is done, so that no crash in between lets the
// document live for good. No account has a key of zeros: it is no point of the curve.
//
// Threads: all calls from any thread.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "crypto/schnorr.hpp"
#include "documents/document_store.hpp"
#include "documents/error.hpp"
#include "storage/store.hpp"

namespace tally::documents {

inline constexpr std::size_t kAttributesPerOwnerMax = 256;
inline constexpr std::size_t kWrappedKeyBytesMax = 1'024;
/// Reads that are kept of an owner; the oldest go.
inline constexpr std::size_t kAccessesMax = 10'000;

/// Whose attribute: tagged_hash("tally/profile-attribute", name).
struct AttributeKey {
  crypto::PublicKey owner;
  Hash32 attribute{};
};

struct ProfileBlob {
  Hash32 commitment{};  ///< As the ledger has it, or will: the owner's word.
  DocumentHash document;
  std::uint64_t stored_ms = 0;
  bool operator==(const ProfileBlob&) const = default;
};

/// The receipt of a read.
struct Access {
  std::uint64_t number = 0;  ///< Of the owner's, from 0.
  std::uint64_t time_ms = 0;
  Hash32 attribute{};
  crypto::PublicKey reader;
  std::uint64_t grant = 0;  ///< The output number of the grant that allowed it.
  bool operator==(const Access&) const = default;
};

class ProfileStore {
 public:
  [[nodiscard]] static storage::Options store_options(const Hash32& network_id);
  /// Errors: those of storage::open_lmdb_store().
  [[nodiscard]] static std::expected<std::unique_ptr<ProfileStore>, Error> open(
      const std::filesystem::path& directory, const Clock& clock, const Hash32& network_id,
      bool create);
  explicit ProfileStore(std::unique_ptr<storage::Store> store,
                        std::size_t accesses_max = kAccessesMax)
      : store_(std::move(store)), accesses_max_(accesses_max) {}

  /// Puts the blob in the attribute's place and returns what was there; if that had another
  /// document, it is noted. The keys wrapped for readers of the old one go. Errors: too_large (the
  /// owner has kAttributesPerOwnerMax), those of storage.
  [[nodiscard]] std::expected<std::optional<ProfileBlob>, Error> put(const AttributeKey& key,
                                                                     const ProfileBlob& blob);
  /// Errors: not_found, busy, corrupt, io.
  [[nodiscard]] std::expected<ProfileBlob, Error> find(const AttributeKey& key) const;
  /// Forgets the attribute and its wrapped keys; returns what was there. Errors: not_found, those
  /// of storage.
  [[nodiscard]] std::expected<ProfileBlob, Error> erase(const AttributeKey& key);

  /// Documents that were replaced and not yet forgotten: up to `count_max`. Errors: busy, corrupt,
  /// io.
  [[nodiscard]] std::expected<std::vector<DocumentHash>, Error> replaced(
      std::size_t count_max) const;
  /// Drops the note of a document that is erased. Errors: those of storage.
  [[nodiscard]] std::expected<void, Error> forget_replaced(const DocumentHash& document);

  /// Keeps the attribute's key wrapped for `reader`. Errors: invalid (empty or too long), not_found
  /// (no such attribute), those of storage.
  [[nodiscard]] std::expected<void, Error> put_key(const AttributeKey& key,
                                                   const crypto::PublicKey& reader,
                                                   ByteView wrapped);
  /// Errors: not_found, busy, corrupt, io.
  [[nodiscard]] std::expected<Bytes, Error> find_key(const AttributeKey& key,
                                                     const crypto::PublicKey& reader) const;

  /// Records a read durably, before it is answered. `access.number` is given by the store. Errors:
  /// those of storage.
  [[nodiscard]] std::expected<void, Error> record(const crypto::PublicKey& owner, Access access);
  /// Reads of the owner's attributes, latest first: up to `count_max` with numbers below `before`.
  /// Errors: busy, corrupt, io.
  [[nodiscard]] std::expected<std::vector<Access>, Error> accesses(const crypto::PublicKey& owner,
                                                                   std::uint64_t before,
                                                                   std::size_t count_max) const;

  /// Store::copy_to() of it.
  [[nodiscard]] std::expected<std::uint64_t, storage::Error> copy_to(
      const std::filesystem::path& directory, const storage::CopyOptions& options) const {
    return store_->copy_to(directory, options);
  }

 private:
  const std::unique_ptr<storage::Store> store_;
  const std::size_t accesses_max_;
};

/// Erases every document that was replaced, and drops the notes. Errors: those of
/// DocumentStore::erase() and of storage; what was not done is still noted.
[[nodiscard]] std::expected<void, Error> erase_replaced(ProfileStore& profiles,
                                                        DocumentStore& documents,
                                                        std::uint64_t now_ms);

}  // namespace tally::documents
