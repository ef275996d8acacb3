// What the tests of items and delegations share: a brand, a centre, items and agents in a Case.
#pragma once

#include "contracts/delegation/authority.hpp"
#include "unit/contracts/support.hpp"

namespace tally::contracts {

inline const std::string kPrefix = "9521234";
inline const std::string kBag1 = "01/09521234000013/21/A1";
inline const std::string kBag2 = "01/09521234000013/21/A2";
inline const std::string kBag3 = "01/09521234000013/21/A3";
inline const std::string kForeignBag = "01/09555555000018/21/B1";
inline const std::string kCentrePrefix = "9599999";
inline const std::string kAdmittedBag = "8004/9599999C1";

inline Lock lock_of(std::string_view name) { return KeyLock{key_of(name)}; }

inline Coin coin() { return {AssetId{hash_of("asset")}, 5, lock_of("ana")}; }

inline PrefixEntry& put_prefix(Case& c, const std::string& prefix, std::string_view brand) {
  PrefixEntry entry;
  entry.prefix = prefix;
  entry.brand = key_of(brand);
  c.registry.put(prefix_key(prefix), entry);
  return c.registry.at<PrefixEntry>(prefix_key(prefix));
}

/// An item of the brand, as commissioned.
inline ItemEntry& put_item(Case& c, const std::string& gs1_key,
                           std::string_view authority = "brand") {
  ItemEntry entry;
  entry.gs1_key = gs1_key;
  entry.prefix = kPrefix;
  entry.authority = key_of(authority);
  append_event(entry, hash_of("commissioned"));
  c.registry.put(item_key(gs1_key), entry);
  return c.registry.at<ItemEntry>(item_key(gs1_key));
}

inline void put_flag(Case& c, const std::string& gs1_key, std::uint64_t expires_ms) {
  c.registry.at<ItemEntry>(item_key(gs1_key)).flag =
      FlagState{ItemFlag::stolen, hash_of("police report"), 1, expires_ms};
}

inline MemberEntry& put_member(Case& c, std::string_view name) {
  MemberEntry entry;
  entry.key = key_of(name);
  c.registry.put(member_key(entry.key), entry);
  return c.registry.at<MemberEntry>(member_key(entry.key));
}

inline AccreditationEntry& put_accreditation(Case& c, std::string_view name, Role role) {
  AccreditationEntry entry;
  entry.key = key_of(name);
  entry.role = role;
  const auto key = accreditation_key(entry.key, role);
  c.registry.put(key, entry);
  return c.registry.at<AccreditationEntry>(key);
}

/// A delegation for 10 items under both prefixes, referenced by the transaction.
inline DelegationEntry& put_delegation(Case& c, std::string_view principal, std::string_view agent,
                                       CommandNumber command) {
  DelegationEntry entry;
  entry.principal = key_of(principal);
  entry.agent = key_of(agent);
  entry.powers.commands = {command};
  entry.powers.prefixes = {kPrefix, kCentrePrefix};
  entry.powers.items_max = 10;
  entry.powers.until_ms = c.block.time_ms + kDayMs;
  const auto key = delegation_key(entry.principal, entry.agent);
  c.registry.put(key, entry);
  c.tx.references.push_back({key});
  return c.registry.at<DelegationEntry>(key);
}

/// Adds an output or input that the only command claims.
inline void claim(Case& c, Output output) {
  const auto index = c.make(std::move(output));
  c.tx.commands.front().outputs.push_back(index);
}
inline void claim_input(Case& c, Output output) {
  const auto index = c.spend(std::move(output));
  c.tx.commands.front().inputs.push_back(index);
}

/// The error of a case that must be refused.
inline Error error_of(const Case& c) {
  const auto outcome = c.run();
  if (outcome) {
    ADD_FAILURE() << "settled";
    return {};
  }
  return outcome.error();
}

inline void PrintTo(const Error& error, std::ostream* out) {
  *out << name(error.code) << " index " << error.index << " figure " << error.figure;
}

}  // namespace tally::contracts
