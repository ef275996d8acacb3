// panel_define: the operators set the terms of authentication in a payment token.
#pragma once

#include "contracts/rule.hpp"

namespace tally::contracts {

/// The terms hold for cases opened from now on; those that live keep theirs. Authority: a quorum of
/// the operators. Claims nothing. Writes the panel; its roll and pool stay.
///
/// Errors in precedence order: claim_count, quorum_missing (figure: signatures missing),
/// panel_terms_invalid (of the terms by themselves), asset_unknown, panel_terms_invalid (index 1:
/// an amount is no multiple of the asset's minimum unit, or the asset is no payment token that can
/// be transferred).
[[nodiscard]] Result<Delta> apply(const RuleInput& input, const PanelDefine& command);

}  // namespace tally::contracts
