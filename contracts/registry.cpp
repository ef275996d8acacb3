#include "contracts/registry.hpp"

#include "contracts/limits.hpp"
#include "crypto/hash.hpp"

namespace tally::contracts {
namespace {

using crypto::TaggedHasher;

std::array<std::uint8_t, 1> byte_of(auto value) { return {static_cast<std::uint8_t>(value)}; }

}  // namespace

RegistryEntry::RegistryEntry() = default;
RegistryEntry::RegistryEntry(const RegistryEntry&) = default;
RegistryEntry::RegistryEntry(RegistryEntry&&) noexcept = default;
RegistryEntry& RegistryEntry::operator=(const RegistryEntry&) = default;
RegistryEntry& RegistryEntry::operator=(RegistryEntry&&) noexcept = default;
RegistryEntry::~RegistryEntry() = default;
bool RegistryEntry::operator==(const RegistryEntry& other) const {
  return static_cast<const EntryAlternatives&>(*this) ==
         static_cast<const EntryAlternatives&>(other);
}

RegistryKey network_key() { return {RegistryKind::network, {}}; }

RegistryKey member_key(const PublicKey& key) { return {RegistryKind::member, key.bytes}; }

RegistryKey prefix_key(std::string_view prefix) {
  static const TaggedHasher hasher("tally/prefix");
  return {RegistryKind::prefix, hasher({as_bytes(prefix)})};
}

RegistryKey accreditation_key(const PublicKey& key, Role role) {
  static const TaggedHasher hasher("tally/accreditation");
  return {RegistryKind::accreditation, hasher({key.view(), byte_of(role)})};
}

RegistryKey licence_key(const PublicKey& issuer, AssetKind kind) {
  static const TaggedHasher hasher("tally/licence");
  return {RegistryKind::licence, hasher({issuer.view(), byte_of(kind)})};
}

RegistryKey delegation_key(const PublicKey& principal, const PublicKey& agent) {
  static const TaggedHasher hasher("tally/delegation");
  return {RegistryKind::delegation, hasher({principal.view(), agent.view()})};
}

RegistryKey asset_key(const AssetId& asset) { return {RegistryKind::asset, asset.bytes}; }

RegistryKey symbol_key(std::string_view folded_symbol) {
  static const TaggedHasher hasher("tally/symbol");
  return {RegistryKind::symbol, hasher({as_bytes(folded_symbol)})};
}

RegistryKey freeze_key(const AssetId& asset, const Account& holder) {
  static const TaggedHasher hasher("tally/freeze");
  return {RegistryKind::freeze, hasher({asset.view(), holder.encode()})};
}

RegistryKey item_key(std::string_view gs1_key) {
  return {RegistryKind::item, item_id(gs1_key).bytes};
}

RegistryKey order_key(const OrderId& order) { return {RegistryKind::order, order.bytes}; }

RegistryKey profile_key(const PublicKey& owner, const Hash32& attribute_id) {
  static const TaggedHasher hasher("tally/profile");
  return {RegistryKind::profile, hasher({owner.view(), attribute_id})};
}

RegistryKey lot_key(std::string_view gs1_key) { return {RegistryKind::lot, lot_id(gs1_key)}; }

RegistryKey lot_page_key(const Hash32& lot, std::uint64_t index) {
  static const TaggedHasher hasher("tally/lot/page");
  Bytes number;
  append_be(number, static_cast<std::uint32_t>(index / kLotPageBits));
  return {RegistryKind::lot_page, hasher({lot, number})};
}

RegistryKey transformation_key(const Hash32& transformation) {
  return {RegistryKind::transformation, transformation};
}

RegistryKey case_key(const CaseId& id) { return {RegistryKind::authentication_case, id.bytes}; }

RegistryKey panel_key(const AssetId& asset) { return {RegistryKind::panel, asset.bytes}; }

RegistryKey appraiser_key(const PublicKey& appraiser) {
  return {RegistryKind::appraiser, appraiser.bytes};
}

RegistryKey requester_key(const PublicKey& member) {
  return {RegistryKind::requester, member.bytes};
}

}  // namespace tally::contracts
