// The keys of the state: their bytes never change. Computed with Python's hashlib.
#include "contracts/registry.hpp"

#include "unit/contracts/support.hpp"

namespace tally::contracts {
namespace {

TEST(RegistryKeys, AreFrozen) {
  const auto ana = key_of("ana");
  const AssetId asset{key_of("tx").bytes};
  struct Golden {
    RegistryKey key;
    RegistryKind kind;
    std::string id;
  };
  const std::vector<Golden> golden{
      {network_key(), RegistryKind::network, std::string(64, '0')},
      {member_key(ana), RegistryKind::member, ana.hex()},
      {prefix_key("952110"), RegistryKind::prefix,
       "d4a99211484c9046e0ccfa8d2dae5d5e5a337743aa410226091c22e5a9323cbb"},
      {accreditation_key(ana, Role::registrar), RegistryKind::accreditation,
       "5a976506c5024084d760604afa20a9855b8ecf097b65acb72cc78b161caaa139"},
      {licence_key(ana, AssetKind::payment), RegistryKind::licence,
       "37d2969749ff7310b3ddb8413ea2d05259ded17b7d8ab9d1fe4d9c170bc2cc5a"},
      {delegation_key(ana, key_of("bo")), RegistryKind::delegation,
       "314f4edf9ad05cb8defa49039f0ddb15ed02700e256c56366a7641420daba701"},
      {asset_key(asset), RegistryKind::asset, asset.hex()},
      {symbol_key("taier"), RegistryKind::symbol,
       "e4afa4e61792230e9e75fd9c7dae064f0cdb94bc4975b80bdedac9c727d5961c"},
      {freeze_key(asset, account_of(ana)), RegistryKind::freeze,
       "d26bc1ca7a7210fd31cc37364f8b558167ffb869587e11b6a59a1ed626d2c609"},
      {item_key("8004/95211X"), RegistryKind::item,
       "20424cd64ab44cb32920559e9269b0c6e4de086cb186e80fc1048050eeb91fd9"},
      {order_key(order_id({Txid{key_of("tx").bytes}, 7})), RegistryKind::order,
       "47f16f0d5bbd88141f73a2c93c995a98c660f32470296d796b5df73ebd053516"},
      {profile_key(ana, hash_of("size")), RegistryKind::profile,
       "35520e9fab205e1585ad2322590180bce93d664b1261d05c9c48cb17a1f3fec4"}};
  for (const auto& [key, kind, id] : golden) {
    EXPECT_EQ(key.kind, kind);
    EXPECT_EQ(to_hex(key.id), id);
  }
  EXPECT_EQ(asset_id(key_of("issuer"), "taier").hex(),
            "dc50ce78a33070134576e05a8dc47cd970944226eacef939d539968f2f606e2b");
}

TEST(PrefixEntry, ACounterAndAWithdrawnOneAreNotRegistered) {
  PrefixEntry entry;
  EXPECT_FALSE(entry.registered());
  entry.brand = key_of("brand");
  EXPECT_TRUE(entry.registered());
  entry.withdrawn_ms = 1;
  EXPECT_FALSE(entry.registered());
}

}  // namespace
}  // namespace tally::contracts
