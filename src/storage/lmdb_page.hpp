// The pages of LMDB 0.9's files on 64-bit machines, read with no trust in what they hold. LMDB
// itself follows damaged pages wherever they lead. Private to this folder.
//
//   file   = meta meta *page                ; a page is 4,096 bytes
//   page   = pgno(8) pad(2) flags(2) lower(2) upper(2) *pointer(2) … *node     ; branch or leaf
//          / pgno(8) pad(2) flags(2) count(4) bytes                            ; overflow
//   node   = low(2) high(2) flags(2) key_size(2) key data      ; at even offsets from `upper` on
//
// Integers are in the machine's order. The nodes of a page fill it from `upper` to its end without
// a gap, so that a lost or displaced pointer shows. Source: LMDB 0.9.24, mdb.c, "Page headers",
// "Node" and "Meta pages".
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "storage/posix.hpp"

namespace tally::storage {

using PageNumber = std::uint64_t;
inline constexpr std::size_t kPageBytes = 4096;
inline constexpr PageNumber kNoPage = UINT64_MAX;  // the root of an empty tree
inline constexpr std::size_t kTreeBytes = 48;
inline constexpr unsigned kDepthMax = 32;

/// What is wrong, and in which page.
struct PageFault {
  PageNumber page = 0;
  std::string_view what;  // of static storage
};

/// LMDB's record of a tree (MDB_db).
struct Tree {
  std::uint16_t flags = 0;
  std::uint16_t depth = 0;
  std::uint64_t branch_pages = 0;
  std::uint64_t leaf_pages = 0;
  std::uint64_t overflow_pages = 0;
  std::uint64_t entries = 0;
  PageNumber root = kNoPage;
};
/// `bytes` has kTreeBytes.
[[nodiscard]] Tree read_tree(ByteView bytes);

struct Meta {
  Tree free;
  Tree main;
  PageNumber last_page = 0;
  std::uint64_t transaction = 0;
};

enum class PageKind : std::uint8_t { branch, leaf };

struct Node {
  ByteView key;
  std::uint16_t flags = 0;
  PageNumber child = 0;     // of a branch; of a leaf, where a long value begins
  std::uint64_t bytes = 0;  // of a leaf: of the value
  ByteView value;           // of a leaf, unless it is long
  [[nodiscard]] bool is_long() const { return (flags & 1) != 0; }
  [[nodiscard]] bool is_tree() const { return (flags & 2) != 0; }
};

/// All nodes of a page, or what is wrong with it: its number, kind, bounds, pointers, or that its
/// nodes do not fill it. The nodes are views into `page` (kPageBytes). Their order is not checked.
[[nodiscard]] std::expected<void, PageFault> parse_page(ByteView page, PageNumber number,
                                                        PageKind kind, std::vector<Node>& out);

/// Likewise, without taking it apart.
[[nodiscard]] bool is_sound_leaf(ByteView page, PageNumber number);

/// How many pages an overflow run of a value takes.
[[nodiscard]] constexpr std::uint64_t overflow_pages(std::uint64_t bytes) {
  return (16 + bytes + kPageBytes - 1) / kPageBytes;
}

/// One LMDB file, read page by page. One thread.
class PageFile {
 public:
  /// `direct`: from the disk itself, past the system's cache, where the file system can.
  [[nodiscard]] static std::expected<PageFile, Error> open(const std::filesystem::path& path,
                                                           bool direct);

  /// `count` pages from `first` on. The view lives until the next call.
  [[nodiscard]] std::expected<ByteView, PageFault> read(PageNumber first, std::uint64_t count);

  /// The state that the newer meta page tells of. Both must be whole and one commit apart, for one
  /// flipped bit in the newer one would silently reopen the commit before.
  [[nodiscard]] std::expected<Meta, PageFault> meta();

  /// Bytes read since it was opened.
  [[nodiscard]] std::uint64_t bytes_read() const { return bytes_read_; }

 private:
  explicit PageFile(FileDescriptor file) : file_(std::move(file)) {}
  FileDescriptor file_;
  Bytes buffer_;
  std::uint64_t bytes_read_ = 0;
};

}  // namespace tally::storage
