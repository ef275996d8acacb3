#include "http/api/stream.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/log.hpp"

namespace tally::http {
namespace {

using contracts::ErrorCode;

constexpr std::size_t kCachedBlocksMax = 32;
constexpr std::size_t kQueuedMax = 256;        // messages in a reader's queue, by the pump's doing
constexpr std::size_t kBlocksPerTurnMax = 16;  // then the next reader has its turn
constexpr std::chrono::milliseconds kPoll{50};

// Where a reader begins: behind its cursor, or with what is to come.
OrProblem<StreamCursor> first_event(const Read& read) {
  const auto tip = read.snapshot.height();
  const auto text = read.request.query_value("cursor");
  if (!text) return StreamCursor{tip + 1, 0};
  const auto cursor = parse_cursor(*text);
  if (!cursor || cursor->height > tip) {
    return std::unexpected(bad_parameter("cursor", "height:position of an event that has been"));
  }
  return StreamCursor{cursor->height, cursor->position + 1};
}

std::expected<WebSocketEvents, Response> subscribe(const Api& api, const Request& request,
                                                   const std::shared_ptr<WebSocketPeer>& peer) {
  const auto refuse = [](const Problem& why) { return std::unexpected(problem_response(why)); };
  auto caller = identify(api, request);
  if (!caller) return refuse(caller.error());
  auto snapshot = checked(api.views.snapshot());
  if (!snapshot) return refuse(snapshot.error());
  const Read read{api, request, *caller, std::move(*snapshot)};
  auto filter = parse_filter(read);
  if (!filter) return refuse(filter.error());
  const auto next = first_event(read);
  if (!next) return refuse(next.error());
  if (!api.stream.add(peer, std::move(*caller), std::move(*filter), *next)) {
    return refuse(problem(ErrorCode::connections_full));
  }
  WebSocketEvents events;
  events.on_writable = [&api] { api.stream.wake(); };
  events.on_close = [&api, gone = peer.get()] { api.stream.remove(gone); };
  return events;
}

}  // namespace

StreamHub::~StreamHub() { stop(); }

void StreamHub::start(const Api& api) {
  api_ = &api;
  thread_ = std::thread([this] { run(); });
}

void StreamHub::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  const std::lock_guard lock(mutex_);
  readers_.clear();
}

bool StreamHub::add(std::shared_ptr<WebSocketPeer> peer, Caller caller, StreamFilter filter,
                    StreamCursor next) {
  auto reader = std::make_shared<Reader>();
  reader->peer = std::move(peer);
  reader->caller = std::move(caller);
  reader->filter = std::move(filter);
  reader->next = next;
  reader->progress_ms = api_->clock.monotonic_ms();
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || readers_.size() >= kStreamReadersMax) return false;
    readers_.push_back(std::move(reader));
    woken_ = true;
  }
  changed_.notify_all();
  return true;
}

void StreamHub::remove(const WebSocketPeer* peer) {
  const std::lock_guard lock(mutex_);
  std::erase_if(readers_, [&](const auto& reader) { return reader->peer.get() == peer; });
}

void StreamHub::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

std::size_t StreamHub::readers() const {
  const std::lock_guard lock(mutex_);
  return readers_.size();
}

void StreamHub::run() {
  bool busy = false;
  while (true) {
    std::vector<std::shared_ptr<Reader>> readers;
    {
      std::unique_lock lock(mutex_);
      if (!busy) changed_.wait_for(lock, kPoll, [&] { return woken_ || stopping_; });
      if (stopping_) return;
      woken_ = false;
      std::erase_if(readers_, [](const auto& reader) { return reader->closed; });
      readers = readers_;
    }
    busy = false;
    for (const auto& reader : readers) busy = serve(*reader) || busy;
  }
}

// Gives a reader what there is and fits. Returns whether there was more for it than one turn takes.
bool StreamHub::serve(Reader& reader) {
  const auto now_ms = api_->clock.monotonic_ms();
  const auto tip = api_->views.next_height() - 1;
  for (std::size_t turn = 0; reader.next.height <= tip; ++turn) {
    if (turn == kBlocksPerTurnMax) return true;
    const auto events = events_at(reader.next.height);
    if (!events) {
      reader.peer->close(1011, "the node cannot read its journal");
      reader.closed = true;
      return false;
    }
    for (const auto& event : *events) {
      if (event.cursor < reader.next) continue;
      const auto* text = text_for(event, reader.filter, reader.caller);
      if (text != nullptr && reader.peer->queued() >= kQueuedMax) {
        if (now_ms - reader.progress_ms < kStalledMsMax) return false;
        reader.peer->close(kCloseSlowReader, "cursor=" + to_text(reader.next));
        reader.closed = true;
        return false;
      }
      if (text != nullptr && !reader.peer->send(*text, to_text(event.cursor))) {
        reader.closed = true;
        return false;
      }
      reader.progress_ms = now_ms;
      reader.next = {event.cursor.height, event.cursor.position + 1};
    }
    reader.next = {reader.next.height + 1, 0};
  }
  // Nothing to say: whether the peer is still there shows at the next message, or at its ping.
  reader.progress_ms = now_ms;
  return false;
}

std::shared_ptr<const std::vector<StreamEvent>> StreamHub::events_at(std::uint64_t height) {
  const auto cached = std::ranges::find(cache_, height, &Cached::height);
  if (cached != cache_.end()) return cached->events;
  const auto snapshot = api_->views.snapshot();
  const auto block = api_->engine.feed().get(height, std::chrono::milliseconds(0));
  if (!snapshot || !block || !*block) {
    spdlog::error("the stream cannot read block {}", height);
    return nullptr;
  }
  auto events = stream_events(*api_, *snapshot, **block);
  if (!events) {
    spdlog::error("the stream cannot read block {}: {}", height, describe(events.error()));
    return nullptr;
  }
  cache_.push_back({height, std::make_shared<const std::vector<StreamEvent>>(std::move(*events))});
  if (cache_.size() > kCachedBlocksMax) cache_.pop_front();
  return cache_.back().events;
}

void add_stream_route(Router& router, const Api& api) {
  router.add(
      {.method = Method::kGet,
       .pattern = "/v1/stream",
       .handler = {},
       .query = {{"cursor"}, {"kind", true}, {"account"}, {"asset"}, {"item"}, {"order"}},
       .websocket = [&api](const Request& request, const std::shared_ptr<WebSocketPeer>& peer) {
         return subscribe(api, request, peer);
       }});
}

}  // namespace tally::http
