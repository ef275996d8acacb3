#include "codec/transaction.hpp"

#include <tally/v1/transaction.pb.h>

#include "codec/wire/decode.hpp"
#include "codec/wire/transaction_fields.hpp"

namespace tally::codec {
namespace {

using contracts::ErrorCode;
using contracts::fail;
using contracts::Result;

// A few bytes of an empty list become hundreds in memory: the counts are held against the limits
// first.
Result<void> check_counts(const v1::Transaction& message) {
  if (message.version() != contracts::kTransactionVersion) {
    return fail(ErrorCode::unknown_version, 0, message.version());
  }
  struct Count {
    int count;
    std::size_t max;
    ErrorCode code;
  };
  const Count counts[] = {
      {message.signers_size(), contracts::kSignersMax, ErrorCode::too_many_signers},
      {message.inputs_size(), contracts::kInputsMax, ErrorCode::too_many_inputs},
      {message.references_size(), contracts::kReferencesMax, ErrorCode::too_many_references},
      {message.commands_size(), contracts::kCommandsMax, ErrorCode::too_many_commands},
      {message.outputs_size(), contracts::kOutputsMax, ErrorCode::too_many_outputs},
  };
  for (const auto& [count, max, code] : counts) {
    if (static_cast<std::size_t>(count) > max) return fail(code, max, max);
  }
  return {};
}

}  // namespace

Result<contracts::Transaction> decode_body(ByteView body) {
  wire::ParseArena arena;
  const auto message = wire::parse<v1::Transaction>(arena, body, contracts::kBodyBytesMax);
  if (!message) return std::unexpected(message.error());
  if (auto ok = check_counts(**message); !ok) return std::unexpected(ok.error());
  return wire::convert<contracts::Transaction>(**message, body);
}

Bytes encode_body(const contracts::Transaction& transaction) {
  return wire::encode(transaction, 512);
}

Result<SignedTransaction> decode_signed(ByteView bytes) {
  wire::ParseArena arena;
  const auto message = wire::parse<v1::SignedTransaction>(arena, bytes, kSignedBytesMax);
  if (!message) return std::unexpected(message.error());
  if ((*message)->body().size() > contracts::kBodyBytesMax) {
    return fail(ErrorCode::body_too_large, 0, contracts::kBodyBytesMax);
  }
  if (static_cast<std::size_t>((*message)->witnesses_size()) > contracts::kSignersMax) {
    return fail(ErrorCode::witness_count, contracts::kSignersMax, contracts::kSignersMax);
  }
  return wire::convert<SignedTransaction>(**message, bytes);
}

Bytes encode_signed(const SignedTransaction& transaction) {
  return wire::encode(transaction,
                      transaction.body.size() + 66 * transaction.witnesses.size() + 16);
}

}  // namespace tally::codec
