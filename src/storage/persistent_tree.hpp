// An ordered map of byte strings whose copies cost nothing: the tables of a store in memory. A copy
// shares all nodes with what it was copied from; a change makes the nodes on its path anew, so
// every copy stays as it was. A treap whose priorities are hashes of the keys: the same entries
// make the same tree, whatever the order they came in.
//
// Threads: a tree is used by one thread at a time; copies of it by as many as there are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/bytes.hpp"

namespace tally::storage {

class PersistentTree {
 public:
  struct Entry {
    Bytes key;
    Bytes value;
  };

  [[nodiscard]] std::size_t size() const { return size_; }
  // What is found is valid until the last copy of the tree that has it ends. All: O(log size).

  /// The entry of this key; null if there is none.
  [[nodiscard]] const Entry* find(ByteView key) const;
  /// The first entry whose key is not before `key`, or, with `after`, is after it; null if none.
  [[nodiscard]] const Entry* next(ByteView key, bool after) const;
  /// The last entry whose key is before `key`; null if none.
  [[nodiscard]] const Entry* previous(ByteView key) const;
  /// The last entry; null if there is none.
  [[nodiscard]] const Entry* last() const;

  /// Inserts or replaces.
  void put(ByteView key, ByteView value);
  /// Does nothing if the key is not there.
  void erase(ByteView key);

 private:
  struct Node;
  using Link = std::shared_ptr<const Node>;

  static Link with(const Link& at, const std::shared_ptr<const Entry>& entry,
                   std::uint64_t priority);
  static Link without(const Link& at, ByteView key);
  static void split(const Link& at, ByteView key, Link& before, Link& after);
  static Link merge(const Link& before, const Link& after);

  Link root_;
  std::size_t size_ = 0;
};

}  // namespace tally::storage
