// Transactions with inputs that have settled and are not yet in the views: until they are, their
// outcomes are found here. The writer's thread only.
#pragma once

#include <cstdint>
#include <deque>
#include <unordered_map>
#include <utility>

#include "ledger/outcome.hpp"

namespace tally::ledger {

class Unpublished {
 public:
  /// Outcomes come in block order.
  void add(const Outcome& outcome) {
    order_.emplace_back(outcome.height, outcome.txid);
    outcomes_[outcome.txid] = outcome;
  }
  /// Null if it is not here.
  [[nodiscard]] const Outcome* find(const contracts::Txid& txid) const {
    const auto found = outcomes_.find(txid);
    return found == outcomes_.end() ? nullptr : &found->second;
  }
  /// Forgets the last `count`: of blocks that are taken back.
  void take_back(std::size_t count) {
    for (; count > 0 && !order_.empty(); --count) {
      outcomes_.erase(order_.back().second);
      order_.pop_back();
    }
  }
  /// Forgets what the views have, up to a height.
  void publish(std::uint64_t height) {
    while (!order_.empty() && order_.front().first <= height) drop_first();
  }
  void drop_first() {
    outcomes_.erase(order_.front().second);
    order_.pop_front();
  }
  [[nodiscard]] std::size_t size() const { return order_.size(); }

 private:
  std::deque<std::pair<std::uint64_t, contracts::Txid>> order_;
  std::unordered_map<contracts::Txid, Outcome, IdHash> outcomes_;
};

}  // namespace tally::ledger
