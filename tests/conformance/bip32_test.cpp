// BIP-32: test vectors 1 to 5.
#include "crypto/bip32.hpp"

#include "conformance/vectors.hpp"

namespace tally::conformance {
namespace {

class Bip32 : public Vectors {};

TEST_F(Bip32, ValidChains) {
  const auto vectors = json("bip32/bip32.json");
  const auto& cases = vectors.at("valid").as_array();
  EXPECT_EQ(cases.size(), 17U);
  for (const auto& c : cases) {
    SCOPED_TRACE(boost::json::serialize(c));
    const auto root = crypto::ExtendedSecretKey::from_seed(*from_hex(string_of(c, "seed")));
    ASSERT_TRUE(root);
    const auto key = root->descendant(string_of(c, "path"));
    ASSERT_TRUE(key);
    EXPECT_EQ(key->serialise(), string_of(c, "xprv"));
    EXPECT_EQ(key->public_part().serialise(), string_of(c, "xpub"));
    EXPECT_EQ(crypto::ExtendedSecretKey::parse(string_of(c, "xprv"))->serialise(),
              string_of(c, "xprv"));
    EXPECT_EQ(crypto::ExtendedPublicKey::parse(string_of(c, "xpub"))->serialise(),
              string_of(c, "xpub"));
  }
}

TEST_F(Bip32, InvalidKeys) {
  const auto vectors = json("bip32/bip32.json");
  const auto& cases = vectors.at("invalid").as_array();
  EXPECT_EQ(cases.size(), 14U);
  for (const auto& c : cases) {
    SCOPED_TRACE(boost::json::serialize(c));
    EXPECT_FALSE(crypto::ExtendedSecretKey::parse(string_of(c, "key")));
    EXPECT_FALSE(crypto::ExtendedPublicKey::parse(string_of(c, "key")));
  }
}

}  // namespace
}  // namespace tally::conformance
