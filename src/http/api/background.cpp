#include "http/api/background.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace tally::http {
namespace {

constexpr std::size_t kWaitingMax = 4'096;
// Of one address: who posts more waits for itself, and others do not wait long for it.
constexpr std::size_t kPostedPerPeerMax = 64;
// How often the views are looked at while somebody waits for a height that is not the lowest.
constexpr std::chrono::milliseconds kLook{20};

// What is thrown at it ends the work, not the node: a reply that goes uncalled is answered
// `internal`.
template <typename Call>
void run_guarded(Call&& call) {
  try {
    call();
  } catch (const std::exception& e) {
    spdlog::error("work in the background failed: {}", e.what());
  }
}

}  // namespace

Background::Background(const views::Views& views, unsigned threads, std::size_t queue_max)
    : views_(views), queue_(queue_max) {
  for (unsigned i = 0; i < threads; ++i) {
    threads_.emplace_back([this] {
      while (auto work = queue_.pop()) run_guarded(*work);
    });
  }
  waits_ = std::thread([this] { run_waits(); });
}

Background::~Background() { stop(); }

bool Background::post(Work work, const std::string& whose) {
  if (whose.empty()) return queue_.try_push(work);
  if (!enter(whose)) return false;
  Work counted = [this, whose, inner = std::move(work)]() mutable {
    run_guarded(inner);
    leave(whose);
  };
  if (queue_.try_push(counted)) return true;
  leave(whose);
  return false;
}

bool Background::enter(const std::string& whose) {
  const std::lock_guard lock(mutex_);
  auto& count = posted_[whose];
  if (count >= kPostedPerPeerMax) return false;
  ++count;
  return true;
}

void Background::leave(const std::string& whose) {
  const std::lock_guard lock(mutex_);
  const auto found = posted_.find(whose);
  if (--found->second == 0) posted_.erase(found);
}

bool Background::wait_for(std::uint64_t height, std::chrono::milliseconds timeout, Reached then) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || waiting_.size() >= kWaitingMax) return false;
    waiting_.push_back({height, std::chrono::steady_clock::now() + timeout, std::move(then)});
  }
  changed_.notify_one();
  return true;
}

// Those whose height is reached or whose time is over; or all.
std::vector<Background::Waiting> Background::take_due(bool all) {
  const auto now = std::chrono::steady_clock::now();
  const auto next = views_.next_height();
  std::vector<Waiting> due;
  const std::lock_guard lock(mutex_);
  const auto rest = std::stable_partition(waiting_.begin(), waiting_.end(), [&](const Waiting& w) {
    return !all && w.height >= next && now < w.until;
  });
  std::move(rest, waiting_.end(), std::back_inserter(due));
  waiting_.erase(rest, waiting_.end());
  return due;
}

void Background::run_waits() {
  while (true) {
    std::uint64_t lowest = UINT64_MAX;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
      if (stopping_) break;
      for (const auto& w : waiting_) lowest = std::min(lowest, w.height);
    }
    static_cast<void>(views_.wait_for(lowest, kLook));
    const auto next = views_.next_height();
    for (auto& w : take_due(false)) run_guarded([&] { w.then(w.height < next); });
  }
  for (auto& w : take_due(true)) run_guarded([&] { w.then(false); });
}

void Background::stop() {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    stopping_ = true;
  }
  changed_.notify_one();
  waits_.join();
  queue_.close();
  for (auto& thread : threads_) thread.join();
}

}  // namespace tally::http
