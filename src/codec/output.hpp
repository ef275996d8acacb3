// Outputs as bytes: alone, and with their outpoint as the state stores them under their number.
#pragma once

#include "base/bytes.hpp"
#include "contracts/output.hpp"

namespace tally::codec {

struct StoredOutput {
  contracts::Outpoint outpoint;
  contracts::Output output;
  bool operator==(const StoredOutput&) const = default;
};

/// The canonical bytes of an output. Any thread.
Bytes encode_output(const contracts::Output& output);

/// The output in `bytes`. Errors as decode_body() has them, from body_too_large (kBodyBytesMax) to
/// not_canonical. Any thread.
contracts::Result<contracts::Output> decode_output(ByteView bytes);

/// Likewise with its outpoint.
Bytes encode_stored_output(const StoredOutput& stored);
contracts::Result<StoredOutput> decode_stored_output(ByteView bytes);

}  // namespace tally::codec
