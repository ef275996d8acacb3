// The flow of a case: what its time leads to, and exactly what it then pays out. The rule demands
// these outputs; the node's keeper and builders make them.
//
// Money at the end, all in the case's asset:
//   - a judge that revealed nothing loses `absence_bps` of its bond to the pool;
//   - overturned: those whose verdict had decided lose their bonds, which go in halves to the
//     challenger and to the second panel; upheld: the challenger's bond goes to the second panel;
//   - the fee goes to the judges of the first panel that gave the verdict that stands.
// What a panel gets, its judges that gave the standing verdict share equally, in multiples of the
// minimum unit, into their stakes; where no verdict had the numbers, all that revealed do. What
// nobody gets of the fee goes back to a requester that paid it; all other remainders to the pool.
#pragma once

#include <optional>
#include <vector>

#include "contracts/output.hpp"
#include "contracts/registry.hpp"
#include "contracts/rule.hpp"

namespace tally::contracts {

/// The verdict that at least `agreeing` judges of the round have revealed; nothing if none has the
/// numbers.
[[nodiscard]] std::optional<Verdict> agreed_verdict(const CaseEntry& entry, std::uint32_t round);

/// The appraiser's record, an empty one if it has none yet.
[[nodiscard]] AppraiserEntry record_of(const Registry& registry, const PublicKey& appraiser);

/// What advancing makes.
struct CaseOutcome {
  std::vector<RegistryWrite> writes;  ///< The case's entry first.
  std::vector<Output> outputs;  ///< To the requester, then to the challenger, under key locks.
};

/// What the case's time leads to from its present state. Looks at no deadline; the case is not
/// closed (CHECKed). Errors: internal_error (the registry has not the entries that a case comes
/// with: it could not be read).
[[nodiscard]] Result<CaseOutcome> advance_case(const Registry& registry, const CaseId& id,
                                               const CaseEntry& entry, const BlockContext& block);

}  // namespace tally::contracts
