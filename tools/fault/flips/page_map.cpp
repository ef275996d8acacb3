#include "fault/flips/page_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <stdexcept>

#include "storage/lmdb_tree.hpp"

namespace tally::fault {
namespace {

using storage::kPageBytes;
using storage::PageNumber;

constexpr std::size_t kHeaderBytes = 16;

class Mapping {
 public:
  explicit Mapping(const std::filesystem::path& path)
      : file_(need(storage::PageFile::open(path, false))), meta_(need(file_.meta())) {
    used_.resize(meta_.last_page + 1);
    // What tells where the tree goes on, not the numbers that LMDB keeps for itself alone.
    add(PageClass::meta_0, 0, 16, 136);
    add(PageClass::meta_1, 1, 16, 136);
    visit(meta_.free, true);
    visit(meta_.main, false);
    for (const auto& table : need(storage::read_tables(file_, meta_))) {
      values_.clear();
      visit(table.tree, false);
      if (!values_.empty() && table.name != "META") map_.last_table_values = values_;
    }
    for (PageNumber page = 2; page <= meta_.last_page; ++page) {
      if (!used_[page]) add(PageClass::unused, page, 0, kPageBytes);
    }
    map_.pages = meta_.last_page + 1;
  }
  PageMap take() { return std::move(map_); }

 private:
  template <typename T, typename E>
  static T need(std::expected<T, E> value) {
    if (!value) throw std::runtime_error("the store to be damaged is damaged already");
    return std::move(*value);
  }

  void add(PageClass kind, PageNumber page, std::uint64_t from, std::uint64_t bytes) {
    if (page < used_.size()) used_[page] = true;
    if (bytes == 0) return;
    map_.places[static_cast<std::size_t>(kind)].push_back({page * kPageBytes + from, bytes});
  }

  void visit(const storage::Tree& tree, bool free_list) {
    if (tree.root != storage::kNoPage) visit(tree.root, tree.depth, free_list);
  }

  void visit(PageNumber number, unsigned depth, bool free_list) {
    const auto view = need(file_.read(number, 1));
    const Bytes page(view.begin(), view.end());
    std::vector<storage::Node> nodes;
    const auto kind = depth == 1 ? storage::PageKind::leaf : storage::PageKind::branch;
    if (!storage::parse_page(page, number, kind, nodes)) {
      throw std::runtime_error("the store to be damaged is damaged already");
    }
    std::uint16_t upper;
    std::memcpy(&upper, page.data() + 14, sizeof upper);
    const auto header = kHeaderBytes + 2 * nodes.size();
    if (free_list) {
      add(PageClass::free_list, number, 0, header);
      add(PageClass::free_list, number, upper, kPageBytes - upper);
    } else {
      add(depth == 1 ? PageClass::leaf_header : PageClass::branch_header, number, 0, header);
      if (depth > 1) add(PageClass::branch_node, number, upper, kPageBytes - upper);
    }
    for (const auto& node : nodes) {
      if (depth > 1) {
        visit(node.child, depth - 1, free_list);
        continue;
      }
      if (node.is_long()) {
        const auto count = storage::overflow_pages(node.bytes);
        for (std::uint64_t i = 0; i < count; ++i) {
          add(free_list ? PageClass::free_list : PageClass::overflow, node.child + i, 0,
              i + 1 < count ? kPageBytes : (kHeaderBytes + node.bytes - 1) % kPageBytes + 1);
        }
      }
      if (free_list) continue;
      const auto key_at = static_cast<std::uint64_t>(node.key.data() - page.data());
      add(PageClass::leaf_key, number, key_at - 8, 8 + node.key.size());
      if (node.is_long()) continue;
      const auto value_at = key_at + node.key.size();
      add(PageClass::leaf_value, number, value_at, node.bytes);
      values_.push_back({number * kPageBytes + value_at, node.bytes});
    }
  }

  storage::PageFile file_;
  storage::Meta meta_;
  PageMap map_;
  std::vector<bool> used_;
  std::vector<PageMap::Place> values_;
};

std::fstream open(const std::filesystem::path& file) {
  return std::fstream(file, std::ios::in | std::ios::out | std::ios::binary);
}

Bytes read(std::fstream& stream, std::uint64_t at, std::size_t bytes) {
  Bytes out(bytes);
  stream.seekg(static_cast<std::streamoff>(at));
  stream.read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(bytes));
  return out;
}

void write(std::fstream& stream, std::uint64_t at, ByteView bytes) {
  stream.seekp(static_cast<std::streamoff>(at));
  stream.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
}

}  // namespace

std::string_view name(PageClass kind) {
  static constexpr std::array<std::string_view, kPageClasses> kNames{
      "meta page 0", "meta page 1", "branch header", "branch node", "leaf header",
      "leaf key",    "leaf value",  "overflow page", "free list",   "unused page"};
  return kNames.at(static_cast<std::size_t>(kind));
}

PageMap map_pages(const std::filesystem::path& file) { return Mapping(file).take(); }

std::string flip_bit(const std::filesystem::path& file, std::uint64_t offset, std::uint64_t bytes,
                     Chance& chance) {
  auto stream = open(file);
  const auto at = offset + chance.below(bytes);
  auto byte = read(stream, at, 1);
  const auto bit = chance.below(8);
  byte[0] ^= static_cast<std::uint8_t>(1u << bit);
  write(stream, at, byte);
  return fmt::format("bit {} of byte {}", bit, at);
}

std::optional<std::string> damage(const std::filesystem::path& file, const PageMap& map,
                                  PageClass kind, Chance& chance) {
  const auto& places = map.places[static_cast<std::size_t>(kind)];
  if (places.empty()) return std::nullopt;
  const auto& place = places[chance.below(places.size())];
  const auto how = chance.below(100);
  const auto page = place.offset / kPageBytes;
  if (how < 70) return flip_bit(file, place.offset, place.bytes, chance);
  if (how < 85) {
    std::string said;
    for (auto bits = chance.between(2, 64); bits > 0; --bits) {
      said += (said.empty() ? "" : ", ") + flip_bit(file, place.offset, place.bytes, chance);
    }
    return said;
  }
  auto stream = open(file);
  if (how < 93 || page < 2 || map.pages < 4) {
    const auto sector = (place.offset + chance.below(place.bytes)) / 512 * 512;
    write(stream, sector, Bytes(512));
    return fmt::format("zeros in the sector at byte {}", sector);
  }
  const auto other = chance.between(2, map.pages - 1);
  const auto mine = read(stream, page * kPageBytes, kPageBytes);
  write(stream, page * kPageBytes, read(stream, other * kPageBytes, kPageBytes));
  write(stream, other * kPageBytes, mine);
  return fmt::format("pages {} and {} exchanged", page, other);
}

void overwrite(const std::filesystem::path& from, const std::filesystem::path& to) {
  auto source = open(from);
  auto target = open(to);
  const auto size = std::filesystem::file_size(from);
  for (std::uint64_t at = 0; at < size; at += kPageBytes) {
    const auto page = read(source, at, kPageBytes);
    if (page != read(target, at, kPageBytes)) write(target, at, page);
  }
}

}  // namespace tally::fault
