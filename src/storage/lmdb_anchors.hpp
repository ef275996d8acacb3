// The record of a store's tables in META (lmdb_anchors.cpp has its grammar). Private to this
// folder.
#pragma once

#include <expected>
#include <optional>

#include "storage/linked_record.hpp"
#include "storage/lmdb_tree.hpp"

namespace tally::storage {

inline constexpr std::string_view kTablesKey = "tables";

/// The rows of a record that is whole and was written by `transaction`. A view into `record`.
[[nodiscard]] std::optional<ByteView> anchor_rows(ByteView record, std::uint64_t transaction);

[[nodiscard]] std::optional<Anchor> find_anchor(ByteView rows, std::uint32_t seed);

/// Walks META and returns the rows. `tables` are those of `meta`.
[[nodiscard]] std::expected<Bytes, PageFault> read_meta_table(PageFile& file, const Meta& meta,
                                                              std::span<const NamedTree> tables);

/// The identity in a store's file, for who reads it without opening the store.
[[nodiscard]] std::expected<Bytes, PageFault> read_identity_record(
    PageFile& file, const Meta& meta, std::span<const NamedTree> tables);

}  // namespace tally::storage
