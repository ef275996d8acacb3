#include "fault/power_loss/crashed_disk.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <list>
#include <sstream>

#include <fcntl.h>

#include "unit/storage/temporary_directory.hpp"

namespace tally::fault {
namespace {

namespace fs = std::filesystem;
using recorder::Event;

constexpr int kImages = 120;
constexpr std::uint64_t kFile = 7;
constexpr std::uint64_t kRoot = 1;

// Tells a disk events, as the recorder would.
class Told {
 public:
  CrashedDisk disk;

  std::uint64_t open(std::string_view path, std::uint64_t file) {
    return take(Event::open, file, 0, O_CREAT, path);
  }
  std::uint64_t write(std::uint64_t file, std::uint64_t offset, std::string_view content) {
    return take(Event::write, file, offset, 0, content);
  }
  void sync(std::uint64_t file) {
    const auto begun = take(Event::sync_begin, file, 0, 0, "");
    take(Event::sync_end, file, 0, begun, "");
  }
  void durable(std::uint64_t file, std::uint64_t write) {
    take(Event::sync_end, file, 0, write, "");
  }
  void rename(std::string_view from, std::string_view to) {
    take(Event::rename, 0, 0, 0, std::string(from) + '\0' + std::string(to));
  }
  void sync_root() {
    open("", kRoot);
    sync(kRoot);
  }

 private:
  std::uint64_t take(Event event, std::uint64_t file, std::uint64_t offset, std::uint64_t argument,
                     std::string_view content) {
    const auto& kept = contents_.emplace_back(content);
    recorder::Record record;
    record.event = event;
    record.number = ++number_;
    record.file = file;
    record.offset = offset;
    record.argument = argument;
    disk.take({record, as_bytes(kept)});
    return number_;
  }
  std::list<std::string> contents_;
  std::uint64_t number_ = 0;
};

// What a file holds in each of many images; nothing where it is not there.
std::map<std::string, int> images_of(const CrashedDisk& disk, const std::string& name) {
  std::map<std::string, int> out;
  const test::TemporaryDirectory own;
  const auto directory = own / "disk";
  for (int seed = 0; seed < kImages; ++seed) {
    fs::remove_all(directory);
    fs::create_directories(directory);
    std::mt19937_64 random(static_cast<std::uint64_t>(seed));
    static_cast<void>(disk.build(directory, random));
    std::ostringstream text;
    if (fs::exists(directory / name)) {
      text << std::ifstream(directory / name, std::ios::binary).rdbuf();
    } else {
      text << "absent";
    }
    ++out[text.str()];
  }
  return out;
}

TEST(CrashedDisk, KeepsWhatWasSynced) {
  Told told;
  told.open("file", kFile);
  told.write(kFile, 0, std::string(2000, 'a'));
  told.sync(kFile);
  told.sync_root();
  const std::map<std::string, int> whole{{std::string(2000, 'a'), kImages}};
  EXPECT_EQ(images_of(told.disk, "file"), whole);
  EXPECT_TRUE(told.disk.unsynced().empty());
}

TEST(CrashedDisk, LosesTearsOrKeepsWhatWasNot) {
  Told told;
  told.open("file", kFile);
  told.write(kFile, 0, std::string(1024, 'a'));
  told.sync(kFile);
  told.sync_root();
  told.write(kFile, 0, std::string(1024, 'b'));
  const auto images = images_of(told.disk, "file");
  const std::string a(512, 'a'), b(512, 'b');
  for (const auto& form : {a + a, b + b, a + b, b + a}) EXPECT_TRUE(images.contains(form));
  EXPECT_EQ(images.size(), 4u) << "a sector is written whole or not at all";
  EXPECT_EQ(told.disk.unsynced(), std::vector<std::string>{"file"});
}

TEST(CrashedDisk, MayHaveALaterWriteWithoutAnEarlierOne) {
  Told told;
  told.open("file", kFile);
  told.write(kFile, 0, "aabb");
  told.sync(kFile);
  told.sync_root();
  told.write(kFile, 0, "AA");
  told.write(kFile, 2, "BB");
  const auto images = images_of(told.disk, "file");
  for (const auto* form : {"aabb", "AAbb", "aaBB", "AABB"}) EXPECT_TRUE(images.contains(form));
}

TEST(CrashedDisk, KeepsAWriteThatWasDurableByItself) {
  Told told;
  told.open("file", kFile);
  told.write(kFile, 0, "first.");
  told.sync(kFile);
  told.sync_root();
  told.write(kFile, 0, "data");  // not durable, and before it
  told.durable(kFile, told.write(kFile, 2, "META"));
  const std::map<std::string, int> images = images_of(told.disk, "file");
  EXPECT_EQ(images.size(), 2u);
  EXPECT_TRUE(images.contains("fiMETA") && images.contains("daMETA"));
}

TEST(CrashedDisk, LosesANameWhoseDirectoryWasNotSynced) {
  Told told;
  told.open("file", kFile);
  told.write(kFile, 0, "content");
  told.sync(kFile);
  const auto images = images_of(told.disk, "file");
  EXPECT_TRUE(images.contains("absent") && images.contains("content"));
}

TEST(CrashedDisk, RenamesWholeOrNot) {
  Told told;
  told.open("file", kFile);
  told.write(kFile, 0, "old");
  told.sync(kFile);
  told.sync_root();
  told.open("file.tmp", kFile + 1);
  told.write(kFile + 1, 0, "new");
  told.sync(kFile + 1);
  told.rename("file.tmp", "file");
  const auto images = images_of(told.disk, "file");
  EXPECT_EQ(images.size(), 2u);
  EXPECT_TRUE(images.contains("old") && images.contains("new"));
}

}  // namespace
}  // namespace tally::fault
