// The upgrade of a store, killed before each system call that changes a file: on journals of format
// 1 that a node of that time has left (tests/golden/format-1).
#include "storage/upgrade.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "storage/lmdb_store.hpp"
#include "support/killed_at_each_step.hpp"
#include "unit/storage/temporary_directory.hpp"

namespace tally::storage {
namespace {

namespace fs = std::filesystem;

class UpgradeTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const auto* name : {"clean", "killed"}) {
      const auto archive = fs::path(TALLY_SOURCE_DIR "/tests/golden/format-1") / name;
      const auto to = directory_ / name;
      fs::create_directory(to);
      const auto command = "tar -xJf " + archive.string() + ".tar.xz -C " + to.string();
      ASSERT_EQ(std::system(command.c_str()), 0);
    }
  }
  // Block 0 names the network in its body; the store says it too, behind its kind and format.
  Options options() {
    Options out;
    out.tables = {"blocks"};
    out.identity = {
        "journal", 2,
        *array_from_hex<32>("9b640da88c6eb28be485f6e5a67898e87ae874b58c6b8674c9eeecf78f11329e")};
    return out;
  }
  fs::path old(std::string_view name) const {
    return directory_ / std::string(name) / "data/journal";
  }
  fs::path path() const { return directory_ / "data" / "journal"; }
  fs::path beside(std::string_view ending) const { return path().string() + std::string(ending); }
  void begin_anew() {
    fs::remove_all(directory_ / "data");
    fs::create_directory(directory_ / "data");
    fs::copy(old("clean"), path());
  }
  std::expected<std::uint64_t, Error> upgrade() {
    return upgrade_store(path(), clock_, options(), {});
  }
  std::uint64_t blocks() {
    const auto store = open_lmdb_store(path(), clock_, options());
    EXPECT_TRUE(store) << name(store.error());
    return store ? *(*(*store)->begin_read())->count(Table{0}) : 0;
  }
  static Bytes contents(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return Bytes(std::istreambuf_iterator<char>(in), {});
  }

  test::TemporaryDirectory directory_;
  SystemClock clock_;
  static constexpr std::uint64_t kClean = 346;
  static constexpr std::uint64_t kKilled = 350;
};

TEST_F(UpgradeTest, BringsEveryEntryOverAndKeepsTheOldFile) {
  begin_anew();
  EXPECT_EQ(*upgrade(), kClean);
  EXPECT_EQ(blocks(), kClean);
  EXPECT_EQ(contents(beside(".format-1") / "data.mdb"), contents(old("clean") / "data.mdb"));
  EXPECT_FALSE(fs::exists(beside(".new")));
  EXPECT_EQ(*upgrade(), 0u) << "it is done";
  EXPECT_EQ(blocks(), kClean);
}

TEST_F(UpgradeTest, WhereverItIsKilledTheStoreIsWholeAndItGoesOn) {
  const auto before = contents(old("clean") / "data.mdb");
  test::kill_at_each_step([&] { begin_anew(); }, [&] { return upgrade() ? 0 : 1; },
                          [&](std::size_t step) {
                            ASSERT_TRUE(fs::exists(path() / "data.mdb")) << step;
                            if (contents(path() / "data.mdb") != before) {
                              EXPECT_EQ(blocks(), kClean) << step;
                            }
                            ASSERT_TRUE(upgrade()) << step;
                            EXPECT_EQ(blocks(), kClean) << step;
                            EXPECT_EQ(contents(beside(".format-1") / "data.mdb"), before) << step;
                            EXPECT_FALSE(fs::exists(beside(".new"))) << step;
                          });
}

// The old program was started again, and has acknowledged more, before the upgrade was called
// again.
TEST_F(UpgradeTest, WhatAKilledOneHasLeftIsNotTakenForTheStore) {
  const auto since = contents(old("killed") / "data.mdb");
  const auto before = contents(old("clean") / "data.mdb");
  test::kill_at_each_step(
      [&] { begin_anew(); }, [&] { return upgrade() ? 0 : 1; },
      [&](std::size_t step) {
        if (contents(path() / "data.mdb") != before) return;
        fs::remove(path() / "data.mdb");
        fs::copy(old("killed") / "data.mdb", path() / "data.mdb");
        EXPECT_EQ(*upgrade(), kKilled) << step;
        EXPECT_EQ(blocks(), kKilled) << step;
        const auto second = beside(".format-1.2") / "data.mdb";
        EXPECT_EQ(contents(fs::exists(second) ? second : beside(".format-1") / "data.mdb"), since)
            << step;
      });
}

}  // namespace
}  // namespace tally::storage
