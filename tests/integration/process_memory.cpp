#include "integration/process_memory.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

namespace tally::test {
namespace {

constexpr std::uint64_t kPageBytes = 4'096;
constexpr std::uint64_t kBookBytesMin = std::uint64_t{1} << 30;
constexpr std::size_t kEntriesAtOnce = 64 * 1'024;

// A mapping, as smaps has it.
struct Mapping {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  bool is_private = false;  // and can be written
  std::uint64_t there_kib = 0;
  bool left_out_of_dumps = false;
};

class ProcessFile {
 public:
  explicit ProcessFile(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    EXPECT_GE(fd_, 0) << path << ": the parent may read a node that is debuggable";
  }
  ProcessFile(const ProcessFile&) = delete;
  ProcessFile& operator=(const ProcessFile&) = delete;
  ~ProcessFile() { ::close(fd_); }
  // How many bytes it gave; none where the process has let go of the memory meanwhile.
  std::size_t read(void* to, std::size_t bytes, std::uint64_t at) const {
    const auto n = ::pread(fd_, to, bytes, static_cast<off_t>(at));
    return n < 0 ? 0 : static_cast<std::size_t>(n);
  }

 private:
  int fd_;
};

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// address perms offset dev inode [path], then lines "Name: value", of which VmFlags is the last.
std::vector<Mapping> mappings_of(const std::string& smaps) {
  std::vector<Mapping> out;
  std::istringstream lines(smaps);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string first, second;
    words >> first >> second;
    if (first == "Rss:" || first == "Swap:") {
      out.back().there_kib += std::stoull(second);
    } else if (first == "VmFlags:") {
      out.back().left_out_of_dumps = line.contains(" dd");
    } else if (const auto dash = first.find('-'); dash != std::string::npos) {
      out.push_back({std::stoull(first.substr(0, dash), nullptr, 16),
                     std::stoull(first.substr(dash + 1), nullptr, 16),
                     second.starts_with("rw") && second.ends_with("p")});
    }
  }
  return out;
}

// Reads pages that touch, piece by piece into one.
void append_pages(const ProcessFile& memory, std::uint64_t begin, std::uint64_t end, Bytes& out) {
  for (auto at = begin; at < end;) {
    const auto piece = std::min<std::uint64_t>(end - at, kMemoryPieceBytes);
    const auto size = out.size();
    out.resize(size + piece);
    memory.read(out.data() + size, piece, at);
    at += piece;
  }
}

// Each run of its pages that are there. Documentation/admin-guide/mm/pagemap.rst: bit 63 says that
// a page is present, bit 62 that it is swapped out.
void read_mapping(const ProcessFile& pagemap, const ProcessFile& memory, const Mapping& mapping,
                  std::vector<Region>& out) {
  constexpr std::uint64_t kThere = std::uint64_t{3} << 62;
  std::vector<std::uint64_t> entries(kEntriesAtOnce);
  bool touches = false;  // the page before is the last of out.back()
  for (auto at = mapping.begin; at < mapping.end;) {
    const auto wanted = std::min<std::uint64_t>((mapping.end - at) / kPageBytes, entries.size());
    const auto got = pagemap.read(entries.data(), wanted * sizeof(std::uint64_t),
                                  at / kPageBytes * sizeof(std::uint64_t)) /
                     sizeof(std::uint64_t);
    if (got == 0) return;
    const auto is_there = [&](std::uint64_t i) { return (entries[i] & kThere) != 0; };
    for (std::uint64_t i = 0; i < got;) {
      auto j = i;
      while (j < got && is_there(j) == is_there(i)) ++j;
      if (is_there(i)) {
        if (!touches) out.push_back({{}, mapping.left_out_of_dumps});
        append_pages(memory, at + i * kPageBytes, at + j * kPageBytes, out.back().bytes);
      }
      touches = is_there(i);
      i = j;
    }
    at += got * kPageBytes;
  }
}

bool has_sanitizer(const std::string& smaps) {
  return smaps.contains("/libtsan.") || smaps.contains("/libasan.");
}

}  // namespace

std::vector<Region> read_memory(pid_t process) {
  const auto directory = "/proc/" + std::to_string(process);
  const ProcessFile pagemap(directory + "/pagemap");
  const ProcessFile memory(directory + "/mem");
  const auto smaps = text_of(directory + "/smaps");
  EXPECT_FALSE(smaps.empty());
  const bool sanitized = has_sanitizer(smaps);
  std::vector<Region> out;
  for (const auto& mapping : mappings_of(smaps)) {
    if (!mapping.is_private || mapping.there_kib == 0) continue;
    if (sanitized && mapping.end - mapping.begin >= kBookBytesMin) continue;
    read_mapping(pagemap, memory, mapping, out);
  }
  return out;
}

}  // namespace tally::test
