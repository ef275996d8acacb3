#include "storage/posix.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <fstream>

#include "unit/storage/temporary_directory.hpp"

namespace tally::storage {
namespace {

TEST(Posix, SortsErrnos) {
  struct Row {
    int number;
    Error error;
  };
  const Row rows[] = {
      {ENOENT, Error::not_found}, {ENOTDIR, Error::not_found},
      {ENOSPC, Error::disk_full}, {EDQUOT, Error::disk_full},
      {EFBIG, Error::disk_full},  {EACCES, Error::denied},
      {EPERM, Error::denied},     {EROFS, Error::denied},
      {EMFILE, Error::busy},      {ENOMEM, Error::busy},
      {EIO, Error::io},           {EBADF, Error::io},
  };
  for (const auto& row : rows) EXPECT_EQ(from_errno(row.number), row.error) << row.number;
}

TEST(Posix, ReadsAndWritesAtOffsets) {
  const test::TemporaryDirectory directory;
  const auto file = open_file(directory / "f", O_RDWR | O_CREAT);
  ASSERT_TRUE(file);
  ASSERT_TRUE(write_at(*file, as_bytes("abc"), 5));
  EXPECT_EQ(*size_of(*file), 8u);
  Bytes out(10, 0x11);
  EXPECT_EQ(*read_at(*file, out, 4), 4u);
  EXPECT_EQ(to_hex(ByteView(out).first(4)), "00616263");
  EXPECT_EQ(*read_at(*file, out, 100), 0u);
  EXPECT_EQ(open_file(directory / "none", O_RDONLY).error(), Error::not_found);
  const auto read_only = open_file(directory / "f", O_RDONLY);
  EXPECT_EQ(write_at(*read_only, as_bytes("x"), 0).error(), Error::io);
}

TEST(Posix, AFullDeviceIsDiskFull) {
  const auto file = open_file("/dev/full", O_WRONLY);
  ASSERT_TRUE(file);
  EXPECT_EQ(write_at(*file, as_bytes("x"), 0).error(), Error::disk_full);
}

TEST(Posix, MakesDirectoriesWithTheirParents) {
  const test::TemporaryDirectory directory;
  EXPECT_TRUE(make_directory(directory / "a" / "b" / ""));
  EXPECT_TRUE(make_directory(directory / "a" / "b" / "c"));
  EXPECT_TRUE(make_directory(directory / "a" / "b" / "c"));
  EXPECT_TRUE(std::filesystem::is_directory(directory / "a" / "b" / "c"));
  std::ofstream(directory / "file") << "x";
  EXPECT_EQ(make_directory(directory / "file").error(), Error::invalid);
}

TEST(Posix, LocksADirectoryOnce) {
  const test::TemporaryDirectory directory;
  auto first = lock_directory(directory.path());
  ASSERT_TRUE(first);
  EXPECT_EQ(lock_directory(directory.path()).error(), Error::locked);
  *first = FileDescriptor();
  EXPECT_TRUE(lock_directory(directory.path()));
  EXPECT_EQ(lock_directory(directory / "none").error(), Error::not_found);
}

TEST(Posix, AMovedDescriptorIsClosedOnce) {
  const test::TemporaryDirectory directory;
  auto file = open_file(directory / "f", O_RDWR | O_CREAT);
  const int fd = file->get();
  FileDescriptor moved = std::move(*file);
  EXPECT_EQ(moved.get(), fd);
  EXPECT_FALSE(file->is_open());
  EXPECT_TRUE(write_at(moved, as_bytes("x"), 0));
}

}  // namespace
}  // namespace tally::storage
