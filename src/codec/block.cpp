#include "codec/block.hpp"

#include <tally/v1/block.pb.h>

#include "base/check.hpp"
#include "codec/batch.hpp"
#include "codec/registry.hpp"
#include "codec/wire/block_fields.hpp"
#include "codec/wire/decode.hpp"
#include "crypto/hash.hpp"

namespace tally::codec {
namespace {

using contracts::ErrorCode;
using contracts::fail;
using contracts::Result;

constexpr std::size_t kHeaderBytesMax = 256;

// Where an error's code stands in a leaf; no code is 0.
constexpr std::uint16_t kSettled = 0;

const crypto::TaggedHasher& outcome_hasher() {
  static const crypto::TaggedHasher hasher("tally/outcome");
  return hasher;
}

Result<void> check_version(std::uint32_t version) {
  if (version != kBlockVersion) return fail(ErrorCode::unknown_version, 0, version);
  return {};
}

}  // namespace

Bytes encode_block(const Block& block) {
  CHECK(block.header.version == kBlockVersion);
  CHECK(block.outcomes.size() <= kBlockOutcomesMax);
  auto bytes = wire::encode(block, 512 * (block.outcomes.size() + 1));
  CHECK(bytes.size() <= kBlockBytesMax);
  return bytes;
}

Result<Block> decode_block(ByteView bytes) {
  wire::ParseArena arena;
  const auto message = wire::parse<v1::Block>(arena, bytes, kBlockBytesMax);
  if (!message) return std::unexpected(message.error());
  if (auto ok = check_version((*message)->header().version()); !ok) {
    return std::unexpected(ok.error());
  }
  if (static_cast<std::size_t>((*message)->outcomes_size()) > kBlockOutcomesMax) {
    return fail(ErrorCode::batch_too_large, kBlockOutcomesMax, kBlockOutcomesMax);
  }
  return wire::convert<Block>(**message, bytes);
}

std::size_t encoded_bytes(const Outcome& outcome) {
  // Each message and byte string stands behind a tag and a length.
  constexpr std::size_t kFrame = 1 + 4;
  const auto* settled = std::get_if<SettledRecord>(&outcome);
  if (settled == nullptr) return wire::encode(outcome).size() + kFrame;
  // The body and the witnesses are long and already encoded.
  auto bytes = 3 * kFrame + settled->body.size();
  for (const auto& witness : settled->witnesses) bytes += kFrame + witness.size();
  for (const auto& write : settled->writes) bytes += kFrame + encode_write(write).size();
  return bytes;
}

Bytes encode_header(const BlockHeader& header) { return wire::encode(header); }

Result<BlockHeader> decode_header(ByteView bytes) {
  wire::ParseArena arena;
  const auto message = wire::parse<v1::BlockHeader>(arena, bytes, kHeaderBytesMax);
  if (!message) return std::unexpected(message.error());
  if (auto ok = check_version((*message)->version()); !ok) return std::unexpected(ok.error());
  return wire::convert<BlockHeader>(**message, bytes);
}

Hash32 block_hash(const BlockHeader& header) {
  return crypto::tagged_hash("tally/block", {encode_header(header)});
}

Hash32 writes_digest(std::span<const contracts::RegistryWrite> writes) {
  static const crypto::TaggedHasher hasher("tally/writes");
  static const auto kNone = hasher({});  // of most transactions
  if (writes.empty()) return kNone;
  Bytes batch;
  for (const auto& write : writes) append_to_batch(batch, encode_write(write));
  return hasher({batch});
}

Hash32 settled_leaf(const contracts::Txid& txid, contracts::OutputNumber first_output_number,
                    std::span<const contracts::RegistryWrite> writes) {
  return settled_leaf(txid, first_output_number, writes_digest(writes));
}

Hash32 settled_leaf(const contracts::Txid& txid, contracts::OutputNumber first_output_number,
                    const Hash32& digest) {
  Bytes numbers;
  append_be(numbers, kSettled);
  append_be(numbers, first_output_number);
  return outcome_hasher()({txid.view(), numbers, digest});
}

Hash32 rejected_leaf(const contracts::Txid& txid, const contracts::Error& error) {
  Bytes numbers;
  append_be(numbers, static_cast<std::uint16_t>(error.code));
  append_be(numbers, error.index);
  append_be(numbers, error.figure);
  return outcome_hasher()({txid.view(), numbers});
}

}  // namespace tally::codec
