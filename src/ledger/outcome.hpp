// What became of a submission.
#pragma once

#include <cstdint>
#include <optional>

#include "contracts/error_code.hpp"
#include "contracts/id.hpp"

namespace tally::ledger {

/// All but `refused` are final and in the journal.
struct Outcome {
  enum class Kind : std::uint8_t { settled, rejected, refused };
  Kind kind = Kind::refused;
  contracts::Txid txid;
  std::uint64_t height = 0;
  contracts::OutputNumber first_output_number = 0;  ///< settled
  std::optional<contracts::Error> error{};          ///< rejected, refused
  std::optional<contracts::Txid> conflicting{};     ///< idempotency_conflict: the first body's txid
  bool remembered = false;  ///< Answered from memory: nothing was sequenced this time.
};

}  // namespace tally::ledger
