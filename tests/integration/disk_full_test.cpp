// A full disk halts writing with a clear error; reads go on; with room again the operator resumes.
// The disk is a small tmpfs, which needs the right to mount one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <boost/json.hpp>
#include <fstream>

#include "integration/conversation.hpp"
#include "integration/node_process.hpp"

namespace tally::test {
namespace {

using testing::HasSubstr;

class SmallDisk {
 public:
  SmallDisk() {
    mounted_ = ::mount("tmpfs", directory_.path().c_str(), "tmpfs", MS_NOSUID | MS_NODEV,
                       "size=64m,mode=0700") == 0;
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    if (mounted_) ::umount2(directory_.path().c_str(), MNT_DETACH);
  }
  [[nodiscard]] bool mounted() const { return mounted_; }
  [[nodiscard]] std::filesystem::path operator/(std::string_view name) const {
    return directory_ / name;
  }
  // Takes all the room that is left.
  void fill() {
    std::ofstream file(directory_ / "filler", std::ios::binary);
    const std::string block(4'096, 'x');
    while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }
  void make_room() { std::filesystem::remove(directory_ / "filler"); }

 private:
  TemporaryDirectory directory_;
  bool mounted_ = false;
};

TEST(DiskFullTest, HaltsWritingAndGoesOnWhenThereIsRoom) {
  SmallDisk disk;
  if (!disk.mounted()) GTEST_SKIP() << "this test may not mount a tmpfs";
  NodeProcess node(disk / "data");
  ASSERT_TRUE(node.start());
  Conversation client(node.url());
  found(client, {"ana", "bo"});
  const auto coins =
      settled(client.settle(client.timely(issue(std::vector(1'000, coin(10, "ana"))))));
  disk.fill();
  // What was reserved ahead is used up by bulky transactions; then writing halts.
  Answer halted;
  Draft last({"ana"});
  std::uint32_t paid = 0;
  for (int round = 0; round < 400 && halted.json.empty(); ++round) {
    last = client.timely(issue(std::vector(500, coin(1, "ana"))));
    last.tx.note_hash = hash_of(std::to_string(round));
    auto answer = client.submit(last);
    if (!answer.settled()) halted = std::move(answer);
    ++paid;
  }
  ASSERT_EQ(halted.code(), "writing_halted") << "after " << paid << ": " << halted.body;
  EXPECT_EQ(halted.status, 503);
  EXPECT_EQ(halted.number("number"), 9001u);
  EXPECT_EQ(halted.json.at("final"), false);
  EXPECT_THAT(client.get("/v1/admin/status", "dev").text("reason"), HasSubstr("disk_full"));
  EXPECT_EQ(client.get("/readyz").status, 503);
  EXPECT_EQ(client.get("/healthz").status, 200);
  // Everything else is there to be read.
  const auto height = client.height();
  EXPECT_EQ(client.get("/v1/blocks/" + std::to_string(height)).status, 200);
  EXPECT_EQ(client.get("/v1/transactions/" + coins.txid.hex()).status, 200);

  disk.make_room();
  EXPECT_EQ(client.submit(last).code(), "writing_halted") << "it resumed by itself";
  const auto resumed = client.post("/v1/admin/resume", "", "", "dev");
  EXPECT_EQ(resumed.status, 200) << resumed.body;
  const auto again = client.submit(last);
  EXPECT_TRUE(again.settled()) << again.body;
  const auto reached = std::to_string(client.height());
  EXPECT_EQ(client.get("/v1/assets?min_height=" + reached).status, 200) << "the views stay behind";
  EXPECT_EQ(node.stop().code, 0);
  ASSERT_TRUE(node.start());
  EXPECT_GE(Conversation(node.url()).height(), std::stoull(reached));
  EXPECT_EQ(node.stop().code, 0);
  const auto replay =
      run_program("tally-replay", {"--verify", "--dev", "--data", (disk / "data").string()});
  EXPECT_EQ(replay.code, 0) << replay.errors;
}

}  // namespace
}  // namespace tally::test
