#include "storage/memory_store.hpp"

#include <algorithm>
#include <thread>

#include "base/check.hpp"
#include "storage/gate.hpp"
#include "storage/identity.hpp"

namespace tally::storage {

class MemoryStore final : public Store {
 public:
  using Tree = PersistentTree;
  using Version = MemoryDisk::Version;

  MemoryStore(MemoryDisk& disk, const Clock& clock, Options options)
      : disk_(disk),
        options_(std::move(options)),
        gate_(clock, options_.readers_max, options_.growth_wait),
        fuse_(options_.identity.kind, options_.on_unknown_outcome) {}
  ~MemoryStore() override {
    const std::lock_guard lock(disk_.mutex_);
    if (opened_) disk_.is_open_ = false;
  }

  [[nodiscard]] std::expected<void, Error> open();

  std::expected<std::unique_ptr<ReadTransaction>, Error> begin_read() override;
  std::expected<std::unique_ptr<WriteTransaction>, Error> begin_write(
      std::size_t room_bytes) override;
  std::expected<void, Error> ensure_room(std::size_t room_bytes) override;
  std::expected<Stat, Error> stat() override;
  bool halted() const override { return fuse_.blown(); }

  /// Replaces the disk's version, or fails as the disk has been told to.
  [[nodiscard]] std::expected<void, Error> commit(Version version);
  [[nodiscard]] std::shared_ptr<const Version> version() const {
    const std::lock_guard lock(disk_.mutex_);
    return disk_.version_;
  }
  /// Where Table{i} is in a Version.
  [[nodiscard]] std::size_t place(Table table) const {
    CHECK(table.index < places_.size());
    return places_[table.index];
  }
  [[nodiscard]] Gate& gate() { return gate_; }

 private:
  MemoryDisk& disk_;
  const Options options_;
  Gate gate_;
  std::vector<std::size_t> places_;
  Fuse fuse_;
  bool opened_ = false;
};

namespace {

using Tree = MemoryStore::Tree;
using Version = MemoryStore::Version;

bool is_key(ByteView key) { return !key.empty() && key.size() <= kKeyBytesMax; }
std::expected<ByteView, Error> find(const Tree& tree, ByteView key) {
  if (!is_key(key)) return std::unexpected(Error::invalid);
  const auto* entry = tree.find(key);
  if (entry == nullptr) return std::unexpected(Error::not_found);
  return ByteView(entry->value);
}

class MemoryCursor final : public Cursor {
 public:
  MemoryCursor(const Tree& tree, Range range, Direction direction, int& open)
      : tree_(tree),
        first_(range.first.begin(), range.first.end()),
        end_(range.end.begin(), range.end.end()),
        direction_(direction),
        open_(open) {
    ++open_;
  }
  ~MemoryCursor() override { --open_; }

  std::expected<std::optional<Entry>, Error> next() override {
    const auto* at = direction_ == Direction::forward ? forward() : backward();
    last_ = at;
    begun_ = true;
    if (at == nullptr) return std::nullopt;
    return Entry{at->key, at->value};
  }

 private:
  const Tree::Entry* forward() const {
    if (begun_ && last_ == nullptr) return nullptr;
    const auto* at = begun_ ? tree_.next(last_->key, true) : tree_.next(first_, false);
    const bool within = at != nullptr && (end_.empty() || at->key < end_);
    return within ? at : nullptr;
  }
  const Tree::Entry* backward() const {
    if (begun_ && last_ == nullptr) return nullptr;
    const auto* at =
        begun_ ? tree_.previous(last_->key) : (end_.empty() ? tree_.last() : tree_.previous(end_));
    return at != nullptr && at->key >= first_ ? at : nullptr;
  }

  const Tree& tree_;
  const Bytes first_;
  const Bytes end_;
  const Direction direction_;
  int& open_;
  const Tree::Entry* last_ = nullptr;
  bool begun_ = false;
};

class MemoryRead final : public ReadTransaction {
 public:
  MemoryRead(MemoryStore& store, std::uint64_t entered_ms)
      : store_(store), version_(store.version()), entered_ms_(entered_ms) {}
  ~MemoryRead() override {
    CHECK(cursors_ == 0);
    store_.gate().leave_reader(entered_ms_);
  }

  std::expected<ByteView, Error> get(Table table, ByteView key) const override {
    return find(tree(table), key);
  }
  std::expected<std::unique_ptr<Cursor>, Error> scan(Table table, Range range,
                                                     Direction direction) const override {
    return std::make_unique<MemoryCursor>(tree(table), range, direction, cursors_);
  }
  std::expected<std::uint64_t, Error> count(Table table) const override {
    return tree(table).size();
  }
  std::uint64_t age_ms() const override { return store_.gate().now_ms() - entered_ms_; }

 private:
  const Tree& tree(Table table) const { return version_->tables[store_.place(table)]; }

  MemoryStore& store_;
  const std::shared_ptr<const Version> version_;
  const std::uint64_t entered_ms_;
  mutable int cursors_ = 0;
};

class MemoryWrite final : public WriteTransaction {
 public:
  explicit MemoryWrite(MemoryStore& store)
      : store_(store), version_(*store.version()), entered_ms_(store.gate().now_ms()) {}
  ~MemoryWrite() override {
    CHECK(cursors_ == 0);
    if (!ended_) store_.gate().leave_writer();
  }

  std::expected<ByteView, Error> get(Table table, ByteView key) const override {
    return find(tree(table), key);
  }
  std::expected<std::unique_ptr<Cursor>, Error> scan(Table table, Range range,
                                                     Direction direction) const override {
    return std::make_unique<MemoryCursor>(tree(table), range, direction, cursors_);
  }
  std::expected<std::uint64_t, Error> count(Table table) const override {
    return tree(table).size();
  }
  std::uint64_t age_ms() const override { return store_.gate().now_ms() - entered_ms_; }

  std::expected<void, Error> put(Table table, ByteView key, ByteView value) override {
    if (!is_key(key) || value.size() > kValueBytesMax) return std::unexpected(Error::invalid);
    auto& target = writable(table);
    const auto* before = target.find(key);
    version_.bytes -= before != nullptr ? key.size() + before->value.size() : 0;
    version_.bytes += key.size() + value.size();
    target.put(key, value);
    return {};
  }
  std::expected<void, Error> append(Table table, ByteView key, ByteView value) override {
    const auto* last = tree(table).last();
    if (is_key(key) && last != nullptr && !std::ranges::lexicographical_compare(last->key, key)) {
      return std::unexpected(Error::out_of_order);
    }
    return put(table, key, value);
  }
  std::expected<void, Error> erase(Table table, ByteView key) override {
    const auto value = find(tree(table), key);
    if (!value) return std::unexpected(value.error());
    version_.bytes -= key.size() + value->size();
    writable(table).erase(key);
    return {};
  }
  std::expected<void, Error> erase_run(Table table, std::span<const Bytes> keys) override {
    for (const auto& key : keys) {
      if (const auto done = erase(table, key); !done) return done;
    }
    return {};
  }
  std::expected<void, Error> clear(Table table) override {
    auto& target = writable(table);
    for (const auto* at = target.next({}, false); at != nullptr; at = target.next(at->key, true)) {
      version_.bytes -= at->key.size() + at->value.size();
    }
    target = Tree();
    return {};
  }
  std::expected<void, Error> commit() override {
    CHECK(!ended_ && cursors_ == 0);
    const auto result = store_.commit(std::move(version_));
    ended_ = true;
    store_.gate().leave_writer();
    return result;
  }

 private:
  const Tree& tree(Table table) const {
    CHECK(!ended_);
    return version_.tables[store_.place(table)];
  }
  Tree& writable(Table table) {
    CHECK(!ended_ && cursors_ == 0);
    return version_.tables[store_.place(table)];
  }

  MemoryStore& store_;
  Version version_;  // shares what is not written to
  const std::uint64_t entered_ms_;
  mutable int cursors_ = 0;
  bool ended_ = false;
};

}  // namespace

std::expected<void, Error> MemoryStore::open() {
  if (const auto good = check_options(options_); !good) return good;
  const std::lock_guard lock(disk_.mutex_);
  if (disk_.is_open_) return std::unexpected(Error::locked);
  if (!disk_.version_ && !options_.create) return std::unexpected(Error::not_found);
  if (disk_.version_) {
    const auto ours = check_identity(options_.identity, disk_.identity_);
    if (!ours) return ours;
  } else {
    disk_.identity_ = encode_identity(options_.identity);
  }
  auto version = disk_.version_ ? *disk_.version_ : Version{};
  for (const auto& table : options_.tables) {
    const auto [entry, is_new] = disk_.names_.try_emplace(table, version.tables.size());
    if (is_new) version.tables.emplace_back();
    places_.push_back(entry->second);
  }
  disk_.version_ = std::make_shared<const Version>(std::move(version));
  disk_.is_open_ = opened_ = true;
  return {};
}

std::expected<std::unique_ptr<ReadTransaction>, Error> MemoryStore::begin_read() {
  const auto entered = gate_.enter_reader();
  if (!entered) return std::unexpected(entered.error());
  return std::make_unique<MemoryRead>(*this, *entered);
}

std::expected<std::unique_ptr<WriteTransaction>, Error> MemoryStore::begin_write(
    std::size_t room_bytes) {
  if (const auto room = ensure_room(room_bytes); !room) return std::unexpected(room.error());
  if (const auto entered = gate_.enter_writer(); !entered) {
    return std::unexpected(entered.error());
  }
  if (halted()) {
    gate_.leave_writer();
    return std::unexpected(Error::halted);
  }
  return std::make_unique<MemoryWrite>(*this);
}

std::expected<void, Error> MemoryStore::ensure_room(std::size_t room_bytes) {
  if (halted()) return std::unexpected(Error::halted);
  const std::lock_guard lock(disk_.mutex_);
  const auto needed = disk_.version_->bytes + room_bytes;
  if (needed > options_.map_bytes_max) return std::unexpected(Error::map_full);
  if (needed > disk_.capacity_bytes_) return std::unexpected(Error::disk_full);
  return {};
}

std::expected<Stat, Error> MemoryStore::stat() {
  const auto used = version()->bytes;
  return Stat{used, 0, std::max(used, options_.map_bytes), gate_.readers(),
              gate_.oldest_reader_ms()};
}

std::expected<void, Error> MemoryStore::commit(Version version) {
  std::optional<CommitFault> fault;
  {
    const std::lock_guard lock(disk_.mutex_);
    if (disk_.fault_) fault = disk_.fault_();
    if (!fault || fault->takes_effect) {
      disk_.version_ = std::make_shared<const Version>(std::move(version));
    }
  }
  if (!fault) return {};
  return std::unexpected(fault->error == Error::outcome_unknown ? fuse_.blow() : fault->error);
}

void MemoryDisk::set_commit_fault(std::function<std::optional<CommitFault>()> fault) {
  const std::lock_guard lock(mutex_);
  fault_ = std::move(fault);
}

void MemoryDisk::set_capacity(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  capacity_bytes_ = bytes;
}

MemoryDisk::Image MemoryDisk::image() const {
  const std::lock_guard lock(mutex_);
  Image image;
  image.version_ = version_;
  return image;
}

void MemoryDisk::restore(const Image& image) {
  const std::lock_guard lock(mutex_);
  CHECK(!is_open_);
  version_ = image.version_;
}

std::expected<std::unique_ptr<Store>, Error> open_memory_store(MemoryDisk& disk, const Clock& clock,
                                                               Options options) {
  auto store = std::make_unique<MemoryStore>(disk, clock, std::move(options));
  if (const auto opened = store->open(); !opened) return std::unexpected(opened.error());
  return store;
}

}  // namespace tally::storage
