#include "backup/backup.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "backup/runner.hpp"
#include "support/killed_at_each_step.hpp"
#include "unit/storage/temporary_directory.hpp"

namespace tally::backup {
namespace {

void write(const std::filesystem::path& path, std::string_view text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

class BackupTest : public testing::Test {
 protected:
  // Parts that write a file of their name, and say in which order they were asked.
  Part part(std::string name) {
    return {name,
            [this, name](const std::filesystem::path& to,
                         const storage::CopyOptions&) -> std::expected<void, Failure> {
              order_ += name + " ";
              if (name == failing_) return std::unexpected("the disk is full");
              write(to / name / "data.mdb", name);
              return {};
            }};
  }
  Parts parts() {
    Parts out;
    out.before = {part("state"), part("views")};
    out.journal = [this](const std::filesystem::path& to,
                         const storage::CopyOptions&) -> std::expected<JournalEnd, Failure> {
      order_ += "journal ";
      write(to / "journal" / "data.mdb", "blocks");
      write(to / "journal" / "LOCK", "");
      return JournalEnd{9, {}};
    };
    out.after = {part("custody")};
    return out;
  }
  std::expected<Manifest, Failure> take_it() {
    return take(parts(), directory_ / "copy", 1, {}, [](std::string_view) {});
  }

  test::TemporaryDirectory directory_;
  std::string order_;
  std::string failing_;
};

TEST_F(BackupTest, IsTakenInOrderAndRestoredToTheSameFiles) {
  const auto taken = take_it();
  ASSERT_TRUE(taken) << taken.error();
  EXPECT_EQ(order_, "state views journal custody ");
  EXPECT_EQ(taken->height, 9u);
  EXPECT_FALSE(std::filesystem::exists(directory_ / "copy/journal/LOCK"));
  const auto restored = restore(directory_ / "copy", directory_ / "new/data");
  ASSERT_TRUE(restored) << restored.error();
  EXPECT_EQ(*restored, *taken);
  EXPECT_EQ(*list_files(directory_ / "new/data"), taken->files);
  EXPECT_TRUE(check_restored(directory_ / "new/data"));
  EXPECT_FALSE(restore(directory_ / "copy", directory_ / "new/data")) << "it holds something";
}

TEST_F(BackupTest, OneThatFailedHasNoManifestAndItsPlaceIsNotTakenAgain) {
  failing_ = "custody";
  const auto taken = take_it();
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error(), "custody: the disk is full");
  EXPECT_FALSE(check_files(directory_ / "copy"));
  failing_.clear();
  EXPECT_FALSE(take_it()) << "it holds something";
}

TEST_F(BackupTest, ARestoringThatWasCutOffIsTakenUpAgain) {
  ASSERT_TRUE(take_it());
  const auto to = directory_ / "data";
  const auto files = check_files(directory_ / "copy")->files;
  test::kill_at_each_step([&] { std::filesystem::remove_all(to); },
                          [&] { return restore(directory_ / "copy", to) ? 0 : 1; },
                          [&](std::size_t step) {
                            const bool opens = check_restored(to).has_value();
                            const bool whole = std::filesystem::exists(to / "custody/data.mdb") &&
                                               *list_files(to) == files;
                            const bool begun = std::filesystem::exists(to / "journal");
                            EXPECT_TRUE(!opens || whole || !begun) << step;
                            if (opens && whole) return;
                            const auto restored = restore(directory_ / "copy", to);
                            ASSERT_TRUE(restored) << step << ": " << restored.error();
                            EXPECT_TRUE(check_restored(to));
                            EXPECT_EQ(*list_files(to), files) << step;
                          });
}

TEST_F(BackupTest, BesideAMarkerThatWasLeftNothingOfSomebodyElsesIsTouched) {
  ASSERT_TRUE(take_it());
  const auto to = directory_ / "data";
  const std::string_view foreign[] = {"views/data.mdb", "notes.txt", "journal/data.mdb.restoring2",
                                      "MANIFEST"};
  for (const auto file : foreign) {
    std::filesystem::remove_all(to);
    write(to / "RESTORING", "");
    write(to / "state/data.mdb.restoring", "a part");
    write(to / file, "what a node has acknowledged since");
    const auto before = list_files(to);
    const auto refused = restore(directory_ / "copy", to);
    ASSERT_FALSE(refused) << file;
    EXPECT_EQ(*list_files(to), *before) << file;
    EXPECT_TRUE(std::filesystem::exists(to / file));
  }
}

TEST_F(BackupTest, ABackupIsNotRestoredOverItself) {
  ASSERT_TRUE(take_it());
  write(directory_ / "RESTORING", "");
  write(directory_ / "copy/RESTORING", "");
  std::filesystem::remove(directory_ / "copy/RESTORING");
  EXPECT_FALSE(restore(directory_ / "copy", directory_.path()));
  EXPECT_FALSE(restore(directory_ / "copy", directory_ / "copy"));
  EXPECT_FALSE(restore(directory_ / "copy", directory_ / "copy/data/"));
  EXPECT_TRUE(check_files(directory_ / "copy")) << "it is as it was";
}

TEST_F(BackupTest, TheRunnerTakesOneAtATimeAndTellsHowItEnded) {
  const SystemClock clock;
  std::filesystem::create_directories(directory_ / "data");
  Runner runner(parts(), directory_ / "data", 0, clock);
  EXPECT_EQ(runner.status().state, RunState::none);
  EXPECT_FALSE(runner.start("relative"));
  EXPECT_FALSE(runner.start(directory_ / "data" / "inside"));
  EXPECT_FALSE(runner.start(directory_ / "data" / "x" / ".." / "inside"));
  ASSERT_TRUE(runner.start(directory_ / "copy"));
  while (runner.status().state == RunState::running) std::this_thread::yield();
  EXPECT_EQ(runner.status().state, RunState::done);
  EXPECT_EQ(runner.status().files, 4u);
  ASSERT_TRUE(runner.start(directory_ / "copy"));
  while (runner.status().state == RunState::running) std::this_thread::yield();
  EXPECT_EQ(runner.status().state, RunState::failed);
  EXPECT_NE(runner.status().failure, "");
}

}  // namespace
}  // namespace tally::backup
