#include "storage/lmdb_page.hpp"

#include <fcntl.h>

#include <array>
#include <cstring>

namespace tally::storage {
namespace {

constexpr std::size_t kHeaderBytes = 16;
constexpr std::size_t kNodeBytes = 8;
constexpr std::uint16_t kBranch = 0x01;
constexpr std::uint16_t kLeaf = 0x02;
constexpr std::uint16_t kOverflow = 0x04;
constexpr std::uint16_t kMeta = 0x08;
constexpr std::uint32_t kMagic = 0xBEEFC0DE;
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kMetaAt = 16;

template <typename T>
T at(ByteView bytes, std::size_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

std::size_t even(std::size_t n) { return (n + 1) & ~std::size_t{1}; }

std::uint8_t* aligned(Bytes& buffer, std::size_t bytes) {
  buffer.resize(bytes + kPageBytes);
  const auto address = reinterpret_cast<std::uintptr_t>(buffer.data());
  return buffer.data() + (kPageBytes - address % kPageBytes) % kPageBytes;
}

struct MetaPage {
  Meta meta;
  std::uint64_t fixed = 0;  // what both have in common
};

std::expected<MetaPage, PageFault> read_meta(ByteView page, PageNumber number) {
  const auto bad = [&](std::string_view what) { return std::unexpected(PageFault{number, what}); };
  if (at<PageNumber>(page, 0) != number || at<std::uint16_t>(page, 10) != kMeta) {
    return bad("not a meta page");
  }
  const auto body = page.subspan(kMetaAt);
  if (at<std::uint32_t>(body, 0) != kMagic || at<std::uint32_t>(body, 4) != kVersion ||
      at<std::uint64_t>(body, 8) != 0) {
    return bad("its magic, version or address");
  }
  constexpr std::size_t kTreesAt = 24;
  if (at<std::uint32_t>(body, kTreesAt) != kPageBytes) return bad("its page size");
  MetaPage out;
  out.meta.free = read_tree(body.subspan(kTreesAt));
  out.meta.main = read_tree(body.subspan(kTreesAt + kTreeBytes));
  out.meta.last_page = at<PageNumber>(body, kTreesAt + 2 * kTreeBytes);
  out.meta.transaction = at<std::uint64_t>(body, kTreesAt + 2 * kTreeBytes + 8);
  out.fixed = std::uint64_t{out.meta.free.flags} << 32 | out.meta.main.flags;
  if (out.meta.main.flags != 0) return bad("the flags of its trees");
  return out;
}

}  // namespace

Tree read_tree(ByteView bytes) {
  return {at<std::uint16_t>(bytes, 4),  at<std::uint16_t>(bytes, 6),  at<std::uint64_t>(bytes, 8),
          at<std::uint64_t>(bytes, 16), at<std::uint64_t>(bytes, 24), at<std::uint64_t>(bytes, 32),
          at<std::uint64_t>(bytes, 40)};
}

std::expected<void, PageFault> parse_page(ByteView page, PageNumber number, PageKind kind,
                                          std::vector<Node>& out) {
  const auto bad = [&](std::string_view what) { return std::unexpected(PageFault{number, what}); };
  out.clear();
  if (at<PageNumber>(page, 0) != number) return bad("it has another page's number");
  if (at<std::uint16_t>(page, 10) != (kind == PageKind::leaf ? kLeaf : kBranch)) {
    return bad("it is of another kind");
  }
  const std::size_t lower = at<std::uint16_t>(page, 12);
  const std::size_t upper = at<std::uint16_t>(page, 14);
  if (lower <= kHeaderBytes || lower % 2 != 0 || lower > upper || upper > kPageBytes) {
    return bad("its bounds");
  }
  std::size_t filled = 0;
  for (std::size_t pointer = kHeaderBytes; pointer < lower; pointer += 2) {
    const std::size_t start = at<std::uint16_t>(page, pointer);
    if (start < upper || start % 2 != 0 || start + kNodeBytes > kPageBytes) {
      return bad("a pointer to a node");
    }
    Node node;
    const std::uint64_t low = at<std::uint16_t>(page, start);
    const std::uint64_t high = at<std::uint16_t>(page, start + 2);
    node.flags = at<std::uint16_t>(page, start + 4);
    const std::size_t key_bytes = at<std::uint16_t>(page, start + 6);
    std::size_t size = kNodeBytes + key_bytes;
    if (kind == PageKind::branch) {
      node.child = low | high << 16 | std::uint64_t{node.flags} << 32;
      node.flags = 0;
    } else {
      node.bytes = low | high << 16;
      if ((node.flags & ~std::uint16_t{3}) != 0) return bad("the flags of a node");
      size += node.is_long() ? sizeof(PageNumber) : static_cast<std::size_t>(node.bytes);
    }
    if (start + size > kPageBytes) return bad("a node beyond its end");
    node.key = page.subspan(start + kNodeBytes, key_bytes);
    if (kind == PageKind::leaf) {
      const auto data = start + kNodeBytes + key_bytes;
      if (node.is_long()) {
        node.child = at<PageNumber>(page, data);
      } else {
        node.value = page.subspan(data, static_cast<std::size_t>(node.bytes));
      }
    }
    filled += even(size);
    out.push_back(node);
  }
  if (filled != kPageBytes - upper) return bad("its nodes do not fill it");
  return {};
}

bool is_sound_leaf(ByteView page, PageNumber number) {
  thread_local std::vector<Node> nodes;
  return parse_page(page, number, PageKind::leaf, nodes).has_value();
}

std::expected<PageFile, Error> PageFile::open(const std::filesystem::path& path, bool direct) {
  auto file = open_file(path, O_RDONLY | (direct ? O_DIRECT : 0));
  // Some file systems, those in memory among them, have nothing to go past.
  if (!file && direct) file = open_file(path, O_RDONLY);
  if (!file) return std::unexpected(file.error());
  return PageFile(std::move(*file));
}

std::expected<ByteView, PageFault> PageFile::read(PageNumber first, std::uint64_t count) {
  const auto bytes = static_cast<std::size_t>(count) * kPageBytes;
  auto* const start = aligned(buffer_, bytes);
  const auto got = read_at(file_, {start, bytes}, first * kPageBytes);
  if (!got) return std::unexpected(PageFault{first, "the disk does not read it"});
  if (*got != bytes) return std::unexpected(PageFault{first, "it is beyond the file's end"});
  bytes_read_ += bytes;
  return ByteView(start, bytes);
}

std::expected<Meta, PageFault> PageFile::meta() {
  const auto both = read(0, 2);
  if (!both) return std::unexpected(both.error());
  const auto first = read_meta(both->first(kPageBytes), 0);
  if (!first) return std::unexpected(first.error());
  const auto second = read_meta(both->subspan(kPageBytes), 1);
  if (!second) return std::unexpected(second.error());
  const auto a = first->meta.transaction;
  const auto b = second->meta.transaction;
  const bool fresh = a == 0 && b == 0;
  const bool in_turn = a % 2 == 0 && b % 2 == 1 && (a + 1 == b || b + 1 == a);
  if (!fresh && !in_turn) {
    return std::unexpected(PageFault{0, "the meta pages are not one commit apart"});
  }
  if (first->fixed != second->fixed) {
    return std::unexpected(PageFault{0, "the meta pages differ in what never changes"});
  }
  return a >= b ? first->meta : second->meta;
}

}  // namespace tally::storage
