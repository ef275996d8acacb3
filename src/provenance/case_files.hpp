// What belongs to a case and is not on the ledger: the description, the photographs, the judges'
// inspections. The ledger has their hashes (docs/spec/authentication.md has the tags).
//
// The contents are documents, each encrypted under a key of its own and erasable; what is here is
// where to find them, in two tables of the environment that capture keeps:
//
//   case_files   requester(32) case(32) -> nothing,   case(32) -> file
//   case_words   hash(32)               -> text       of categories and sources, for statistics
//
//   file       = requester(32) nonce(32) created_ms(8) gs1_key category source description(32)
//                count(1) photograph* count(1) inspection*       integers big-endian; texts with
//   photograph = id(32) role width(4) height(4) bytes(8) full(32) large(32) small(32)   a length(1)
//   inspection = appraiser(32) round(1) document(32)
//
// Threads: any; writes follow each other, and so do decodings of photographs.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "contracts/id.hpp"
#include "documents/document_store.hpp"
#include "images/image.hpp"
#include "storage/store.hpp"

namespace tally::provenance {

inline constexpr std::size_t kPhotographsMax = 12;  // of a case
inline constexpr std::size_t kDraftsMax = 8;        // of a requester, not opened yet
inline constexpr std::size_t kDescriptionBytesMax = 2'000;
inline constexpr std::size_t kCaseWordBytesMax = 48;
inline constexpr std::size_t kInspectionBytesMax = 32 * 1024;
inline constexpr std::uint32_t kLargeEdge = 1'280;
inline constexpr std::uint32_t kSmallEdge = 320;

enum class PhotographSize : std::uint8_t { full, large, small };

struct Photograph {
  Hash32 id{};       ///< sha256 of the full picture, as it is kept.
  std::string role;  ///< What it shows, as `logo`.
  images::Size size;
  std::uint64_t bytes = 0;
  documents::DocumentHash full;
  documents::DocumentHash large;
  documents::DocumentHash small;
  bool operator==(const Photograph&) const = default;
};

struct Inspection {
  contracts::PublicKey appraiser;
  std::uint8_t round = 1;
  documents::DocumentHash document;
  bool operator==(const Inspection&) const = default;
};

struct CaseFile {
  contracts::PublicKey requester;
  Hash32 nonce{};
  std::uint64_t created_ms = 0;
  std::string gs1_key;  ///< Empty: goods from elsewhere.
  std::string category;
  std::string source;
  documents::DocumentHash description;
  std::vector<Photograph> photographs;
  std::vector<Inspection> inspections;
  bool operator==(const CaseFile&) const = default;
};

struct CaseFault {
  enum class Code : std::uint8_t {
    not_found = 1,
    too_many = 2,  ///< Drafts of the requester, or photographs of the case.
    image = 3,     ///< `image` says which.
    no_room = 4,
    busy = 5,
    internal = 6,
  };
  Code code = Code::internal;
  images::Error image = images::Error::damaged;
};
template <typename T>
using OrCaseFault = std::expected<T, CaseFault>;

// What the ledger gets of a file.
[[nodiscard]] Hash32 description_hash(const Hash32& nonce, std::string_view text);
[[nodiscard]] Hash32 category_hash(std::string_view text);
[[nodiscard]] Hash32 source_hash(std::string_view text);
[[nodiscard]] Hash32 evidence_root(const std::vector<Photograph>& photographs);
[[nodiscard]] Hash32 method_hash(std::string_view text);
[[nodiscard]] Hash32 points_hash(const Hash32& salt, std::string_view points);

/// A category or source: 1 … kCaseWordBytesMax of a-z, 0-9, `-` and `.`: no sentence about anybody.
[[nodiscard]] bool is_case_word(std::string_view text);

[[nodiscard]] Bytes encode(const CaseFile& file);
/// Nothing if the bytes are not what encode() made.
[[nodiscard]] std::optional<CaseFile> decode_case_file(ByteView bytes);

class CaseFiles {
 public:
  /// Both outlive it. `store` has the tables kCaseFilesTable and kCaseWordsTable.
  CaseFiles(storage::Store& store, documents::DocumentStore& documents)
      : store_(store), documents_(documents) {}

  /// Begins a file under its nonce. `opened` says whether a case is on the ledger: those do not
  /// count as drafts. Errors: too_many (kDraftsMax), no_room, busy, internal.
  OrCaseFault<void> begin(const CaseFile& file, std::string_view description,
                          const std::function<bool(const contracts::CaseId&)>& opened);
  /// Errors: not_found, busy, internal; also of those below.
  [[nodiscard]] OrCaseFault<CaseFile> find(const contracts::CaseId& id) const;
  [[nodiscard]] OrCaseFault<std::string> description(const CaseFile& file) const;

  /// Decodes, writes anew and keeps a photograph. The same picture twice is one. Errors: too_many
  /// (kPhotographsMax), image, no_room.
  OrCaseFault<Photograph> add_photograph(const contracts::CaseId& id, ByteView bytes,
                                         std::string role, std::uint64_t now_ms);
  /// Removes it, and destroys the keys of its documents.
  OrCaseFault<void> remove_photograph(const contracts::CaseId& id, const Hash32& photograph,
                                      std::uint64_t now_ms);
  /// The JPEG.
  [[nodiscard]] OrCaseFault<Bytes> read_photograph(const contracts::CaseId& id,
                                                   const Hash32& photograph,
                                                   PhotographSize size) const;

  /// Keeps what a judge has found, in place of what it had found before.
  OrCaseFault<void> put_inspection(const contracts::CaseId& id,
                                   const contracts::PublicKey& appraiser, std::uint8_t round,
                                   std::string_view text, std::uint64_t now_ms);
  [[nodiscard]] OrCaseFault<std::string> read_inspection(const Inspection& inspection) const;

  /// The text of a category's or source's hash; nothing if it was never given here.
  [[nodiscard]] std::optional<std::string> word(const Hash32& hash) const;

 private:
  OrCaseFault<void> put(const contracts::CaseId& id, const CaseFile& file, bool begins);
  OrCaseFault<documents::DocumentHash> keep(const contracts::CaseId& id, ByteView content,
                                            std::string_view media_type,
                                            const contracts::PublicKey& owner,
                                            std::uint64_t now_ms);
  OrCaseFault<void> drop(const documents::DocumentHash& hash, std::uint64_t now_ms);
  [[nodiscard]] OrCaseFault<Bytes> content(const documents::DocumentHash& hash) const;

  storage::Store& store_;
  documents::DocumentStore& documents_;
  std::mutex writing_;   // a file is read and written as one
  std::mutex decoding_;  // one photograph in memory at a time
};

}  // namespace tally::provenance
