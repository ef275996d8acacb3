// The record that says what a store's directory belongs to.
//
//   record = crc32c(4) format(4) network_id(32) kind(1..32)     integers big-endian;
//   the checksum covers all bytes behind it. It is the only entry of the table "META".
#pragma once

#include <expected>

#include "storage/store.hpp"

namespace tally::storage {

inline constexpr std::string_view kMetaTable = "META";
inline constexpr std::string_view kMetaKey = "identity";

Bytes encode_identity(const Identity& identity);

/// Whether a store with this record may be opened as `wanted`. Errors: corrupt, wrong_kind,
/// wrong_network, newer_format, older_format, in this order.
[[nodiscard]] std::expected<void, Error> check_identity(const Identity& wanted, ByteView record);

/// Whether the options themselves are within the limits of store.hpp: else `invalid`.
[[nodiscard]] std::expected<void, Error> check_options(const Options& options);

}  // namespace tally::storage
