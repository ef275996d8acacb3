#include "views/block_facts.hpp"

#include <algorithm>

#include "codec/output.hpp"
#include "views/row.hpp"
#include "views/tables.hpp"

namespace tally::views {
namespace {

void bad_block(Reader& tables, std::uint64_t height, std::string detail) {
  tables.set({ledger::FaultCode::journal_corrupt, {}, height, std::move(detail)});
}

// Claims are checked before a body settles, but a journal is a file: an index out of range must not
// become a read out of range.
bool claims_in_range(const contracts::Transaction& tx) {
  return std::ranges::all_of(tx.commands, [&](const contracts::Command& command) {
    return std::ranges::all_of(command.inputs, [&](auto i) { return i < tx.inputs.size(); }) &&
           std::ranges::all_of(command.outputs, [&](auto i) { return i < tx.outputs.size(); });
  });
}

const contracts::Output* find_spent(const contracts::Input& input, BlockFacts& facts,
                                    Reader& tables) {
  if (input.number >= facts.header.first_output_number) {
    // The last transaction that begins at the number or before it.
    auto after = std::ranges::upper_bound(facts.settled, input.number, {},
                                          &SettledFacts::first_output_number);
    if (after == facts.settled.begin()) return nullptr;
    const auto& earlier = *--after;
    const auto index = input.number - earlier.first_output_number;
    if (index < earlier.transaction.outputs.size()) return &earlier.transaction.outputs[index];
    return nullptr;
  }
  const auto value = tables.get(kOutputsTable, Row().u64(input.number));
  if (!value) return nullptr;
  auto stored = codec::decode_stored_output(RowReader(*value).skip(12).rest());
  if (!stored) {
    tables.corrupt(kOutputsTable);
    return nullptr;
  }
  facts.loaded.push_back(std::move(stored->output));
  return &facts.loaded.back();
}

bool add_settled(const codec::SettledRecord& record, std::uint32_t position,
                 contracts::OutputNumber first_number, BlockFacts& facts, Reader& tables) {
  auto tx = codec::decode_body(record.body);
  if (!tx || !claims_in_range(*tx)) {
    bad_block(tables, facts.header.height, "views: a settled body cannot be read");
    return false;
  }
  SettledFacts settled{.position = position,
                       .txid = contracts::txid(tx->network_id, record.body),
                       .first_output_number = first_number,
                       .transaction = std::move(*tx),
                       .spent = {},
                       .writes = record.writes};
  for (const auto& input : settled.transaction.inputs) {
    settled.spent.push_back(find_spent(input, facts, tables));
    if (settled.spent.back() == nullptr) {
      bad_block(tables, facts.header.height, "views: an input spends an output that is not there");
      return false;
    }
  }
  facts.settled.push_back(std::move(settled));
  return true;
}

}  // namespace

std::unique_ptr<BlockFacts> block_facts(const codec::Block& block, Reader& tables) {
  auto facts = std::make_unique<BlockFacts>(block.header);
  facts->settled.reserve(block.outcomes.size());  // Outputs of them are pointed at.
  auto number = block.header.first_output_number;
  std::uint32_t position = 0;
  for (const auto& outcome : block.outcomes) {
    if (const auto* record = std::get_if<codec::SettledRecord>(&outcome)) {
      if (!add_settled(*record, position, number, *facts, tables)) break;
      number += facts->settled.back().transaction.outputs.size();
    } else {
      facts->rejected.push_back({position, &std::get<codec::RejectedRecord>(outcome)});
    }
    ++position;
  }
  return facts;
}

std::optional<std::uint32_t> command_of_order(const SettledFacts& transaction,
                                              const contracts::OrderId& id) {
  const auto is_it = [&](const contracts::Output& output) {
    const auto* order = std::get_if<contracts::Order>(&output);
    return order != nullptr && order->id == id;
  };
  const auto& tx = transaction.transaction;
  for (std::uint32_t i = 0; i < tx.commands.size(); ++i) {
    const auto& command = tx.commands[i];
    if (std::ranges::any_of(command.inputs, [&](auto k) { return is_it(*transaction.spent[k]); }) ||
        std::ranges::any_of(command.outputs, [&](auto k) { return is_it(tx.outputs[k]); })) {
      return i;
    }
  }
  return std::nullopt;
}

const contracts::Order* spent_order(const SettledFacts& transaction, const contracts::OrderId& id) {
  for (const auto* output : transaction.spent) {
    const auto* order = std::get_if<contracts::Order>(output);
    if (order != nullptr && order->id == id) return order;
  }
  return nullptr;
}

}  // namespace tally::views
