// A block taken apart once for all views: bodies decoded, txids and output numbers counted, inputs
// with what they spend. Private to this folder.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "codec/block.hpp"
#include "contracts/transaction.hpp"
#include "views/reader.hpp"

namespace tally::views {

struct SettledFacts {
  std::uint32_t position = 0;
  contracts::Txid txid;
  contracts::OutputNumber first_output_number = 0;
  contracts::Transaction transaction;
  std::vector<const contracts::Output*> spent;  ///< What transaction.inputs[i] spends.
  std::span<const contracts::RegistryWrite> writes;
};

struct RejectedFacts {
  std::uint32_t position = 0;
  const codec::RejectedRecord* record = nullptr;
};

/// Lives shorter than the block; stays where it is, since its parts point into each other.
struct BlockFacts {
  const codec::BlockHeader& header;
  std::span<const contracts::RegistryWrite> genesis_writes;  ///< Of block 0 alone.
  std::vector<SettledFacts> settled;                         ///< In block order.
  std::vector<RejectedFacts> rejected;
  std::deque<contracts::Output> loaded;  ///< Outputs of earlier blocks that are spent here.

  explicit BlockFacts(const codec::BlockHeader& block_header) : header(block_header) {}
  BlockFacts(const BlockFacts&) = delete;
  BlockFacts& operator=(const BlockFacts&) = delete;
};

/// Takes a block apart. The outputs of earlier blocks come from the accounts view's table, which
/// keeps spent ones. A fault is left in the reader: journal_corrupt (a body that does not decode,
/// an input that spends nothing), storage.
std::unique_ptr<BlockFacts> block_facts(const codec::Block& block, Reader& tables);

/// The command that claims an Order of this id, as input or output, by its index; nothing if there
/// is none.
std::optional<std::uint32_t> command_of_order(const SettledFacts& transaction,
                                              const contracts::OrderId& id);
/// The Order of this id that the transaction spends, or null.
const contracts::Order* spent_order(const SettledFacts& transaction, const contracts::OrderId& id);

}  // namespace tally::views
