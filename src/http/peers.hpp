// Private to this folder: what each peer costs. A peer is who commands an address: an IPv4 address
// or, since an IPv6 host commands a whole /64, the first half of an IPv6 one. All counts are shared
// by the connections of a peer and outlive them, so that closing and opening again buys nothing.
//
// When there is no room for another connection, the one that has waited longest for its peer makes
// it: who opens connections and says nothing, or never ends a head, keeps nobody out.
// Thread-safe.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/token_bucket.hpp"

namespace tally::http {

/// What peers may have, one and all together.
struct PeerLimits {
  std::size_t connections_max = 0;  ///< of all
  std::size_t connections_per_peer_max = 0;
  std::size_t websockets_per_peer_max = 0;
  std::size_t bytes_max = 0;  ///< bodies and unsent answers, of all
  std::size_t bytes_per_peer_max = 0;
  BucketRate requests;  ///< of one; a new connection counts as one
  BucketRate look_ups;  ///< of one
};

/// Bytes that connections hold.
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

class Peers;

/// One peer's counts.
class Peer {
 public:
  Peer(const PeerLimits& limits, std::uint64_t now_ms)
      : bytes(limits.bytes_per_peer_max),
        requests_(limits.requests, now_ms),
        look_ups_(limits.look_ups, now_ms) {}
  ByteBudget bytes;

 private:
  friend class Peers;
  std::size_t connections_ = 0;
  std::size_t websockets_ = 0;
  TokenBucket requests_;
  TokenBucket look_ups_;
};

class Peers {
 public:
  explicit Peers(const PeerLimits& limits) : limits_(limits), bytes_(limits.bytes_max) {}

  /// Tells a connection to close, on whatever thread asks for room: it must not call Peers.
  using Dismiss = std::function<void()>;

  /// Counts one connection, or one WebSocket, while it lives. Peers outlives it.
  class Permit {
   public:
    Permit() = default;
    Permit(Permit&& other) noexcept
        : peers_(std::exchange(other.peers_, nullptr)), guest_(std::move(other.guest_)) {}
    Permit& operator=(Permit&&) = delete;
    ~Permit() {
      if (peers_ != nullptr) peers_->release(*guest_);
    }
    /// Whether it is within the caps.
    explicit operator bool() const { return peers_ != nullptr; }

    // The rest only of one within the caps.

    /// Whose it is.
    [[nodiscard]] const std::shared_ptr<Peer>& peer() const { return guest_->peer; }
    /// It waits for its peer from now on, until work(): if its place is wanted, it is dismissed.
    void rest(Dismiss dismiss) { peers_->rest(*guest_, std::move(dismiss)); }
    void work() { peers_->work(*guest_); }

   private:
    friend class Peers;
    struct Guest {
      std::shared_ptr<Peer> peer;
      std::size_t Peer::* count = nullptr;
      Dismiss dismiss = {};
      std::list<Guest*>::iterator place = {};  // of one that rests
      bool rests = false;
      bool dismissed = false;
    };
    Permit(Peers& peers, Guest guest)
        : peers_(&peers), guest_(std::make_unique<Guest>(std::move(guest))) {}
    Peers* peers_ = nullptr;
    std::unique_ptr<Guest> guest_;
  };

  /// A permit for a connection of `key`, empty if a cap or the peer's rate is reached; but for the
  /// cap of all, as long as one can be dismissed.
  Permit admit(const std::string& key, std::uint64_t now_ms);
  /// Likewise for a WebSocket over a connection of `peer`.
  Permit admit_websocket(const std::shared_ptr<Peer>& peer);
  /// Takes a request, or a look-up, from the peer's rate; false: there is none left.
  [[nodiscard]] bool take_request(Peer& peer, std::uint64_t now_ms);
  [[nodiscard]] bool take_look_up(Peer& peer, std::uint64_t now_ms);

  [[nodiscard]] ByteBudget& bytes() { return bytes_; }
  /// Open connections of all.
  [[nodiscard]] std::size_t connections() const;
  /// Peers that are remembered.
  [[nodiscard]] std::size_t remembered() const;

 private:
  using Guest = Permit::Guest;
  void release(Guest& guest);
  void rest(Guest& guest, Dismiss dismiss);
  void work(Guest& guest);
  bool dismiss_one();
  void forget_idle(std::uint64_t now_ms);

  const PeerLimits limits_;
  ByteBudget bytes_;
  mutable std::mutex mutex_;  // guards all below, and what is in the peers but for their bytes
  std::size_t connections_ = 0;
  std::size_t dismissed_ = 0;  // of them, those that are told to close
  std::list<Guest*> resting_;  // that wait for their peers, the longest first
  std::uint64_t swept_ms_ = 0;
  std::unordered_map<std::string, std::shared_ptr<Peer>> peers_;
};

/// Bytes that one request holds, counted with its peer's and with all; given back when dropped.
class ByteLease {
 public:
  ByteLease(ByteBudget& all, std::shared_ptr<Peer> peer) : all_(&all), peer_(std::move(peer)) {}
  ByteLease(ByteLease&& other) noexcept
      : all_(other.all_),
        peer_(std::move(other.peer_)),
        body_(std::exchange(other.body_, 0)),
        answer_(std::exchange(other.answer_, 0)) {}
  ByteLease& operator=(ByteLease&&) = delete;
  ~ByteLease() {
    if (body_ > 0) all_->give(body_);
    if (bytes() > 0) peer_->bytes.give(bytes());
  }
  /// Takes so much more of a body, or nothing of it.
  bool grow_body(std::size_t bytes) {
    if (!peer_->bytes.take(bytes)) return false;
    if (!all_->take(bytes)) {
      peer_->bytes.give(bytes);
      return false;
    }
    body_ += bytes;
    return true;
  }
  /// Takes an answer, from the peer alone: what others hold must not keep it from being told.
  bool take_answer(std::size_t bytes) {
    if (!peer_->bytes.take(bytes)) return false;
    answer_ += bytes;
    return true;
  }
  [[nodiscard]] std::size_t bytes() const { return body_ + answer_; }
  [[nodiscard]] std::size_t body() const { return body_; }

 private:
  ByteBudget* all_;
  std::shared_ptr<Peer> peer_;
  std::size_t body_ = 0;
  std::size_t answer_ = 0;
};

}  // namespace tally::http
