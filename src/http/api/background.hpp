// Threads for what a connection's thread may not do: durable writes, and waiting until the views
// have reached a height.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/bounded_queue.hpp"
#include "views/views.hpp"

namespace tally::http {

class Background {
 public:
  using Work = std::move_only_function<void()>;
  /// Told whether the height was reached, or that the wait is over.
  using Reached = std::move_only_function<void(bool reached)>;

  /// `views` outlives this. Beside `threads` there are two for operators.
  explicit Background(const views::Views& views, unsigned threads = 2,
                      std::size_t queue_max = 1'024);
  /// stop().
  ~Background();

  /// Runs `work` on one of the threads; false, and nothing is run, when too much waits already, in
  /// all or of `whose` (Request::peer; empty: the node's own). Any thread.
  [[nodiscard]] bool post(Work work, const std::string& whose = {});
  /// Likewise, for what operators ask for: it waits for no caller, and no caller waits for it.
  [[nodiscard]] bool post_for_operator(Work work, const std::string& whose = {});

  /// Calls `then` once, on a thread of this, when every view has reached `height` or after
  /// `timeout`. False, and nothing is called, when too many wait already, in all or of `whose` (as
  /// for post()). Any thread.
  [[nodiscard]] bool wait_for(std::uint64_t height, std::chrono::milliseconds timeout, Reached then,
                              const std::string& whose = {});

  /// Runs what was posted, tells those who wait that they waited in vain, ends the threads.
  /// Idempotent.
  void stop();

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;
  using Queue = BoundedQueue<Work>;
  using Counts = std::unordered_map<std::string, std::size_t>;
  struct Waiting {
    std::uint64_t height = 0;
    SteadyTime until;
    Reached then;
    std::string whose;
  };
  [[nodiscard]] bool post_to(Queue& queue, Work work, const std::string& whose);
  // The caller holds mutex_.
  static bool enter(Counts& counts, const std::string& whose, std::size_t count_max);
  static void leave(Counts& counts, const std::string& whose);
  void run_waits();
  [[nodiscard]] std::vector<Waiting> take_due(bool all);

  const views::Views& views_;
  Queue queue_;
  Queue operators_queue_;
  std::vector<std::thread> threads_;
  std::mutex mutex_;   // guards the four below
  Counts posted_;      // by whose it is, while it is not done
  Counts waiting_of_;  // likewise, of those who wait
  std::vector<Waiting> waiting_;
  bool stopping_ = false;
  std::condition_variable changed_;
  std::thread waits_;
};

}  // namespace tally::http
