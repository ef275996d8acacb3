#include "codec/batch.hpp"

#include "base/planted.hpp"
#include "codec/transaction.hpp"

namespace tally::codec {
namespace {

// Takes a varint of the shortest form and of at most four bytes off the front: lengths need no
// more.
std::optional<std::size_t> take_length(ByteView& bytes) {
  std::size_t value = 0;
  for (std::size_t i = 0; i < 4 && i < bytes.size(); ++i) {
    value |= static_cast<std::size_t>(bytes[i] & 0x7f) << (7 * i);
    if ((bytes[i] & 0x80) != 0) continue;
    if (i > 0 && bytes[i] == 0 && !PLANTED(accept_overlong_length)) return std::nullopt;
    bytes = bytes.subspan(i + 1);
    return value;
  }
  return std::nullopt;
}

}  // namespace

contracts::Result<std::vector<ByteView>> split_batch(ByteView bytes, std::size_t count_max) {
  using contracts::ErrorCode;
  std::vector<ByteView> messages;
  while (!bytes.empty()) {
    const auto index = messages.size();
    if (index == count_max) return contracts::fail(ErrorCode::batch_too_large, index, count_max);
    const auto size = take_length(bytes);
    if (!size) return contracts::fail(ErrorCode::not_protobuf, index);
    if (*size > kSignedBytesMax) {
      return contracts::fail(ErrorCode::body_too_large, index, kSignedBytesMax);
    }
    if (*size > bytes.size()) return contracts::fail(ErrorCode::not_protobuf, index);
    messages.push_back(bytes.first(*size));
    bytes = bytes.subspan(*size);
  }
  return messages;
}

void append_to_batch(Bytes& batch, ByteView message) {
  std::size_t size = message.size();
  for (; size >= 0x80; size >>= 7) batch.push_back(static_cast<std::uint8_t>(size | 0x80));
  batch.push_back(static_cast<std::uint8_t>(size));
  append(batch, message);
}

}  // namespace tally::codec
