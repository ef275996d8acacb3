// GET /v1/stream: the blocks as they come, over WebSocket, from a cursor on.
//
//   views reach a height ─▶ pump: events of the block, once for all ─▶ each reader's filter ─▶ its
//   queue
//
// One thread pumps. A reader is given no more than its queue takes and goes on from where it is
// when the queue is empty again: it may lag and misses nothing, since blocks are read again from
// the journal. One whose queue does not empty for kStalledMsMax is cut off with its cursor.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "http/api/stream_events.hpp"

namespace tally::http {

inline constexpr std::size_t kStreamReadersMax = 1'000;
inline constexpr std::uint64_t kStalledMsMax = 30'000;

class StreamHub {
 public:
  StreamHub() = default;
  /// stop().
  ~StreamHub();

  /// Starts the thread. `api` outlives the hub.
  void start(const Api& api);
  /// Ends the thread and lets go of the readers. Idempotent.
  void stop();

  /// Takes a reader in; false if there are kStreamReadersMax. Any thread.
  [[nodiscard]] bool add(std::shared_ptr<WebSocketPeer> peer, Caller caller, StreamFilter filter,
                         StreamCursor next);
  /// Lets go of a reader whose connection has ended. Any thread.
  void remove(const WebSocketPeer* peer);
  /// There is something to do: a reader's queue is empty. Any thread.
  void wake();
  [[nodiscard]] std::size_t readers() const;

 private:
  struct Reader {
    std::shared_ptr<WebSocketPeer> peer;
    Caller caller;
    StreamFilter filter;
    StreamCursor next;              ///< The first event that it has not been given.
    std::uint64_t progress_ms = 0;  ///< When its queue had room.
    bool closed = false;
  };
  struct Cached {
    std::uint64_t height = 0;
    std::shared_ptr<const std::vector<StreamEvent>> events;
  };
  void run();
  bool serve(Reader& reader);
  std::shared_ptr<const std::vector<StreamEvent>> events_at(std::uint64_t height);

  const Api* api_ = nullptr;
  std::thread thread_;
  mutable std::mutex mutex_;  // guards the three below
  std::vector<std::shared_ptr<Reader>> readers_;
  bool woken_ = false;
  bool stopping_ = false;
  std::condition_variable changed_;
  std::deque<Cached> cache_;  // the pump's
};

void add_stream_route(Router& router, const Api& api);

}  // namespace tally::http
