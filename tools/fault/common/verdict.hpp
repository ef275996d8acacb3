// What a node has said of a submission, and whether it may say so: in one place for every harness
// that talks to a real node.
#pragma once

#include <expected>
#include <string>

#include "client/http_client.hpp"
#include "fault/load/workload.hpp"

namespace tally::fault {

/// The answer to a submission.
struct Verdict {
  bool settled = false;
  /// Else the node could not look at it (busy, halted, stopping): the same bytes may yet settle.
  bool looked_at = true;
  std::uint64_t height = 0;  ///< Of the block that has it; 0 if none does: it was refused.
  std::uint64_t first_output_number = 0;
  contracts::ErrorCode code = contracts::ErrorCode::internal_error;  ///< Unless it settled.

  /// It is in the journal, and must be for ever.
  [[nodiscard]] bool journaled() const { return height > 0; }
  bool operator==(const Verdict&) const = default;
};

/// The verdict in an answer to POST /v1/transactions. Errors: an answer that is none, or one that
/// contradicts itself.
[[nodiscard]] std::expected<Verdict, std::string> read_verdict(
    const client::ClientResponse& response);

/// What is wrong with this verdict on what was made; "" if nothing. `now_ms`: ledger time.
[[nodiscard]] std::string wrong_with(const Verdict& verdict, const Made& made,
                                     std::uint64_t now_ms);

/// What is wrong with a later answer to GET /v1/transactions/{txid}, given what the submitter was
/// told; "" if it is the same.
[[nodiscard]] std::string difference(const Verdict& told, const contracts::Txid& txid,
                                     const client::ClientResponse& now);

}  // namespace tally::fault
