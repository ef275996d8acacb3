// The scrub of the documents: their index (storage/scrub.hpp), and that what it names is there.
#pragma once

#include <expected>
#include <filesystem>

#include "documents/document_store.hpp"
#include "storage/scrub.hpp"

namespace tally::documents {

/// Reads the documents in `directory` whole. With the `store` that is open on it, each content is
/// opened and held against its hash. Without, nothing can be opened: then each document's key must
/// be in its slot, sealed and with a right checksum, and each ciphertext there in its length;
/// `files` of the report is how many of them are files. A node may be running. Any thread.
[[nodiscard]] std::expected<storage::ScrubReport, storage::Damage> scrub_documents(
    const std::filesystem::path& directory, const DocumentStore* store,
    const storage::ScrubOptions& options);

}  // namespace tally::documents
