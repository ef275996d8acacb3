// Real encodings, from which seeds are made.
#pragma once

#include "codec/block.hpp"
#include "codec/transaction.hpp"

namespace tally::fuzz {

/// A transaction for every command, with what it claims, as small as it may be.
std::vector<contracts::Transaction> sample_transactions();

/// A payment that admission takes: signed, for the development network.
codec::SignedTransaction sample_payment();

/// A block with a settled transaction that writes, and a rejected one.
codec::Block sample_block();

/// One entry of each kind.
std::vector<contracts::RegistryEntry> sample_entries();

}  // namespace tally::fuzz
