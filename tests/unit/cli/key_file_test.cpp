#include "cli/key_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "cli/files.hpp"
#include "unit/cli/person.hpp"

namespace tally::cli {
namespace {

constexpr std::string_view kWords =
    "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";
constexpr std::string_view kPassphrase = "correct horse";
// Cheap enough for tests.
constexpr crypto::ScryptCost kCost{.log2_n = 4, .r = 8, .p = 1};

class KeyFiles : public testing::Test {
 protected:
  KeyInfo add(const std::string& name) {
    const auto secret = key_of_mnemonic(kWords, {}, key_path(0, 0));
    EXPECT_TRUE(secret);
    const auto added = store_.add({name, {}, key_path(0, 0), 7}, *secret, kPassphrase, kCost);
    EXPECT_TRUE(added) << (added ? "" : added.error().message);
    return added ? *added : KeyInfo{};
  }
  [[nodiscard]] std::string file(std::string_view name) const {
    return directory_ / ("keys/" + std::string(name) + ".key");
  }

  test::Directory directory_;
  KeyStore store_{directory_.path() / "keys"};
};

TEST_F(KeyFiles, RoundTrip) {
  const auto added = add("ana");
  const auto info = store_.info("ana");
  ASSERT_TRUE(info);
  EXPECT_EQ(info->name, "ana");
  EXPECT_EQ(info->public_key, added.public_key);
  EXPECT_EQ(info->path, "m/86'/7627116'/0'/0/0");
  EXPECT_EQ(info->created_ms, 7u);
  const auto secret = store_.open("ana", kPassphrase);
  ASSERT_TRUE(secret) << secret.error().message;
  EXPECT_EQ(crypto::public_key(secret->key), added.public_key);
  EXPECT_EQ(as_text(secret->mnemonic.view()), kWords);
  EXPECT_TRUE(store_.open(file("ana"), kPassphrase)) << "by its file";
}

TEST_F(KeyFiles, AreTheOwnersAlone) {
  add("ana");
  struct stat status{};
  ASSERT_EQ(::stat(file("ana").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  ASSERT_EQ(::stat(store_.directory().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
  ASSERT_EQ(::chmod(file("ana").c_str(), 0640), 0);
  const auto refused = store_.open("ana", kPassphrase);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("chmod 600"), std::string::npos);
}

TEST_F(KeyFiles, HoldNoSecretInTheClear) {
  add("ana");
  const auto bytes = read_file(file("ana"));
  ASSERT_TRUE(bytes);
  const auto secret = store_.open("ana", kPassphrase);
  ASSERT_TRUE(secret);
  EXPECT_EQ(as_text(*bytes).find(to_hex(secret->key.secret())), std::string_view::npos);
  EXPECT_EQ(as_text(*bytes).find("abandon"), std::string_view::npos);
}

TEST_F(KeyFiles, AWrongPassphraseIsSaid) {
  add("ana");
  const auto refused = store_.open("ana", "correct hors");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().exit, ExitCode::kUsage);
  EXPECT_NE(refused.error().message.find("wrong passphrase"), std::string::npos);
}

TEST_F(KeyFiles, AreNeverOverwritten) {
  const auto first = add("ana");
  const auto other = key_of_mnemonic(kWords, {}, key_path(1, 0));
  ASSERT_TRUE(other);
  EXPECT_FALSE(store_.add({"ana", {}, {}, 0}, *other, kPassphrase, kCost));
  EXPECT_EQ(store_.info("ana")->public_key, first.public_key);
}

TEST_F(KeyFiles, TheSealedKeyMustBeTheNamedOne) {
  const auto first = add("ana");
  const auto bytes = read_file(file("ana"));
  ASSERT_TRUE(bytes);
  std::string text(as_text(*bytes));
  const auto at = text.find(first.public_key.hex());
  ASSERT_NE(at, std::string::npos);
  text[at] = text[at] == '0' ? '1' : '0';
  ASSERT_TRUE(write_file(file("ana"), as_bytes(text), 0600, Existing::kReplace));
  const auto refused = store_.open("ana", kPassphrase);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("not the one"), std::string::npos);
}

TEST_F(KeyFiles, ListIsByNameAndLeavesOutWhatIsNone) {
  add("bo");
  add("ana");
  ASSERT_TRUE(write_file(file("junk"), as_bytes("{}"), 0600, Existing::kRefuse));
  const auto keys = store_.list();
  ASSERT_TRUE(keys);
  ASSERT_EQ(keys->size(), 2u);
  EXPECT_EQ((*keys)[0].name, "ana");
  EXPECT_EQ((*keys)[1].name, "bo");
  EXPECT_TRUE(KeyStore(directory_.path() / "none").list()->empty());
}

TEST_F(KeyFiles, RefuseNamesAndShortPassphrases) {
  const auto secret = key_of_mnemonic(kWords, {}, key_path(0, 0));
  ASSERT_TRUE(secret);
  for (const auto* name : {"", ".hidden", "-x", "a b", "a/b", "..", "ä"}) {
    EXPECT_FALSE(store_.add({name, {}, {}, 0}, *secret, kPassphrase, kCost)) << name;
  }
  EXPECT_FALSE(store_.add({std::string(65, 'a'), {}, {}, 0}, *secret, kPassphrase, kCost));
  EXPECT_FALSE(store_.add({"ana", {}, {}, 0}, *secret, "seven77", kCost));
  EXPECT_TRUE(store_.add({"ana", {}, {}, 0}, *secret, "eight888", kCost));
}

TEST(KeyOfMnemonic, IsTheVectorOfTheSpecification) {
  const auto secret = key_of_mnemonic(kWords, {}, key_path(0, 0));
  ASSERT_TRUE(secret);
  const auto page = read_file(TALLY_SOURCE_DIR "/docs/spec/addresses.md");
  ASSERT_TRUE(page);
  EXPECT_NE(as_text(*page).find(crypto::public_key(secret->key).hex()), std::string_view::npos)
      << crypto::public_key(secret->key).hex();
}

TEST(KeyOfMnemonic, DependsOnEverything) {
  const auto key = [](std::string_view passphrase, std::uint32_t account, std::uint32_t index) {
    const auto secret = key_of_mnemonic(kWords, passphrase, key_path(account, index));
    return secret ? crypto::public_key(secret->key) : contracts::PublicKey{};
  };
  const std::set<contracts::PublicKey> keys{key("", 0, 0), key("TREZOR", 0, 0), key("", 1, 0),
                                            key("", 0, 1)};
  EXPECT_EQ(keys.size(), 4u);
}

TEST(KeyOfMnemonic, SaysWhatIsWrong) {
  struct Row {
    std::string_view words, passphrase, path, said;
  };
  const std::string swapped = std::string(kWords).replace(0, 7, "zoo");
  for (const auto& [words, passphrase, path, said] : std::initializer_list<Row>{
           {"abandon", "", "m/0", "12, 15"},
           {"abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon "
            "abandon abandom",
            "", "m/0", "not in the English list"},
           {swapped, "", "m/0", "checksum"},
           {kWords, "ä", "m/0", "ASCII"},
           {kWords, "", "0/0", "not a path"}}) {
    const auto secret = key_of_mnemonic(words, passphrase, path);
    ASSERT_FALSE(secret) << said;
    EXPECT_NE(secret.error().message.find(said), std::string::npos) << secret.error().message;
  }
}

}  // namespace
}  // namespace tally::cli
