// BIP-340: test-vectors.csv of bitcoin/bips.
#include "conformance/vectors.hpp"
#include "crypto/schnorr.hpp"

namespace tally::conformance {
namespace {

class Bip340 : public Vectors {};

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream in(line);
  for (std::string field; std::getline(in, field, ',');) fields.push_back(field);
  return fields;
}

TEST_F(Bip340, EveryCase) {
  std::istringstream csv(text("bip340/test-vectors.csv"));
  std::string line;
  std::getline(csv, line);  // the names of the columns
  int cases = 0;
  int signed_cases = 0;
  while (std::getline(csv, line)) {
    SCOPED_TRACE(line);
    const auto field = fields_of(line);
    ASSERT_GE(field.size(), 7U);
    const auto key = *crypto::PublicKey::parse(field[2]);
    const Bytes message = *from_hex(field[4]);
    const auto signature = *crypto::Signature::from(*from_hex(field[5]));
    const bool good = field[6].starts_with("TRUE");

    EXPECT_EQ(crypto::verify(key, message, signature), good);
    if (const auto parsed = crypto::VerifyingKey::parse(key)) {
      EXPECT_EQ(parsed->verify(message, signature), good);
    } else {
      EXPECT_FALSE(good);
    }
    if (!field[1].empty()) {
      const auto secret = *crypto::SecretKey::from(*from_hex(field[1]));
      EXPECT_EQ(crypto::public_key(secret), key);
      EXPECT_EQ(crypto::sign(secret, message, *array_from_hex<32>(field[3])), signature);
      ++signed_cases;
    }
    ++cases;
  }
  EXPECT_EQ(cases, 19);
  EXPECT_EQ(signed_cases, 8);
}

}  // namespace
}  // namespace tally::conformance
