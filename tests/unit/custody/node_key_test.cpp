#include "custody/node_key.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "crypto/passphrase_box.hpp"
#include "storage/durable_file.hpp"
#include "unit/storage/file_size_limit.hpp"
#include "unit/storage/temporary_directory.hpp"

namespace tally::custody {
namespace {

constexpr crypto::ScryptCost kCheap{4, 8, 1};

class NodeKeyTest : public testing::Test {
 protected:
  std::filesystem::path path() const { return directory_ / "node.key"; }
  void write_box(ByteView content) const {
    const auto box = crypto::seal_with_passphrase(content, "secret", kCheap);
    ASSERT_TRUE(storage::write_file(path(), *box));
  }
  test::TemporaryDirectory directory_;
};

TEST_F(NodeKeyTest, ComesBackTheSame) {
  const auto made = NodeKey::create(path(), "secret", kCheap);
  ASSERT_TRUE(made);
  const auto opened = NodeKey::open(path(), "secret");
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->public_key(), made->public_key());
  EXPECT_TRUE(std::ranges::equal(opened->document_key(), made->document_key()));
  EXPECT_TRUE(std::ranges::equal(opened->agent_wrapping_key(), made->agent_wrapping_key()));
  EXPECT_FALSE(std::ranges::equal(made->document_key(), made->agent_wrapping_key()));
  const auto signature = opened->sign(as_bytes("receipt"));
  EXPECT_TRUE(crypto::ed25519_verify(made->public_key(), as_bytes("receipt"), signature));
}

TEST_F(NodeKeyTest, TheFileIsPrivateAndNeverOverwritten) {
  ASSERT_TRUE(NodeKey::create(path(), "secret", kCheap));
  struct stat status{};
  ASSERT_EQ(::stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_EQ(NodeKey::create(path(), "secret", kCheap).error(), Error::exists);
  for (const mode_t mode : {0640, 0604, 0620}) {
    ASSERT_EQ(::chmod(path().c_str(), mode), 0);
    EXPECT_EQ(NodeKey::open(path(), "secret").error(), Error::denied) << mode;
  }
}

TEST_F(NodeKeyTest, SaysWhatIsWrong) {
  EXPECT_EQ(NodeKey::open(path(), "secret").error(), Error::not_found);
  EXPECT_EQ(NodeKey::create(directory_ / "none" / "key", "s", kCheap).error(), Error::not_found);
  EXPECT_EQ(NodeKey::create(path(), "secret", {60, 8, 1}).error(), Error::invalid);
  {
    const test::FileSizeLimit limit(10);
    EXPECT_EQ(NodeKey::create(path(), "secret", kCheap).error(), Error::disk_full);
  }
  ASSERT_TRUE(NodeKey::create(path(), "secret", kCheap));
  EXPECT_EQ(NodeKey::open(path(), "wrong").error(), Error::wrong_passphrase);
  EXPECT_EQ(NodeKey::open(path(), "").error(), Error::wrong_passphrase);
}

TEST_F(NodeKeyTest, RefusesOtherContent) {
  ASSERT_TRUE(storage::write_file(path(), as_bytes("not a box")));
  EXPECT_EQ(NodeKey::open(path(), "secret").error(), Error::corrupt);
  ASSERT_TRUE(storage::write_file(path(), Bytes(10'000)));
  EXPECT_EQ(NodeKey::open(path(), "secret").error(), Error::corrupt);
  const auto content = [](std::string_view magic, std::uint8_t version, std::size_t secrets) {
    Bytes out;
    append(out, as_bytes(magic));
    out.push_back(version);
    out.resize(out.size() + secrets, 1);
    return out;
  };
  write_box(content("TALLYNODE", 1, 64));
  EXPECT_TRUE(NodeKey::open(path(), "secret"));
  write_box(content("TALLYNODE", 2, 64));
  EXPECT_EQ(NodeKey::open(path(), "secret").error(), Error::newer_format);
  write_box(content("TALLYNODX", 1, 64));
  EXPECT_EQ(NodeKey::open(path(), "secret").error(), Error::corrupt);
  write_box(content("TALLYNODE", 1, 63));
  EXPECT_EQ(NodeKey::open(path(), "secret").error(), Error::corrupt);
  write_box({});
  EXPECT_EQ(NodeKey::open(path(), "secret").error(), Error::corrupt);
}

TEST_F(NodeKeyTest, EveryChangedByteIsNoticed) {
  ASSERT_TRUE(NodeKey::create(path(), "secret", kCheap));
  const auto good = *storage::read_file(path(), 4096);
  for (std::size_t byte = 0; byte < good.size(); byte += 3) {
    auto bad = good;
    bad[byte] ^= 1;
    ASSERT_TRUE(storage::write_file(path(), bad));
    EXPECT_FALSE(NodeKey::open(path(), "secret")) << byte;
  }
}

}  // namespace
}  // namespace tally::custody
