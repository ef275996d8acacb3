// A brand's GS1 company prefix is withdrawn.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// Nobody commissions under `command.prefix` from this block on; items issued before stay what they
/// are. Authority: a quorum of the operators. Claims nothing. Writes the prefix's entry, then the
/// counters of its first digits, as prefix_register.hpp has them.
///
/// Errors in precedence order: claim_count, quorum_missing (figure: signatures missing),
/// prefix_unknown (or withdrawn already).
Result<Delta> apply(const RuleInput& input, const PrefixWithdraw& command);

}  // namespace tally::contracts
