// Directories that a program must not open: somebody else's, another network's, another program's.
// Each is refused by name, with what to do, and left as it was.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "integration/conversation.hpp"
#include "integration/node_process.hpp"
#include "ledger/journal.hpp"
#include "ledger/state_tables.hpp"
#include "storage/lmdb_store.hpp"
#include "views/views.hpp"

namespace tally::test {
namespace {

using testing::HasSubstr;

std::vector<std::string> node_of(const std::filesystem::path& data) {
  return {"--dev", "--data", data.string(), "--listen", "127.0.0.1:0", "--print-routes"};
}

std::vector<std::string> replay_of(std::string action, const std::filesystem::path& data) {
  return {std::move(action), "--dev", "--data", data.string()};
}

struct Program {
  std::string name;
  std::vector<std::string> arguments;
};

// Every program that opens a data directory, each in every way that it does.
std::vector<Program> all_programs(const std::filesystem::path& data) {
  return {{"tallyd", node_of(data)},
          {"tally-replay", replay_of("--verify", data)},
          {"tally-replay", replay_of("--rebuild-views", data)},
          {"tally-replay", replay_of("--rebuild-state", data)}};
}

std::string print(const Program& program) { return program.name + " " + program.arguments.front(); }

// The data directory of a node that was started and stopped.
class DirectoryTest : public testing::Test {
 protected:
  void SetUp() override {
    NodeProcess node(data_.path());
    ASSERT_TRUE(node.start());
    Conversation client(node.url());
    found(client, {"ana"});
    height_ = client.height();
    ASSERT_EQ(node.stop().code, 0);
  }
  void expect_it_starts() {
    NodeProcess node(data_.path());
    ASSERT_TRUE(node.start());
    EXPECT_GE(Conversation(node.url()).height(), height_);
    EXPECT_EQ(node.stop().code, 0);
  }
  // Makes the store in the place of one that is there, as another program would have.
  void replace(const std::string& part, storage::Options options) {
    std::filesystem::rename(data_ / part, data_ / (part + ".ours"));
    options.create = true;
    const auto store = storage::open_lmdb_store(data_ / part, clock_, options);
    ASSERT_TRUE(store) << storage::name(store.error());
  }
  void put_back(const std::string& part) {
    std::filesystem::remove_all(data_ / part);
    std::filesystem::rename(data_ / (part + ".ours"), data_ / part);
  }

  TemporaryDirectory data_;
  SystemClock clock_;
  std::uint64_t height_ = 0;
};

TEST_F(DirectoryTest, WhatANodeHasOpenIsRefusedToEverybodyElse) {
  NodeProcess node(data_.path());
  ASSERT_TRUE(node.start());
  for (const auto& program : all_programs(data_.path())) {
    const auto refused = run_program(program.name, program.arguments);
    EXPECT_EQ(refused.code, 1) << print(program);
    EXPECT_THAT(refused.errors, HasSubstr("locked")) << print(program);
    EXPECT_THAT(refused.errors, HasSubstr("another process")) << print(program);
  }
  Conversation client(node.url());
  EXPECT_TRUE(client.submit(client.timely(issue({coin(1, "ana")}))).settled());
  EXPECT_EQ(node.stop().code, 0);
}

TEST_F(DirectoryTest, WhatTallyReplayHasOpenIsRefusedToANodeAndToAnother) {
  // It holds the journal open for as long as it works: here, until the pipe that it prints
  // progress to is read. A store that this test has open stands for it.
  for (const auto& [part, options] :
       {std::pair{"journal", ledger::Journal::store_options(network())},
        std::pair{"state", ledger::state_store_options(network())},
        std::pair{"views", views::Views::store_options(network())}}) {
    const auto store = storage::open_lmdb_store(data_ / part, clock_, options);
    ASSERT_TRUE(store) << part;
    const auto node = run_program("tallyd", node_of(data_.path()));
    EXPECT_EQ(node.code, 1) << part;
    EXPECT_THAT(node.errors, HasSubstr(std::string(part) + ": locked: another process")) << part;
  }
  expect_it_starts();
}

struct Foreign {
  std::string part;
  std::string kind;
  std::uint32_t format;
  bool other_network;
  std::string error;
  std::string advice;
};

TEST_F(DirectoryTest, WhatIsNotItsOwnIsRefusedWithWhatToDo) {
  const Foreign rows[] = {
      {"journal", "journal", 1, true, "wrong_network", "another network"},
      {"journal", "views", 1, false, "wrong_kind", "exchanged"},
      {"journal", "journal", 999, false, "newer_format", "a newer program"},
      {"journal", "journal", 0, false, "older_format", "tally-replay --upgrade"},
      {"state", "state", 1, true, "wrong_network", "another network"},
      {"state", "journal", 1, false, "wrong_kind", "exchanged"},
      {"state", "state", 999, false, "newer_format", "a newer program"},
      {"state", "state", 0, false, "older_format", "tally-replay --upgrade"},
      {"views", "views", 1, true, "wrong_network", "another network"},
      {"views", "state", 1, false, "wrong_kind", "exchanged"},
      {"views", "views", 999, false, "newer_format", "a newer program"},
      {"custody", "custody", 1, true, "wrong_network", ""},
      {"custody", "custody", 999, false, "newer_format", ""},
      {"documents/index", "documents", 999, false, "newer_format", ""},
      {"profiles", "profiles", 1, true, "wrong_network", ""},
      {"provenance", "provenance", 999, false, "newer_format", "a newer program"},
  };
  for (const auto& row : rows) {
    storage::Options options;
    options.tables = {"blocks"};
    options.identity = {row.kind, row.format, network().bytes};
    if (row.other_network) options.identity.network_id[5] ^= 1;
    replace(row.part, options);
    const auto refused = run_program("tallyd", node_of(data_.path()));
    const auto what = row.part + " " + row.error;
    EXPECT_EQ(refused.code, 1) << what;
    EXPECT_THAT(refused.errors,
                HasSubstr(row.part.substr(0, row.part.find('/')) + ": " + row.error))
        << what;
    EXPECT_THAT(refused.errors, HasSubstr(row.advice)) << what;
    if (row.part == "journal") {
      const auto replay = run_program("tally-replay", replay_of("--verify", data_.path()));
      EXPECT_EQ(replay.code, 1) << what;
      EXPECT_THAT(replay.errors, HasSubstr("journal: " + row.error)) << what;
      EXPECT_THAT(replay.errors, HasSubstr(row.advice)) << what;
    }
    put_back(row.part);
  }
  expect_it_starts();
}

TEST_F(DirectoryTest, WhatIsLostIsNotMadeAnew) {
  // Each part, and what a refused start must not have made in its place.
  for (const std::string part : {"journal", "node.key", "custody", "documents", "documents/index",
                                 "documents/keys", "profiles", "provenance"}) {
    std::filesystem::rename(data_ / part, data_.path().string() + ".away");
    for (int start = 0; start < 2; ++start) {  // the first leaves nothing that the second takes
      const auto refused = run_program("tallyd", node_of(data_.path()));
      EXPECT_EQ(refused.code, 1) << part;
      EXPECT_THAT(refused.errors, HasSubstr(part)) << part;
      EXPECT_THAT(refused.errors, HasSubstr("lost")) << part;
      EXPECT_THAT(refused.errors, HasSubstr("tally-replay --restore")) << part;
      EXPECT_FALSE(std::filesystem::exists(data_ / part)) << part;
    }
    std::filesystem::rename(data_.path().string() + ".away", data_ / part);
  }
  expect_it_starts();
}

TEST_F(DirectoryTest, ViewsAndStateAreBuiltAnewFromTheJournal) {
  for (const std::string part : {"views", "state"}) {
    std::filesystem::remove_all(data_ / part);
    expect_it_starts();
  }
}

TEST(NewDirectoryTest, AFirstStartThatWasCutOffIsCompleted) {
  TemporaryDirectory data;
  // It has made everything, and ends before its first block.
  std::ofstream(data / "quarantine") << "no quarantine";
  EXPECT_THAT(run_program("tallyd", node_of(data.path())).errors, HasSubstr("quarantine"));
  std::filesystem::remove(data / "quarantine");
  // What stands in the order of making before something that is there was made once, and is lost.
  std::filesystem::remove_all(data / "custody");
  const auto refused = run_program("tallyd", node_of(data.path()));
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.errors, HasSubstr("custody: lost"));
  for (const std::string part : {"provenance", "profiles", "documents"}) {
    std::filesystem::remove_all(data / part);
  }
  NodeProcess node(data.path());
  ASSERT_TRUE(node.start());
  EXPECT_EQ(node.stop().code, 0);
}

TEST_F(DirectoryTest, ARestoringThatWasNotCompletedIsNotOpened) {
  std::ofstream(data_ / "RESTORING").put('\n');
  for (const auto& program : all_programs(data_.path())) {
    const auto refused = run_program(program.name, program.arguments);
    EXPECT_EQ(refused.code, 1) << print(program);
    EXPECT_THAT(refused.errors, HasSubstr("tally-replay --restore")) << print(program);
  }
}

}  // namespace
}  // namespace tally::test
