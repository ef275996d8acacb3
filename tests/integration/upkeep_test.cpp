// Backups of a running node, their restoring, and blocks that move to the archive, with the real
// programs: what was acknowledged is there, wherever it has gone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/json.hpp>
#include <fstream>
#include <map>
#include <thread>

#include "integration/conversation.hpp"
#include "integration/node_process.hpp"
#include "storage/lmdb_store.hpp"
#include "storage/scan.hpp"
#include "views/views.hpp"

namespace tally::test {
namespace {

using testing::HasSubstr;

// A node under load, and what it has acknowledged.
class UpkeepTest : public testing::Test {
 protected:
  void start(const std::vector<std::string>& settings = {}) {
    std::vector<std::string> arguments{"--dev"};
    for (const auto& setting : settings) arguments.insert(arguments.end(), {"--set", setting});
    node_ = std::make_unique<NodeProcess>(data(), arguments);
    ASSERT_TRUE(node_->start());
    client_ = std::make_unique<Conversation>(node_->url());
  }
  void found_network() {
    found(*client_, {"ana", "bo"});
    coins_ = settled(client_->settle(client_->timely(issue(std::vector(900, coin(10, "ana"))))));
  }
  [[nodiscard]] Draft payment(std::uint32_t index) {
    auto out = client_->draft({"ana"});
    return spend(out, coins_, index).make(coin(10, "bo")).command(contracts::AssetTransfer{});
  }
  // `count` payments, one after the other; each is remembered with the height that it settled at.
  void pay(std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto draft = payment(paid_++);
      acknowledged_.emplace_back(draft, client_->settle(draft).text("height"));
    }
  }
  // Everything that was acknowledged is known, as it was acknowledged.
  void expect_all() {
    for (const auto& [draft, height] : acknowledged_) {
      const auto again = client_->submit(draft);
      ASSERT_TRUE(again.settled()) << again.body;
      EXPECT_EQ(again.text("height"), height);
    }
  }
  // One large enough for a file of its own.
  void put_attribute(const std::string& session, const std::string& attribute) {
    const auto put = client_->request(
        "PUT", "/v1/profile/size?commitment=" + to_hex(hash_of("size")), "application/octet-stream",
        attribute, {{"Authorization", "Bearer " + session}});
    ASSERT_LT(put.status, 300) << put.body;
  }
  void lose_node() {
    node_->kill();
    std::filesystem::remove_all(data());
  }
  boost::json::object backup(const std::filesystem::path& to) {
    const auto done = run_program(
        "tally", {"--node", node_->url(), "--json", "node", "backup", "--to", to.string()});
    EXPECT_EQ(done.code, 0) << done.errors;
    boost::json::error_code error;
    auto out = boost::json::parse(done.output, error);
    EXPECT_FALSE(error) << done.output;
    return error ? boost::json::object{} : out.as_object();
  }
  boost::json::object archive(std::uint64_t keep) {
    const auto answer = client_->post("/v1/admin/archive", "application/json",
                                      R"({"keep_blocks":)" + std::to_string(keep) + "}", "dev");
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.json;
  }
  // Archives until the journal begins at `first` or later; the checkpoint may still be running.
  void archive_up_to(std::uint64_t first, std::uint64_t keep) {
    std::uint64_t begins = 0;
    for (int tries = 0; tries < 300 && begins < first; ++tries) {
      begins = std::stoull(std::string(archive(keep).at("first_block").as_string()));
      if (begins < first) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    EXPECT_GE(begins, first);
  }
  static Exit replay(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--dev", "--json"});
    return run_program("tally-replay", arguments);
  }
  void expect_verified() {
    const auto done = replay({"--verify", "--data", data().string()});
    EXPECT_EQ(done.code, 0) << done.errors;
  }
  using Rows = std::map<Bytes, Bytes>;
  std::vector<Rows> dump_views() {
    static const SystemClock clock;
    const auto options = views::Views::store_options(network());
    const auto store = storage::open_lmdb_store(data() / "views", clock, options);
    EXPECT_TRUE(store);
    const auto read = (*store)->begin_read();
    std::vector<Rows> out(options.tables.size());
    for (std::uint32_t i = 0; i < out.size(); ++i) {
      EXPECT_TRUE(storage::for_each(**read, storage::Table{i}, {}, storage::Direction::forward,
                                    [&](const auto& entry) {
                                      out[i].emplace(Bytes(entry.key.begin(), entry.key.end()),
                                                     Bytes(entry.value.begin(), entry.value.end()));
                                      return true;
                                    }));
    }
    return out;
  }
  [[nodiscard]] std::filesystem::path data() const { return directory_ / "data"; }

  TemporaryDirectory directory_;
  std::unique_ptr<NodeProcess> node_;
  std::unique_ptr<Conversation> client_;
  Settled coins_;
  std::uint32_t paid_ = 0;
  std::vector<std::pair<Draft, std::string>> acknowledged_;
};

TEST_F(UpkeepTest, ABackupTakenUnderLoadBringsEverythingBack) {
  start({"storage.checkpoint_blocks_max=5", "storage.archive_segment_blocks=8"});
  found_network();
  const auto session = client_->sign_in("ana");
  const auto agent =
      client_->post("/v1/agents", "application/json", R"({"label":"till"})", session);
  ASSERT_LT(agent.status, 300) << agent.body;
  const std::string attribute(40'000, 'p');
  put_attribute(session, attribute);
  pay(60);
  archive_up_to(8, 10);  // so that there is something of everything
  std::atomic<bool> stop = false;
  std::atomic<std::uint32_t> under_load = 0;
  std::thread load([&] {
    Conversation other(node_->url());
    for (std::uint32_t i = 400; i < 890 && !stop; ++i) {
      under_load += other.submit(payment(i)).settled() ? 1 : 0;
    }
  });
  while (under_load < 20) std::this_thread::yield();
  const auto copy = directory_ / "backup";
  const auto report = backup(copy);
  stop = true;
  load.join();
  EXPECT_GT(under_load, 20u);
  EXPECT_EQ(report.at("state"), "done");
  pay(3);  // after it, so not in it
  acknowledged_.erase(acknowledged_.begin() + 60, acknowledged_.end());
  lose_node();

  const auto verified = replay({"--verify-backup", copy.string()});
  EXPECT_EQ(verified.code, 0) << verified.errors;
  const auto restored = replay({"--restore", copy.string(), "--data", data().string()});
  ASSERT_EQ(restored.code, 0) << restored.errors;
  expect_verified();
  start();
  expect_all();
  const auto again = client_->get("/v1/agents", client_->sign_in("ana"));
  EXPECT_THAT(again.body, HasSubstr("till"));
  const auto read =
      client_->get("/v1/profile/" + address("ana") + "/size", client_->sign_in("ana"));
  EXPECT_EQ(read.text("ciphertext"), to_base64(as_bytes(attribute))) << read.status;
  EXPECT_EQ(client_->get("/v1/blocks/3").status, 200) << "from the archive";
  EXPECT_EQ(node_->stop().code, 0);
  const auto views = dump_views();
  EXPECT_EQ(replay({"--rebuild-views", "--data", data().string()}).code, 0);
  EXPECT_EQ(dump_views(), views);
  EXPECT_EQ(replay({"--rebuild-state", "--data", data().string()}).code, 0);
  expect_verified();
}

TEST_F(UpkeepTest, WhatIsNoWholeBackupIsNotTakenForOne) {
  start();
  found_network();
  const auto copy = directory_ / "backup";
  backup(copy);
  const auto post = [&](const std::string& to) {
    return client_->post("/v1/admin/backup", "application/json", R"({"to":")" + to + R"("})",
                         "dev");
  };
  EXPECT_EQ(post("relative").code(), "bad_parameter");
  EXPECT_EQ(post((data() / "inside").string()).code(), "bad_parameter");
  const auto full =
      run_program("tally", {"--node", node_->url(), "node", "backup", "--to", copy.string()});
  EXPECT_EQ(full.code, 10);
  EXPECT_THAT(full.errors, HasSubstr("empty directory"));
  EXPECT_EQ(replay({"--restore", copy.string(), "--data", data().string()}).code, 1)
      << "a node's directory is not restored over";
  EXPECT_EQ(node_->stop().code, 0);

  struct Row {
    std::string file;
    std::string says;
  };
  const Row rows[] = {{"MANIFEST", "MANIFEST"},
                      {"journal/data.mdb", "journal/data.mdb"},
                      {"node.key", "node.key"},
                      {"journal.tip", "journal.tip"}};
  for (const auto& [file, says] : rows) {
    const auto path = copy / file;
    std::string good;
    {
      std::ifstream in(path, std::ios::binary);
      good.assign(std::istreambuf_iterator<char>(in), {});
    }
    auto bad = good;
    bad[bad.size() / 2] = static_cast<char>(bad[bad.size() / 2] ^ 4);
    for (const auto& bytes : {bad, good.substr(0, good.size() - 1)}) {
      std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
      const auto checked = replay({"--verify-backup", copy.string()});
      EXPECT_EQ(checked.code, 1) << file;
      EXPECT_THAT(checked.errors, HasSubstr(file == "MANIFEST" ? "manifest" : says)) << file;
    }
    std::filesystem::remove(path);
    const auto missing =
        replay({"--restore", copy.string(), "--data", (directory_ / "new").string()});
    EXPECT_EQ(missing.code, 1) << file;
    EXPECT_THAT(missing.errors, HasSubstr(says)) << file;
    EXPECT_FALSE(std::filesystem::exists(directory_ / "new")) << file;
    std::ofstream(path, std::ios::binary) << good;
  }
  std::ofstream(copy / "stray") << "x";
  EXPECT_THAT(replay({"--verify-backup", copy.string()}).errors, HasSubstr("stray"));
}

TEST_F(UpkeepTest, WhatIsArchivedIsReadReplayedAndRebuiltAsBefore) {
  start({"storage.checkpoint_blocks_max=5", "storage.archive_segment_blocks=16"});
  found_network();
  pay(50);
  std::map<std::uint64_t, std::string> before;
  const auto tip = client_->height();
  for (std::uint64_t h = 0; h < tip; ++h) {
    before[h] = client_->get("/v1/blocks/" + std::to_string(h)).text("hash");
  }
  archive_up_to(40, 5);
  const auto same = [&] {
    for (const auto& [h, hash] : before) {
      EXPECT_EQ(client_->get("/v1/blocks/" + std::to_string(h)).text("hash"), hash) << h;
    }
  };
  same();
  expect_all();
  const auto txid = contracts::txid(network(), acknowledged_.front().first.sign().body).hex();
  EXPECT_EQ(client_->get("/v1/transactions/" + txid + "/receipt").status, 200);
  for (const bool killed : {false, true}) {
    if (killed) {
      node_->kill();
    } else {
      EXPECT_EQ(node_->stop().code, 0);
    }
    start();
    same();
    expect_all();
  }
  EXPECT_EQ(node_->stop().code, 0);
  expect_verified();
  for (const auto* action : {"--rebuild-views", "--rebuild-state"}) {
    const auto done = replay({action, "--data", data().string()});
    EXPECT_EQ(done.code, 0) << action << ": " << done.errors;
  }
  expect_verified();

  // Elsewhere, without the views: the checkpoint, the journal's tail and the archive give them.
  const auto fresh = directory_ / "fresh";
  std::filesystem::create_directory(fresh);
  for (const auto* part : {"state", "journal", "journal.tip", "archive", "node.key", "custody",
                           "documents", "profiles", "provenance"}) {
    std::filesystem::copy(data() / part, fresh / part, std::filesystem::copy_options::recursive);
  }
  std::filesystem::rename(fresh, directory_ / "moved");
  std::filesystem::rename(data(), directory_ / "old");
  std::filesystem::rename(directory_ / "moved", data());
  start();
  same();
  expect_all();

  // Without the files a block is named as archived, and everything else goes on.
  std::filesystem::rename(data() / "archive", directory_ / "aside");
  EXPECT_EQ(node_->stop().code, 0);
  start();
  const auto gone = client_->get("/v1/transactions/" + txid + "/receipt");
  EXPECT_EQ(gone.status, 404);
  EXPECT_EQ(gone.code(), "history_archived");
  expect_all();
  pay(1);
  EXPECT_EQ(node_->stop().code, 0);
  const auto needs = replay({"--verify", "--data", data().string()});
  EXPECT_EQ(needs.code, 1);
  EXPECT_THAT(needs.errors, HasSubstr("history_archived"));
  const auto aside = (directory_ / "aside").string();
  const auto there = replay({"--verify", "--data", data().string(), "--archive", aside});
  EXPECT_EQ(there.code, 0) << there.errors;
}

TEST_F(UpkeepTest, TheScrubLooksAtEverythingAndIsNotCleanWithoutHavingLooked) {
  start({"storage.checkpoint_blocks_max=5", "storage.archive_segment_blocks=8"});
  found_network();
  put_attribute(client_->sign_in("ana"), std::string(40'000, 'p'));
  pay(30);
  archive_up_to(8, 10);
  const auto scrub = [&] { return replay({"--scrub", "--data", data().string()}); };
  const auto beside = scrub();
  EXPECT_EQ(beside.code, 0) << "beside the node: " << beside.errors;
  EXPECT_EQ(node_->stop().code, 0);
  const auto clean = scrub();
  ASSERT_EQ(clean.code, 0) << clean.errors;
  const auto parts = boost::json::parse(clean.output).at("scrubbed").as_object();
  for (const auto* part : {"journal", "state", "views", "custody", "profiles", "provenance",
                           "documents/index", "archive"}) {
    ASSERT_TRUE(parts.contains(part)) << part;
    EXPECT_GT(parts.at(part).at("bytes").to_number<std::uint64_t>(), 0u) << part;
  }
  EXPECT_GT(parts.at("archive").at("files").to_number<std::uint64_t>(), 0u);
  EXPECT_EQ(parts.at("documents/index").at("files").to_number<std::uint64_t>(), 1u);

  std::vector<std::filesystem::path> files{"journal.tip", "documents/keys"};
  for (const auto* part : {"journal", "state", "custody", "profiles", "provenance"}) {
    files.push_back(std::filesystem::path(part) / "data.mdb");
  }
  for (const auto* directory : {"archive", "documents/blobs"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(data() / directory)) {
      if (entry.is_regular_file()) files.push_back(entry.path().lexically_relative(data()));
    }
  }
  EXPECT_GT(files.size(), 8u);
  for (const auto& file : files) {
    const auto aside = directory_ / "aside";
    std::filesystem::rename(data() / file, aside);
    // An archive without a file is one whose file is elsewhere.
    const bool may_be_elsewhere = file.parent_path() == "archive";
    EXPECT_EQ(scrub().code, may_be_elsewhere ? 0 : 1) << file << " is missing";
    std::filesystem::copy_file(aside, data() / file);
    std::filesystem::resize_file(data() / file, 100);
    EXPECT_EQ(scrub().code, 1) << file << " is cut off";
    std::filesystem::rename(aside, data() / file);
  }
  const auto again = scrub();
  EXPECT_EQ(again.code, 0) << again.errors;
}

TEST_F(UpkeepTest, APolicyArchivesByItself) {
  start({"storage.checkpoint_blocks_max=5", "storage.archive_segment_blocks=4",
         "storage.archive_keep_blocks=10"});
  found_network();
  pay(40);
  const auto any = [&] {
    return std::filesystem::exists(data() / "archive") &&
           !std::filesystem::is_empty(data() / "archive");
  };
  for (int tries = 0; tries < 1'200 && !any(); ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(25));
  }
  EXPECT_TRUE(any());
  expect_all();
  EXPECT_EQ(node_->stop().code, 0);
  expect_verified();
}

}  // namespace
}  // namespace tally::test
