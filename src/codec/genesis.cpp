#include "codec/genesis.hpp"

#include <tally/v1/genesis.pb.h>

#include "codec/wire/block_fields.hpp"
#include "codec/wire/decode.hpp"

namespace tally::codec {
namespace {

// kOperatorsMax operators with their signatures are a few thousand bytes.
constexpr std::size_t kGenesisBytesMax = 64 * 1024;

}  // namespace

Bytes encode_genesis(const contracts::Genesis& genesis) { return wire::encode(genesis); }

contracts::Result<contracts::Genesis> decode_genesis(ByteView body) {
  return wire::decode<contracts::Genesis, v1::Genesis>(body, kGenesisBytesMax);
}

Bytes encode_signed_genesis(const SignedGenesis& genesis) { return wire::encode(genesis); }

contracts::Result<SignedGenesis> decode_signed_genesis(ByteView bytes) {
  return wire::decode<SignedGenesis, v1::SignedGenesis>(bytes, kGenesisBytesMax);
}

}  // namespace tally::codec
