// What travels through the engine: a submission on its way to admission, and what admission has let
// through on its way to the writer, each with the reply that it waits for.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>

#include "codec/transaction.hpp"
#include "engine/admission.hpp"
#include "engine/source.hpp"
#include "ledger/outcome.hpp"

namespace tally::engine {

/// Called exactly once with the final answer, on the thread that has it; quick, and never blocking.
/// Only the end of the process leaves one uncalled.
using Reply = std::move_only_function<void(ledger::Outcome)>;

struct GiveBack {
  std::size_t bytes;
  void operator()(std::atomic<std::size_t>* total) const { *total -= bytes; }
};
/// A submission's bytes in a total, for as long as it is not answered.
using Unanswered = std::unique_ptr<std::atomic<std::size_t>, GiveBack>;

struct Submission {
  codec::SignedTransaction transaction;
  Reply reply;
  Unanswered bytes;
  Source source;  ///< Who sent it; not who signed it, which nobody has looked at yet.
};

struct Admitted {
  AdmittedTransaction transaction;
  Reply reply;
  Unanswered bytes;
};

/// An answer that never reached the journal.
[[nodiscard]] inline ledger::Outcome refused(contracts::Error error) {
  return {.kind = ledger::Outcome::Kind::refused,
          .txid = {},
          .height = 0,
          .first_output_number = 0,
          .error = error,
          .conflicting = {}};
}

}  // namespace tally::engine
