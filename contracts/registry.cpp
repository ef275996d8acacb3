#include "contracts/registry.hpp"

#include "crypto/hash.hpp"

namespace tally::contracts {
namespace {

using crypto::tagged_hash;

std::array<std::uint8_t, 1> byte_of(auto value) { return {static_cast<std::uint8_t>(value)}; }

}  // namespace

RegistryKey network_key() { return {RegistryKind::network, {}}; }

RegistryKey member_key(const PublicKey& key) { return {RegistryKind::member, key.bytes}; }

RegistryKey prefix_key(std::string_view prefix) {
  return {RegistryKind::prefix, tagged_hash("tally/prefix", {as_bytes(prefix)})};
}

RegistryKey accreditation_key(const PublicKey& key, Role role) {
  return {RegistryKind::accreditation,
          tagged_hash("tally/accreditation", {key.view(), byte_of(role)})};
}

RegistryKey licence_key(const PublicKey& issuer, AssetKind kind) {
  return {RegistryKind::licence, tagged_hash("tally/licence", {issuer.view(), byte_of(kind)})};
}

RegistryKey delegation_key(const PublicKey& principal, const PublicKey& agent) {
  return {RegistryKind::delegation,
          tagged_hash("tally/delegation", {principal.view(), agent.view()})};
}

RegistryKey asset_key(const AssetId& asset) { return {RegistryKind::asset, asset.bytes}; }

RegistryKey symbol_key(std::string_view folded_symbol) {
  return {RegistryKind::symbol, tagged_hash("tally/symbol", {as_bytes(folded_symbol)})};
}

RegistryKey freeze_key(const AssetId& asset, const Account& holder) {
  return {RegistryKind::freeze, tagged_hash("tally/freeze", {asset.view(), holder.encode()})};
}

RegistryKey item_key(std::string_view gs1_key) { return {RegistryKind::item, item_id(gs1_key).bytes}; }

RegistryKey order_key(const OrderId& order) { return {RegistryKind::order, order.bytes}; }

RegistryKey profile_key(const PublicKey& owner, const Hash32& attribute_id) {
  return {RegistryKind::profile, tagged_hash("tally/profile", {owner.view(), attribute_id})};
}

}  // namespace tally::contracts
