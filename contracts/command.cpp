#include "contracts/command.hpp"

#include <array>

namespace tally::contracts {
namespace {

struct Name {
  CommandNumber number;
  std::string_view text;
};

// In the order of CommandAlternatives.
constexpr std::array kNames{
    Name{OperatorAdd::kNumber, "operator_add"},
    Name{OperatorRemove::kNumber, "operator_remove"},
    Name{OperatorRotate::kNumber, "operator_rotate"},
    Name{MemberAdmit::kNumber, "member_admit"},
    Name{MemberRevoke::kNumber, "member_revoke"},
    Name{PrefixRegister::kNumber, "prefix_register"},
    Name{PrefixWithdraw::kNumber, "prefix_withdraw"},
    Name{Accredit::kNumber, "accredit"},
    Name{AccreditationRevoke::kNumber, "accreditation_revoke"},
    Name{LicenceGrant::kNumber, "licence_grant"},
    Name{LicenceRevoke::kNumber, "licence_revoke"},
    Name{AssetDefine::kNumber, "asset_define"},
    Name{AssetIssue::kNumber, "asset_issue"},
    Name{AssetTransfer::kNumber, "asset_transfer"},
    Name{AssetRedeem::kNumber, "asset_redeem"},
    Name{AssetBurn::kNumber, "asset_burn"},
    Name{AssetFreeze::kNumber, "asset_freeze"},
    Name{ItemCommission::kNumber, "item_commission"},
    Name{ItemAdmit::kNumber, "item_admit"},
    Name{ItemObserve::kNumber, "item_observe"},
    Name{ItemTransfer::kNumber, "item_transfer"},
    Name{ItemAttest::kNumber, "item_attest"},
    Name{ItemChallenge::kNumber, "item_challenge"},
    Name{ItemFlagSet::kNumber, "item_flag_set"},
    Name{ItemDecommission::kNumber, "item_decommission"},
    Name{ItemClaim::kNumber, "item_claim"},
    Name{LotCommission::kNumber, "lot_commission"},
    Name{LotStepOut::kNumber, "lot_step_out"},
    Name{ItemAggregate::kNumber, "item_aggregate"},
    Name{ItemDisaggregate::kNumber, "item_disaggregate"},
    Name{ItemAssociate::kNumber, "item_associate"},
    Name{ItemTransform::kNumber, "item_transform"},
    Name{ItemEventError::kNumber, "item_event_error"},
    Name{ItemMerge::kNumber, "item_merge"},
    Name{ItemHandOver::kNumber, "item_hand_over"},
    Name{DelegationGrant::kNumber, "delegation_grant"},
    Name{DelegationRevoke::kNumber, "delegation_revoke"},
    Name{OrderOffer::kNumber, "order_offer"},
    Name{OrderFund::kNumber, "order_fund"},
    Name{OrderAccept::kNumber, "order_accept"},
    Name{OrderShip::kNumber, "order_ship"},
    Name{OrderDeliver::kNumber, "order_deliver"},
    Name{OrderRelease::kNumber, "order_release"},
    Name{OrderRefund::kNumber, "order_refund"},
    Name{OrderWithdraw::kNumber, "order_withdraw"},
    Name{OrderTimeout::kNumber, "order_timeout"},
    Name{OrderDispute::kNumber, "order_dispute"},
    Name{PanelDefine::kNumber, "panel_define"},
    Name{AppraiserBond::kNumber, "appraiser_bond"},
    Name{AppraiserWithdraw::kNumber, "appraiser_withdraw"},
    Name{CaseOpen::kNumber, "case_open"},
    Name{CaseCommit::kNumber, "case_commit"},
    Name{CaseReveal::kNumber, "case_reveal"},
    Name{CaseChallenge::kNumber, "case_challenge"},
    Name{CaseAdvance::kNumber, "case_advance"},
    Name{CaseCalibrate::kNumber, "case_calibrate"},
    Name{ProfileSet::kNumber, "profile_set"},
    Name{ProfileGrant::kNumber, "profile_grant"},
    Name{ProfileRevoke::kNumber, "profile_revoke"},
};
static_assert(kNames.size() == std::variant_size_v<CommandAlternatives>);

}  // namespace

CommandBody::CommandBody() = default;
CommandBody::CommandBody(const CommandBody&) = default;
CommandBody::CommandBody(CommandBody&&) noexcept = default;
CommandBody& CommandBody::operator=(const CommandBody&) = default;
CommandBody& CommandBody::operator=(CommandBody&&) noexcept = default;
CommandBody::~CommandBody() = default;
bool CommandBody::operator==(const CommandBody& other) const {
  return static_cast<const CommandAlternatives&>(*this) ==
         static_cast<const CommandAlternatives&>(other);
}

CommandNumber command_number(const CommandBody& body) { return kNames[body.index()].number; }

std::string_view command_name(CommandNumber number) {
  for (const auto& name : kNames) {
    if (name.number == number) return name.text;
  }
  return "unknown";
}

std::optional<CommandNumber> command_number(std::string_view name) {
  for (const auto& entry : kNames) {
    if (entry.text == name) return entry.number;
  }
  return std::nullopt;
}

}  // namespace tally::contracts
