#include "http/ws_session.hpp"

#include <deque>
#include <mutex>
#include <optional>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "base/bytes.hpp"
#include "base/planted.hpp"

namespace tally::http {

namespace beast = boost::beast;
namespace websocket = beast::websocket;

// What Beast asks of a stream that is not a plain socket; found by argument-dependent look-up.
void beast_close_socket(Stream& stream) { stream.close(); }

void teardown(beast::role_type role, Stream& stream, error_code& ec) {
  websocket::teardown(role, stream.socket(), ec);
}

template <typename Handler>
void async_teardown(beast::role_type role, Stream& stream, Handler&& handler) {
  websocket::async_teardown(role, stream.socket(), std::forward<Handler>(handler));
}

namespace {

constexpr std::size_t kReasonBytesMax = 120;

struct Message {
  std::string text;
  std::string cursor;
};

class Connection final : public WsConnection, public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<Worker> worker, Stream& stream, const WebSocketLimits& limits,
             std::uint32_t write_ms_max, std::uint32_t linger_ms_max)
      : worker_(std::move(worker)),
        limits_(limits),
        write_ms_max_(write_ms_max),
        linger_ms_max_(linger_ms_max),
        stream_(stream),
        wake_(worker_->io) {}

  bool send(std::string text, std::string cursor) override {
    bool taken = false;
    {
      const std::lock_guard lock(mutex_);
      if (closing_) return false;
      if (queue_.size() >= limits_.queue_messages_max ||
          queue_bytes_ + text.size() > limits_.queue_bytes_max) {
        queue_.clear();
        queue_bytes_ = 0;
        closing_ = true;
        close_code_ = kCloseSlowReader;
      } else {
        queue_bytes_ += text.size();
        queue_.push_back({std::move(text), std::move(cursor)});
        taken = true;
      }
    }
    schedule_pump();
    return taken;
  }

  void close(std::uint16_t code, std::string reason) override {
    {
      const std::lock_guard lock(mutex_);
      if (closing_) return;
      closing_ = true;
      close_code_ = code;
      close_reason_ = std::move(reason);
    }
    schedule_pump();
  }

  [[nodiscard]] std::size_t queued() const override {
    const std::lock_guard lock(mutex_);
    return queue_.size();
  }

  Awaitable<void> run(std::string head, WebSocketEvents events) override;

  void tick(TimePoint now) override {
    if (now < deadline_) return;
    deadline_ = kNever;
    stream_.close();
  }

  void drain() override { close(1001, "the server stops"); }

 private:
  static TimePoint after(std::uint32_t ms) {
    return SteadyClock::now() + std::chrono::milliseconds(ms);
  }
  void schedule_pump();
  void pump();
  void start_write(Message message);
  void start_close();
  Awaitable<void> read_loop(const WebSocketEvents& events);

  const std::shared_ptr<Worker> worker_;
  const WebSocketLimits limits_;
  const std::uint32_t write_ms_max_;
  const std::uint32_t linger_ms_max_;

  mutable std::mutex mutex_;
  std::deque<Message> queue_;
  std::size_t queue_bytes_ = 0;
  bool pump_scheduled_ = false;
  bool closing_ = false;  // nothing more is queued
  std::uint16_t close_code_ = 1000;
  std::string close_reason_;

  // From here on only touched on the worker's thread.
  Stream& stream_;  // alive while open_
  Timer wake_;
  std::optional<websocket::stream<Stream&>> socket_;
  std::function<void()> on_writable_;
  bool open_ = false;
  bool busy_ = false;  // a write or the close is in progress
  bool close_sent_ = false;
  Message current_;          // being written
  std::string last_cursor_;  // of the last message written
  TimePoint deadline_ = kNever;
};

void Connection::schedule_pump() {
  {
    const std::lock_guard lock(mutex_);
    if (pump_scheduled_) return;
    pump_scheduled_ = true;
  }
  asio::post(worker_->io, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->pump();
  });
}

// Writes the next message, or closes when the queue is empty and closing was asked for.
void Connection::pump() {
  std::optional<Message> next;
  bool close_now = false;
  {
    const std::lock_guard lock(mutex_);
    pump_scheduled_ = false;
    if (!open_) return;
    if (busy_) {
      // A reader that is cut off gets this long to take the message that it is stuck on.
      if (closing_ && deadline_ == kNever) deadline_ = after(write_ms_max_);
      return;
    }
    if (!queue_.empty()) {
      next = std::move(queue_.front());
      queue_.pop_front();
      queue_bytes_ -= next->text.size();
    } else {
      close_now = closing_;
    }
  }
  if (next) {
    start_write(std::move(*next));
  } else if (close_now) {
    start_close();
  } else if (on_writable_) {
    on_writable_();
  }
}

void Connection::start_write(Message message) {
  current_ = std::move(message);
  busy_ = true;
  deadline_ = PLANTED(slow_reader_is_kept) ? kNever : after(write_ms_max_);
  socket_->async_write(asio::buffer(current_.text),
                       [self = shared_from_this()](error_code ec, std::size_t) {
                         self->busy_ = false;
                         self->deadline_ = kNever;
                         self->wake_.cancel();
                         if (ec) {
                           self->stream_.close();
                         } else {
                           self->last_cursor_ = std::move(self->current_.cursor);
                           self->pump();
                         }
                       });
}

void Connection::start_close() {
  if (close_sent_) return;
  websocket::close_reason reason;
  {
    const std::lock_guard lock(mutex_);
    if (close_code_ == kCloseSlowReader) close_reason_ = "cursor=" + last_cursor_;
    reason.code = close_code_;
    reason.reason = close_reason_.substr(0, kReasonBytesMax);
  }
  close_sent_ = true;
  busy_ = true;
  deadline_ = after(linger_ms_max_);
  socket_->async_close(reason, [self = shared_from_this()](error_code ec) {
    self->busy_ = false;
    self->deadline_ = kNever;
    self->wake_.cancel();
    if (ec) self->stream_.close();
  });
}

Awaitable<void> Connection::run(std::string head, WebSocketEvents events) {
  const auto self = shared_from_this();
  beast::http::request_parser<beast::http::empty_body> parser;
  error_code parse_error;
  parser.put(asio::buffer(head), parse_error);
  if (!parse_error) {
    socket_.emplace(stream_);
    websocket::stream_base::timeout timeouts{};
    timeouts.handshake_timeout = std::chrono::milliseconds(write_ms_max_);
    timeouts.idle_timeout = std::chrono::milliseconds(limits_.idle_ms);
    timeouts.keep_alive_pings = true;
    socket_->set_option(timeouts);
    socket_->read_message_max(limits_.message_bytes_max);
    socket_->auto_fragment(false);
    socket_->text(true);
    const auto [ec] = co_await socket_->async_accept(parser.get(), kAwait);
    if (!ec) {
      open_ = true;
      on_writable_ = events.on_writable;
      pump();
      co_await read_loop(events);
    }
  }
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    queue_.clear();
    queue_bytes_ = 0;
  }
  // A close that we sent ends by itself, within its deadline; a write to a peer that left does not.
  if (!close_sent_) stream_.close();
  while (busy_) {
    wake_.expires_at(kNever);
    co_await wake_.async_wait(kAwait);
  }
  open_ = false;
  stream_.close();
  socket_.reset();
  on_writable_ = nullptr;
  if (events.on_close) events.on_close();
}

Awaitable<void> Connection::read_loop(const WebSocketEvents& events) {
  beast::flat_buffer buffer;
  while (true) {
    const auto [ec, size] = co_await socket_->async_read(buffer, kAwait);
    if (ec) co_return;
    if (!socket_->got_text() || !events.on_text) {
      close(1003, "this stream takes no such messages");
    } else {
      events.on_text({static_cast<const char*>(buffer.data().data()), size});
    }
    buffer.consume(size);
  }
}

}  // namespace

std::shared_ptr<WsConnection> make_ws_connection(std::shared_ptr<Worker> worker, Stream& stream,
                                                 const WebSocketLimits& limits,
                                                 std::uint32_t write_ms_max,
                                                 std::uint32_t linger_ms_max) {
  return std::make_shared<Connection>(std::move(worker), stream, limits, write_ms_max,
                                      linger_ms_max);
}

bool is_websocket_handshake(const Request& request) {
  const auto key = request.header("sec-websocket-key");
  const auto version = request.header("sec-websocket-version");
  if (request.method != Method::kGet || !key || !version || *version != "13") return false;
  const auto nonce = from_base64(*key);
  return nonce && nonce->size() == 16;
}

}  // namespace tally::http
