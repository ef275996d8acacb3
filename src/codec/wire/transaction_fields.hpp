// The fields of transactions: api/tally/v1/transaction.proto.
#pragma once

#include "codec/transaction.hpp"
#include "codec/wire/command_fields.hpp"
#include "codec/wire/fields.hpp"
#include "codec/wire/output_fields.hpp"
#include "contracts/transaction.hpp"

namespace tally::codec::wire {

void fields(auto& v, Is<contracts::Input> auto& x) {
  TALLY_FIELD(1, number);
  TALLY_FIELD(2, outpoint);
  TALLY_FIELD(3, preimage);
}

void fields(auto& v, Is<contracts::Reference> auto& x) { TALLY_FIELD(1, key); }

void fields(auto& v, Is<contracts::Transaction> auto& x) {
  TALLY_FIELD(1, version);
  TALLY_FIELD(2, network_id);
  TALLY_FIELD(3, signers);
  TALLY_FIELD(4, valid_until_ms);
  TALLY_FIELD(5, idempotency_key);
  TALLY_FIELD(6, inputs);
  TALLY_FIELD(7, references);
  TALLY_FIELD(8, commands);
  TALLY_FIELD(9, outputs);
  TALLY_FIELD(10, note_hash);
}

void fields(auto& v, Is<SignedTransaction> auto& x) {
  TALLY_FIELD(1, body);
  TALLY_FIELD(2, witnesses);
}

}  // namespace tally::codec::wire
