// What a node does by itself at its start and every so often from then on.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace tally::app {

class Housekeeper {
 public:
  /// Runs `work` on a thread of its own, at once and each time `pause` has passed since its end.
  Housekeeper(std::function<void()> work, std::chrono::milliseconds pause)
      : work_(std::move(work)), pause_(pause), thread_([this] { run(); }) {}
  /// stop().
  ~Housekeeper() { stop(); }

  /// Waits for the work in progress. Idempotent.
  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      lock.unlock();
      work_();
      lock.lock();
      wake_.wait_for(lock, pause_, [this] { return stopping_; });
    }
  }

  const std::function<void()> work_;
  const std::chrono::milliseconds pause_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace tally::app
