#include "provenance/case_files.hpp"

#include <algorithm>

#include "base/byte_reader.hpp"
#include "contracts/authentication.hpp"
#include "crypto/hash.hpp"
#include "crypto/random.hpp"
#include "provenance/capture_store.hpp"
#include "storage/scan.hpp"

namespace tally::provenance {
namespace {

using contracts::CaseId;
using contracts::PublicKey;
using documents::DocumentHash;
using Code = CaseFault::Code;

constexpr int kFullQuality = 90;
constexpr int kSmallQuality = 80;
// Of a document: the case, so that two cases share none, and chance, so that what was removed can
// come again: the bytes of an erased document are not taken anew.
constexpr std::size_t kChanceBytes = 16;
constexpr std::size_t kPrefixBytes = 32 + kChanceBytes;

std::unexpected<CaseFault> fault(Code code) { return std::unexpected(CaseFault{code}); }

std::unexpected<CaseFault> fault(documents::Error error) {
  switch (error) {
    case documents::Error::not_found:
    case documents::Error::erased:
      return fault(Code::not_found);
    case documents::Error::map_full:
    case documents::Error::disk_full:
      return fault(Code::no_room);
    case documents::Error::busy:
      return fault(Code::busy);
    default:
      return fault(Code::internal);
  }
}

std::unexpected<CaseFault> fault(storage::Error error) {
  return fault(documents::from_storage(error));
}

void append_text(Bytes& out, std::string_view text) {
  out.push_back(static_cast<std::uint8_t>(text.size()));
  append(out, as_bytes(text));
}

std::string read_text(ByteReader& record) {
  return std::string(as_text(record.take(record.number<std::uint8_t>())));
}

Hash32 hash_of_text(std::string_view tag, std::string_view text) {
  return crypto::tagged_hash(tag, {as_bytes(text)});
}

Bytes requester_key(const PublicKey& requester, const CaseId& id) {
  Bytes out(requester.bytes.begin(), requester.bytes.end());
  append(out, id.view());
  return out;
}

}  // namespace

Hash32 description_hash(const Hash32& nonce, std::string_view text) {
  return crypto::tagged_hash("tally/case-description", {nonce, as_bytes(text)});
}
Hash32 category_hash(std::string_view text) { return hash_of_text("tally/case-category", text); }
Hash32 source_hash(std::string_view text) { return hash_of_text("tally/case-source", text); }
Hash32 method_hash(std::string_view text) { return hash_of_text("tally/case-method", text); }
Hash32 points_hash(const Hash32& salt, std::string_view points) {
  return crypto::tagged_hash("tally/case-points", {salt, as_bytes(points)});
}

Hash32 evidence_root(const std::vector<Photograph>& photographs) {
  Bytes ids;
  for (const auto& photograph : photographs) append(ids, photograph.id);
  return crypto::tagged_hash("tally/case-evidence", {ids});
}

bool is_case_word(std::string_view text) {
  return !text.empty() && text.size() <= kCaseWordBytesMax && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

Bytes encode(const CaseFile& file) {
  Bytes out;
  append(out, file.requester.view());
  append(out, file.nonce);
  append_be(out, file.created_ms);
  for (const auto* text : {&file.gs1_key, &file.category, &file.source}) append_text(out, *text);
  append(out, file.description.view());
  out.push_back(static_cast<std::uint8_t>(file.photographs.size()));
  for (const auto& photograph : file.photographs) {
    append(out, photograph.id);
    append_text(out, photograph.role);
    append_be(out, photograph.size.width);
    append_be(out, photograph.size.height);
    append_be(out, photograph.bytes);
    append(out, photograph.full.view());
    append(out, photograph.large.view());
    append(out, photograph.small.view());
  }
  out.push_back(static_cast<std::uint8_t>(file.inspections.size()));
  for (const auto& inspection : file.inspections) {
    append(out, inspection.appraiser.view());
    out.push_back(inspection.round);
    append(out, inspection.document.view());
  }
  return out;
}

std::optional<CaseFile> decode_case_file(ByteView bytes) {
  ByteReader record(bytes);
  CaseFile file;
  file.requester.bytes = record.hash();
  file.nonce = record.hash();
  file.created_ms = record.number<std::uint64_t>();
  file.gs1_key = read_text(record);
  file.category = read_text(record);
  file.source = read_text(record);
  file.description.bytes = record.hash();
  for (auto left = record.number<std::uint8_t>(); left > 0; --left) {
    auto& photograph = file.photographs.emplace_back();
    photograph.id = record.hash();
    photograph.role = read_text(record);
    photograph.size.width = record.number<std::uint32_t>();
    photograph.size.height = record.number<std::uint32_t>();
    photograph.bytes = record.number<std::uint64_t>();
    photograph.full.bytes = record.hash();
    photograph.large.bytes = record.hash();
    photograph.small.bytes = record.hash();
  }
  for (auto left = record.number<std::uint8_t>(); left > 0; --left) {
    auto& inspection = file.inspections.emplace_back();
    inspection.appraiser.bytes = record.hash();
    inspection.round = record.number<std::uint8_t>();
    inspection.document.bytes = record.hash();
  }
  if (!record.complete()) return std::nullopt;
  return file;
}

OrCaseFault<void> CaseFiles::begin(const CaseFile& file, std::string_view description,
                                   const std::function<bool(const CaseId&)>& opened) {
  const auto id = contracts::case_id(file.requester, file.nonce);
  const std::lock_guard lock(writing_);
  std::size_t drafts = 0;
  {
    const auto read = store_.begin_read();
    if (!read) return fault(read.error());
    const auto end = storage::prefix_end(file.requester.view());
    const auto done =
        storage::for_each(**read, kCaseFilesTable, {file.requester.view(), end},
                          storage::Direction::forward, [&](const storage::Entry& entry) {
                            if (entry.key.size() != 64) return true;
                            const auto draft = CaseId::from(entry.key.last(32));
                            drafts += draft && !opened(*draft);
                            return drafts < kDraftsMax;
                          });
    if (!done) return fault(done.error());
  }
  if (drafts >= kDraftsMax) return fault(Code::too_many);
  auto whole = file;
  const auto kept = keep(id, as_bytes(description), "text/plain", file.requester, file.created_ms);
  if (!kept) return std::unexpected(kept.error());
  whole.description = *kept;
  return put(id, whole, true);
}

OrCaseFault<void> CaseFiles::put(const CaseId& id, const CaseFile& file, bool begins) {
  auto write = store_.begin_write();
  if (!write) return fault(write.error());
  auto done = (*write)->put(kCaseFilesTable, id.view(), encode(file));
  if (done && begins) {
    done = (*write)->put(kCaseFilesTable, requester_key(file.requester, id), {});
    if (done) {
      done = (*write)->put(kCaseWordsTable, category_hash(file.category), as_bytes(file.category));
    }
    if (done)
      done = (*write)->put(kCaseWordsTable, source_hash(file.source), as_bytes(file.source));
  }
  if (done) done = (*write)->commit();
  if (!done) return fault(done.error());
  return {};
}

OrCaseFault<CaseFile> CaseFiles::find(const CaseId& id) const {
  const auto read = store_.begin_read();
  if (!read) return fault(read.error());
  const auto row = (*read)->get(kCaseFilesTable, id.view());
  if (!row) return fault(row.error());
  auto file = decode_case_file(*row);
  if (!file) return fault(Code::internal);
  return std::move(*file);
}

OrCaseFault<DocumentHash> CaseFiles::keep(const CaseId& id, ByteView content,
                                          std::string_view media_type, const PublicKey& owner,
                                          std::uint64_t now_ms) {
  Bytes whole(id.bytes.begin(), id.bytes.end());
  append(whole, crypto::random_array<kChanceBytes>());
  append(whole, content);
  const auto hash = documents_.put(
      whole, {.media_type = std::string(media_type), .owner = owner.bytes, .created_ms = now_ms});
  if (!hash) return fault(hash.error());
  return *hash;
}

OrCaseFault<void> CaseFiles::drop(const DocumentHash& hash, std::uint64_t now_ms) {
  const auto done = documents_.erase(hash, documents::EraseReason::requested, now_ms);
  if (!done && done.error() != documents::Error::erased &&
      done.error() != documents::Error::not_found) {
    return fault(done.error());
  }
  return {};
}

OrCaseFault<Bytes> CaseFiles::content(const DocumentHash& hash) const {
  const auto document = documents_.get(hash);
  if (!document) return fault(document.error());
  const auto whole = document->content.view();
  if (whole.size() < kPrefixBytes) return fault(Code::internal);
  return Bytes(whole.begin() + kPrefixBytes, whole.end());
}

OrCaseFault<std::string> CaseFiles::description(const CaseFile& file) const {
  const auto text = content(file.description);
  if (!text) return std::unexpected(text.error());
  return std::string(as_text(*text));
}

OrCaseFault<Photograph> CaseFiles::add_photograph(const CaseId& id, ByteView bytes,
                                                  std::string role, std::uint64_t now_ms) {
  Photograph made;
  made.role = std::move(role);
  Bytes pictures[3];
  {
    const std::lock_guard lock(decoding_);
    const auto pixels = images::decode(bytes, images::kFullEdge);
    if (!pixels) return std::unexpected(CaseFault{Code::image, pixels.error()});
    const auto full = images::shrink(*pixels, images::kFullEdge);
    const auto large = images::shrink(full, kLargeEdge);
    made.size = full.size;
    pictures[0] = images::encode_jpeg(full, kFullQuality);
    pictures[1] = images::encode_jpeg(large, kFullQuality);
    pictures[2] = images::encode_jpeg(images::shrink(large, kSmallEdge), kSmallQuality);
  }
  made.id = crypto::sha256(pictures[0]);
  made.bytes = pictures[0].size();

  const std::lock_guard lock(writing_);
  auto file = find(id);
  if (!file) return std::unexpected(file.error());
  for (const auto& known : file->photographs) {
    if (known.id == made.id) return known;
  }
  if (file->photographs.size() >= kPhotographsMax) return fault(Code::too_many);
  DocumentHash* const places[] = {&made.full, &made.large, &made.small};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto kept = keep(id, pictures[i], "image/jpeg", file->requester, now_ms);
    if (!kept) return std::unexpected(kept.error());
    *places[i] = *kept;
  }
  file->photographs.push_back(made);
  if (auto done = put(id, *file, false); !done) return std::unexpected(done.error());
  return made;
}

OrCaseFault<void> CaseFiles::remove_photograph(const CaseId& id, const Hash32& photograph,
                                               std::uint64_t now_ms) {
  const std::lock_guard lock(writing_);
  auto file = find(id);
  if (!file) return std::unexpected(file.error());
  const auto at = std::ranges::find(file->photographs, photograph, &Photograph::id);
  if (at == file->photographs.end()) return fault(Code::not_found);
  const auto gone = *at;
  file->photographs.erase(at);
  // The index first: what it names is complete.
  if (auto done = put(id, *file, false); !done) return done;
  for (const auto& hash : {gone.full, gone.large, gone.small}) {
    if (auto done = drop(hash, now_ms); !done) return done;
  }
  return {};
}

OrCaseFault<Bytes> CaseFiles::read_photograph(const CaseId& id, const Hash32& photograph,
                                              PhotographSize size) const {
  const auto file = find(id);
  if (!file) return std::unexpected(file.error());
  const auto at = std::ranges::find(file->photographs, photograph, &Photograph::id);
  if (at == file->photographs.end()) return fault(Code::not_found);
  switch (size) {
    case PhotographSize::full:
      return content(at->full);
    case PhotographSize::large:
      return content(at->large);
    case PhotographSize::small:
      return content(at->small);
  }
  return fault(Code::not_found);
}

OrCaseFault<void> CaseFiles::put_inspection(const CaseId& id, const PublicKey& appraiser,
                                            std::uint8_t round, std::string_view text,
                                            std::uint64_t now_ms) {
  const std::lock_guard lock(writing_);
  auto file = find(id);
  if (!file) return std::unexpected(file.error());
  const auto kept = keep(id, as_bytes(text), "application/json", appraiser, now_ms);
  if (!kept) return std::unexpected(kept.error());
  const auto at = std::ranges::find_if(file->inspections, [&](const auto& one) {
    return one.appraiser == appraiser && one.round == round;
  });
  std::optional<DocumentHash> before;
  if (at == file->inspections.end()) {
    file->inspections.push_back({appraiser, round, *kept});
  } else {
    before = std::exchange(at->document, *kept);
  }
  if (auto done = put(id, *file, false); !done) return done;
  if (before && *before != *kept) return drop(*before, now_ms);
  return {};
}

OrCaseFault<std::string> CaseFiles::read_inspection(const Inspection& inspection) const {
  const auto text = content(inspection.document);
  if (!text) return std::unexpected(text.error());
  return std::string(as_text(*text));
}

std::optional<std::string> CaseFiles::word(const Hash32& hash) const {
  const auto read = store_.begin_read();
  if (!read) return std::nullopt;
  const auto row = (*read)->get(kCaseWordsTable, hash);
  if (!row) return std::nullopt;
  return std::string(as_text(*row));
}

}  // namespace tally::provenance
