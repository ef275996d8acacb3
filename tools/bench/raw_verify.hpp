// The yardstick: what libsecp256k1 does with one xonly_pubkey_parse and one schnorrsig_verify for
// each signature, on the same cores in the same run.
#pragma once

#include <chrono>
#include <vector>

#include "codec/transaction.hpp"

namespace tally::bench {

/// Verifications a second on `threads` threads over the transactions' own signatures, measured for
/// `duration`. Every transaction has one signer.
double raw_verify_per_s(const std::vector<codec::SignedTransaction>& transactions, unsigned threads,
                        std::chrono::milliseconds duration);

}  // namespace tally::bench
