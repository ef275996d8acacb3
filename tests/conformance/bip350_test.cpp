// BIP-350: bech32m texts, and the segwit addresses of witness version 1 and up that are made of
// them. Version 0 has the older checksum, which the product does not take.
#include "conformance/vectors.hpp"
#include "crypto/bech32m.hpp"

namespace tally::conformance {
namespace {

class Bip350 : public Vectors {};

// A segwit address as BIP-350 says: version and program, or nothing.
struct Witness {
  std::uint8_t version;
  Bytes program;
};

std::optional<Witness> witness_of(const std::string& address) {
  const auto decoded = crypto::bech32m_decode_words(address);
  if (!decoded || decoded->data.empty()) return std::nullopt;
  if (decoded->prefix != "bc" && decoded->prefix != "tb") return std::nullopt;
  const std::uint8_t version = decoded->data[0];
  const auto program = crypto::words_to_bytes(ByteView(decoded->data).subspan(1));
  if (version < 1 || version > 16 || !program) return std::nullopt;
  if (program->size() < 2 || program->size() > 40) return std::nullopt;
  return Witness{version, *program};
}

TEST_F(Bip350, ValidTexts) {
  const auto vectors = json("bip350/bech32m.json");
  const auto& cases = vectors.at("valid_bech32m").as_array();
  EXPECT_EQ(cases.size(), 7U);
  for (const auto& c : cases) {
    std::string valid(c.as_string());
    SCOPED_TRACE(valid);
    const auto decoded = crypto::bech32m_decode_words(valid);
    ASSERT_TRUE(decoded);
    for (char& letter : valid) letter = static_cast<char>(std::tolower(letter));
    EXPECT_EQ(*crypto::bech32m_encode_words(decoded->prefix, decoded->data), valid);
  }
}

TEST_F(Bip350, InvalidTexts) {
  const auto vectors = json("bip350/bech32m.json");
  const auto& cases = vectors.at("invalid_bech32m").as_array();
  EXPECT_EQ(cases.size(), 14U);
  for (const auto& c : cases) {
    SCOPED_TRACE(boost::json::serialize(c));
    EXPECT_FALSE(crypto::bech32m_decode_words(string_of(c, "string")));
  }
}

TEST_F(Bip350, ValidAddresses) {
  const auto vectors = json("bip350/bech32m.json");
  int version_1_and_up = 0;
  for (const auto& c : vectors.at("valid_segwit").as_array()) {
    SCOPED_TRACE(boost::json::serialize(c));
    const auto witness = witness_of(string_of(c, "address"));
    const Bytes script = *from_hex(string_of(c, "scriptPubKey"));
    EXPECT_EQ(witness.has_value(), script[0] != 0);
    if (!witness) continue;
    ++version_1_and_up;
    // OP_1 to OP_16 are 0x51 to 0x60; then the program's size and the program.
    Bytes made{static_cast<std::uint8_t>(0x50 + witness->version),
               static_cast<std::uint8_t>(witness->program.size())};
    append(made, witness->program);
    EXPECT_EQ(to_hex(made), to_hex(script));
  }
  EXPECT_EQ(version_1_and_up, 5);
}

TEST_F(Bip350, InvalidAddresses) {
  const auto vectors = json("bip350/bech32m.json");
  const auto& cases = vectors.at("invalid_segwit").as_array();
  EXPECT_EQ(cases.size(), 15U);
  for (const auto& c : cases) {
    SCOPED_TRACE(boost::json::serialize(c));
    EXPECT_FALSE(witness_of(string_of(c, "address")));
  }
}

}  // namespace
}  // namespace tally::conformance
