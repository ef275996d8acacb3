#include "storage/lmdb_tree.hpp"

#include <algorithm>
#include <cstring>

namespace tally::storage {
namespace {

bool is_less(ByteView a, ByteView b) { return std::ranges::lexicographical_compare(a, b); }

// Whether the keys rise, and lie between the bounds. A branch's first key does not count.
bool in_order(const std::vector<Node>& nodes, PageKind kind, ByteView low,
              const std::optional<Bytes>& high) {
  ByteView before = low;
  for (std::size_t i = kind == PageKind::leaf ? 0 : 1; i < nodes.size(); ++i) {
    const auto key = nodes[i].key;
    const bool first = before.data() == low.data();
    if (key.empty() || (first ? is_less(key, before) : !is_less(before, key))) return false;
    before = key;
  }
  return !high || nodes.empty() || !(nodes.size() > 1 || kind == PageKind::leaf) ||
         is_less(nodes.back().key, *high);
}

Bytes to_bytes(ByteView view) { return {view.begin(), view.end()}; }

std::expected<ByteView, PageFault> read_long(PageFile& file, PageNumber first, std::uint64_t bytes,
                                             PageNumber last_page) {
  const auto bad = [&](std::string_view what) { return std::unexpected(PageFault{first, what}); };
  const auto count = overflow_pages(bytes);
  if (first < 2 || first > last_page || count > last_page - first + 1) {
    return bad("a long value beyond the last page");
  }
  const auto pages = file.read(first, count);
  if (!pages) return std::unexpected(pages.error());
  PageNumber number;
  std::uint16_t flags;
  std::uint32_t said;
  std::memcpy(&number, pages->data(), sizeof number);
  std::memcpy(&flags, pages->data() + 10, sizeof flags);
  std::memcpy(&said, pages->data() + 12, sizeof said);
  if (number != first || flags != 0x04 || said < count) return bad("not the pages of a long value");
  return pages->subspan(16, static_cast<std::size_t>(bytes));
}

// The pages of a file, each of which has one use.
class Uses {
 public:
  Uses(PageFile& file, const Meta& meta)
      : file_(file), meta_(meta), used_(static_cast<std::size_t>(meta.last_page) + 1) {}

  std::expected<void, PageFault> run() {
    auto done = tree(meta_.main, true);
    if (done) done = free_list();
    if (!done) return done;
    const auto tables = read_tables(file_, meta_);
    if (!tables) return std::unexpected(tables.error());
    for (const auto& table : *tables) {
      if (done = tree(table.tree, false); !done) return done;
    }
    return {};
  }

 private:
  std::expected<void, PageFault> take(PageNumber page, PageNumber from) {
    if (page < 2 || page > meta_.last_page) {
      return std::unexpected(PageFault{from, "it leads beyond the last page"});
    }
    if (used_[static_cast<std::size_t>(page)]) {
      return std::unexpected(PageFault{page, "it has two uses"});
    }
    used_[static_cast<std::size_t>(page)] = true;
    return {};
  }

  std::expected<void, PageFault> tree(const Tree& tree, bool byte_keys) {
    if (tree.root == kNoPage) return {};
    branches_ = leaves_ = 0;
    byte_keys_ = byte_keys || tree.flags == 0;
    if (tree.depth == 0 || tree.depth > kDepthMax) {
      return std::unexpected(PageFault{tree.root, "the depth of a tree"});
    }
    if (auto done = level(tree.root, tree.root, tree.depth, {}, std::nullopt); !done) return done;
    if (branches_ != tree.branch_pages || leaves_ != tree.leaf_pages) {
      return std::unexpected(PageFault{tree.root, "the tree has another number of pages"});
    }
    return {};
  }

  std::expected<void, PageFault> level(PageNumber number, PageNumber from, unsigned depth,
                                       const Bytes& low, const std::optional<Bytes>& high) {
    if (auto taken = take(number, from); !taken) return taken;
    ++(depth == 1 ? leaves_ : branches_);
    if (depth == 1) return {};
    const auto read = file_.read(number, 1);
    if (!read) return std::unexpected(read.error());
    const Bytes page = to_bytes(*read);
    std::vector<Node> nodes;
    if (auto parsed = parse_page(page, number, PageKind::branch, nodes); !parsed) return parsed;
    if (byte_keys_ && !in_order(nodes, PageKind::branch, low, high)) {
      return std::unexpected(PageFault{number, "its keys are not in order"});
    }
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const auto first = i == 0 ? low : to_bytes(nodes[i].key);
      const auto end = i + 1 < nodes.size() ? to_bytes(nodes[i + 1].key) : high;
      if (auto done = level(nodes[i].child, number, depth - 1, first, end); !done) return done;
    }
    return {};
  }

  // Its keys are transactions, as numbers of the machine; each value counts pages and lists them.
  std::expected<void, PageFault> free_list() {
    if (meta_.free.root == kNoPage) return {};
    if (auto done = tree(meta_.free, false); !done) return done;
    return free_level(meta_.free.root, meta_.free.depth);
  }

  std::expected<void, PageFault> free_level(PageNumber number, unsigned depth) {
    const auto read = file_.read(number, 1);
    if (!read) return std::unexpected(read.error());
    const Bytes page = to_bytes(*read);
    std::vector<Node> nodes;
    const auto kind = depth == 1 ? PageKind::leaf : PageKind::branch;
    if (auto parsed = parse_page(page, number, kind, nodes); !parsed) return parsed;
    std::uint64_t before = 0;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const auto& node = nodes[i];
      std::uint64_t transaction = 0;
      if (kind == PageKind::leaf || i > 0) {
        if (node.key.size() != sizeof transaction) {
          return std::unexpected(PageFault{number, "a key of the free list"});
        }
        std::memcpy(&transaction, node.key.data(), sizeof transaction);
        if (transaction <= before || transaction > meta_.transaction) {
          return std::unexpected(PageFault{number, "a key of the free list"});
        }
        before = transaction;
      }
      auto done =
          kind == PageKind::leaf ? free_pages(node, number) : free_level(node.child, depth - 1);
      if (!done) return done;
    }
    return {};
  }

  std::expected<void, PageFault> free_pages(const Node& node, PageNumber leaf) {
    Bytes list = to_bytes(node.value);
    if (node.is_long()) {
      const auto value = read_long(file_, node.child, node.bytes, meta_.last_page);
      if (!value) return std::unexpected(value.error());
      list = to_bytes(*value);
      for (std::uint64_t i = 0; i < overflow_pages(node.bytes); ++i) {
        if (auto taken = take(node.child + i, leaf); !taken) return taken;
      }
    }
    std::uint64_t count = 0;
    if (list.size() >= sizeof count) std::memcpy(&count, list.data(), sizeof count);
    if (list.size() < sizeof count || count > list.size() / sizeof count - 1) {
      return std::unexpected(PageFault{leaf, "a list of free pages"});
    }
    PageNumber before = kNoPage;
    for (std::uint64_t i = 1; i <= count; ++i) {
      PageNumber page;
      std::memcpy(&page, list.data() + i * sizeof page, sizeof page);
      if (page >= before) return std::unexpected(PageFault{leaf, "the order of free pages"});
      if (auto taken = take(page, leaf); !taken) return taken;
      before = page;
    }
    return {};
  }

  PageFile& file_;
  const Meta& meta_;
  std::vector<bool> used_;
  std::uint64_t branches_ = 0;
  std::uint64_t leaves_ = 0;
  bool byte_keys_ = true;
};

}  // namespace

std::expected<void, PageFault> TreeWalk::load(PageNumber number, Bytes low,
                                              std::optional<Bytes> high) {
  if (number < 2 || number > last_page_) {
    return std::unexpected(PageFault{page(), "it leads beyond the last page"});
  }
  const auto read = file_.read(number, 1);
  if (!read) return std::unexpected(read.error());
  Level level;
  level.number = number;
  level.page = to_bytes(*read);
  const auto kind = levels_.size() + 1 == tree_.depth ? PageKind::leaf : PageKind::branch;
  if (auto parsed = parse_page(level.page, number, kind, level.nodes); !parsed) return parsed;
  if (!in_order(level.nodes, kind, low, high)) {
    return std::unexpected(PageFault{number, "its keys are not in order"});
  }
  level.low = std::move(low);
  level.high = std::move(high);
  levels_.push_back(std::move(level));
  return {};
}

std::expected<void, PageFault> TreeWalk::go_down() {
  const auto& above = levels_.back();
  const auto i = above.index;
  auto low = i == 0 ? above.low : to_bytes(above.nodes[i].key);
  auto high = i + 1 < above.nodes.size() ? std::optional<Bytes>(to_bytes(above.nodes[i + 1].key))
                                         : above.high;
  return load(above.nodes[i].child, std::move(low), std::move(high));
}

std::expected<void, PageFault> TreeWalk::seek(ByteView key) {
  begun_ = true;
  if (tree_.root == kNoPage) return {};
  if (tree_.depth == 0 || tree_.depth > kDepthMax) {
    return std::unexpected(PageFault{tree_.root, "the depth of a tree"});
  }
  if (auto done = load(tree_.root, {}, std::nullopt); !done) return done;
  while (levels_.size() < tree_.depth) {
    auto& level = levels_.back();
    while (level.index + 1 < level.nodes.size() &&
           !is_less(key, level.nodes[level.index + 1].key)) {
      ++level.index;
    }
    if (auto done = go_down(); !done) return done;
  }
  auto& leaf = levels_.back();
  while (leaf.index < leaf.nodes.size() && is_less(leaf.nodes[leaf.index].key, key)) ++leaf.index;
  return {};
}

std::expected<std::optional<Node>, PageFault> TreeWalk::next() {
  if (!begun_) {
    if (auto done = seek({}); !done) return std::unexpected(done.error());
  }
  if (levels_.empty()) return std::nullopt;
  while (levels_.back().index == levels_.back().nodes.size()) {
    do {
      levels_.pop_back();
      if (levels_.empty()) return std::nullopt;
    } while (++levels_.back().index == levels_.back().nodes.size());
    while (levels_.size() < tree_.depth) {
      if (auto done = go_down(); !done) return std::unexpected(done.error());
    }
  }
  auto& leaf = levels_.back();
  auto node = leaf.nodes[leaf.index++];
  if (node.is_long()) {
    const auto value = read_long(file_, node.child, node.bytes, last_page_);
    if (!value) return std::unexpected(value.error());
    node.value = *value;
    value_page_ = node.child;
  }
  return node;
}

std::expected<std::vector<NamedTree>, PageFault> read_tables(PageFile& file, const Meta& meta) {
  std::vector<NamedTree> out;
  TreeWalk walk(file, meta.main, meta.last_page);
  while (true) {
    const auto node = walk.next();
    if (!node) return std::unexpected(node.error());
    if (!*node) break;
    if (!(*node)->is_tree() || (*node)->value.size() != kTreeBytes) {
      return std::unexpected(PageFault{walk.page(), "the record of a table"});
    }
    const auto tree = read_tree((*node)->value);
    if (tree.flags != 0) return std::unexpected(PageFault{walk.page(), "the flags of a table"});
    out.push_back({std::string(as_text((*node)->key)), tree});
  }
  return out;
}

std::expected<void, PageFault> check_structure(PageFile& file, const Meta& meta) {
  // A last page beyond the file is told before memory is taken for it.
  if (const auto last = file.read(meta.last_page, 1); !last) return std::unexpected(last.error());
  return Uses(file, meta).run();
}

}  // namespace tally::storage
