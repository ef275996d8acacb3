// Many messages in one byte string: each behind its length.
//
//   batch = *(length message)      length = the size of the message as a varint of the shortest
//   form
#pragma once

#include <vector>

#include "base/bytes.hpp"
#include "contracts/error_code.hpp"

namespace tally::codec {

/// The messages of a batch of signed transactions, as views into `bytes`, not yet decoded. Errors,
/// at the first message that has one (index): batch_too_large (more than `count_max`, which is the
/// figure), not_protobuf (no length, or less bytes than it says), body_too_large (more than
/// kSignedBytesMax). Any thread.
contracts::Result<std::vector<ByteView>> split_batch(ByteView bytes, std::size_t count_max);

/// Appends a message to a batch. Any thread.
void append_to_batch(Bytes& batch, ByteView message);

}  // namespace tally::codec
