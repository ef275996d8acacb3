// Private to this folder: one HTTP connection.
//
// A coroutine reads requests (session.cpp) and hands each to its route; answers come back in any
// order and leave in the order of requests (session_answers.cpp). Both sides run on the worker's
// thread and meet in `slots_`. The reading side waits on `wake_` where the answering side must
// first make room.
#pragma once

#include <deque>
#include <memory>
#include <optional>

#include <boost/asio/post.hpp>

#include "http/head.hpp"
#include "http/input_buffer.hpp"
#include "http/target.hpp"
#include "http/wire.hpp"
#include "http/worker.hpp"
#include "http/ws_session.hpp"

namespace tally::http {

inline constexpr std::size_t kReadBytes = 16384;  // free room of the input buffer beside one head

inline constexpr std::chrono::microseconds kTurn{500};
inline constexpr asio::use_awaitable_t<Executor> kYield{};

/// One request in progress; answers leave in the order of slots.
struct Slot {
  TimePoint started;
  RouteMeter* meter = nullptr;
  WireContext wire;
  std::optional<ByteLease> bytes;
  std::optional<Response> response = std::nullopt;
};

/// A connection as it was accepted.
struct Accepted {
  Socket socket;
  asio::ssl::context* tls = nullptr;  ///< null for plain HTTP
  std::string address;                ///< the peer's IP address; empty over a Unix socket
  std::string key;                    ///< what it counts as (peers.hpp)
  bool by_operator = false;
  Peers& peers;          ///< those that it counts among
  Peers::Permit permit;  ///< empty: a cap is reached, the peer is told so and cut
};

class Session final : public Ticking, public std::enable_shared_from_this<Session> {
 public:
  Session(std::shared_ptr<Worker> worker, std::shared_ptr<Shared> shared, Accepted accepted)
      : worker_(std::move(worker)),
        shared_(std::move(shared)),
        peers_(accepted.peers),
        permit_(std::move(accepted.permit)),
        by_operator_(accepted.by_operator),
        remote_address_(std::move(accepted.address)),
        peer_key_(std::move(accepted.key)),
        stream_(std::move(accepted.socket), accepted.tls),
        wake_(worker_->io),
        in_(limits().head.head_bytes_max + kReadBytes) {
    error_code ignored;  // a Unix socket has no such option
    stream_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
    shared_->metrics.connection_opened();
    if (!permit_) ++shared_->refused;
  }
  ~Session() override {
    shared_->metrics.connection_closed();
    if (!permit_) --shared_->refused;
  }

  Awaitable<void> run() {
    worker_->connections.insert(this);
    if (worker_->draining) abort();
    if (co_await open()) {
      auto turn_ends = SteadyClock::now() + kTurn;
      bool more = co_await serve_one();
      for (; more; more = co_await serve_one()) {
        // What has been read may hold hundreds of requests: others have their turn between them.
        if (SteadyClock::now() < turn_ends) continue;
        co_await asio::post(worker_->io, kYield);
        turn_ends = SteadyClock::now() + kTurn;
      }
    }
    co_await finish();
  }
  /// It has been accepted: from then on its place may go to another, before its worker gets to it.
  void arrived() {
    if (!permit_) return;
    awaits_peer_ = true;
    wait_for_peer();
  }
  void ended() {
    abort();
    worker_->connections.erase(this);
  }

  void tick(TimePoint now) override;
  void drain() override;
  void abort() override {
    broken_ = true;
    stream_.close();
    wake_.cancel();
  }

 private:
  [[nodiscard]] const ServerLimits& limits() const { return shared_->options.limits; }
  static TimePoint after(std::uint32_t ms) {
    return SteadyClock::now() + std::chrono::milliseconds(ms);
  }
  /// Whether it holds as many requests, or as much of them, as one connection may.
  [[nodiscard]] bool backlogged() const {
    return slots_.size() >= limits().pipeline_depth_max ||
           (!slots_.empty() && pending_bytes_ > limits().pipeline_bytes_max);
  }

  // Reading.
  Awaitable<bool> open();
  Awaitable<bool> serve_one();
  Awaitable<std::optional<std::size_t>> read_head();
  Awaitable<bool> read_some();
  Awaitable<bool> read_body(const Head& head, std::string raw_head, std::size_t limit,
                            Request& request, ByteLease& lease);
  Awaitable<bool> read_sized(std::size_t size, Bytes& body, ByteLease& lease);
  Awaitable<bool> read_chunked(std::string raw_head, std::size_t limit, Bytes& body,
                               ByteLease& lease);
  Awaitable<bool> send_continue();
  Awaitable<bool> upgrade(const Head& head, std::string raw_head, Request request,
                          const Router::Match& match);
  void wait_for_peer();
  void has_request();
  void dismissed();
  Awaitable<void> finish();
  Awaitable<void> linger();
  Awaitable<void> pause();
  Awaitable<void> wait_for_answers();
  Awaitable<bool> hold_back(const Head& head);
  [[nodiscard]] bool host_served(const Head& head) const;
  [[nodiscard]] bool path_served(const Target& target) const;
  Request make_request(Head& head, Target& target, Router::Match& match);
  bool read_failed();

  // Answering.
  std::uint64_t push_slot(Slot slot);
  WireContext wire_context(const Head& head) const;
  void refuse(HttpError error);
  bool reject(const Head& head, const Response& response, HttpError error);
  bool answer_options(const Head& head, const Target& target);
  Reply make_reply(std::uint64_t sequence);
  void completed(std::uint64_t sequence, Response response);
  void schedule_flush();
  void flush();
  void start_write();
  void written(error_code ec);
  void pull();
  void pulled(Chunk chunk);
  void pop_slot();

  const std::shared_ptr<Worker> worker_;
  const std::shared_ptr<Shared> shared_;
  Peers& peers_;
  Peers::Permit permit_;
  const bool by_operator_;
  const std::string remote_address_;
  const std::string peer_key_;
  Stream stream_;
  Timer wake_;  // the reading coroutine waits on it for the answering side
  InputBuffer in_;
  std::shared_ptr<WsConnection> websocket_;

  std::deque<Slot> slots_;
  std::uint64_t first_sequence_ = 0;  // of slots_.front()
  std::size_t pending_bytes_ = 0;     // bodies and answers of slots_
  std::string out_;
  bool flush_scheduled_ = false;
  bool writing_ = false;
  bool streaming_ = false;  // slots_.front() is being streamed

  TimePoint read_deadline_ = kNever;   // then the read ends as timed out
  TimePoint write_deadline_ = kNever;  // then the connection is cut
  TimePoint hard_deadline_ = kNever;   // likewise
  bool at_rest_ = false;               // waits for the first byte of a request
  bool awaits_peer_ = false;           // in a handshake, or for the rest of a request
  bool dismissed_ = false;             // its place is wanted: this request is the last
  bool timed_out_ = false;
  bool peer_done_ = false;  // the peer will send no more
  bool upgraded_ = false;
  bool broken_ = false;
};

/// Runs the connection on `worker` until it ends. Any thread.
void start_session(std::shared_ptr<Worker> worker, std::shared_ptr<Shared> shared,
                   Accepted accepted);

}  // namespace tally::http
