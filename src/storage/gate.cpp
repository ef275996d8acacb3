#include "storage/gate.hpp"

#include "base/check.hpp"

namespace tally::storage {

std::expected<std::uint64_t, Error> Gate::enter_reader() {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, wait_, [&] { return !alone_; })) return std::unexpected(Error::busy);
  if (readers_.size() >= readers_max_) return std::unexpected(Error::busy);
  return *readers_.insert(clock_.monotonic_ms());
}

void Gate::leave_reader(std::uint64_t entered_ms) {
  {
    const std::lock_guard lock(mutex_);
    const auto entry = readers_.find(entered_ms);
    CHECK(entry != readers_.end());
    readers_.erase(entry);
  }
  changed_.notify_all();
}

std::expected<void, Error> Gate::enter_writer() {
  std::unique_lock lock(mutex_);
  CHECK(writer_ != std::this_thread::get_id());
  if (!changed_.wait_for(lock, wait_, [&] { return !alone_; })) return std::unexpected(Error::busy);
  changed_.wait(lock, [&] { return !alone_ && writer_ == std::thread::id{}; });
  writer_ = std::this_thread::get_id();
  return {};
}

void Gate::leave_writer() {
  {
    const std::lock_guard lock(mutex_);
    CHECK(writer_ == std::this_thread::get_id());
    writer_ = {};
  }
  changed_.notify_all();
}

std::expected<void, Error> Gate::enter_alone() {
  std::unique_lock lock(mutex_);
  CHECK(writer_ != std::this_thread::get_id());
  const auto deadline = std::chrono::steady_clock::now() + wait_;
  if (!changed_.wait_until(lock, deadline, [&] { return !alone_; })) {
    return std::unexpected(Error::busy);
  }
  alone_ = true;
  if (!changed_.wait_until(lock, deadline, [&] { return empty(); })) {
    alone_ = false;
    lock.unlock();
    changed_.notify_all();
    return std::unexpected(Error::busy);
  }
  return {};
}

void Gate::leave_alone() {
  {
    const std::lock_guard lock(mutex_);
    alone_ = false;
  }
  changed_.notify_all();
}

std::size_t Gate::readers() const {
  const std::lock_guard lock(mutex_);
  return readers_.size();
}

std::uint64_t Gate::oldest_reader_ms() const {
  const std::lock_guard lock(mutex_);
  return readers_.empty() ? 0 : clock_.monotonic_ms() - *readers_.begin();
}

}  // namespace tally::storage
