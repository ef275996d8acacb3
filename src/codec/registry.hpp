// Registry entries and writes as bytes. docs/spec/registries.md has the keys and the grammar. All
// functions are pure; any thread.
#pragma once

#include "base/bytes.hpp"
#include "contracts/limits.hpp"
#include "contracts/registry.hpp"

namespace tally::codec {

/// What an entry can come to: all that one transaction can put there, and its running fields.
inline constexpr std::size_t kEntryBytesMax = 2 * contracts::kBodyBytesMax;

/// The canonical bytes of an entry, without its kind: the key that it is stored under has that.
Bytes encode_entry(const contracts::RegistryEntry& entry);

/// The entry of this kind in `bytes`. Errors in precedence order: body_too_large (kEntryBytesMax),
/// not_protobuf, unknown_field, field_missing or field_length or field_value (the first),
/// not_canonical.
contracts::Result<contracts::RegistryEntry> decode_entry(contracts::RegistryKind kind,
                                                         ByteView bytes);

/// The canonical bytes of a write: key and entry. The key's kind is that of the entry.
Bytes encode_write(const contracts::RegistryWrite& write);

/// The write in `bytes`. Errors as decode_entry(); field_value also if the kinds differ.
contracts::Result<contracts::RegistryWrite> decode_write(ByteView bytes);

}  // namespace tally::codec
