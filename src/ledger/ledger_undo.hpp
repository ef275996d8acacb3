// What a block changed in memory, so that abandon() can take it back. Internal to the ledger.
#pragma once

#include "ledger/ledger.hpp"

namespace tally::ledger {

/// Everything since the last commit; several blocks may be open in it.
struct Ledger::Undo {
  codec::BlockHeader head;
  Hash32 head_hash{};
  contracts::OutputNumber next_output = 0;
  std::vector<contracts::OutputNumber> spent;
  std::vector<std::pair<contracts::RegistryKey, std::optional<contracts::RegistryEntry>>> writes;
  std::vector<OnceKey> remembered;
  std::size_t settled = 0;  // that were noted as unpublished
};

}  // namespace tally::ledger
