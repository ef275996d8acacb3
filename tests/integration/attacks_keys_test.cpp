// Where keys and nonces come from: the operating system, and nothing that somebody can guess.
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>

#include "crypto/bip39.hpp"
#include "crypto/hash.hpp"
#include "crypto/random.hpp"
#include "crypto/schnorr.hpp"

namespace tally::test {
namespace {

// Milk Sad: `bx seed` took its entropy from a Mersenne Twister that the clock had seeded, 32 bits
// of it; 2^32 wallets could be tried in a day. In this program one function gives entropy, and it
// asks the kernel; every other generator is out of bounds wherever keys, tokens or nonces are made.
TEST(Keys, EntropyIsTheOperatingSystemsAloneCve2023_39910) {
  const std::filesystem::path root(TALLY_SOURCE_DIR);
  const std::regex other(
      R"(\b(mt19937(_64)?|minstd_rand0?|ranlux\w+|default_random_engine|random_device|)"
      R"(rand_r|[delmnj]rand48|arc4random\w*|RAND_\w*bytes\w*|RAND_seed)\b\s*[({<;])"
      R"(|\bs?rand(om)?\s*\(\s*\)|\bsrand(om)?\s*\()");
  std::vector<std::string> asks_the_kernel;
  std::size_t sources = 0;
  for (const auto* folder : {"contracts", "src", "tools/cli"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
      const auto suffix = entry.path().extension();
      if (suffix != ".cpp" && suffix != ".hpp") continue;
      std::ifstream file(entry.path());
      const std::string text(std::istreambuf_iterator<char>(file), {});
      ++sources;
      std::smatch found;
      EXPECT_FALSE(std::regex_search(text, found, other)) << entry.path() << ": " << found.str();
      if (text.contains("getrandom(") || text.contains("/dev/urandom")) {
        asks_the_kernel.push_back(entry.path().filename().string());
      }
    }
  }
  EXPECT_GT(sources, 300u);
  std::ranges::sort(asks_the_kernel);
  EXPECT_EQ(asks_the_kernel, (std::vector<std::string>{"random.cpp", "random.hpp"}));
  // And it shows: no two alike, and bits that are set half of the time.
  std::set<Bytes> seen;
  std::size_t ones = 0;
  constexpr int kKeys = 400;
  for (int i = 0; i < kKeys; ++i) {
    const auto key = crypto::SecretKey::generate();
    EXPECT_TRUE(seen.emplace(key.secret().begin(), key.secret().end()).second);
    for (const auto byte : key.secret()) ones += static_cast<std::size_t>(std::popcount(byte));
  }
  EXPECT_NEAR(static_cast<double>(ones), kKeys * 128.0, 8 * 160.0);  // eight standard deviations
  for (int i = 0; i < 20; ++i) {
    const auto words = crypto::generate_mnemonic();
    EXPECT_TRUE(seen.emplace(words.view().begin(), words.view().end()).second);
  }
}

// Sony's PlayStation signed everything with one nonce, and Android wallets with a generator that
// was never seeded: two signatures gave the key. BIP-340's nonce is a hash of key, message and
// fresh randomness: it cannot repeat over two messages even if the randomness does.
TEST(Keys, NoncesAreDerivedWithFreshRandomness) {
  const auto key = crypto::SecretKey::generate();
  const auto one = crypto::tagged_hash("test/message", {as_bytes("one")});
  const auto two = crypto::tagged_hash("test/message", {as_bytes("two")});
  const auto nonce = [](const crypto::Signature& s) {
    return Bytes(s.bytes.begin(), s.bytes.begin() + 32);
  };
  std::set<Bytes> nonces;
  for (int i = 0; i < 50; ++i) {
    const auto signature = crypto::sign(key, one);
    EXPECT_TRUE(crypto::verify(crypto::public_key(key), one, signature));
    EXPECT_TRUE(nonces.insert(nonce(signature)).second);
  }
  // With randomness that fails, the nonce still follows the message, and the key.
  const Hash32 broken{};
  const auto first = crypto::sign(key, ByteView(one), broken);
  EXPECT_EQ(first, crypto::sign(key, ByteView(one), broken));
  EXPECT_NE(nonce(first), nonce(crypto::sign(key, ByteView(two), broken)));
  const auto other_key = crypto::SecretKey::generate();
  EXPECT_NE(nonce(first), nonce(crypto::sign(other_key, ByteView(one), broken)));
}

}  // namespace
}  // namespace tally::test
