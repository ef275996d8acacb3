// How much of everything there is, for the metrics and the front page.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "contracts/command.hpp"
#include "contracts/order.hpp"
#include "contracts/registry.hpp"
#include "views/views.hpp"

namespace tally::views {

struct CommandCount {
  contracts::CommandNumber command = 0;
  std::uint64_t count = 0;
};
struct OrderCount {
  contracts::OrderState state = contracts::OrderState::offered;
  std::uint64_t count = 0;
};

struct Counts {
  std::uint64_t height = 0;
  std::uint64_t settled = 0;  ///< Transactions.
  std::uint64_t rejected = 0;
  std::uint64_t outputs = 0;  ///< Ever made.
  std::uint64_t outputs_spent = 0;
  std::array<std::uint64_t, contracts::kRegistryKinds> entries{};  ///< As kEntryKinds.
  std::vector<OrderCount> orders;                                  ///< By state; zeroes left out.
  std::vector<CommandCount> commands;  ///< Settled ones, by number; zeroes left out.
};

/// Constant time, whatever the ledger's size. Faults: storage.
ledger::Faulty<Counts> count_all(const Snapshot& snapshot);

}  // namespace tally::views
