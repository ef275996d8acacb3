#include "contracts/authentication/case_flow.hpp"

#include "base/check.hpp"
#include "contracts/authentication/case_end.hpp"
#include "contracts/authentication/case_step.hpp"
#include "contracts/authentication/panel_draw.hpp"

namespace tally::contracts {
namespace {

// A judge's verdict as item_attest would have written it.
Attestation attestation_of(const CaseEntry& entry, const Seat& seat, std::uint64_t time_ms) {
  return {.appraiser = seat.appraiser,
          .verdict = *seat.verdict,
          .confidence_bps = seat.confidence_bps,
          .method_hash = seat.method_hash,
          .evidence_hash = entry.evidence_root,
          .time_ms = time_ms};
}

// The case's verdicts on an item that is still there, without what the first panel said if that
// did not stand. An item that has ended since is left alone.
void write_attestations(const Registry& registry, const CaseEntry& entry, const BlockContext& block,
                        std::vector<RegistryWrite>& writes) {
  if (entry.gs1_key.empty()) return;
  const auto key = item_key(entry.gs1_key);
  const auto* before = registry.get<ItemEntry>(key);
  if (before == nullptr || ended(before->status)) return;
  auto item = *before;
  const auto standing = agreed_verdict(entry, entry.round);
  for (const auto& seat : entry.seats) {
    const bool overturned = seat.round < entry.round && standing && seat.verdict != standing;
    if (overturned && revealed(seat)) {
      const auto said = attestation_of(entry, seat, entry.decided_ms);
      std::erase(item.attestations, said);
    }
    if (seat.round == entry.round && standing && seat.verdict == standing) {
      put_attestation(item, attestation_of(entry, seat, block.time_ms));
    }
  }
  if (item != *before) writes.push_back({key, std::move(item)});
}

Result<void> draw(const Registry& registry, const CaseId& id, CaseEntry entry,
                  const BlockContext& block, CaseOutcome& out) {
  const auto drawn = draw_panel(registry, entry, draw_seed(id, entry.round, block.previous_hash));
  if (drawn.size() < entry.terms.agreeing) {  // Nobody could decide.
    return close_case(registry, id, std::move(entry), block, out);
  }
  const auto* before = registry.get<PanelEntry>(panel_key(entry.asset));
  if (before == nullptr) return fail(ErrorCode::internal_error);
  auto panel = *before;
  for (const auto& judge : drawn) {
    entry.seats.push_back({.appraiser = judge, .round = entry.round});
    change_stake(panel, judge, [&](Stake& stake) { stake.locked += entry.terms.bond; });
  }
  entry.state = CaseState::commit;
  entry.deadline_active_ms = block.active_ms + entry.terms.commit_ms;
  const auto key = panel_key(entry.asset);
  out.writes.push_back({case_key(id), std::move(entry)});
  out.writes.push_back({key, std::move(panel)});
  return {};
}

Result<void> decide(const Registry& registry, const CaseId& id, CaseEntry entry,
                    const BlockContext& block, CaseOutcome& out) {
  std::vector<RegistryWrite> attested;
  write_attestations(registry, entry, block, attested);
  if (entry.round == 1) {
    const auto verdict = agreed_verdict(entry, 1).value_or(Verdict::inconclusive);
    entry.first_verdict = verdict;
    entry.verdict = verdict;
    entry.state = CaseState::decided;
    entry.decided_ms = block.time_ms;
    entry.deadline_active_ms = block.active_ms + entry.terms.challenge_ms;
    out.writes.push_back({case_key(id), std::move(entry)});
  } else {
    entry.verdict = agreed_verdict(entry, 2).value_or(*entry.first_verdict);
    if (auto ok = close_case(registry, id, std::move(entry), block, out); !ok) return ok;
  }
  for (auto& write : attested) out.writes.push_back(std::move(write));
  return {};
}

// The commitments are in, or their time is over. With too few there is nothing to wait for.
Result<void> open_reveal(const Registry& registry, const CaseId& id, CaseEntry entry,
                         const BlockContext& block, CaseOutcome& out) {
  if (count_seats(entry, committed) < entry.terms.agreeing) {
    return decide(registry, id, std::move(entry), block, out);
  }
  entry.state = CaseState::reveal;
  entry.deadline_active_ms = block.active_ms + entry.terms.reveal_ms;
  out.writes.push_back({case_key(id), std::move(entry)});
  return {};
}

Result<void> advance(const Registry& registry, const CaseId& id, const CaseEntry& entry,
                     const BlockContext& block, CaseOutcome& out) {
  switch (entry.state) {
    case CaseState::open:
    case CaseState::challenged:
      return draw(registry, id, entry, block, out);
    case CaseState::commit:
      return open_reveal(registry, id, entry, block, out);
    case CaseState::reveal:
      return decide(registry, id, entry, block, out);
    case CaseState::decided:
      return close_case(registry, id, entry, block, out);
    case CaseState::closed:
      break;
  }
  CHECK(false);
}

}  // namespace

std::optional<Verdict> agreed_verdict(const CaseEntry& entry, std::uint32_t round) {
  for (const auto verdict : {Verdict::genuine, Verdict::fake, Verdict::inconclusive}) {
    std::uint32_t count = 0;
    for (const auto& seat : entry.seats) count += seat.round == round && seat.verdict == verdict;
    if (count >= entry.terms.agreeing) return verdict;
  }
  return std::nullopt;
}

AppraiserEntry record_of(const Registry& registry, const PublicKey& appraiser) {
  const auto* entry = registry.get<AppraiserEntry>(appraiser_key(appraiser));
  if (entry != nullptr) return *entry;
  AppraiserEntry fresh;
  fresh.appraiser = appraiser;
  return fresh;
}

Result<CaseOutcome> advance_case(const Registry& registry, const CaseId& id, const CaseEntry& entry,
                                 const BlockContext& block) {
  CaseOutcome out;
  if (auto ok = advance(registry, id, entry, block, out); !ok) return std::unexpected(ok.error());
  return out;
}

}  // namespace tally::contracts
