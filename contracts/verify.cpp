#include "contracts/verify.hpp"

#include "base/check.hpp"
#include "contracts/asset/asset_burn.hpp"
#include "contracts/asset/asset_define.hpp"
#include "contracts/asset/asset_freeze.hpp"
#include "contracts/asset/asset_issue.hpp"
#include "contracts/asset/asset_redeem.hpp"
#include "contracts/asset/asset_transfer.hpp"
#include "contracts/authentication/appraiser_bond.hpp"
#include "contracts/authentication/appraiser_withdraw.hpp"
#include "contracts/authentication/case_advance.hpp"
#include "contracts/authentication/case_calibrate.hpp"
#include "contracts/authentication/case_challenge.hpp"
#include "contracts/authentication/case_commit.hpp"
#include "contracts/authentication/case_open.hpp"
#include "contracts/authentication/case_reveal.hpp"
#include "contracts/authentication/panel_define.hpp"
#include "contracts/delegation/delegation_grant.hpp"
#include "contracts/delegation/delegation_revoke.hpp"
#include "contracts/governance/accredit.hpp"
#include "contracts/governance/accreditation_revoke.hpp"
#include "contracts/governance/licence_grant.hpp"
#include "contracts/governance/licence_revoke.hpp"
#include "contracts/governance/member_admit.hpp"
#include "contracts/governance/member_revoke.hpp"
#include "contracts/governance/operator_add.hpp"
#include "contracts/governance/operator_remove.hpp"
#include "contracts/governance/operator_rotate.hpp"
#include "contracts/governance/prefix_register.hpp"
#include "contracts/governance/prefix_withdraw.hpp"
#include "contracts/item/item_admit.hpp"
#include "contracts/item/item_aggregate.hpp"
#include "contracts/item/item_associate.hpp"
#include "contracts/item/item_attest.hpp"
#include "contracts/item/item_challenge.hpp"
#include "contracts/item/item_claim.hpp"
#include "contracts/item/item_commission.hpp"
#include "contracts/item/item_decommission.hpp"
#include "contracts/item/item_disaggregate.hpp"
#include "contracts/item/item_event_error.hpp"
#include "contracts/item/item_flag_set.hpp"
#include "contracts/item/item_hand_over.hpp"
#include "contracts/item/item_merge.hpp"
#include "contracts/item/item_observe.hpp"
#include "contracts/item/item_transfer.hpp"
#include "contracts/item/item_transform.hpp"
#include "contracts/item/lot_commission.hpp"
#include "contracts/item/lot_step_out.hpp"
#include "contracts/limits.hpp"
#include "contracts/order/order_accept.hpp"
#include "contracts/order/order_deliver.hpp"
#include "contracts/order/order_dispute.hpp"
#include "contracts/order/order_fund.hpp"
#include "contracts/order/order_offer.hpp"
#include "contracts/order/order_refund.hpp"
#include "contracts/order/order_release.hpp"
#include "contracts/order/order_ship.hpp"
#include "contracts/order/order_timeout.hpp"
#include "contracts/order/order_withdraw.hpp"
#include "contracts/profile/profile_grant.hpp"
#include "contracts/profile/profile_revoke.hpp"
#include "contracts/profile/profile_set.hpp"

namespace tally::contracts {
namespace {

RuleInput rule_input(const ResolvedTransaction& resolved, const Registry& registry,
                     const BlockContext& block, const Command& command) {
  const auto& tx = resolved.transaction;
  RuleInput input{registry, block, tx, resolved.txid, resolved.first_output_number, {}, {}};
  input.inputs.reserve(command.inputs.size());
  for (const auto index : command.inputs) {
    input.inputs.push_back({index, &tx.inputs[index], resolved.inputs[index]});
  }
  input.outputs.reserve(command.outputs.size());
  for (const auto index : command.outputs) {
    input.outputs.push_back({index, &tx.outputs[index]});
  }
  return input;
}

}  // namespace

Result<Delta> verify(const ResolvedTransaction& resolved, const Registry& registry,
                     const BlockContext& block) {
  CHECK(resolved.inputs.size() == resolved.transaction.inputs.size());
  RegistryOverlay overlay(registry);
  const auto& commands = resolved.transaction.commands;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const auto& command = commands[i];
    const auto input = rule_input(resolved, overlay, block, command);
    auto delta = std::visit([&](const auto& body) { return apply(input, body); }, command.body);
    if (!delta) return std::unexpected(delta.error());
    for (auto& write : delta->writes) overlay.put(std::move(write));
    if (overlay.size() > kWritesMax) return fail(ErrorCode::too_many_writes, i, kWritesMax);
  }
  return Delta{overlay.take()};
}

}  // namespace tally::contracts
