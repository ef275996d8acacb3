// The fields of locks, outputs and what they are made of: api/tally/v1/transaction.proto.
#pragma once

#include "codec/wire/fields.hpp"
#include "contracts/output.hpp"
#include "contracts/registry.hpp"

namespace tally::codec::wire {

void fields(auto& v, Is<contracts::Outpoint> auto& x) {
  TALLY_FIELD(1, txid);
  TALLY_FIELD(2, index);
}

void fields(auto& v, Is<contracts::RegistryKey> auto& x) {
  TALLY_FIELD(1, kind);
  TALLY_FIELD(2, id);
}

// ---- Locks and accounts. ----

void fields(auto& v, Is<contracts::KeyLock> auto& x) { TALLY_FIELD(1, key); }

void fields(auto& v, Is<contracts::MultiLock> auto& x) {
  TALLY_FIELD(1, threshold);
  TALLY_FIELD(2, keys);
}

void fields(auto& v, Is<contracts::TimeLock> auto& x) {
  TALLY_FIELD(1, key);
  TALLY_FIELD(2, not_before_ms);
}

void fields(auto& v, Is<contracts::HashLock> auto& x) {
  TALLY_FIELD(1, key);
  TALLY_FIELD(2, hash);
}

void fields(auto& v, Is<contracts::Lock> auto& x) {
  TALLY_ALTERNATIVE(1, key, contracts::KeyLock);
  TALLY_ALTERNATIVE(2, multi, contracts::MultiLock);
  TALLY_ALTERNATIVE(3, time, contracts::TimeLock);
  TALLY_ALTERNATIVE(4, hash, contracts::HashLock);
}

void fields(auto& v, Is<contracts::Account> auto& x) {
  TALLY_FIELD(1, kind);
  TALLY_FIELD(2, id);
}

// ---- Orders. ----

void fields(auto& v, Is<contracts::AuthenticityPolicy> auto& x) {
  TALLY_FIELD(1, accept_commissioned);
  TALLY_FIELD(2, verdicts_min);
  TALLY_FIELD(3, verdict_days_max);
}

void fields(auto& v, Is<contracts::Attribute> auto& x) {
  TALLY_FIELD(1, name);
  TALLY_FIELD(2, value_hash);
}

void fields(auto& v, Is<contracts::OrderLine> auto& x) {
  TALLY_FIELD(1, gs1_key);
  TALLY_FIELD(2, price);
  TALLY_FIELD(3, attributes);
}

void fields(auto& v, Is<contracts::LoyaltyReward> auto& x) {
  TALLY_FIELD(1, asset);
  TALLY_FIELD(2, amount);
}

void fields(auto& v, Is<contracts::OrderPeriods> auto& x) {
  TALLY_FIELD(1, offer_ms);
  TALLY_FIELD(2, accept_ms);
  TALLY_FIELD(3, ship_ms);
  TALLY_FIELD(4, transit_ms);
  TALLY_FIELD(5, inspect_ms);
  TALLY_FIELD(6, dispute_ms);
}

void fields(auto& v, Is<contracts::OrderTerms> auto& x) {
  TALLY_FIELD(1, seller);
  TALLY_FIELD(2, named_buyer);
  TALLY_FIELD(3, carrier);
  TALLY_FIELD(4, lines);
  TALLY_FIELD(5, price_asset);
  TALLY_FIELD(6, accepted_ious);
  TALLY_FIELD(7, policy);
  TALLY_FIELD(8, periods);
  TALLY_FIELD(9, accept_at_once);
  TALLY_FIELD(10, loyalty);
  TALLY_FIELD(11, bond);
  TALLY_FIELD(12, dispute_buyer_bps);
  TALLY_FIELD(13, terms_hash);
}

void fields(auto& v, Is<contracts::Holding> auto& x) {
  TALLY_FIELD(1, asset);
  TALLY_FIELD(2, amount);
}

// ---- Outputs. ----

void fields(auto& v, Is<contracts::Coin> auto& x) {
  TALLY_FIELD(1, asset);
  TALLY_FIELD(2, amount);
  TALLY_FIELD(3, lock);
}

void fields(auto& v, Is<contracts::Item> auto& x) {
  TALLY_FIELD(1, gs1_key);
  TALLY_FIELD(2, lock);
}

void fields(auto& v, Is<contracts::Order> auto& x) {
  TALLY_FIELD(1, id);
  TALLY_FIELD(2, state);
  TALLY_FIELD(3, terms);
  TALLY_FIELD(4, buyer);
  TALLY_FIELD(5, payment);
  TALLY_FIELD(6, loyalty_reserved);
  TALLY_FIELD(7, tracking_hash);
}

void fields(auto& v, Is<contracts::Grant> auto& x) {
  TALLY_FIELD(1, owner);
  TALLY_FIELD(2, attribute_id);
  TALLY_FIELD(3, reader);
  TALLY_FIELD(4, commitment);
  TALLY_FIELD(5, expires_ms);
}

void fields(auto& v, Is<contracts::Output> auto& x) {
  TALLY_ALTERNATIVE(1, coin, contracts::Coin);
  TALLY_ALTERNATIVE(2, item, contracts::Item);
  TALLY_ALTERNATIVE(3, order, contracts::Order);
  TALLY_ALTERNATIVE(4, grant, contracts::Grant);
}

}  // namespace tally::codec::wire
