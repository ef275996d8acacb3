// What several sources have waiting, taken in turn: whoever has much waiting waits for itself.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <unordered_map>
#include <utility>

namespace tally {

/// A lane for each key that has something waiting; first in, first out within it. Not for several
/// threads: the caller locks.
template <typename Key, typename Item, typename Hash>
class RoundRobin {
 public:
  void push(const Key& key, Item item) { lane_of(key).push_back(std::move(item)); }
  /// Back to the head of its lane, whose turn is after the others'.
  void push_front(const Key& key, Item item) { lane_of(key).push_front(std::move(item)); }

  /// The first of the lane whose turn it is; nothing if nothing waits.
  std::optional<std::pair<Key, Item>> pop() {
    if (turns_.empty()) return std::nullopt;
    const auto key = turns_.front();
    turns_.pop_front();
    const auto lane = lanes_.find(key);
    std::pair<Key, Item> out{key, std::move(lane->second.front())};
    lane->second.pop_front();
    --size_;
    if (lane->second.empty()) {
      lanes_.erase(lane);
    } else {
      turns_.push_back(key);
    }
    return out;
  }

  /// Makes room for one more of `key`'s: takes the latest of the longest lane, if that is longer
  /// than this key's would be. Looks at every lane.
  std::optional<Item> shed(const Key& key) {
    auto longest = lanes_.end();
    for (auto lane = lanes_.begin(); lane != lanes_.end(); ++lane) {
      if (longest == lanes_.end() || lane->second.size() > longest->second.size()) longest = lane;
    }
    if (longest == lanes_.end() || longest->second.size() <= size_of(key) + 1) return std::nullopt;
    Item out = std::move(longest->second.back());
    longest->second.pop_back();
    --size_;
    return out;
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t size_of(const Key& key) const {
    const auto lane = lanes_.find(key);
    return lane == lanes_.end() ? 0 : lane->second.size();
  }

 private:
  std::deque<Item>& lane_of(const Key& key) {
    auto& lane = lanes_[key];
    if (lane.empty()) turns_.push_back(key);
    ++size_;
    return lane;
  }

  std::unordered_map<Key, std::deque<Item>, Hash> lanes_;  // none is empty between calls
  std::deque<Key> turns_;
  std::size_t size_ = 0;
};

}  // namespace tally
