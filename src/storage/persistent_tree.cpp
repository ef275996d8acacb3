#include "storage/persistent_tree.hpp"

#include <algorithm>

namespace tally::storage {

struct PersistentTree::Node {
  std::shared_ptr<const Entry> entry;
  std::uint64_t priority;  // not below that of any node beneath
  Link before;
  Link after;
};

namespace {

bool less(ByteView a, ByteView b) { return std::ranges::lexicographical_compare(a, b); }

// FNV-1a, with the finish of splitmix64: keys that differ in their last bits alone must not sort by
// them.
std::uint64_t priority_of(ByteView key) {
  std::uint64_t hash = 0xcbf29ce484222325ull;
  for (const auto byte : key) hash = (hash ^ byte) * 0x100000001b3ull;
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9ull;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebull;
  return hash ^ (hash >> 31);
}

}  // namespace

const PersistentTree::Entry* PersistentTree::next(ByteView key, bool after) const {
  const Entry* found = nullptr;
  for (const auto* at = root_.get(); at != nullptr;) {
    const bool right = after ? !less(key, at->entry->key) : less(at->entry->key, key);
    if (!right) found = at->entry.get();
    at = right ? at->after.get() : at->before.get();
  }
  return found;
}

const PersistentTree::Entry* PersistentTree::previous(ByteView key) const {
  const Entry* found = nullptr;
  for (const auto* at = root_.get(); at != nullptr;) {
    const bool right = less(at->entry->key, key);
    if (right) found = at->entry.get();
    at = right ? at->after.get() : at->before.get();
  }
  return found;
}

const PersistentTree::Entry* PersistentTree::find(ByteView key) const {
  const auto* found = next(key, false);
  return found != nullptr && std::ranges::equal(found->key, key) ? found : nullptr;
}

const PersistentTree::Entry* PersistentTree::last() const {
  const auto* at = root_.get();
  while (at != nullptr && at->after) at = at->after.get();
  return at == nullptr ? nullptr : at->entry.get();
}

void PersistentTree::put(ByteView key, ByteView value) {
  const bool is_new = find(key) == nullptr;
  const auto entry = std::make_shared<const Entry>(
      Entry{Bytes(key.begin(), key.end()), Bytes(value.begin(), value.end())});
  root_ = with(root_, entry, priority_of(key));
  size_ += is_new ? 1 : 0;
}

void PersistentTree::erase(ByteView key) {
  if (find(key) == nullptr) return;
  root_ = without(root_, key);
  --size_;
}

PersistentTree::Link PersistentTree::with(const Link& at, const std::shared_ptr<const Entry>& entry,
                                          std::uint64_t priority) {
  if (at && at->entry->key == entry->key) {
    return std::make_shared<const Node>(entry, priority, at->before, at->after);
  }
  // A key that is there lies at its priority: below a lesser one it cannot be.
  if (!at || priority > at->priority) {
    Link before;
    Link after;
    split(at, entry->key, before, after);
    return std::make_shared<const Node>(entry, priority, std::move(before), std::move(after));
  }
  if (less(entry->key, at->entry->key)) {
    return std::make_shared<const Node>(at->entry, at->priority, with(at->before, entry, priority),
                                        at->after);
  }
  return std::make_shared<const Node>(at->entry, at->priority, at->before,
                                      with(at->after, entry, priority));
}

PersistentTree::Link PersistentTree::without(const Link& at, ByteView key) {
  if (std::ranges::equal(at->entry->key, key)) return merge(at->before, at->after);
  if (less(key, at->entry->key)) {
    return std::make_shared<const Node>(at->entry, at->priority, without(at->before, key),
                                        at->after);
  }
  return std::make_shared<const Node>(at->entry, at->priority, at->before, without(at->after, key));
}

// What is before `key` and what is after it, which is not in the tree.
void PersistentTree::split(const Link& at, ByteView key, Link& before, Link& after) {
  if (!at) return;
  Link rest;
  if (less(at->entry->key, key)) {
    split(at->after, key, rest, after);
    before = std::make_shared<const Node>(at->entry, at->priority, at->before, std::move(rest));
  } else {
    split(at->before, key, before, rest);
    after = std::make_shared<const Node>(at->entry, at->priority, std::move(rest), at->after);
  }
}

// Every key of `before` is before every key of `after`.
PersistentTree::Link PersistentTree::merge(const Link& before, const Link& after) {
  if (!before) return after;
  if (!after) return before;
  if (before->priority > after->priority) {
    return std::make_shared<const Node>(before->entry, before->priority, before->before,
                                        merge(before->after, after));
  }
  return std::make_shared<const Node>(after->entry, after->priority, merge(before, after->before),
                                      after->after);
}

}  // namespace tally::storage
