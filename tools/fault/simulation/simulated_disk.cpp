#include "fault/simulation/simulated_disk.hpp"

namespace tally::fault {

using storage::Error;
using storage::Table;

namespace {

constexpr std::size_t kSomeSpots = 64;

class FaultyCursor final : public storage::Cursor {
 public:
  FaultyCursor(std::unique_ptr<storage::Cursor> cursor, SimulatedDisk& disk,
               SimulatedDisk::Place place, Table table)
      : cursor_(std::move(cursor)), disk_(disk), place_(place), table_(table) {}
  std::expected<std::optional<storage::Entry>, Error> next() override {
    if (const auto error = disk_.before_read()) return std::unexpected(*error);
    auto entry = cursor_->next();
    if (entry && *entry && disk_.is_damaged(place_, table_, (*entry)->key)) {
      return std::unexpected(Error::corrupt);
    }
    return entry;
  }

 private:
  std::unique_ptr<storage::Cursor> cursor_;
  SimulatedDisk& disk_;
  const SimulatedDisk::Place place_;
  const Table table_;
};

// What reads and writes share: `Base` is the interface, `Inner` the transaction of the same kind.
template <typename Base>
class FaultyReading : public Base {
 public:
  FaultyReading(std::unique_ptr<Base> inner, SimulatedDisk& disk, SimulatedDisk::Place place)
      : inner_(std::move(inner)), disk_(disk), place_(place) {}
  std::expected<ByteView, Error> get(Table table, ByteView key) const override {
    if (const auto error = disk_.before_read()) return std::unexpected(*error);
    if (disk_.is_damaged(place_, table, key)) return std::unexpected(Error::corrupt);
    return inner_->get(table, key);
  }
  std::expected<std::unique_ptr<storage::Cursor>, Error> scan(
      Table table, storage::Range range, storage::Direction direction) const override {
    if (const auto error = disk_.before_read()) return std::unexpected(*error);
    auto cursor = inner_->scan(table, range, direction);
    if (!cursor) return cursor;
    return std::make_unique<FaultyCursor>(std::move(*cursor), disk_, place_, table);
  }
  std::expected<std::uint64_t, Error> count(Table table) const override {
    if (const auto error = disk_.before_read()) return std::unexpected(*error);
    return inner_->count(table);
  }
  [[nodiscard]] std::uint64_t age_ms() const override { return inner_->age_ms(); }

 protected:
  std::unique_ptr<Base> inner_;
  SimulatedDisk& disk_;
  const SimulatedDisk::Place place_;
};

using FaultyRead = FaultyReading<storage::ReadTransaction>;

class FaultyWrite final : public FaultyReading<storage::WriteTransaction> {
 public:
  FaultyWrite(std::unique_ptr<storage::WriteTransaction> inner, SimulatedDisk& disk,
              SimulatedDisk::Place place, storage::Fuse& fuse)
      : FaultyReading(std::move(inner), disk, place), fuse_(fuse) {}

  std::expected<void, Error> put(Table table, ByteView key, ByteView value) override {
    if (!may_write()) return std::unexpected(*failed_);
    written_.emplace_back(table.index, Bytes(key.begin(), key.end()));
    return inner_->put(table, key, value);
  }
  std::expected<void, Error> append(Table table, ByteView key, ByteView value) override {
    if (!may_write()) return std::unexpected(*failed_);
    written_.emplace_back(table.index, Bytes(key.begin(), key.end()));
    return inner_->append(table, key, value);
  }
  std::expected<void, Error> erase(Table table, ByteView key) override {
    if (!may_write()) return std::unexpected(*failed_);
    return inner_->erase(table, key);
  }
  std::expected<void, Error> erase_run(Table table, std::span<const Bytes> keys) override {
    if (!may_write()) return std::unexpected(*failed_);
    return inner_->erase_run(table, keys);
  }
  std::expected<void, Error> clear(Table table) override {
    if (!may_write()) return std::unexpected(*failed_);
    return inner_->clear(table);
  }
  std::expected<void, Error> commit() override {
    if (failed_) return std::unexpected(*failed_);
    const auto done = disk_.end_write(place_, written_, [&] { return inner_->commit(); });
    if (!done && done.error() == Error::outcome_unknown) return std::unexpected(fuse_.blow());
    return done;
  }

 private:
  // A transaction in which a write has failed can only be ended.
  bool may_write() {
    if (!failed_) failed_ = disk_.before_write();
    return !failed_;
  }

  storage::Fuse& fuse_;
  std::optional<Error> failed_;
  std::vector<SimulatedDisk::Spot> written_;
};

class FaultyStore final : public storage::Store {
 public:
  FaultyStore(std::unique_ptr<storage::Store> inner, SimulatedDisk& disk,
              SimulatedDisk::Place place, const storage::Options& options)
      : inner_(std::move(inner)),
        disk_(disk),
        place_(place),
        fuse_(options.identity.kind, options.on_unknown_outcome) {}

  std::expected<std::unique_ptr<storage::ReadTransaction>, Error> begin_read() override {
    if (const auto error = disk_.before_read()) return std::unexpected(*error);
    auto begun = inner_->begin_read();
    if (!begun) return begun;
    return std::make_unique<FaultyRead>(std::move(*begun), disk_, place_);
  }
  std::expected<std::unique_ptr<storage::WriteTransaction>, Error> begin_write(
      std::size_t room_bytes) override {
    if (halted()) return std::unexpected(Error::halted);
    if (const auto error = disk_.before_write()) return std::unexpected(*error);
    auto begun = inner_->begin_write(room_bytes);
    if (!begun) return begun;
    return std::make_unique<FaultyWrite>(std::move(*begun), disk_, place_, fuse_);
  }
  std::expected<void, Error> ensure_room(std::size_t room_bytes) override {
    if (halted()) return std::unexpected(Error::halted);
    if (const auto error = disk_.before_write()) return std::unexpected(*error);
    return inner_->ensure_room(room_bytes);
  }
  std::expected<storage::Stat, Error> stat() override { return inner_->stat(); }
  [[nodiscard]] bool halted() const override { return fuse_.blown(); }

 private:
  std::unique_ptr<storage::Store> inner_;
  SimulatedDisk& disk_;
  const SimulatedDisk::Place place_;
  storage::Fuse fuse_;
};

class SimulatedTip final : public storage::TipMedium {
 public:
  explicit SimulatedTip(SimulatedDisk& disk) : disk_(disk) {}
  std::expected<Bytes, Error> read() override {
    if (const auto error = disk_.before_read()) return std::unexpected(*error);
    return disk_.tip();
  }
  std::expected<void, Error> write(std::uint64_t offset, ByteView bytes) override {
    return disk_.write_tip(offset, bytes);
  }

 private:
  SimulatedDisk& disk_;
};

}  // namespace

std::expected<std::unique_ptr<storage::Store>, Error> SimulatedDisk::open(
    Place place, storage::Options options) {
  auto& environment = environments_[static_cast<std::size_t>(place)];
  if (const auto error = before_read()) return std::unexpected(*error);
  options.create = true;
  auto store = storage::open_memory_store(environment.disk, clock_, options);
  if (!store) return store;
  if (environment.commits == 0) environment.before_last = environment.disk.image();
  return std::make_unique<FaultyStore>(std::move(*store), *this, place, options);
}

std::expected<storage::TipFile, Error> SimulatedDisk::open_tip(
    storage::OnUnknownOutcome on_unknown_outcome) {
  return storage::TipFile::open(std::make_unique<SimulatedTip>(*this),
                                std::move(on_unknown_outcome));
}

void SimulatedDisk::lose_unsynced() {
  auto& views = environments_[static_cast<std::size_t>(Place::views)];
  if (views.commits == 0 || views.disk.image() == views.before_last || chance_.percent(50)) return;
  views.disk.restore(views.before_last);
  ++counts_.lost_commits;
}

void SimulatedDisk::set_right() {
  for (auto& environment : environments_) environment.damaged.clear();
}

bool SimulatedDisk::is_damaged(Place place, Table table, ByteView key) {
  const auto& damaged = at(place).damaged;
  if (quiet_ > 0 || damaged.empty()) return false;
  if (!damaged.contains({table.index, Bytes(key.begin(), key.end())})) return false;
  ++counts_.told_corrupt;
  return true;
}

void SimulatedDisk::lead_astray(Environment& environment, const std::vector<Spot>& written) {
  if (written.empty()) return;
  for (const auto& spot : written) environment.damaged.erase(spot);
  const auto& one = written[astray_.below(written.size())];
  if (astray_.ppm(faults_.misdirected_ppm)) {
    ++counts_.misdirected;
    environment.damaged.insert(one);
    if (!environment.some.empty()) {
      environment.damaged.insert(environment.some[astray_.below(environment.some.size())]);
    }
  }
  if (environment.some.size() < kSomeSpots) {
    environment.some.push_back(one);
  } else {
    environment.some[astray_.below(kSomeSpots)] = one;
  }
}

bool SimulatedDisk::begin_operation() {
  ++counts_.operations;
  if (beside_) beside_();
  if (faults_.slow_ppm > 0 && chance_.ppm(faults_.slow_ppm)) {
    clock_.advance(chance_.between(1, faults_.slow_ms_max));
  }
  return until_crash_ > 0 && --until_crash_ == 0;
}

bool SimulatedDisk::begin_commit() {
  const bool here = commits_until_crash_ > 0 && --commits_until_crash_ == 0;
  const bool crashes = begin_operation() || here;
  counts_.crashes_in_commit += crashes ? 1 : 0;
  return crashes;
}

std::optional<Error> SimulatedDisk::before_read() {
  if (quiet_ > 0) return std::nullopt;
  if (begin_operation()) throw Crash{};
  if (faults_.read_ppm == 0 || !chance_.ppm(faults_.read_ppm)) return std::nullopt;
  ++counts_.read_faults;
  return chance_.percent(20) ? Error::busy : Error::io;
}

Error SimulatedDisk::room_fault() {
  ++counts_.write_faults;
  return chance_.percent(50) ? Error::disk_full : Error::map_full;
}

std::optional<Error> SimulatedDisk::before_write() {
  if (quiet_ > 0) return std::nullopt;
  if (begin_operation()) throw Crash{};
  if (full_) return room_fault();
  if (faults_.write_ppm == 0 || !chance_.ppm(faults_.write_ppm)) return std::nullopt;
  if (chance_.percent(70)) return room_fault();
  ++counts_.write_faults;
  return chance_.percent(30) ? Error::busy : Error::io;
}

std::expected<void, Error> SimulatedDisk::end_write(
    Place place, const std::vector<Spot>& written,
    const std::function<std::expected<void, Error>()>& commit) {
  auto& environment = environments_[static_cast<std::size_t>(place)];
  const auto take_effect = [&] {
    environment.before_last = environment.disk.image();
    ++environment.commits;
    if (quiet_ == 0) lead_astray(environment, written);
    return commit();
  };
  if (quiet_ > 0) return take_effect();
  if (begin_commit()) {
    if (chance_.percent(50)) static_cast<void>(take_effect());
    throw Crash{};
  }
  if (full_ && chance_.percent(50)) return std::unexpected(room_fault());
  if (chance_.ppm(faults_.commit_ppm)) return std::unexpected(room_fault());
  if (chance_.ppm(faults_.unknown_ppm)) {
    ++counts_.unknown;
    if (chance_.percent(50)) static_cast<void>(take_effect());
    return std::unexpected(Error::outcome_unknown);
  }
  return take_effect();
}

std::expected<void, Error> SimulatedDisk::write_tip(std::uint64_t offset, ByteView bytes) {
  const auto write = [&](std::size_t count) {
    std::copy_n(bytes.begin(), count, tip_.begin() + static_cast<std::ptrdiff_t>(offset));
  };
  // Nothing, a part or all of it.
  const auto tear = [&] {
    const auto part = chance_.below(3);
    if (part == 1) ++counts_.torn_tips;
    write(part == 0 ? 0 : part == 1 ? chance_.below(64) : bytes.size());
  };
  if (quiet_ == 0) {
    if (begin_commit()) {
      tear();
      throw Crash{};
    }
    if (chance_.ppm(faults_.unknown_ppm)) {
      ++counts_.unknown;
      tear();
      return std::unexpected(Error::io);
    }
  }
  write(bytes.size());
  return {};
}

}  // namespace tally::fault
