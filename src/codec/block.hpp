// Blocks: what the journal holds and what nodes pass on. docs/spec/block.md has the grammar. The
// registry writes of a settled transaction travel with it, so that views follow the journal without
// executing anything; a replay derives them anew and compares. All functions are pure; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "codec/transaction.hpp"
#include "contracts/error_code.hpp"
#include "contracts/registry.hpp"

namespace tally::codec {

inline constexpr std::uint32_t kBlockVersion = 1;
/// What a block may come to. The engine closes a block long before.
inline constexpr std::size_t kBlockBytesMax = std::size_t{64} << 20;
inline constexpr std::size_t kBlockOutcomesMax = 65'536;

struct BlockHeader {
  std::uint32_t version = kBlockVersion;
  std::uint64_t height = 0;
  Hash32 previous_hash{};  ///< block_hash() of the block before; zero at height 0.
  std::uint64_t time_ms = 0;
  std::uint64_t active_ms = 0;
  contracts::OutputNumber first_output_number = 0;  ///< What the block's first output gets.
  std::uint32_t settled_count = 0;
  std::uint32_t rejected_count = 0;
  std::uint32_t outputs_count = 0;
  Hash32 transactions_root{};  ///< crypto::merkle_root() of the outcomes' leaves, in block order.
  Hash32 spent_root{};         ///< Of the spent bitmap after this block.
  Hash32 registry_digest{};    ///< After this block.
  bool operator==(const BlockHeader&) const = default;
};

struct SettledRecord {
  Bytes body;
  std::vector<Bytes> witnesses;
  std::vector<contracts::RegistryWrite> writes;
  bool operator==(const SettledRecord&) const = default;
};

/// Of a rejected transaction: its answer, and what the once-only memory needs to be rebuilt.
struct RejectedRecord {
  contracts::Txid txid;
  contracts::Error error{contracts::ErrorCode::internal_error};
  contracts::PublicKey first_signer;
  Bytes idempotency_key;  ///< Empty: none.
  std::uint64_t valid_until_ms = 0;
  bool operator==(const RejectedRecord&) const = default;
};

using Outcome = std::variant<SettledRecord, RejectedRecord>;

struct Block {
  BlockHeader header;
  std::vector<Outcome> outcomes;  ///< In block order.
  bool operator==(const Block&) const = default;
};

/// The canonical bytes of a block. The header's counts are those of the outcomes, bodies, outcomes
/// and block are within the limits, each write's kind is its entry's: anything else is a bug.
Bytes encode_block(const Block& block);

/// The block in `bytes`. Errors in precedence order: body_too_large (kBlockBytesMax), not_protobuf,
/// unknown_version, batch_too_large (more than kBlockOutcomesMax), unknown_field, field_missing or
/// field_length or field_value (the first: also for what encode_block() demands), not_canonical.
/// The bodies are not decoded and no hash is computed.
contracts::Result<Block> decode_block(ByteView bytes);

/// What an outcome adds to a block at most, in bytes: for closing a block before it is too large.
std::size_t encoded_bytes(const Outcome& outcome);

/// As encode_block() and decode_block(), for the header alone.
Bytes encode_header(const BlockHeader& header);
contracts::Result<BlockHeader> decode_header(ByteView bytes);

/// tagged_hash("tally/block", encode_header(header)): what the next block names.
Hash32 block_hash(const BlockHeader& header);

/// tagged_hash("tally/writes", the writes as a batch (batch.hpp)).
Hash32 writes_digest(std::span<const contracts::RegistryWrite> writes);

/// The leaf of a settled transaction, with what its first output was numbered (or would have been).
Hash32 settled_leaf(const contracts::Txid& txid, contracts::OutputNumber first_output_number,
                    std::span<const contracts::RegistryWrite> writes);
/// Likewise, from the writes_digest() alone.
Hash32 settled_leaf(const contracts::Txid& txid, contracts::OutputNumber first_output_number,
                    const Hash32& writes_digest);
/// The leaf of a rejected one.
Hash32 rejected_leaf(const contracts::Txid& txid, const contracts::Error& error);

}  // namespace tally::codec
