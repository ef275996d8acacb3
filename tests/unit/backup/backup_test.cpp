#include "backup/backup.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "backup/runner.hpp"
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
  write(to / "RESTORING", "");
  write(to / "views/data.mdb", "half");
  EXPECT_FALSE(check_restored(to));
  const auto restored = restore(directory_ / "copy", to);
  ASSERT_TRUE(restored) << restored.error();
  EXPECT_TRUE(check_restored(to));
  EXPECT_EQ(*list_files(to), restored->files);
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
