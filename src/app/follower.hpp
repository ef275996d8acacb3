// The views' thread: they follow the feed of durable blocks, a few blocks to a transaction.
//
// What passes by itself (a full disk) is waited for. What does not halts writing, since nothing may
// settle for good that no view will know of; when the operator resumes, it is tried again.
#pragma once

#include <atomic>
#include <cstdint>
#include <expected>
#include <string_view>
#include <thread>

#include "engine/engine.hpp"
#include "views/views.hpp"

namespace tally::app {

class Follower {
 public:
  /// Starts the thread. `engine` and `views` outlive it.
  Follower(engine::Engine& engine, views::Views& views);
  /// join().
  ~Follower();
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  /// Waits until the views have what the feed has, or cannot have it. After Engine::stop(), which
  /// closes the feed. Idempotent.
  void join();
  /// What the views had before their last commit, which the power may yet take
  /// (storage::Durability::rebuildable). Any thread.
  [[nodiscard]] std::uint64_t durable_height() const { return durable_height_; }

 private:
  /// A fault, and the store that it lies in.
  struct Trouble {
    ledger::Fault fault;
    std::string_view store;
  };
  void follow();
  [[nodiscard]] std::expected<void, Trouble> follow_some();
  void wait_out(const Trouble& trouble);

  engine::Engine& engine_;
  views::Views& views_;
  std::atomic<std::uint64_t> durable_height_{0};
  std::thread thread_;
};

}  // namespace tally::app
