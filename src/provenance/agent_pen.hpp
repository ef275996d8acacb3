// The pen of an agent: makes transactions of parts, signs them with the agent's key, hands them to
// the engine and waits for the final answers.
//
// What is put on the ledger is put there once: each transaction has an idempotency key that follows
// from what it is about. When the same key went out before, in a life of the process that ended
// before the answer was kept, the ledger says which transaction that was, and its outcome counts.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "custody/agents.hpp"
#include "engine/engine.hpp"
#include "provenance/capture_rows.hpp"
#include "provenance/event_mapping.hpp"
#include "views/views.hpp"

namespace tally::provenance {

/// What is to be written, and what became of it.
struct Entry {
  Author author;
  Hash32 idempotency_key{};
  Part part;
};

struct Written {
  enum class Kind : std::uint8_t {
    settled,
    rejected,  ///< by the ledger, for ever: `code`
    refused,   ///< never journaled, and sending it again does not help: `code`
    unsigned_  ///< the agent's key is gone
  };
  Kind kind = Kind::refused;
  LedgerReference reference{};  ///< settled
  Standing standing{};          ///< settled
  contracts::ErrorCode code{};
};

class AgentPen {
 public:
  /// All outlive the pen. `stopping` is asked while waiting.
  AgentPen(engine::Engine& engine, const views::Views& views, const custody::Agents& agents,
           std::function<bool()> stopping)
      : engine_(engine), views_(views), agents_(agents), stopping_(std::move(stopping)) {}

  /// Writes all entries, which do not depend on each other, and waits for every answer. While the
  /// ledger is overloaded or halted it tries again. Nothing if it was told to stop first: then some
  /// may be written, and writing them again is safe. One thread.
  [[nodiscard]] std::optional<std::vector<Written>> write(std::span<const Entry> entries);

  /// Waits until the views show `height`. False if it was told to stop first.
  [[nodiscard]] bool wait_for(std::uint64_t height) const;

 private:
  [[nodiscard]] std::optional<codec::SignedTransaction> sign(const Entry& entry) const;
  [[nodiscard]] std::vector<ledger::Outcome> submit(
      std::vector<codec::SignedTransaction> transactions);
  [[nodiscard]] std::optional<Written> answer(const Entry& entry, const ledger::Outcome& outcome);
  [[nodiscard]] std::optional<Written> recall(const contracts::Txid& txid) const;
  void pause() const;

  engine::Engine& engine_;
  const views::Views& views_;
  const custody::Agents& agents_;
  std::function<bool()> stopping_;
};

}  // namespace tally::provenance
