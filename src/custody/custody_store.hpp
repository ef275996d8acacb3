// The one LMDB environment of custody, and what its tables share (docs/spec/documents.md).
//
// Integers are big-endian; each record begins with the CRC-32C of what follows it.
#pragma once

#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "crypto/schnorr.hpp"
#include "custody/error.hpp"
#include "storage/store.hpp"

namespace tally::custody {

inline constexpr storage::Table kTokens{0};
inline constexpr storage::Table kTokensByPrincipal{1};
inline constexpr storage::Table kAgents{2};
inline constexpr storage::Table kAgentsByPrincipal{3};

inline constexpr std::size_t kLabelBytesMax = 64;

/// The options under which custody's store is opened: on LMDB by open_custody_store(), in memory by
/// tests.
[[nodiscard]] storage::Options custody_options(const Hash32& network_id, bool create);

/// Errors: those of storage::open_lmdb_store().
[[nodiscard]] std::expected<std::unique_ptr<storage::Store>, Error> open_custody_store(
    const std::filesystem::path& directory, const Clock& clock, const Hash32& network_id,
    bool create);

/// Runs `body` in a write transaction and commits it unless `body` failed. Errors: those of
/// begin_write(), of `body` and of commit().
[[nodiscard]] std::expected<void, Error> write(
    storage::Store& store,
    const std::function<std::expected<void, Error>(storage::WriteTransaction&)>& body);

/// principal ‖ id: the key of the tables "…by principal".
Bytes principal_key(const crypto::PublicKey& principal, ByteView id);

/// Whether a label may be stored: at most kLabelBytesMax bytes, none of them a control character.
[[nodiscard]] bool is_label(std::string_view text);

}  // namespace tally::custody
