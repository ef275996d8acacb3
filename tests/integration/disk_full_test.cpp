// What runs out of room: the disk, the map, a limit on files, the log. Writing halts with an error
// that says what and where, nothing of what was refused is kept, reads go on, and writing resumes
// by itself. The disks are small tmpfs in a namespace of the test's own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "integration/conversation.hpp"
#include "integration/node_process.hpp"
#include "tools/fault/disk/small_disk.hpp"

namespace tally::test {
namespace {

using fault::SmallDisk;
using testing::HasSubstr;

constexpr std::chrono::seconds kPatience{30};

// Waits for what happens by itself.
bool eventually(const std::function<bool()>& is_so) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!is_so()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

std::string txid_of(const Draft& draft) {
  return contracts::txid(draft.tx.network_id, draft.sign().body).hex();
}

class DiskFullTest : public testing::Test {
 protected:
  // Issues what takes much room until one is refused, and returns that one.
  Draft write_until_refused(Conversation& client, std::size_t outputs = 500) {
    for (int round = 0; round < 2'000; ++round) {
      auto last = client.timely(issue(std::vector(outputs, coin(1, "ana"))));
      last.tx.note_hash = hash_of(std::to_string(counter_++));
      refusal_ = client.submit(last);
      if (!refusal_.settled()) return last;
    }
    ADD_FAILURE() << "nothing was refused";
    return client.draft({"ana"});
  }
  // What everybody is told while there is no room, and what goes on.
  void expect_halted(Conversation& client, const Draft& refused, std::string_view reason) {
    EXPECT_EQ(refusal_.code(), "writing_halted") << refusal_.body;
    EXPECT_EQ(refusal_.status, 503);
    EXPECT_EQ(refusal_.number("number"), 9001u);
    EXPECT_EQ(refusal_.json.at("final"), false);
    EXPECT_THAT(refusal_.text("detail"), HasSubstr(std::string(reason)));
    EXPECT_THAT(refusal_.text("detail"), HasSubstr("send the same bytes again"));
    const auto status = client.get("/v1/admin/status", "dev");
    EXPECT_THAT(status.text("reason"), HasSubstr(std::string(reason)));
    EXPECT_EQ(status.json.at("waits_for_room"), true);
    EXPECT_EQ(client.get("/readyz").status, 503);
    EXPECT_EQ(client.get("/healthz").status, 200);
    const auto height = client.height();
    EXPECT_EQ(client.get("/v1/blocks/" + std::to_string(height)).status, 200);
    EXPECT_EQ(client.get("/v1/assets").status, 200);
    // A refused write is known to have failed.
    EXPECT_EQ(client.get("/v1/transactions/" + txid_of(refused)).code(), "transaction_unknown");
    EXPECT_EQ(client.submit(refused).code(), "writing_halted");
  }
  // It resumes by itself, and what was refused settles once.
  void expect_resumes(Conversation& client, const Draft& refused) {
    Answer again;
    EXPECT_TRUE(eventually([&] {
      again = client.submit(refused);
      return again.settled();
    })) << again.body;
    const auto once = client.submit(refused);
    EXPECT_EQ(once.text("height"), again.text("height")) << "it settled twice: " << once.body;
    const auto reached = "/v1/assets?min_height=" + again.text("height");
    EXPECT_TRUE(eventually([&] { return client.get(reached).status == 200; }))
        << "the views stay behind";
    EXPECT_EQ(client.get("/v1/admin/status", "dev").json.at("halted"), false);
  }
  void expect_whole(const std::filesystem::path& data, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments{"--verify", "--without-signatures", "--dev", "--json",
                                       "--data",   data.string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto replay = run_program("tally-replay", arguments);
    EXPECT_EQ(replay.code, 0) << replay.errors;
  }
  static std::vector<std::string> with(const std::vector<std::string>& settings) {
    std::vector<std::string> out{"--dev"};
    for (const auto& setting : settings) out.insert(out.end(), {"--set", setting});
    return out;
  }

  TemporaryDirectory directory_;
  Answer refusal_;
  int counter_ = 0;
};

// Whoever is of no user in a namespace can make no files there: this process stays who it is.
bool enter_own_users() {
  const auto uid = std::to_string(::getuid());
  const auto gid = std::to_string(::getgid());
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  const auto say = [](const std::string& file, const std::string& text) {
    std::ofstream out("/proc/self/" + file);
    out << text << std::flush;
    return out.good();
  };
  return say("setgroups", "deny") && say("uid_map", uid + " " + uid + " 1") &&
         say("gid_map", gid + " " + gid + " 1");
}

// A namespace of this process's own, in which it may mount: at once for root, for others where the
// system lets them have one of users too. The nodes that it starts are in it.
bool may_mount() {
  static const bool kMay = (::unshare(CLONE_NEWNS) == 0 || enter_own_users()) &&
                           ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  return kMay;
}

// Where nobody looks, a test that was skipped is one that passed: so not in CI.
#define NEEDS_SMALL_DISKS()                                                            \
  if (!may_mount()) {                                                                  \
    if (std::getenv("CI") != nullptr) FAIL() << "a small disk cannot be mounted here"; \
    GTEST_SKIP() << "a small disk cannot be mounted here";                             \
  }                                                                                    \
  static_assert(true)

TEST_F(DiskFullTest, AFullDiskHaltsWritingUntilThereIsRoom) {
  NEEDS_SMALL_DISKS();
  const SmallDisk disk(directory_ / "disk", 64 * 1'024);
  ASSERT_TRUE(disk.mounted());
  NodeProcess node(disk / "data");
  ASSERT_TRUE(node.start());
  Conversation client(node.url());
  found(client, {"ana", "bo"});
  const auto coins = settled(client.settle(client.timely(issue({coin(10, "ana")}))));
  disk.fill();
  // What was reserved ahead is there still, and the tip file has its place: small things go on.
  auto payment = client.draft({"ana"});
  client.settle(spend(payment, coins).make(coin(10, "bo")).command(contracts::AssetTransfer{}));
  const auto refused = write_until_refused(client);
  expect_halted(client, refused, "disk_full");
  disk.make_room();
  expect_resumes(client, refused);
  EXPECT_EQ(node.stop().code, 0);
  ASSERT_TRUE(node.start());
  EXPECT_TRUE(Conversation(node.url()).submit(refused).settled());
  // A full disk is no reason not to start.
  EXPECT_EQ(node.stop().code, 0);
  disk.fill();
  ASSERT_TRUE(node.start());
  EXPECT_TRUE(Conversation(node.url()).submit(refused).settled()) << "it is remembered";
  node.stop();
  disk.make_room();
  expect_whole(disk / "data");
}

struct Part {
  std::string directory;
  std::size_t kib;
  std::vector<std::string> settings;
};

// The journal and the state, each alone on its disk: either halts writing.
TEST_F(DiskFullTest, WhateverTheLedgerNeedsHaltsIt) {
  NEEDS_SMALL_DISKS();
  for (const auto& [part, kib, settings] :
       {Part{"journal", 16 * 1'024, {}},
        Part{"state", 24 * 1'024, {"storage.checkpoint_blocks_max=20"}}}) {
    SCOPED_TRACE(part);
    const TemporaryDirectory data;
    const SmallDisk disk(data / part, kib);
    ASSERT_TRUE(disk.mounted());
    NodeProcess node(data.path(), with(settings));
    ASSERT_TRUE(node.start());
    Conversation client(node.url());
    found(client, {"ana"});
    disk.fill();
    const auto refused = write_until_refused(client);
    expect_halted(client, refused, "disk_full");
    EXPECT_THAT(refusal_.text("detail"),
                HasSubstr(part == "state" ? std::string("checkpoint") : part));
    disk.make_room();
    expect_resumes(client, refused);
    EXPECT_EQ(node.stop().code, 0);
    expect_whole(data.path());
  }
}

// Without room the views stay behind and say so; the ledger goes on.
TEST_F(DiskFullTest, ViewsWithoutRoomStayBehindAndCatchUp) {
  NEEDS_SMALL_DISKS();
  const SmallDisk disk(directory_ / "views", 16 * 1'024);
  ASSERT_TRUE(disk.mounted());
  NodeProcess node(directory_.path());
  ASSERT_TRUE(node.start());
  Conversation client(node.url());
  found(client, {"ana"});
  disk.fill();
  const auto lag = [&] { return client.get("/readyz").number("views_lag_blocks"); };
  for (int round = 0; round < 200 && lag() < 5; ++round) {
    auto draft = client.timely(issue(std::vector(500, coin(1, "ana"))));
    draft.tx.note_hash = hash_of(std::to_string(round));
    client.settle(draft);
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(700));
  EXPECT_GE(lag(), 5u) << "the views found room";
  EXPECT_EQ(client.get("/v1/assets").status, 200);
  disk.make_room();
  const auto reached = "/v1/assets?min_height=" + std::to_string(client.height());
  EXPECT_TRUE(eventually([&] { return client.get(reached).status == 200; }));
  EXPECT_EQ(node.stop().code, 0);
}

// What is not the ledger's own refuses alone: nothing was stored, the ledger goes on, and with room
// again it is taken.
TEST_F(DiskFullTest, WhatIsBesideTheLedgerRefusesAlone) {
  NEEDS_SMALL_DISKS();
  const std::string attribute(60'000, 'x');
  std::string capture_token;
  struct Row {
    Part part;
    std::function<Answer(Conversation&, const std::string& session, int round)> store;
  };
  const auto put = [&](Conversation& client, const std::string& session, int round) {
    return client.request("PUT",
                          "/v1/profile/a" + std::to_string(round % 100) +
                              "?commitment=" + to_hex(hash_of(std::to_string(round))),
                          "application/octet-stream", attribute + std::to_string(round),
                          {{"Authorization", "Bearer " + session}});
  };
  const auto agent = [](Conversation& client, const std::string& session, int round) {
    return client.post("/v1/agents", "application/json",
                       R"({"label":"a)" + std::to_string(round) + R"("})", session);
  };
  const auto capture = [&](Conversation& client, const std::string& session, int round) {
    if (round == 0) {
      const auto made =
          client.post("/v1/agents", "application/json", R"({"label":"erp"})", session);
      const auto token = client.post("/v1/tokens", "application/json",
                                     R"({"scopes":["capture"],"label":"erp","agent":")" +
                                         made.text("address") + R"(","expires_ms":")" +
                                         std::to_string(client.time_ms() + 3'600'000) + R"("})",
                                     session);
      capture_token = token.text("token");
    }
    return client.post(
        "/epcis/v2/capture", "application/ld+json",
        R"({"@context":"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",)"
        R"("type":"EPCISDocument","schemaVersion":"2.0",)"
        R"("creationDate":"2026-03-01T00:00:00Z","epcisBody":{"eventList":[)"
        R"({"type":"ObjectEvent","eventTime":"2026-02-02T09:00:00Z",)"
        R"("eventTimeZoneOffset":"+01:00","action":"OBSERVE","epcList":)"
        R"(["https://id.gs1.org/01/09506000134352/21/S)" +
            std::to_string(round) + R"("]}]}})",
        capture_token);
  };
  const Row rows[] = {{{"documents", 4 * 1'024, {}}, put},
                      {{"profiles", 1'280, {}}, put},
                      {{"custody", 1'280, {}}, agent},
                      {{"provenance", 1'280, {}}, capture}};
  for (const auto& [part, store] : rows) {
    SCOPED_TRACE(part.directory);
    const TemporaryDirectory data;
    const SmallDisk disk(data / part.directory, part.kib);
    ASSERT_TRUE(disk.mounted());
    NodeProcess node(data.path());
    ASSERT_TRUE(node.start());
    Conversation client(node.url());
    found(client, {"ana"});
    const auto session = client.sign_in("ana");
    const auto stored = store(client, session, 0);
    ASSERT_LT(stored.status, 300) << stored.body;
    disk.fill();
    Answer refused;
    int round = 1;
    for (; round < 80; ++round) {
      refused = store(client, session, round);
      if (refused.status >= 300) break;
    }
    EXPECT_EQ(refused.status, 503) << refused.body;
    EXPECT_EQ(refused.code(), "disk_full") << refused.body;
    client.settle(client.timely(issue({coin(1, "ana")})));
    disk.make_room();
    const auto again = store(client, session, round);
    EXPECT_LT(again.status, 300) << again.body;
    EXPECT_EQ(node.stop().code, 0);
  }
}

// At the bound of its map a journal halts writing like a full disk; archiving makes room in it.
TEST_F(DiskFullTest, AFullMapHaltsWritingUntilOldBlocksAreArchived) {
  NodeProcess node(directory_.path(), with({"storage.journal_map_bytes_max=8MiB",
                                            "storage.checkpoint_blocks_max=10"}));
  ASSERT_TRUE(node.start());
  Conversation client(node.url());
  found(client, {"ana"});
  const auto refused = write_until_refused(client);
  expect_halted(client, refused, "map_full");
  Answer archived;
  EXPECT_TRUE(eventually([&] {
    archived = client.post("/v1/admin/archive", "application/json", R"({"keep_blocks":5})", "dev");
    return archived.number("first_block") > 20;
  })) << archived.body;
  expect_resumes(client, refused);
  EXPECT_EQ(client.get("/v1/blocks/10").status, 200) << "from the archive";
  EXPECT_EQ(node.stop().code, 0);
  expect_whole(directory_.path());
}

// A limit on the size of files is met as EFBIG, in the middle of whatever is being written.
TEST_F(DiskFullTest, ALimitOnFilesIsAFullDisk) {
  const auto data = (directory_ / "data").string();
  const auto command = "ulimit -f 8192 && exec " + program_path("tallyd") +
                       " --dev --listen 127.0.0.1:0 --data " + data;  // in KiB
  Process node("/bin/bash", {"-c", command});
  constexpr std::string_view kLine = "listening on ";
  ASSERT_TRUE(eventually([&] { return node.output().find('\n') != std::string::npos; }))
      << node.errors();
  const auto line = node.output();
  Conversation client(line.substr(kLine.size(), line.find('\n') - kLine.size()));
  found(client, {"ana"});
  const auto refused = write_until_refused(client);
  expect_halted(client, refused, "disk_full");
  node.signal(SIGTERM);
  EXPECT_EQ(node.wait().code, 0);
  NodeProcess again(data);
  ASSERT_TRUE(again.start());
  EXPECT_TRUE(Conversation(again.url()).submit(refused).settled());
  EXPECT_EQ(again.stop().code, 0);
  expect_whole(data);
}

TEST_F(DiskFullTest, ALogThatCannotBeWrittenIsHarmless) {
  const auto command = "exec " + program_path("tallyd") + " --dev --listen 127.0.0.1:0 --data " +
                       (directory_ / "data").string() + " --set log.level=trace 2>/dev/full";
  Process node("/bin/bash", {"-c", command});
  constexpr std::string_view kLine = "listening on ";
  ASSERT_TRUE(eventually([&] { return node.output().find('\n') != std::string::npos; }));
  const auto line = node.output();
  Conversation client(line.substr(kLine.size(), line.find('\n') - kLine.size()));
  found(client, {"ana"});
  client.settle(client.timely(issue({coin(1, "ana")})));
  node.signal(SIGTERM);
  EXPECT_EQ(node.wait().code, 0);
}

}  // namespace
}  // namespace tally::test
