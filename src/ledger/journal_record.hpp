// What the journal's own files share. Internal to the ledger.
#pragma once

#include <optional>

#include "codec/block.hpp"
#include "ledger/fault.hpp"
#include "storage/store.hpp"
#include "storage/tip_file.hpp"

namespace tally::ledger {

/// The block of a record of the journal's table. Faults: journal_corrupt.
Faulty<codec::Block> decode_journal_record(ByteView record, std::uint64_t height);

/// The last block in a journal's store; none in an empty one. Faults: storage, journal_corrupt.
Faulty<std::optional<codec::Block>> last_block(storage::Store& store);

/// Where a chain that ends with the block ends.
storage::Tip tip_of(const codec::Block& block);

}  // namespace tally::ledger
