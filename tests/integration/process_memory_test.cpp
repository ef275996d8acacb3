// The search of a process's memory finds what is there, and passes over what is not.
#include "integration/process_memory.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>
#include <chrono>
#include <string>

namespace tally::test {
namespace {

constexpr std::size_t kPage = 4'096;

// Memory of the test's own, of which nothing is there before it is touched.
class Mapped {
 public:
  explicit Mapped(std::size_t bytes)
      : bytes_(bytes),
        at_(static_cast<char*>(::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0))) {
    ::madvise(at_, bytes_, MADV_NOHUGEPAGE);
  }
  Mapped(const Mapped&) = delete;
  Mapped& operator=(const Mapped&) = delete;
  ~Mapped() { ::munmap(at_, bytes_); }
  [[nodiscard]] bool made() const { return at_ != MAP_FAILED; }
  [[nodiscard]] char* at(std::size_t offset) const { return at_ + offset; }

 private:
  std::size_t bytes_;
  char* at_;
};

// A text that stands nowhere in the program as it will be looked for.
std::string mark() {
  std::string out = "xram eht ta ereh dnif eb llahs tahw si siht";
  std::ranges::reverse(out);
  return out;
}

std::size_t times_found(const std::vector<Region>& memory, const std::string& text) {
  std::size_t out = 0;
  for (const auto& region : memory) out += as_text(region.bytes).contains(text) ? 1 : 0;
  return out;
}

TEST(ProcessMemory, WhatLiesAcrossTwoPiecesIsFound) {
  const auto text = mark();
  const Mapped memory(8 * kMemoryPieceBytes);
  ASSERT_TRUE(memory.made());
  // A run of pages with its piece's border in the middle of the text.
  std::fill_n(memory.at(kPage), 2 * kMemoryPieceBytes, 'x');
  text.copy(memory.at(kPage + kMemoryPieceBytes - text.size() / 2), text.size());
  const auto read = read_memory(::getpid());
  EXPECT_TRUE(std::ranges::any_of(read, [&](const Region& region) {
    return region.bytes.size() >= 2 * kMemoryPieceBytes && as_text(region.bytes).contains(text);
  }));
}

TEST(ProcessMemory, WhatWasNeverTouchedIsNotRead) {
  const auto text = mark();
  // Less than what a sanitizer's book begins with.
  constexpr std::size_t kBytes = std::size_t{1'000} << 20;
  const Mapped memory(kBytes);
  ASSERT_TRUE(memory.made());
  text.copy(memory.at(kBytes / 2), text.size());
  const auto read = read_memory(::getpid());
  EXPECT_GE(times_found(read, text), 1u);
  std::size_t bytes = 0;
  for (const auto& region : read) bytes += region.bytes.size();
  EXPECT_LT(bytes, kBytes / 2);
}

TEST(ProcessMemory, WhatIsLeftOutOfDumpsIsKnown) {
  const auto text = mark();
  const Mapped memory(4 * kPage);
  ASSERT_TRUE(memory.made());
  ASSERT_EQ(::madvise(memory.at(0), 4 * kPage, MADV_DONTDUMP), 0);
  text.copy(memory.at(kPage), text.size());
  const auto read = read_memory(::getpid());
  EXPECT_TRUE(std::ranges::any_of(read, [&](const Region& region) {
    return region.left_out_of_dumps && as_text(region.bytes).contains(text);
  }));
}

}  // namespace
}  // namespace tally::test
