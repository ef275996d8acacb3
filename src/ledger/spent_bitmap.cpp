#include "ledger/spent_bitmap.hpp"

#include <algorithm>
#include <numeric>

#include "base/check.hpp"

namespace tally::ledger {
namespace {

constexpr std::size_t kLeafBytes = 32;
constexpr std::uint64_t kLeafBits = kLeafBytes * 8;

std::uint64_t leaves_for(std::uint64_t bits) { return (bits + kLeafBits - 1) / kLeafBits; }

}  // namespace

void SpentBitmap::resize(std::uint64_t count) {
  const bool fewer = count < size_;
  size_ = count;
  bits_.resize(leaves_for(count) * kLeafBytes);
  if (fewer) shrink();
}

// Forgets the pages and leaves beyond the end. The tree's root commits to the count of leaves and
// the tree only grows: if an undone block was settled, it is made anew, which is slow and rare.
void SpentBitmap::shrink() {
  dirty_pages_.erase(dirty_pages_.lower_bound((size_ + kPageBits - 1) / kPageBits),
                     dirty_pages_.end());
  const auto leaves = leaves_for(size_);
  std::erase_if(dirty_leaves_, [&](auto leaf) { return leaf >= leaves; });
  if (tree_.size() <= leaves) return;
  tree_ = crypto::BitmapTree();
  dirty_leaves_.resize(leaves);
  std::iota(dirty_leaves_.begin(), dirty_leaves_.end(), std::uint64_t{0});
}

bool SpentBitmap::spent(OutputNumber number) const {
  CHECK(number < size_);
  return (bits_[number / 8] >> (number % 8) & 1) != 0;
}

void SpentBitmap::touch(OutputNumber number) {
  const auto leaf = number / kLeafBits;
  if (dirty_leaves_.empty() || dirty_leaves_.back() != leaf) dirty_leaves_.push_back(leaf);
  dirty_pages_.insert(number / kPageBits);
}

void SpentBitmap::mark(OutputNumber number) {
  CHECK(!spent(number));
  bits_[number / 8] = static_cast<std::uint8_t>(bits_[number / 8] | 1u << (number % 8));
  touch(number);
}

void SpentBitmap::unmark(OutputNumber number) {
  CHECK(spent(number));
  bits_[number / 8] = static_cast<std::uint8_t>(bits_[number / 8] & ~(1u << (number % 8)));
  touch(number);
}

const Hash32& SpentBitmap::settle() {
  tree_.grow_to(leaves_for(size_));
  std::sort(dirty_leaves_.begin(), dirty_leaves_.end());
  dirty_leaves_.erase(std::unique(dirty_leaves_.begin(), dirty_leaves_.end()), dirty_leaves_.end());
  std::vector<crypto::BitmapTree::Change> changes;
  changes.reserve(dirty_leaves_.size());
  for (const auto leaf : dirty_leaves_) {
    auto& change = changes.emplace_back(crypto::BitmapTree::Change{leaf, {}});
    std::copy_n(bits_.begin() + static_cast<std::ptrdiff_t>(leaf * kLeafBytes), kLeafBytes,
                change.bits.begin());
  }
  tree_.update(changes);
  dirty_leaves_.clear();
  return tree_.root();
}

SpentBitmap::Page SpentBitmap::page(std::uint64_t index) const {
  CHECK(index * kPageBits < size_);
  Page page{index, Bytes(kPageBytes)};
  const auto first = index * kPageBytes;
  const auto count = std::min<std::size_t>(kPageBytes, bits_.size() - first);
  std::copy_n(bits_.begin() + static_cast<std::ptrdiff_t>(first), count, page.bytes.begin());
  return page;
}

std::vector<SpentBitmap::Page> SpentBitmap::take_dirty_pages() {
  std::vector<Page> pages;
  pages.reserve(dirty_pages_.size());
  for (const auto index : dirty_pages_) pages.push_back(page(index));
  dirty_pages_.clear();
  return pages;
}

bool SpentBitmap::load(const Page& page) {
  if (page.bytes.size() != kPageBytes || page.index > size_ / kPageBits ||
      page.index * kPageBits >= size_) {
    return false;
  }
  const auto first = page.index * kPageBytes;
  const auto count = std::min<std::size_t>(kPageBytes, bits_.size() - first);
  std::copy_n(page.bytes.begin(), count, bits_.begin() + static_cast<std::ptrdiff_t>(first));
  for (auto leaf = first / kLeafBytes; leaf < (first + count) / kLeafBytes; ++leaf) {
    dirty_leaves_.push_back(leaf);
  }
  return true;
}

}  // namespace tally::ledger
