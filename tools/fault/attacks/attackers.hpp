// The attackers, each a function that attacks until it is told to stop. Start in attacks.cpp, whose
// table names them all. They run at a low priority: elsewhere they would have processors of their
// own, and here they must not take the node's.
#pragma once

#include <atomic>
#include <cstdint>

#include "fault/attacks/attacked_node.hpp"

namespace tally::fault {

/// What an attack has met, counted by who attacks.
struct Met {
  std::atomic<std::uint64_t> served{0};      ///< Answered as if nothing were wrong.
  std::atomic<std::uint64_t> refused{0};     ///< Found wrong: 4xx but for the next.
  std::atomic<std::uint64_t> overloaded{0};  ///< Told to come later: 429, 503, or so in a batch.
  std::atomic<std::uint64_t> cut{0};         ///< Connections that the node closed or refused.
};

struct Attack {
  AttackedNode& node;
  Met& met;
  const std::atomic<bool>& stopping;
};

void slowloris(const Attack& attack);
void bad_signatures(const Attack& attack);
void conflicting_spends(const Attack& attack);
void huge_batches(const Attack& attack);
void slow_readers(const Attack& attack);
void idempotency_keys(const Attack& attack);
void refused_timeouts(const Attack& attack);
void lease_hoarding(const Attack& attack);
void connection_churn(const Attack& attack);
void pipelining(const Attack& attack);
void deep_json(const Attack& attack);
void scan_flood(const Attack& attack);
void wait_flood(const Attack& attack);
void sign_in_flood(const Attack& attack);
void capture_flood(const Attack& attack);

}  // namespace tally::fault
