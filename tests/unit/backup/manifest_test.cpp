#include "backup/manifest.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "crypto/hash.hpp"
#include "unit/storage/temporary_directory.hpp"

namespace tally::backup {
namespace {

Manifest sample() {
  return {.network_id = crypto::sha256(as_bytes("network")),
          .created_ms = 1'795'312'154'036,
          .height = 77,
          .tip = crypto::sha256(as_bytes("tip")),
          .files = {{"documents/blobs/ab/a file", 0, crypto::sha256({})},
                    {"journal/data.mdb", 8'192, crypto::sha256(as_bytes("journal"))}}};
}

TEST(Manifest, IsReadAsItWasPrinted) {
  const auto text = print_manifest(sample());
  EXPECT_TRUE(text.starts_with("tally-backup 1\nnetwork "));
  const auto read = parse_manifest(text);
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(*read, sample());
}

// The text with a last line that fits it.
std::string sealed(const std::string& text) {
  return text + "end " + to_hex(crypto::sha256(as_bytes(text))) + "\n";
}

TEST(Manifest, WhatIsNoneOrDamagedIsRefused) {
  const auto good = print_manifest(sample());
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    EXPECT_FALSE(parse_manifest(bad)) << "byte " << i;
    EXPECT_FALSE(parse_manifest(std::string_view(good).substr(0, i))) << "the first " << i;
  }
  EXPECT_FALSE(parse_manifest(good + "x"));
  const std::string hash(64, 'a');
  const std::string rows[] = {"tally-backup 2\n",
                              "tally-backup 1\nunknown 1\n",
                              "tally-backup 1\nheight -1\n",
                              "tally-backup 1\nheight 18446744073709551616\n",
                              "tally-backup 1\nfile " + hash + " 1 /etc/passwd\n",
                              "tally-backup 1\nfile " + hash + " 1 a/../../b\n",
                              "tally-backup 1\nfile " + hash + " 1 ./a\n",
                              "tally-backup 1\nfile " + hash + " 1 \n",
                              "tally-backup 1\nfile " + hash + " x a\n",
                              "tally-backup 1\nfile aa 1 a\n",
                              "tally-backup 1\n\n"};
  for (const auto& row : rows) EXPECT_FALSE(parse_manifest(sealed(row))) << row;
  EXPECT_TRUE(parse_manifest(sealed("tally-backup 1\nfile " + hash + " 1 a/..b\n")));
}

void write(const std::filesystem::path& path, std::string_view text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

class CheckFiles : public testing::Test {
 protected:
  void SetUp() override {
    write(directory_ / "journal/data.mdb", "journal");
    write(directory_ / "node.key", "key");
    seal();
  }
  void seal() {
    Manifest manifest;
    manifest.files = *list_files(directory_.path());
    write(directory_ / "MANIFEST", print_manifest(manifest));
  }
  std::string refusal() {
    const auto checked = check_files(directory_.path());
    return checked ? "" : checked.error();
  }
  test::TemporaryDirectory directory_;
};

TEST_F(CheckFiles, HoldsEveryFileAgainstTheManifest) {
  EXPECT_EQ(refusal(), "");
  write(directory_ / "journal/LOCK", "");
  write(directory_ / "journal/lock.mdb", "whoever looked left this");
  EXPECT_EQ(refusal(), "");
  write(directory_ / "node.key", "kez");
  EXPECT_EQ(refusal(), "node.key: the file is not what was written");
  write(directory_ / "node.key", "key and more");
  EXPECT_EQ(refusal(), "node.key: the file is not what was written");
  std::filesystem::remove(directory_ / "node.key");
  EXPECT_EQ(refusal(), "node.key: the file is missing");
  write(directory_ / "node.key", "key");
  write(directory_ / "stray", "");
  EXPECT_EQ(refusal(), "stray: the manifest does not know the file");
  std::filesystem::remove(directory_ / "stray");
  std::filesystem::create_symlink("/etc/passwd", directory_ / "link");
  EXPECT_EQ(refusal(), "link: neither a file nor a directory");
  std::filesystem::remove(directory_ / "link");
  std::filesystem::remove(directory_ / "MANIFEST");
  EXPECT_TRUE(refusal().contains("no backup")) << refusal();
}

}  // namespace
}  // namespace tally::backup
