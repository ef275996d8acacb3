// The fields of blocks and genesis: api/tally/v1/block.proto, genesis.proto.
#pragma once

#include "codec/block.hpp"
#include "codec/genesis.hpp"
#include "codec/wire/fields.hpp"
#include "codec/wire/registry_fields.hpp"

namespace tally::codec::wire {

void fields(auto& v, Is<BlockHeader> auto& x) {
  TALLY_FIELD(1, version);
  TALLY_FIELD(2, height);
  TALLY_FIELD(3, previous_hash);
  TALLY_FIELD(4, time_ms);
  TALLY_FIELD(5, active_ms);
  TALLY_FIELD(6, first_output_number);
  TALLY_FIELD(7, settled_count);
  TALLY_FIELD(8, rejected_count);
  TALLY_FIELD(9, outputs_count);
  TALLY_FIELD(10, transactions_root);
  TALLY_FIELD(11, spent_root);
  TALLY_FIELD(12, registry_digest);
}

void fields(auto& v, Is<contracts::Error> auto& x) {
  TALLY_FIELD(1, code);
  TALLY_FIELD(2, index);
  TALLY_FIELD(3, figure);
}

void fields(auto& v, Is<SettledRecord> auto& x) {
  TALLY_FIELD(1, body);
  TALLY_FIELD(2, witnesses);
  TALLY_FIELD(3, writes);
  v.require(!x.body.empty() && x.body.size() <= contracts::kBodyBytesMax);
  v.require(x.witnesses.size() <= contracts::kSignersMax);
}

void fields(auto& v, Is<RejectedRecord> auto& x) {
  TALLY_FIELD(1, txid);
  TALLY_FIELD(2, error);
  TALLY_FIELD(3, first_signer);
  TALLY_FIELD(4, idempotency_key);
  TALLY_FIELD(5, valid_until_ms);
  v.require(x.idempotency_key.size() <= contracts::kIdempotencyKeyBytesMax);
}

void fields(auto& v, Is<Outcome> auto& x) {
  TALLY_ALTERNATIVE(1, settled, SettledRecord);
  TALLY_ALTERNATIVE(2, rejected, RejectedRecord);
}

inline bool counts_agree(const Block& block) {
  const auto settled =
      std::count_if(block.outcomes.begin(), block.outcomes.end(),
                    [](const auto& x) { return std::holds_alternative<SettledRecord>(x); });
  return block.header.settled_count == static_cast<std::size_t>(settled) &&
         block.header.rejected_count == block.outcomes.size() - static_cast<std::size_t>(settled);
}

void fields(auto& v, Is<Block> auto& x) {
  TALLY_FIELD(1, header);
  TALLY_FIELD(2, outcomes);
  v.require(counts_agree(x));
}

void fields(auto& v, Is<contracts::Genesis> auto& x) {
  TALLY_FIELD(1, version);
  TALLY_FIELD(2, kind);
  TALLY_FIELD(3, name);
  TALLY_FIELD(4, time_ms);
  TALLY_FIELD(5, operators);
  TALLY_FIELD(6, quorum);
}

void fields(auto& v, Is<OperatorSignature> auto& x) {
  TALLY_FIELD(1, key);
  TALLY_FIELD(2, signature);
}

void fields(auto& v, Is<SignedGenesis> auto& x) {
  TALLY_FIELD(1, body);
  TALLY_FIELD(2, signatures);
}

}  // namespace tally::codec::wire
