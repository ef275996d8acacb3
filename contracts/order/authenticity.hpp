// The authenticity policy of an order: what must hold of every item when money comes and when it
// goes. The source is the design's market page, "Orders".
#pragma once

#include <cstdint>

#include "contracts/error_code.hpp"
#include "contracts/order.hpp"
#include "contracts/registry.hpp"

namespace tally::contracts {

/// Whether the policy of the terms holds for all lines at a block's time. It needs no signature and
/// no output: appraisers, brands and authorities speak through the registry.
///
/// Of a container it holds for all that is packed in it, however deep.
///
/// Errors, line by line (index: the line), in precedence order: item_unknown; order_policy_flag (a
/// flag blocks it, as item/taint.hpp has it, or the item has ended); order_policy_challenge
/// (figure: how many are open, of it and in it); then, unless the item was commissioned by the
/// brand that now holds the prefix it was commissioned under, nothing in it was only admitted, and
/// the policy takes that, order_policy_verdicts (figure: how many are missing) where the policy
/// takes verdicts, else order_policy_commission; order_attributes_mismatch (figure: the attribute's
/// index).
///
/// A verdict counts if it is `genuine` and at most `verdict_days_max` days old to the millisecond,
/// once for each appraiser, whose accreditation mattered when it was given.
[[nodiscard]] Result<void> check_authenticity(const OrderTerms& terms, const Registry& registry,
                                              std::uint64_t time_ms);

}  // namespace tally::contracts
