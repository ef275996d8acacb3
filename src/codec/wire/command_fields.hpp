// The fields of commands: api/tally/v1/transaction.proto. The numbers of the alternatives are the
// commands' numbers.
#pragma once

#include "codec/wire/fields.hpp"
#include "codec/wire/output_fields.hpp"
#include "contracts/command.hpp"

namespace tally::codec::wire {

// ---- Governance. ----

void fields(auto& v, Is<contracts::OperatorAdd> auto& x) {
  TALLY_FIELD(1, key);
  TALLY_FIELD(2, quorum);
}

void fields(auto& v, Is<contracts::OperatorRemove> auto& x) {
  TALLY_FIELD(1, key);
  TALLY_FIELD(2, quorum);
}

void fields(auto& v, Is<contracts::OperatorRotate> auto& x) {
  TALLY_FIELD(1, old_key);
  TALLY_FIELD(2, new_key);
}

void fields(auto& v, Is<contracts::MemberAdmit> auto& x) { TALLY_FIELD(1, keys); }

void fields(auto& v, Is<contracts::MemberRevoke> auto& x) {
  TALLY_FIELD(1, key);
  TALLY_FIELD(2, reason_hash);
}

void fields(auto& v, Is<contracts::PrefixRegister> auto& x) {
  TALLY_FIELD(1, prefix);
  TALLY_FIELD(2, brand);
  TALLY_FIELD(3, evidence_hash);
}

void fields(auto& v, Is<contracts::PrefixWithdraw> auto& x) {
  TALLY_FIELD(1, prefix);
  TALLY_FIELD(2, reason_hash);
}

void fields(auto& v, Is<contracts::Accredit> auto& x) {
  TALLY_FIELD(1, key);
  TALLY_FIELD(2, role);
  TALLY_FIELD(3, evidence_hash);
  TALLY_FIELD(4, quota);
}

void fields(auto& v, Is<contracts::AccreditationRevoke> auto& x) {
  TALLY_FIELD(1, key);
  TALLY_FIELD(2, role);
  TALLY_FIELD(3, reason_hash);
}

void fields(auto& v, Is<contracts::LicenceGrant> auto& x) {
  TALLY_FIELD(1, issuer);
  TALLY_FIELD(2, kind);
  TALLY_FIELD(3, evidence_hash);
}

void fields(auto& v, Is<contracts::LicenceRevoke> auto& x) {
  TALLY_FIELD(1, issuer);
  TALLY_FIELD(2, kind);
  TALLY_FIELD(3, reason_hash);
}

// ---- Assets. ----

void fields(auto& v, Is<contracts::IouTerms> auto& x) {
  TALLY_FIELD(1, promised_asset);
  TALLY_FIELD(2, promised_hash);
  TALLY_FIELD(3, maturity_ms);
  TALLY_FIELD(4, grace_ms);
  TALLY_FIELD(5, seniority);
  TALLY_FIELD(6, partial_redemption);
  TALLY_FIELD(7, accepted_at);
  TALLY_FIELD(8, document_hash);
}

void fields(auto& v, Is<contracts::AssetPolicies> auto& x) {
  TALLY_FIELD(1, supply_max);
  TALLY_FIELD(2, transferable);
  TALLY_FIELD(3, freezable);
  TALLY_FIELD(4, minimum_unit);
}

void fields(auto& v, Is<contracts::AssetDefine> auto& x) {
  TALLY_FIELD(1, issuer);
  TALLY_FIELD(2, kind);
  TALLY_FIELD(3, symbol);
  TALLY_FIELD(4, decimals);
  TALLY_FIELD(5, policies);
  TALLY_FIELD(6, terms);
}

void fields(auto& v, Is<contracts::AssetIssue> auto& x) {
  TALLY_FIELD(1, asset);
  TALLY_FIELD(2, amount);
}

void fields(auto&, Is<contracts::AssetTransfer> auto&) {}

void fields(auto& v, Is<contracts::AssetRedeem> auto& x) {
  TALLY_FIELD(1, asset);
  TALLY_FIELD(2, amount);
}

void fields(auto& v, Is<contracts::AssetBurn> auto& x) {
  TALLY_FIELD(1, asset);
  TALLY_FIELD(2, amount);
}

void fields(auto& v, Is<contracts::AssetFreeze> auto& x) {
  TALLY_FIELD(1, asset);
  TALLY_FIELD(2, holder);
  TALLY_FIELD(3, frozen);
}

// ---- Items. ----

void fields(auto& v, Is<contracts::ItemCommission> auto& x) {
  TALLY_FIELD(1, prefix);
  TALLY_FIELD(2, event_hash);
  TALLY_FIELD(3, attributes);
}

void fields(auto& v, Is<contracts::ItemAdmit> auto& x) {
  TALLY_FIELD(1, centre);
  TALLY_FIELD(2, evidence_hash);
  TALLY_FIELD(3, attributes);
}

void fields(auto& v, Is<contracts::ItemObserve> auto& x) {
  TALLY_FIELD(1, gs1_keys);
  TALLY_FIELD(2, event_hash);
  TALLY_FIELD(3, disposition);
  TALLY_FIELD(4, custodian);
  TALLY_FIELD(5, container);
  TALLY_FIELD(6, place);
}

void fields(auto& v, Is<contracts::ItemTransfer> auto& x) { TALLY_FIELD(1, event_hash); }

void fields(auto& v, Is<contracts::ItemAttest> auto& x) {
  TALLY_FIELD(1, gs1_key);
  TALLY_FIELD(2, appraiser);
  TALLY_FIELD(3, verdict);
  TALLY_FIELD(4, confidence_bps);
  TALLY_FIELD(5, method_hash);
  TALLY_FIELD(6, evidence_hash);
}

void fields(auto& v, Is<contracts::ItemChallenge> auto& x) {
  TALLY_FIELD(1, gs1_key);
  TALLY_FIELD(2, challenger);
  TALLY_FIELD(3, reason_hash);
  TALLY_FIELD(4, resolve);
}

void fields(auto& v, Is<contracts::ItemFlagSet> auto& x) {
  TALLY_FIELD(1, gs1_key);
  TALLY_FIELD(2, flag);
  TALLY_FIELD(3, reason_hash);
  TALLY_FIELD(4, expires_ms);
  TALLY_FIELD(5, clear);
}

void fields(auto& v, Is<contracts::ItemDecommission> auto& x) { TALLY_FIELD(1, event_hash); }

void fields(auto& v, Is<contracts::ItemClaim> auto& x) {
  TALLY_FIELD(1, claimant);
  TALLY_FIELD(2, event_hash);
  TALLY_FIELD(3, gs1_keys);
}

// ---- Items in lots, in containers, in each other. ----

void fields(auto& v, Is<contracts::Quantity> auto& x) {
  TALLY_FIELD(1, unit);
  TALLY_FIELD(2, milli);
}

void fields(auto& v, Is<contracts::LotCommission> auto& x) {
  TALLY_FIELD(1, gs1_key);
  TALLY_FIELD(2, prefix);
  TALLY_FIELD(3, count);
  TALLY_FIELD(4, root);
  TALLY_FIELD(5, event_hash);
  TALLY_FIELD(6, attributes);
}

void fields(auto& v, Is<contracts::LotStep> auto& x) {
  TALLY_FIELD(1, index);
  TALLY_FIELD(2, salt);
  TALLY_FIELD(3, path);
}

void fields(auto& v, Is<contracts::LotStepOut> auto& x) {
  TALLY_FIELD(1, lot);
  TALLY_FIELD(2, steps);
}

void fields(auto& v, Is<contracts::ItemAggregate> auto& x) { TALLY_FIELD(1, event_hash); }

void fields(auto& v, Is<contracts::ItemDisaggregate> auto& x) { TALLY_FIELD(1, event_hash); }

void fields(auto& v, Is<contracts::ItemAssociate> auto& x) {
  TALLY_FIELD(1, gs1_key);
  TALLY_FIELD(2, parts);
  TALLY_FIELD(3, seals);
  TALLY_FIELD(4, event_hash);
  TALLY_FIELD(5, dissociate);
}

void fields(auto& v, Is<contracts::ItemTransform> auto& x) {
  TALLY_FIELD(1, prefix);
  TALLY_FIELD(2, event_hash);
  TALLY_FIELD(3, attributes);
  TALLY_FIELD(4, used);
  TALLY_FIELD(5, made);
  TALLY_FIELD(6, lost);
}

void fields(auto& v, Is<contracts::ItemEventError> auto& x) {
  TALLY_FIELD(1, gs1_keys);
  TALLY_FIELD(2, wrong_hash);
  TALLY_FIELD(3, reason_hash);
  TALLY_FIELD(4, event_hash);
}

void fields(auto& v, Is<contracts::ItemMerge> auto& x) {
  TALLY_FIELD(1, prefix);
  TALLY_FIELD(2, event_hash);
  TALLY_FIELD(3, attributes);
}

void fields(auto& v, Is<contracts::ItemHandOver> auto& x) {
  TALLY_FIELD(1, gs1_keys);
  TALLY_FIELD(2, from);
  TALLY_FIELD(3, to);
  TALLY_FIELD(4, event_hash);
}

// ---- Delegation. ----

void fields(auto& v, Is<contracts::DelegationPowers> auto& x) {
  TALLY_FIELD(1, commands);
  TALLY_FIELD(2, prefixes);
  TALLY_FIELD(3, places);
  TALLY_FIELD(4, asset);
  TALLY_FIELD(5, amount_max);
  TALLY_FIELD(6, items_max);
  TALLY_FIELD(7, until_ms);
}

void fields(auto& v, Is<contracts::DelegationGrant> auto& x) {
  TALLY_FIELD(1, principal);
  TALLY_FIELD(2, agent);
  TALLY_FIELD(3, powers);
}

void fields(auto& v, Is<contracts::DelegationRevoke> auto& x) {
  TALLY_FIELD(1, principal);
  TALLY_FIELD(2, agent);
}

// ---- Orders. ----

void fields(auto& v, Is<contracts::OrderOffer> auto& x) { TALLY_FIELD(1, terms); }

void fields(auto& v, Is<contracts::OrderFund> auto& x) {
  TALLY_FIELD(1, buyer);
  TALLY_FIELD(2, payment);
}

void fields(auto&, Is<contracts::OrderAccept> auto&) {}

void fields(auto& v, Is<contracts::OrderShip> auto& x) { TALLY_FIELD(1, tracking_hash); }

void fields(auto&, Is<contracts::OrderDeliver> auto&) {}

void fields(auto&, Is<contracts::OrderRelease> auto&) {}

void fields(auto&, Is<contracts::OrderRefund> auto&) {}

void fields(auto&, Is<contracts::OrderWithdraw> auto&) {}

void fields(auto&, Is<contracts::OrderTimeout> auto&) {}

void fields(auto& v, Is<contracts::OrderDispute> auto& x) { TALLY_FIELD(1, reason_hash); }

// ---- Authentication. ----

void fields(auto& v, Is<contracts::PanelTerms> auto& x) {
  TALLY_FIELD(1, judges);
  TALLY_FIELD(2, agreeing);
  TALLY_FIELD(3, fee);
  TALLY_FIELD(4, bond);
  TALLY_FIELD(5, challenge_bond);
  TALLY_FIELD(6, absence_bps);
  TALLY_FIELD(7, commit_ms);
  TALLY_FIELD(8, reveal_ms);
  TALLY_FIELD(9, challenge_ms);
  TALLY_FIELD(10, open_max);
}

void fields(auto& v, Is<contracts::PanelDefine> auto& x) {
  TALLY_FIELD(1, asset);
  TALLY_FIELD(2, terms);
}

void fields(auto& v, Is<contracts::AppraiserBond> auto& x) {
  TALLY_FIELD(1, appraiser);
  TALLY_FIELD(2, asset);
  TALLY_FIELD(3, amount);
}

void fields(auto& v, Is<contracts::AppraiserWithdraw> auto& x) {
  TALLY_FIELD(1, appraiser);
  TALLY_FIELD(2, asset);
  TALLY_FIELD(3, amount);
}

void fields(auto& v, Is<contracts::CaseOpen> auto& x) {
  TALLY_FIELD(1, requester);
  TALLY_FIELD(2, asset);
  TALLY_FIELD(3, nonce);
  TALLY_FIELD(4, gs1_key);
  TALLY_FIELD(5, description_hash);
  TALLY_FIELD(6, category_hash);
  TALLY_FIELD(7, source_hash);
  TALLY_FIELD(8, evidence_root);
  TALLY_FIELD(9, sealed_hash);
  TALLY_FIELD(10, fee);
}

void fields(auto& v, Is<contracts::CaseCommit> auto& x) {
  TALLY_FIELD(1, case_id);
  TALLY_FIELD(2, appraiser);
  TALLY_FIELD(3, commitment);
}

void fields(auto& v, Is<contracts::CaseReveal> auto& x) {
  TALLY_FIELD(1, case_id);
  TALLY_FIELD(2, appraiser);
  TALLY_FIELD(3, verdict);
  TALLY_FIELD(4, confidence_bps);
  TALLY_FIELD(5, method_hash);
  TALLY_FIELD(6, points_hash);
  TALLY_FIELD(7, salt);
}

void fields(auto& v, Is<contracts::CaseChallenge> auto& x) {
  TALLY_FIELD(1, case_id);
  TALLY_FIELD(2, challenger);
  TALLY_FIELD(3, reason_hash);
  TALLY_FIELD(4, bond);
}

void fields(auto& v, Is<contracts::CaseAdvance> auto& x) {
  TALLY_FIELD(1, case_id);
  TALLY_FIELD(2, from);
}

void fields(auto& v, Is<contracts::CaseCalibrate> auto& x) {
  TALLY_FIELD(1, case_id);
  TALLY_FIELD(2, answer);
  TALLY_FIELD(3, salt);
}

// ---- Profile. ----

void fields(auto& v, Is<contracts::ProfileSet> auto& x) {
  TALLY_FIELD(1, owner);
  TALLY_FIELD(2, attribute_id);
  TALLY_FIELD(3, commitment);
  TALLY_FIELD(4, version);
}

void fields(auto&, Is<contracts::ProfileGrant> auto&) {}

void fields(auto&, Is<contracts::ProfileRevoke> auto&) {}

// ---- The command. ----

void fields(auto& v, Is<contracts::CommandBody> auto& x) {
  TALLY_ALTERNATIVE(10, operator_add, contracts::OperatorAdd);
  TALLY_ALTERNATIVE(11, operator_remove, contracts::OperatorRemove);
  TALLY_ALTERNATIVE(12, operator_rotate, contracts::OperatorRotate);
  TALLY_ALTERNATIVE(13, member_admit, contracts::MemberAdmit);
  TALLY_ALTERNATIVE(14, member_revoke, contracts::MemberRevoke);
  TALLY_ALTERNATIVE(15, prefix_register, contracts::PrefixRegister);
  TALLY_ALTERNATIVE(16, prefix_withdraw, contracts::PrefixWithdraw);
  TALLY_ALTERNATIVE(17, accredit, contracts::Accredit);
  TALLY_ALTERNATIVE(18, accreditation_revoke, contracts::AccreditationRevoke);
  TALLY_ALTERNATIVE(19, licence_grant, contracts::LicenceGrant);
  TALLY_ALTERNATIVE(20, licence_revoke, contracts::LicenceRevoke);
  TALLY_ALTERNATIVE(30, asset_define, contracts::AssetDefine);
  TALLY_ALTERNATIVE(31, asset_issue, contracts::AssetIssue);
  TALLY_ALTERNATIVE(32, asset_transfer, contracts::AssetTransfer);
  TALLY_ALTERNATIVE(33, asset_redeem, contracts::AssetRedeem);
  TALLY_ALTERNATIVE(34, asset_burn, contracts::AssetBurn);
  TALLY_ALTERNATIVE(35, asset_freeze, contracts::AssetFreeze);
  TALLY_ALTERNATIVE(40, item_commission, contracts::ItemCommission);
  TALLY_ALTERNATIVE(41, item_admit, contracts::ItemAdmit);
  TALLY_ALTERNATIVE(42, item_observe, contracts::ItemObserve);
  TALLY_ALTERNATIVE(43, item_transfer, contracts::ItemTransfer);
  TALLY_ALTERNATIVE(44, item_attest, contracts::ItemAttest);
  TALLY_ALTERNATIVE(45, item_challenge, contracts::ItemChallenge);
  TALLY_ALTERNATIVE(46, item_flag_set, contracts::ItemFlagSet);
  TALLY_ALTERNATIVE(47, item_decommission, contracts::ItemDecommission);
  TALLY_ALTERNATIVE(48, item_claim, contracts::ItemClaim);
  TALLY_ALTERNATIVE(49, lot_commission, contracts::LotCommission);
  TALLY_ALTERNATIVE(52, lot_step_out, contracts::LotStepOut);
  TALLY_ALTERNATIVE(53, item_aggregate, contracts::ItemAggregate);
  TALLY_ALTERNATIVE(54, item_disaggregate, contracts::ItemDisaggregate);
  TALLY_ALTERNATIVE(55, item_associate, contracts::ItemAssociate);
  TALLY_ALTERNATIVE(56, item_transform, contracts::ItemTransform);
  TALLY_ALTERNATIVE(57, item_event_error, contracts::ItemEventError);
  TALLY_ALTERNATIVE(58, item_merge, contracts::ItemMerge);
  TALLY_ALTERNATIVE(59, item_hand_over, contracts::ItemHandOver);
  TALLY_ALTERNATIVE(50, delegation_grant, contracts::DelegationGrant);
  TALLY_ALTERNATIVE(51, delegation_revoke, contracts::DelegationRevoke);
  TALLY_ALTERNATIVE(60, order_offer, contracts::OrderOffer);
  TALLY_ALTERNATIVE(61, order_fund, contracts::OrderFund);
  TALLY_ALTERNATIVE(62, order_accept, contracts::OrderAccept);
  TALLY_ALTERNATIVE(63, order_ship, contracts::OrderShip);
  TALLY_ALTERNATIVE(64, order_deliver, contracts::OrderDeliver);
  TALLY_ALTERNATIVE(65, order_release, contracts::OrderRelease);
  TALLY_ALTERNATIVE(66, order_refund, contracts::OrderRefund);
  TALLY_ALTERNATIVE(67, order_withdraw, contracts::OrderWithdraw);
  TALLY_ALTERNATIVE(68, order_timeout, contracts::OrderTimeout);
  TALLY_ALTERNATIVE(69, order_dispute, contracts::OrderDispute);
  TALLY_ALTERNATIVE(70, panel_define, contracts::PanelDefine);
  TALLY_ALTERNATIVE(71, appraiser_bond, contracts::AppraiserBond);
  TALLY_ALTERNATIVE(72, appraiser_withdraw, contracts::AppraiserWithdraw);
  TALLY_ALTERNATIVE(73, case_open, contracts::CaseOpen);
  TALLY_ALTERNATIVE(74, case_commit, contracts::CaseCommit);
  TALLY_ALTERNATIVE(75, case_reveal, contracts::CaseReveal);
  TALLY_ALTERNATIVE(76, case_challenge, contracts::CaseChallenge);
  TALLY_ALTERNATIVE(77, case_advance, contracts::CaseAdvance);
  TALLY_ALTERNATIVE(78, case_calibrate, contracts::CaseCalibrate);
  TALLY_ALTERNATIVE(80, profile_set, contracts::ProfileSet);
  TALLY_ALTERNATIVE(81, profile_grant, contracts::ProfileGrant);
  TALLY_ALTERNATIVE(82, profile_revoke, contracts::ProfileRevoke);
}

void fields(auto& v, Is<contracts::Command> auto& x) {
  TALLY_FIELD(1, inputs);
  TALLY_FIELD(2, outputs);
  v.oneof(x.body);
}

}  // namespace tally::codec::wire
