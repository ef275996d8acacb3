// A brand gets the authority over a GS1 company prefix.
// Source: GS1 General Specifications, 1.4.4: company prefixes have 4 to 12 digits and never
// overlap.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// `command.prefix` belongs to `command.brand`, who may commission items under it. Registered
/// prefixes never overlap: none starts with another, so an identity has at most one brand. The
/// shorter ones are looked up; for the longer ones each prefix counts, in `PrefixEntry::longer`,
/// how many start with it. One that was withdrawn can be registered again. Authority: a quorum of
/// the operators. Claims nothing. Writes the prefix's entry, then the counters of its
/// kPrefixDigitsMin … size − 1 first digits.
///
/// Errors in precedence order: claim_count, quorum_missing (figure: signatures missing),
/// invalid_key (the brand is zero), prefix_invalid, prefix_overlaps (figure: the digits of the
/// shorter or equal prefix that is registered, or 0 for a longer one).
Result<Delta> apply(const RuleInput& input, const PrefixRegister& command);

}  // namespace tally::contracts
