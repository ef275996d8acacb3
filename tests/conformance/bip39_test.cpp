// BIP-39: the English vectors of trezor/python-mnemonic, whose passphrase is "TREZOR".
#include "crypto/bip39.hpp"

#include "conformance/vectors.hpp"
#include "crypto/bip32.hpp"

namespace tally::conformance {
namespace {

class Bip39 : public Vectors {};

TEST_F(Bip39, EnglishMnemonics) {
  const auto vectors = json("bip39/vectors.json");
  const auto& cases = vectors.at("english").as_array();
  EXPECT_EQ(cases.size(), 24U);
  for (const auto& c : cases) {
    SCOPED_TRACE(boost::json::serialize(c));
    const Bytes entropy = *from_hex(std::string(c.at(0).as_string()));
    const std::string mnemonic(c.at(1).as_string());
    const auto made = crypto::mnemonic_from_entropy(entropy);
    ASSERT_TRUE(made);
    EXPECT_EQ(as_text(made->view()), mnemonic);
    const auto read = crypto::entropy_from_mnemonic(mnemonic);
    ASSERT_TRUE(read);
    EXPECT_EQ(to_hex(read->view()), to_hex(entropy));
    const auto seed = crypto::seed_from_mnemonic(mnemonic, "TREZOR");
    ASSERT_TRUE(seed);
    EXPECT_EQ(to_hex(seed->view()), std::string(c.at(2).as_string()));
    if (const auto* array = c.if_array(); array->size() > 3) {
      EXPECT_EQ(crypto::ExtendedSecretKey::from_seed(seed->view())->serialise(),
                std::string(array->at(3).as_string()));
    }
  }
}

}  // namespace
}  // namespace tally::conformance
