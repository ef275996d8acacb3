#include "documents/scrub.hpp"

#include <fmt/format.h>

#include <thread>

#include "crypto/aead.hpp"

namespace tally::documents {
namespace {

constexpr int kBusyTries = 100;

using What = std::optional<std::string>;

// The content as whoever asks for it gets it.
What check_content(const DocumentStore& store, const DocumentHash& hash) {
  for (int tries = 1;; ++tries) {
    const auto document = store.get(hash);
    if (document) return std::nullopt;
    if (document.error() == Error::busy && tries < kBusyTries) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      continue;
    }
    const bool erased = document.error() == Error::erased || document.error() == Error::not_found;
    if (erased) return std::nullopt;  // since the index was read
    return fmt::format("its content: {}", name(document.error()));
  }
}

// What can be told of it without the node's keys.
What check_parts(const std::filesystem::path& directory, const KeySlots& keys,
                 const DocumentHash& hash, const DocumentRecord& record) {
  if (!keys.read(record.slot, hash.bytes)) return "its key is not what was written";
  if (record.place == Place::in_index) return std::nullopt;
  std::error_code error;
  const auto size = std::filesystem::file_size(blob_path(directory, hash), error);
  if (error) return fmt::format("its file cannot be looked at: {}", error.message());
  if (size != record.size_bytes + crypto::kAeadOverheadBytes) return "its file has another length";
  return std::nullopt;
}

}  // namespace

std::expected<storage::ScrubReport, storage::Damage> scrub_documents(
    const std::filesystem::path& directory, const DocumentStore* store,
    const storage::ScrubOptions& options) {
  std::optional<KeySlots> keys;
  std::error_code error;
  if (store == nullptr && std::filesystem::exists(directory / "keys", error)) {
    if (auto opened = KeySlots::open(directory / "keys")) keys = std::move(*opened);
  }
  storage::ScrubPace pace(options);
  std::uint64_t files = 0;
  std::uint64_t file_bytes = 0;
  const auto check = [&](std::string_view table, const storage::Entry& entry) -> What {
    if (table != "documents") return std::nullopt;
    const auto hash = DocumentHash::from(entry.key);
    const auto record = decode_document(entry.value);
    if (!hash || !record) return "not a document's record";
    if (store == nullptr && !keys) return "the file of keys is not there, or not one";
    const auto what = store != nullptr ? check_content(*store, *hash)
                                       : check_parts(directory, *keys, *hash, *record);
    if (what || record->place == Place::in_index) return what;
    ++files;
    if (store == nullptr) return std::nullopt;
    file_bytes += record->size_bytes;
    pace.took(record->size_bytes);
    return std::nullopt;
  };
  auto with = options;
  with.visit = check;
  auto report = storage::scrub_store(directory / "index", "documents", with);
  if (report) {
    report->files = files;
    report->bytes += file_bytes;
  }
  return report;
}

}  // namespace tally::documents
