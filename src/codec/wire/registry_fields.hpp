// The fields of registry entries and stored outputs: api/tally/v1/registry.proto.
#pragma once

#include "codec/output.hpp"
#include "codec/wire/command_fields.hpp"
#include "codec/wire/fields.hpp"
#include "codec/wire/output_fields.hpp"
#include "contracts/registry.hpp"

namespace tally::codec::wire {

void fields(auto& v, Is<contracts::NetworkEntry> auto& x) {
  TALLY_FIELD(1, name);
  TALLY_FIELD(2, operators);
  TALLY_FIELD(3, quorum);
  TALLY_FIELD(4, rule_version);
}

void fields(auto& v, Is<contracts::MemberEntry> auto& x) {
  TALLY_FIELD(1, key);
  TALLY_FIELD(2, sponsor);
  TALLY_FIELD(3, since_ms);
  TALLY_FIELD(4, revoked_ms);
  TALLY_FIELD(5, agent);
}

void fields(auto& v, Is<contracts::PrefixEntry> auto& x) {
  TALLY_FIELD(1, prefix);
  TALLY_FIELD(2, brand);
  TALLY_FIELD(3, evidence_hash);
  TALLY_FIELD(4, since_ms);
  TALLY_FIELD(5, withdrawn_ms);
  TALLY_FIELD(6, longer);
}

void fields(auto& v, Is<contracts::AccreditationEntry> auto& x) {
  TALLY_FIELD(1, key);
  TALLY_FIELD(2, role);
  TALLY_FIELD(3, evidence_hash);
  TALLY_FIELD(4, quota);
  TALLY_FIELD(5, used);
  TALLY_FIELD(6, since_ms);
  TALLY_FIELD(7, revoked_ms);
}

void fields(auto& v, Is<contracts::LicenceEntry> auto& x) {
  TALLY_FIELD(1, issuer);
  TALLY_FIELD(2, kind);
  TALLY_FIELD(3, evidence_hash);
  TALLY_FIELD(4, since_ms);
  TALLY_FIELD(5, revoked_ms);
}

void fields(auto& v, Is<contracts::DelegationEntry> auto& x) {
  TALLY_FIELD(1, principal);
  TALLY_FIELD(2, agent);
  TALLY_FIELD(3, powers);
  TALLY_FIELD(4, amount_used);
  TALLY_FIELD(5, items_used);
  TALLY_FIELD(6, since_ms);
  TALLY_FIELD(7, revoked_ms);
}

void fields(auto& v, Is<contracts::AssetEntry> auto& x) {
  TALLY_FIELD(1, id);
  TALLY_FIELD(2, issuer);
  TALLY_FIELD(3, kind);
  TALLY_FIELD(4, symbol);
  TALLY_FIELD(5, decimals);
  TALLY_FIELD(6, policies);
  TALLY_FIELD(7, terms);
  TALLY_FIELD(8, issued);
  TALLY_FIELD(9, redeemed);
  TALLY_FIELD(10, burned);
  TALLY_FIELD(11, reserved);
  TALLY_FIELD(12, frozen);
  TALLY_FIELD(13, frozen_holders);
  TALLY_FIELD(14, since_ms);
}

void fields(auto& v, Is<contracts::SymbolEntry> auto& x) { TALLY_FIELD(1, asset); }

void fields(auto& v, Is<contracts::FreezeEntry> auto& x) {
  TALLY_FIELD(1, asset);
  TALLY_FIELD(2, holder);
  TALLY_FIELD(3, frozen);
}

void fields(auto& v, Is<contracts::Attestation> auto& x) {
  TALLY_FIELD(1, appraiser);
  TALLY_FIELD(2, verdict);
  TALLY_FIELD(3, confidence_bps);
  TALLY_FIELD(4, method_hash);
  TALLY_FIELD(5, evidence_hash);
  TALLY_FIELD(6, time_ms);
}

void fields(auto& v, Is<contracts::Challenge> auto& x) {
  TALLY_FIELD(1, challenger);
  TALLY_FIELD(2, reason_hash);
  TALLY_FIELD(3, time_ms);
}

void fields(auto& v, Is<contracts::FlagState> auto& x) {
  TALLY_FIELD(1, flag);
  TALLY_FIELD(2, reason_hash);
  TALLY_FIELD(3, since_ms);
  TALLY_FIELD(4, expires_ms);
}

void fields(auto& v, Is<contracts::Batch> auto& x) {
  TALLY_FIELD(1, kind);
  TALLY_FIELD(2, id);
}

void fields(auto& v, Is<contracts::BatchCount> auto& x) {
  TALLY_FIELD(1, batch);
  TALLY_FIELD(2, count);
}

void fields(auto& v, Is<contracts::Contents> auto& x) {
  TALLY_FIELD(1, children);
  TALLY_FIELD(2, items);
  TALLY_FIELD(3, height);
  TALLY_FIELD(4, admitted);
  TALLY_FIELD(5, challenges);
  TALLY_FIELD(6, flags);
  TALLY_FIELD(7, flags_until_ms);
  TALLY_FIELD(8, batches);
}

void fields(auto& v, Is<contracts::Part> auto& x) {
  TALLY_FIELD(1, kind);
  TALLY_FIELD(2, id);
  TALLY_FIELD(3, since_ms);
  TALLY_FIELD(4, removed_ms);
}

void fields(auto& v, Is<contracts::EventError> auto& x) {
  TALLY_FIELD(1, wrong_hash);
  TALLY_FIELD(2, reason_hash);
  TALLY_FIELD(3, time_ms);
}

void fields(auto& v, Is<contracts::ItemEntry> auto& x) {
  TALLY_FIELD(1, gs1_key);
  TALLY_FIELD(2, status);
  TALLY_FIELD(3, prefix);
  TALLY_FIELD(4, authority);
  TALLY_FIELD(5, disposition);
  TALLY_FIELD(6, attributes);
  TALLY_FIELD(7, events_head);
  TALLY_FIELD(8, events_count);
  TALLY_FIELD(9, attestations);
  TALLY_FIELD(10, challenges);
  TALLY_FIELD(11, flag);
  TALLY_FIELD(12, custodian);
  TALLY_FIELD(13, container);
  TALLY_FIELD(14, since_ms);
  TALLY_FIELD(15, owners);
  TALLY_FIELD(16, batches);
  TALLY_FIELD(17, packed_in);
  TALLY_FIELD(18, container_owners);
  TALLY_FIELD(19, contents);
  TALLY_FIELD(20, parts);
  TALLY_FIELD(21, fixed_to);
  TALLY_FIELD(22, errors);
  TALLY_FIELD(23, quantity);
  TALLY_FIELD(24, used_in);
  TALLY_FIELD(25, merged_into);
}

void fields(auto& v, Is<contracts::OrderEntry> auto& x) {
  TALLY_FIELD(1, state);
  TALLY_FIELD(2, seller);
  TALLY_FIELD(3, buyer);
  TALLY_FIELD(4, price_asset);
  TALLY_FIELD(5, price);
  TALLY_FIELD(6, deadline_active_ms);
  TALLY_FIELD(7, output_number);
  TALLY_FIELD(8, outpoint);
  TALLY_FIELD(9, offered_ms);
  TALLY_FIELD(10, funded_ms);
  TALLY_FIELD(11, accepted_ms);
  TALLY_FIELD(12, shipped_ms);
  TALLY_FIELD(13, delivered_ms);
  TALLY_FIELD(14, ended_ms);
  TALLY_FIELD(15, timed_out);
  TALLY_FIELD(16, disputed);
}

void fields(auto& v, Is<contracts::ProfileEntry> auto& x) {
  TALLY_FIELD(1, owner);
  TALLY_FIELD(2, attribute_id);
  TALLY_FIELD(3, commitment);
  TALLY_FIELD(4, version);
  TALLY_FIELD(5, since_ms);
}

void fields(auto& v, Is<contracts::LotEntry> auto& x) {
  TALLY_FIELD(1, gs1_key);
  TALLY_FIELD(2, prefix);
  TALLY_FIELD(3, authority);
  TALLY_FIELD(4, count);
  TALLY_FIELD(5, root);
  TALLY_FIELD(6, event_hash);
  TALLY_FIELD(7, attributes);
  TALLY_FIELD(8, stepped_out);
  TALLY_FIELD(9, flag);
  TALLY_FIELD(10, since_ms);
}

void fields(auto& v, Is<contracts::LotPageEntry> auto& x) {
  TALLY_FIELD(1, lot);
  TALLY_FIELD(2, page);
  TALLY_FIELD(3, bits);
}

void fields(auto& v, Is<contracts::TransformationEntry> auto& x) {
  TALLY_FIELD(1, authority);
  TALLY_FIELD(2, event_hash);
  TALLY_FIELD(3, inputs);
  TALLY_FIELD(4, outputs);
  TALLY_FIELD(5, flags);
  TALLY_FIELD(6, flags_until_ms);
  TALLY_FIELD(7, since_ms);
}

void fields(auto& v, Is<contracts::Stake> auto& x) {
  TALLY_FIELD(1, appraiser);
  TALLY_FIELD(2, amount);
  TALLY_FIELD(3, locked);
}

void fields(auto& v, Is<contracts::PanelEntry> auto& x) {
  TALLY_FIELD(1, asset);
  TALLY_FIELD(2, terms);
  TALLY_FIELD(3, pool);
  TALLY_FIELD(4, roll);
  TALLY_FIELD(5, since_ms);
}

void fields(auto& v, Is<contracts::AppraiserEntry> auto& x) {
  TALLY_FIELD(1, appraiser);
  TALLY_FIELD(2, cases);
  TALLY_FIELD(3, agreed);
  TALLY_FIELD(4, absences);
  TALLY_FIELD(5, overturned);
  TALLY_FIELD(6, controls_right);
  TALLY_FIELD(7, controls_wrong);
}

void fields(auto& v, Is<contracts::RequesterEntry> auto& x) {
  TALLY_FIELD(1, member);
  TALLY_FIELD(2, cases);
  TALLY_FIELD(3, open);
}

void fields(auto& v, Is<contracts::Seat> auto& x) {
  TALLY_FIELD(1, appraiser);
  TALLY_FIELD(2, round);
  TALLY_FIELD(3, commitment);
  TALLY_FIELD(4, verdict);
  TALLY_FIELD(5, confidence_bps);
  TALLY_FIELD(6, method_hash);
  TALLY_FIELD(7, points_hash);
}

void fields(auto& v, Is<contracts::CaseEntry> auto& x) {
  TALLY_FIELD(1, requester);
  TALLY_FIELD(2, member);
  TALLY_FIELD(3, gs1_key);
  TALLY_FIELD(4, owner);
  TALLY_FIELD(5, description_hash);
  TALLY_FIELD(6, category_hash);
  TALLY_FIELD(7, source_hash);
  TALLY_FIELD(8, evidence_root);
  TALLY_FIELD(9, sealed_hash);
  TALLY_FIELD(10, asset);
  TALLY_FIELD(11, terms);
  TALLY_FIELD(12, fee);
  TALLY_FIELD(13, free);
  TALLY_FIELD(14, state);
  TALLY_FIELD(15, round);
  TALLY_FIELD(16, deadline_active_ms);
  TALLY_FIELD(17, seats);
  TALLY_FIELD(18, first_verdict);
  TALLY_FIELD(19, verdict);
  TALLY_FIELD(20, challenger);
  TALLY_FIELD(21, reason_hash);
  TALLY_FIELD(22, challenge_bond);
  TALLY_FIELD(23, control);
  TALLY_FIELD(24, opened_ms);
  TALLY_FIELD(25, decided_ms);
  TALLY_FIELD(26, closed_ms);
}

void fields(auto& v, Is<contracts::RegistryEntry> auto& x) {
  TALLY_ALTERNATIVE(1, network, contracts::NetworkEntry);
  TALLY_ALTERNATIVE(2, member, contracts::MemberEntry);
  TALLY_ALTERNATIVE(3, prefix, contracts::PrefixEntry);
  TALLY_ALTERNATIVE(4, accreditation, contracts::AccreditationEntry);
  TALLY_ALTERNATIVE(5, licence, contracts::LicenceEntry);
  TALLY_ALTERNATIVE(6, delegation, contracts::DelegationEntry);
  TALLY_ALTERNATIVE(7, asset, contracts::AssetEntry);
  TALLY_ALTERNATIVE(8, symbol, contracts::SymbolEntry);
  TALLY_ALTERNATIVE(9, freeze, contracts::FreezeEntry);
  TALLY_ALTERNATIVE(10, item, contracts::ItemEntry);
  TALLY_ALTERNATIVE(11, order, contracts::OrderEntry);
  TALLY_ALTERNATIVE(12, profile, contracts::ProfileEntry);
  TALLY_ALTERNATIVE(13, lot, contracts::LotEntry);
  TALLY_ALTERNATIVE(14, lot_page, contracts::LotPageEntry);
  TALLY_ALTERNATIVE(15, transformation, contracts::TransformationEntry);
  TALLY_ALTERNATIVE(17, authentication_case, contracts::CaseEntry);
  TALLY_ALTERNATIVE(18, panel, contracts::PanelEntry);
  TALLY_ALTERNATIVE(19, appraiser, contracts::AppraiserEntry);
  TALLY_ALTERNATIVE(20, requester, contracts::RequesterEntry);
}

void fields(auto& v, Is<contracts::RegistryWrite> auto& x) {
  TALLY_FIELD(1, key);
  TALLY_FIELD(2, entry);
  // The kind stands in both: in the key because it is one, in the entry because that says its type.
  v.require(x.key.kind == contracts::kind_of(x.entry));
}

void fields(auto& v, Is<StoredOutput> auto& x) {
  TALLY_FIELD(1, outpoint);
  TALLY_FIELD(2, output);
}

}  // namespace tally::codec::wire
