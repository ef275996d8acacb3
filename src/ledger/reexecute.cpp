// Ledger::reexecute: judges a journaled block anew, as an auditor does.
#include "codec/transaction.hpp"
#include "contracts/invariants.hpp"
#include "contracts/membership.hpp"
#include "ledger/ledger_undo.hpp"

namespace tally::ledger {

Faulty<void> Ledger::reexecute(const codec::Block& block) {
  const auto& header = block.header;
  if (header.previous_hash != head_hash_ || header.height != head_.height + 1 ||
      header.time_ms < head_.time_ms) {
    return fault(FaultCode::journal_gap, header.height, "the block does not follow");
  }
  begin(header.time_ms);
  for (const auto& outcome : block.outcomes) {
    const auto* settled = std::get_if<codec::SettledRecord>(&outcome);
    const auto done = settled != nullptr
                          ? reexecute_settled(*settled)
                          : reexecute_rejected(std::get<codec::RejectedRecord>(outcome));
    if (!done) return done;
  }
  const auto again = seal();
  if (again.header != header) {
    const auto what = again.header.spent_root != header.spent_root             ? "spent root"
                      : again.header.registry_digest != header.registry_digest ? "registry digest"
                                                                               : "header";
    return fault(FaultCode::state_mismatch, header.height,
                 fmt::format("executing the block again gives another {}", what));
  }
  return commit(std::span(&again, 1));
}

Faulty<void> Ledger::reexecute_settled(const codec::SettledRecord& record) {
  const auto height = block_.header.height;
  const auto tx = codec::decode_body(record.body);
  if (!tx) return fault(FaultCode::journal_corrupt, height, "a settled body does not decode");
  const Candidate candidate{*tx, contracts::txid(network_id_, record.body), record.body,
                            record.witnesses};
  const auto wrong = [&](std::string_view why) {
    return fault(FaultCode::state_mismatch, height,
                 fmt::format("transaction {} {}", candidate.txid.hex(), why));
  };
  if (!contracts::check_shape(*tx, network_id_)) return wrong("is malformed");
  const auto known = recall(candidate);
  if (!known) return std::unexpected(known.error());
  if (*known) return wrong("was answered before");
  const auto admissible = contracts::check_submission(*tx, registries_, block_.header.time_ms);
  if (!admissible) return wrong(fmt::format("is refused now: {}", name(admissible.error().code)));
  contracts::ResolvedTransaction resolved{*tx, candidate.txid, outputs_.next(), {}};
  const auto delta = judge(candidate, resolved);
  if (!delta) return std::unexpected(delta.error());
  if (!*delta) return wrong(fmt::format("is refused now: {}", name((*delta).error().code)));
  if ((*delta)->writes != record.writes) return wrong("writes other registry entries");
  if (check_invariants(resolved, registries_, **delta)) return wrong("breaks an invariant");
  const auto settled = settle(candidate, **delta);
  if (!settled) return std::unexpected(settled.error());
  return {};
}

// A rejected body is not in the journal: its record goes into the block as it stands. But nothing
// that was answered before is answered again.
Faulty<void> Ledger::reexecute_rejected(const codec::RejectedRecord& record) {
  const auto known = once_.find(record.txid, record.valid_until_ms);
  if (!known) return std::unexpected(known.error());
  if (*known || unpublished_.find(record.txid) != nullptr) {
    return fault(FaultCode::state_mismatch, block_.header.height,
                 fmt::format("transaction {} was answered before", record.txid.hex()));
  }
  auto done = replay_outcome(record);
  if (done) block_.outcomes.emplace_back(record);
  return done;
}

}  // namespace tally::ledger
