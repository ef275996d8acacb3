#include "codec/output.hpp"

#include <tally/v1/registry.pb.h>

#include "codec/wire/decode.hpp"
#include "codec/wire/registry_fields.hpp"
#include "contracts/limits.hpp"

namespace tally::codec {
namespace {

// An outpoint and three tags more than an output.
constexpr std::size_t kStoredOutputBytesMax = contracts::kBodyBytesMax + 64;

}  // namespace

Bytes encode_output(const contracts::Output& output) { return wire::encode(output); }

contracts::Result<contracts::Output> decode_output(ByteView bytes) {
  return wire::decode<contracts::Output, v1::Output>(bytes, contracts::kBodyBytesMax);
}

Bytes encode_stored_output(const StoredOutput& stored) { return wire::encode(stored); }

contracts::Result<StoredOutput> decode_stored_output(ByteView bytes) {
  return wire::decode<StoredOutput, v1::StoredOutput>(bytes, kStoredOutputBytesMax);
}

}  // namespace tally::codec
