// The trees of an LMDB file, walked without LMDB: for the check at opening and for the scrub.
// Private to this folder.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "storage/lmdb_page.hpp"

namespace tally::storage {

/// The entries of a tree in the order of its keys. Each page is checked as parse_page() does, that
/// it is where its parent says, and that its keys are in order and between those of its parents.
class TreeWalk {
 public:
  /// `file` outlives it, and what it shows of the tree does not change meanwhile.
  TreeWalk(PageFile& file, const Tree& tree, PageNumber last_page)
      : file_(file), tree_(tree), last_page_(last_page) {}

  /// Goes before the first entry that is not before `key`; called once, before next().
  [[nodiscard]] std::expected<void, PageFault> seek(ByteView key);
  /// The next entry with its value, long or not; the views live until the next call. Nothing after
  /// the last.
  [[nodiscard]] std::expected<std::optional<Node>, PageFault> next();
  /// The leaf of the last entry.
  [[nodiscard]] PageNumber page() const { return levels_.empty() ? 0 : levels_.back().number; }
  /// Where the last entry's value began, if it was long.
  [[nodiscard]] PageNumber value_page() const { return value_page_; }

 private:
  struct Level {
    PageNumber number = 0;
    Bytes page;
    std::vector<Node> nodes;
    std::size_t index = 0;      // of the node that comes next; of a branch: that was gone down
    Bytes low;                  // no key is before it
    std::optional<Bytes> high;  // every key is before it
  };
  [[nodiscard]] std::expected<void, PageFault> load(PageNumber number, Bytes low,
                                                    std::optional<Bytes> high);
  [[nodiscard]] std::expected<void, PageFault> go_down();

  PageFile& file_;
  const Tree tree_;
  const PageNumber last_page_;
  std::vector<Level> levels_;
  PageNumber value_page_ = 0;
  bool begun_ = false;
};

struct NamedTree {
  std::string name;
  Tree tree;
};

/// The tables of a file by their names.
[[nodiscard]] std::expected<std::vector<NamedTree>, PageFault> read_tables(PageFile& file,
                                                                           const Meta& meta);

/// Whether all trees are whole down to the numbers of their leaves, and no page is reached twice or
/// is free as well: a page number that went wrong would otherwise show an older page, or let one
/// that is in use be written over. Reads the branch pages, the list of tables and the list of free
/// pages; not the leaves of the tables.
[[nodiscard]] std::expected<void, PageFault> check_structure(PageFile& file, const Meta& meta);

}  // namespace tally::storage
