#include "contracts/authentication.hpp"

#include <algorithm>

#include "contracts/limits.hpp"
#include "crypto/hash.hpp"

namespace tally::contracts {
namespace {

using crypto::TaggedHasher;

std::array<std::uint8_t, 1> byte_of(auto value) { return {static_cast<std::uint8_t>(value)}; }

std::array<std::uint8_t, 4> big_endian(std::uint32_t value) {
  return {static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
          static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}

bool valid_period(std::uint64_t ms) { return ms >= kCasePeriodMsMin && ms <= kCasePeriodMsMax; }

}  // namespace

CaseId case_id(const PublicKey& requester, const Hash32& nonce) {
  static const TaggedHasher hasher("tally/case");
  return {hasher({requester.view(), nonce})};
}

Hash32 case_commitment(const CaseId& id, const PublicKey& appraiser, std::uint32_t round,
                       const Finding& finding, const Hash32& salt) {
  static const TaggedHasher hasher("tally/case-commitment");
  return hasher({id.view(), appraiser.view(), byte_of(round), byte_of(finding.verdict),
                 big_endian(finding.confidence_bps), finding.method_hash, finding.points_hash,
                 salt});
}

Hash32 case_answer(const CaseId& id, Verdict verdict, const Hash32& salt) {
  static const TaggedHasher hasher("tally/case-answer");
  return hasher({id.view(), byte_of(verdict), salt});
}

bool valid_terms(const PanelTerms& terms) {
  return terms.judges >= 1 && terms.judges <= kJudgesMax && terms.agreeing <= terms.judges &&
         terms.agreeing > terms.judges / 2 && terms.fee <= kSupplyMax && terms.bond > 0 &&
         terms.bond <= kSupplyMax && terms.challenge_bond > 0 &&
         terms.challenge_bond <= kSupplyMax && terms.absence_bps <= kBasisPoints &&
         valid_period(terms.commit_ms) && valid_period(terms.reveal_ms) &&
         valid_period(terms.challenge_ms) && terms.open_max >= 1 && terms.open_max <= kOpenCasesMax;
}

const Stake* find_stake(const PanelEntry& panel, const PublicKey& appraiser) {
  const auto at = std::ranges::lower_bound(panel.roll, appraiser, {}, &Stake::appraiser);
  return at == panel.roll.end() || at->appraiser != appraiser ? nullptr : &*at;
}

std::uint64_t held(const PanelEntry& panel) {
  std::uint64_t sum = panel.pool;
  for (const auto& stake : panel.roll) sum += stake.amount;
  return sum;
}

std::uint64_t held(const CaseEntry& entry) { return entry.fee + entry.challenge_bond; }

}  // namespace tally::contracts
