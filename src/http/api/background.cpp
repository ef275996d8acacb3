#include "http/api/background.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace tally::http {
namespace {

constexpr std::size_t kWaitingMax = 4'096;
constexpr std::size_t kWaitingPerPeerMax = 64;
// One may be at an archive of hours while the other says how the node is.
constexpr unsigned kOperatorThreads = 2;
constexpr std::size_t kOperatorQueueMax = 64;
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
    : views_(views), queue_(queue_max), operators_queue_(kOperatorQueueMax) {
  const auto add_threads = [this](unsigned count, Queue& queue) {
    for (unsigned i = 0; i < count; ++i) {
      threads_.emplace_back([&queue] {
        while (auto work = queue.pop()) run_guarded(*work);
      });
    }
  };
  add_threads(threads, queue_);
  add_threads(kOperatorThreads, operators_queue_);
  waits_ = std::thread([this] { run_waits(); });
}

Background::~Background() { stop(); }

bool Background::post(Work work, const std::string& whose) {
  return post_to(queue_, std::move(work), whose);
}

bool Background::post_for_operator(Work work, const std::string& whose) {
  return post_to(operators_queue_, std::move(work), whose);
}

bool Background::post_to(Queue& queue, Work work, const std::string& whose) {
  if (whose.empty()) return queue.try_push(work);
  {
    const std::lock_guard lock(mutex_);
    if (!enter(posted_, whose, kPostedPerPeerMax)) return false;
  }
  Work counted = [this, whose, inner = std::move(work)]() mutable {
    run_guarded(inner);
    const std::lock_guard lock(mutex_);
    leave(posted_, whose);
  };
  if (queue.try_push(counted)) return true;
  const std::lock_guard lock(mutex_);
  leave(posted_, whose);
  return false;
}

bool Background::enter(Counts& counts, const std::string& whose, std::size_t count_max) {
  auto& count = counts[whose];
  if (count >= count_max) return false;
  ++count;
  return true;
}

void Background::leave(Counts& counts, const std::string& whose) {
  const auto found = counts.find(whose);
  if (--found->second == 0) counts.erase(found);
}

bool Background::wait_for(std::uint64_t height, std::chrono::milliseconds timeout, Reached then,
                          const std::string& whose) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || waiting_.size() >= kWaitingMax) return false;
    if (!whose.empty() && !enter(waiting_of_, whose, kWaitingPerPeerMax)) return false;
    waiting_.push_back(
        {height, std::chrono::steady_clock::now() + timeout, std::move(then), whose});
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
  for (const auto& w : due) {
    if (!w.whose.empty()) leave(waiting_of_, w.whose);
  }
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
  operators_queue_.close();
  for (auto& thread : threads_) thread.join();
}

}  // namespace tally::http
