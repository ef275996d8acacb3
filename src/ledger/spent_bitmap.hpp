// The spent bitmap: one bit for each output number, the authority on what is spent. It lives in
// memory (12.5 MB for 100 M outputs), answers a double spend without touching the state tree, and
// its Merkle root stands in every block header. The leaf is 256 bits:
// docs/adr/0006-spent-bitmap.md.
//
// One thread at a time.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "contracts/id.hpp"
#include "crypto/bitmap_tree.hpp"

namespace tally::ledger {

using contracts::OutputNumber;

class SpentBitmap {
 public:
  /// A page is what a checkpoint writes: 4 KiB, 32,768 output numbers.
  static constexpr std::size_t kPageBytes = 4096;
  static constexpr std::uint64_t kPageBits = kPageBytes * 8;
  struct Page {
    std::uint64_t index;
    Bytes bytes;  ///< kPageBytes; number n is bit n % 8 of byte n % kPageBits / 8.
  };

  /// How many numbers there are; every one below is spent or not.
  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// Appends unspent numbers until there are `count`; with a smaller count, takes the last ones
  /// away (they must be unspent: only an undone block does this).
  void resize(std::uint64_t count);
  /// `number` is below size().
  [[nodiscard]] bool spent(OutputNumber number) const;
  /// Marks an unspent number spent, or takes that back.
  void mark(OutputNumber number);
  void unmark(OutputNumber number);

  /// Brings the tree up to date with all changes since the last call and returns its root.
  const Hash32& settle();

  /// The page as it is now; its first bit is below size().
  [[nodiscard]] Page page(std::uint64_t index) const;
  /// The pages changed since the last call, ascending.
  std::vector<Page> take_dirty_pages();
  /// While opening: lays a checkpoint's page in its place, or says that it has none: it is not
  /// kPageBytes long, or begins beyond size().
  [[nodiscard]] bool load(const Page& page);

 private:
  void touch(OutputNumber number);
  void shrink();

  std::uint64_t size_ = 0;
  std::vector<std::uint8_t> bits_;  // whole leaves of 32 bytes
  std::vector<std::uint64_t> dirty_leaves_;
  std::set<std::uint64_t> dirty_pages_;
  crypto::BitmapTree tree_;
};

}  // namespace tally::ledger
