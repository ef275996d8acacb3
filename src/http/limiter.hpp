// Private to this folder: counts what is shared between connections. Thread-safe.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace tally::http {

/// Open connections, in all and by peer.
class ConnectionLimiter {
 public:
  ConnectionLimiter(std::size_t total_max, std::size_t per_peer_max)
      : total_max_(total_max), per_peer_max_(per_peer_max) {}

  /// Counts one connection of `peer` (peer_key) while it lives.
  class Permit {
   public:
    Permit() = default;
    Permit(ConnectionLimiter* limiter, std::string peer)
        : limiter_(limiter), peer_(std::move(peer)) {}
    Permit(Permit&& other) noexcept
        : limiter_(std::exchange(other.limiter_, nullptr)), peer_(std::move(other.peer_)) {}
    Permit& operator=(Permit&&) = delete;
    ~Permit() {
      if (limiter_ != nullptr) limiter_->release(peer_);
    }
    /// Whether the connection is within the caps.
    explicit operator bool() const { return limiter_ != nullptr; }

   private:
    ConnectionLimiter* limiter_ = nullptr;
    std::string peer_;
  };

  /// A permit, empty if a cap is reached.
  Permit admit(const std::string& peer) {
    const std::lock_guard lock(mutex_);
    if (total_ >= total_max_) return {};
    auto& count = by_peer_[peer];
    if (count >= per_peer_max_) return {};
    ++count;
    ++total_;
    return {this, peer};
  }
  [[nodiscard]] std::size_t total() const {
    const std::lock_guard lock(mutex_);
    return total_;
  }

 private:
  void release(const std::string& peer) {
    const std::lock_guard lock(mutex_);
    --total_;
    const auto entry = by_peer_.find(peer);
    if (--entry->second == 0) by_peer_.erase(entry);
  }

  const std::size_t total_max_;
  const std::size_t per_peer_max_;
  mutable std::mutex mutex_;
  std::size_t total_ = 0;
  std::unordered_map<std::string, std::size_t> by_peer_;
};

/// Bytes that all connections hold for bodies.
class ByteBudget {
 public:
  explicit ByteBudget(std::size_t bytes_max) : bytes_max_(bytes_max) {}
  /// Takes `bytes` and returns true, or takes nothing.
  bool take(std::size_t bytes) {
    if (used_.fetch_add(bytes) + bytes <= bytes_max_) return true;
    used_.fetch_sub(bytes);
    return false;
  }
  void give(std::size_t bytes) { used_.fetch_sub(bytes); }

 private:
  const std::size_t bytes_max_;
  std::atomic<std::size_t> used_{0};
};

/// Bytes taken from a budget, given back when dropped.
class ByteLease {
 public:
  explicit ByteLease(ByteBudget& budget) : budget_(&budget) {}
  ByteLease(ByteLease&& other) noexcept
      : budget_(other.budget_), bytes_(std::exchange(other.bytes_, 0)) {}
  ByteLease& operator=(ByteLease&&) = delete;
  ~ByteLease() { budget_->give(bytes_); }
  bool grow(std::size_t bytes) {
    if (!budget_->take(bytes)) return false;
    bytes_ += bytes;
    return true;
  }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  ByteBudget* budget_;
  std::size_t bytes_ = 0;
};

}  // namespace tally::http
