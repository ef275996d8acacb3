#include "ledger/chain_check.hpp"

#include "codec/block.hpp"
#include "storage/sealed_record.hpp"

namespace tally::ledger {

std::optional<std::string> ChainCheck::operator()(std::string_view, const storage::Entry& entry) {
  if (entry.key.size() != 8) return "a key of the journal";
  const auto height = read_be<std::uint64_t>(entry.key);
  const auto payload = storage::open_record(entry.value);
  const auto block = codec::decode_block(payload.value_or(ByteView{}));
  if (!block || block->header.height != height) return "not a block of its height";
  if (last_ && last_->height + 1 != height) {
    gap_after_ = last_->height;
  } else if (last_ && last_->hash != block->header.previous_hash) {
    return "the block does not follow on the one before";
  }
  last_ = storage::Tip{height, codec::block_hash(block->header)};
  return std::nullopt;
}

}  // namespace tally::ledger
