// The members' rates as a naive model: who has submitted how much, from the process's start on.
#pragma once

#include <algorithm>
#include <map>

#include "base/token_bucket.hpp"
#include "contracts/id.hpp"

namespace tally::fault {

class RateModel {
 public:
  /// A process begins, and knows of nobody.
  void start_anew() { left_.clear(); }

  /// Whether `payer` may submit something of so many tokens now; if so, it has.
  bool may(const BucketRate& rate, const contracts::PublicKey& payer, std::uint64_t now_ms,
           std::uint64_t tokens) {
    if (rate.per_second == 0) return true;
    const auto most = rate.burst * 1'000;  // of thousandths
    auto& left = left_.try_emplace(payer, Left{most, now_ms}).first->second;
    left.thousandths = std::min(most, left.thousandths + (now_ms - left.at_ms) * rate.per_second);
    left.at_ms = now_ms;
    const auto wanted = std::min(tokens * 1'000, most);
    if (left.thousandths < wanted) return false;
    left.thousandths -= wanted;
    return true;
  }

 private:
  struct Left {
    std::uint64_t thousandths = 0;
    std::uint64_t at_ms = 0;
  };
  std::map<contracts::PublicKey, Left> left_;
};

}  // namespace tally::fault
