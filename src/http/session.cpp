#include "http/session.hpp"

#include <deque>
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/vector_body.hpp>

#include "base/log.hpp"
#include "http/head.hpp"
#include "http/problem.hpp"
#include "http/target.hpp"
#include "http/wire.hpp"
#include "http/ws_session.hpp"

namespace tally::http {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kReadBytes = 16384;         // free room of the input buffer beside one head
constexpr std::size_t kBodyStepBytes = 65536;     // a body grows as it arrives, not as announced
constexpr std::size_t kWriteBatchBytes = 262144;  // answers are joined into one write up to here
constexpr std::size_t kLingerBytesMax = 1 << 20;  // read and dropped after a refusal

// Bytes read and not yet consumed: one flat block of fixed capacity.
class InputBuffer {
 public:
  explicit InputBuffer(std::size_t capacity) : bytes_(capacity) {}
  [[nodiscard]] std::string_view view() const { return {bytes_.data() + begin_, end_ - begin_}; }
  void consume(std::size_t n) {
    begin_ += n;
    if (begin_ == end_) begin_ = end_ = 0;
  }
  // Room to read into; empty only if the buffer is full of unconsumed bytes.
  asio::mutable_buffer room() {
    if (begin_ > 0 && bytes_.size() - end_ < kReadBytes / 4) {
      std::memmove(bytes_.data(), bytes_.data() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    return asio::buffer(bytes_.data() + end_, bytes_.size() - end_);
  }
  void commit(std::size_t n) { end_ += n; }

 private:
  std::vector<char> bytes_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

// One request in progress; answers leave in the order of slots.
struct Slot {
  TimePoint started;
  RouteMeter* meter = nullptr;
  WireContext wire;
  std::optional<ByteLease> body;
  std::optional<Response> response = std::nullopt;
};

class Session final : public Ticking, public std::enable_shared_from_this<Session> {
 public:
  Session(std::shared_ptr<Worker> worker, std::shared_ptr<Shared> shared, Socket socket,
          asio::ssl::context* tls, ConnectionLimiter::Permit permit)
      : worker_(std::move(worker)),
        shared_(std::move(shared)),
        permit_(std::move(permit)),
        stream_(std::move(socket), tls),
        wake_(worker_->io),
        in_(limits().head.head_bytes_max + kReadBytes) {
    error_code ec;
    const auto peer = stream_.socket().remote_endpoint(ec);
    if (!ec) remote_address_ = peer.address().to_string();
    stream_.socket().set_option(asio::ip::tcp::no_delay(true), ec);
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
      bool more = true;
      while (more) more = co_await serve_one();
    }
    co_await finish();
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
  static TimePoint after(std::uint32_t ms) { return SteadyClock::now() + milliseconds(ms); }

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
  Awaitable<void> finish();
  Awaitable<void> linger();
  Awaitable<void> pause();
  Awaitable<void> wait_for_answers();
  [[nodiscard]] bool host_served(std::string_view host) const;
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
  const ConnectionLimiter::Permit permit_;
  Stream stream_;
  Timer wake_;  // the reading coroutine waits on it for the answering side
  InputBuffer in_;
  std::string remote_address_;
  std::shared_ptr<WsConnection> websocket_;

  std::deque<Slot> slots_;
  std::uint64_t first_sequence_ = 0;  // of slots_.front()
  std::size_t pending_bytes_ = 0;     // bodies of slots_
  std::string out_;
  bool flush_scheduled_ = false;
  bool writing_ = false;
  bool streaming_ = false;  // slots_.front() is being streamed

  TimePoint read_deadline_ = kNever;   // then the read ends as timed out
  TimePoint write_deadline_ = kNever;  // then the connection is cut
  TimePoint hard_deadline_ = kNever;   // likewise
  bool at_rest_ = false;               // waits for the first byte of a request
  bool timed_out_ = false;
  bool peer_done_ = false;  // the peer will send no more
  bool upgraded_ = false;
  bool broken_ = false;
};

// --- deadlines ---

void Session::tick(TimePoint now) {
  if (websocket_) websocket_->tick(now);
  if (now >= write_deadline_ || now >= hard_deadline_) {
    write_deadline_ = hard_deadline_ = kNever;
    abort();
  } else if (now >= read_deadline_) {
    if (at_rest_ && !slots_.empty()) {  // not idle: it waits for us
      read_deadline_ = after(limits().idle_ms_max);
      return;
    }
    timed_out_ = true;
    read_deadline_ = kNever;
    stream_.shutdown_receive();
  }
}

void Session::drain() {
  if (websocket_) {
    websocket_->drain();
  } else if (at_rest_) {
    stream_.shutdown_receive();
  }
}

// --- reading ---

// Takes the connection in: the TLS handshake, or the answer that there is no room for it.
Awaitable<bool> Session::open() {
  if (!permit_) {
    if (stream_.secure()) {
      abort();  // a handshake is what an attacker would have us pay for
    } else {
      refuse(HttpError::kOverloaded);
    }
    co_return false;
  }
  if (!stream_.secure()) co_return true;
  hard_deadline_ = after(limits().head_ms_max);
  const auto [ec] = co_await stream_.tls().async_handshake(asio::ssl::stream_base::server, kAwait);
  hard_deadline_ = kNever;
  if (ec) abort();
  co_return !ec;
}

// Reads one request and hands it on. Returns whether another may follow on this connection.
Awaitable<bool> Session::serve_one() {
  while (!broken_ && slots_.size() >= limits().pipeline_depth_max) co_await pause();
  if (broken_ || (worker_->draining && in_.view().empty())) co_return false;
  const auto size = co_await read_head();
  if (!size) co_return false;
  auto head = parse_head(in_.view().substr(0, *size), limits().head);
  if (!head) {
    refuse(head.error());
    co_return false;
  }
  std::string raw_head;
  if (head->chunked || head->upgrades_websocket) raw_head = in_.view().substr(0, *size);
  in_.consume(*size);
  head->keep_alive = head->keep_alive && !worker_->draining;

  if (!host_served(head->host)) {
    co_return reject(*head, problem_response(HttpError::kHostNotServed), HttpError::kHostNotServed);
  }
  auto target = parse_target(head->target);
  if (!target) co_return reject(*head, problem_response(target.error()), target.error());
  if (head->method == Method::kOptions) co_return answer_options(*head, *target);
  auto match = shared_->router.find(head->method, target->segments);
  if (!match) {
    auto response = problem_response(match.error().error);
    if (!match.error().allow.empty()) response.with("Allow", match.error().allow);
    co_return reject(*head, response, match.error().error);
  }
  const Route& route = *match->route;
  if (const auto refusal = check_query(route, target->query)) {
    co_return reject(*head, problem_response(refusal->error, refusal->name), refusal->error);
  }
  if (head->content_length.value_or(0) > route.body_bytes_max ||
      (head->chunked && route.body_bytes_max == 0)) {
    co_return reject(*head, problem_response(HttpError::kBodyTooLarge), HttpError::kBodyTooLarge);
  }

  Slot slot{SteadyClock::now(), shared_->meters[match->index], wire_context(*head),
            ByteLease(shared_->body_bytes)};
  slot.wire.is_public = route.is_public;
  auto request = make_request(*head, *target, *match);
  if (route.websocket) {
    co_return co_await upgrade(*head, std::move(raw_head), std::move(request), *match);
  }
  const bool whole =
      co_await read_body(*head, std::move(raw_head), route.body_bytes_max, request, *slot.body);
  if (!whole) co_return false;
  const auto sequence = push_slot(std::move(slot));
  try {
    route.handler(std::move(request), make_reply(sequence));
  } catch (const std::exception& e) {
    // The Reply went uncalled with its last copy, so the peer has its answer: `internal`.
    spdlog::error("handler of {} {} failed: {}", name(route.method), route.pattern, e.what());
  }
  co_return head->keep_alive;
}

// The size of the next head, now whole in the buffer, or nothing if the connection is over.
Awaitable<std::optional<std::size_t>> Session::read_head() {
  HeadScanner scanner(limits().head);
  at_rest_ = in_.view().empty();
  read_deadline_ = after(at_rest_ ? limits().idle_ms_max : limits().head_ms_max);
  while (true) {
    const auto size = scanner.scan(in_.view());
    if (!size) {
      refuse(size.error());
      co_return std::nullopt;
    }
    if (*size) {
      read_deadline_ = kNever;
      co_return **size;
    }
    const bool more = co_await read_some();
    if (!more) {
      if (timed_out_ && !at_rest_) refuse(HttpError::kTimeout);
      at_rest_ = false;
      co_return std::nullopt;
    }
    if (at_rest_) {
      at_rest_ = false;
      read_deadline_ = after(limits().head_ms_max);
    }
  }
}

Awaitable<bool> Session::read_some() {
  const auto room = in_.room();
  if (room.size() == 0) co_return false;
  const auto [ec, n] = co_await stream_.async_read_some(room, kAwait);
  in_.commit(n);
  if (ec) peer_done_ = true;
  co_return !ec;
}

// After a body could not be read: a refusal if it was our deadline, silence if the peer went.
bool Session::read_failed() {
  if (timed_out_) refuse(HttpError::kTimeout);
  return false;
}

Awaitable<bool> Session::read_body(const Head& head, std::string raw_head, std::size_t limit,
                                   Request& request, ByteLease& lease) {
  const std::size_t size = head.content_length.value_or(0);
  if (size == 0 && !head.chunked) co_return true;
  const std::size_t need = head.chunked ? limit : size;
  while (!broken_ && !slots_.empty() && pending_bytes_ + need > limits().pipeline_bytes_max) {
    co_await pause();
  }
  if (head.expects_continue && in_.view().size() < need) {
    const bool sent = co_await send_continue();
    if (!sent) co_return false;
  }
  read_deadline_ = after(limits().body_ms_max);
  bool whole = false;
  if (head.chunked) {
    whole = co_await read_chunked(std::move(raw_head), limit, request.body, lease);
  } else {
    whole = co_await read_sized(size, request.body, lease);
  }
  read_deadline_ = kNever;
  co_return whole;
}

Awaitable<bool> Session::read_sized(std::size_t size, Bytes& body, ByteLease& lease) {
  const auto buffered = in_.view().substr(0, size);
  if (!lease.grow(buffered.size())) {
    refuse(HttpError::kOverloaded);
    co_return false;
  }
  body.assign(buffered.begin(), buffered.end());
  in_.consume(buffered.size());
  while (body.size() < size) {
    const std::size_t old_size = body.size();
    body.resize(old_size + std::min(size - old_size, kBodyStepBytes));
    const auto [ec, n] = co_await stream_.async_read_some(
        asio::buffer(body.data() + old_size, body.size() - old_size), kAwait);
    body.resize(old_size + n);
    if (ec) {
      peer_done_ = true;
      co_return read_failed();
    }
    if (!lease.grow(n)) {
      refuse(HttpError::kOverloaded);
      co_return false;
    }
  }
  co_return true;
}

// Beast undoes the chunks. Its parser gets the head that was already judged, so that it knows the
// framing; what it is lax about, extensions and trailer fields, is capped and refused here.
Awaitable<bool> Session::read_chunked(std::string raw_head, std::size_t limit, Bytes& body,
                                      ByteLease& lease) {
  namespace bhttp = boost::beast::http;
  bhttp::request_parser<bhttp::vector_body<std::uint8_t>> parser;
  parser.header_limit(static_cast<std::uint32_t>(limits().head.head_bytes_max) + 1);
  parser.body_limit(limit);
  parser.eager(true);
  std::size_t extension_bytes = 0;
  auto on_chunk = [&](std::uint64_t, boost::beast::string_view extensions, error_code& ec) {
    extension_bytes += extensions.size();
    if (extension_bytes > limits().chunk_extension_bytes_max) {
      ec = bhttp::error::bad_chunk_extension;
    }
  };
  parser.on_chunk_header(on_chunk);
  error_code ec;
  parser.put(asio::buffer(raw_head), ec);
  const auto field_count = [&] { return std::distance(parser.get().begin(), parser.get().end()); };
  const auto fields_before = field_count();
  while (!ec || ec == bhttp::error::need_more) {
    if (parser.is_done()) break;
    ec = {};
    const std::size_t used = parser.put(asio::buffer(in_.view()), ec);
    in_.consume(used);
    const std::size_t size = parser.get().body().size();
    if (size > lease.bytes() && !lease.grow(size - lease.bytes())) {
      refuse(HttpError::kOverloaded);
      co_return false;
    }
    if (ec != bhttp::error::need_more && (ec || used > 0)) continue;
    if (in_.room().size() == 0) break;  // a chunk's line that fills the whole buffer
    const bool more = co_await read_some();
    if (!more) co_return read_failed();
  }
  if (!parser.is_done() || field_count() != fields_before) {
    const bool large = ec == bhttp::error::body_limit;
    refuse(large ? HttpError::kBodyTooLarge : HttpError::kChunkInvalid);
    co_return false;
  }
  body = std::move(parser.get().body());
  co_return true;
}

// The interim answer must not overtake answers to earlier requests.
Awaitable<bool> Session::send_continue() {
  co_await wait_for_answers();
  if (broken_) co_return false;
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  writing_ = true;
  write_deadline_ = after(limits().write_ms_max);
  const auto [ec, n] = co_await asio::async_write(stream_, asio::buffer(kContinue), kAwait);
  write_deadline_ = kNever;
  writing_ = false;
  if (ec) abort();
  co_return !ec;
}

Awaitable<bool> Session::upgrade(const Head& head, std::string raw_head, Request request,
                                 const Router::Match& match) {
  if (!head.upgrades_websocket) {
    auto response = problem_response(HttpError::kUpgradeRequired);
    response.with("Upgrade", "websocket").with("Connection", "Upgrade");
    co_return reject(head, response, HttpError::kUpgradeRequired);
  }
  // A client that sends on before it has our 101 is not one (RFC 6455 section 4.1).
  if (!is_websocket_handshake(request) || !in_.view().empty() ||
      head.content_length.value_or(0) > 0 || head.chunked) {
    refuse(HttpError::kUpgradeInvalid);
    co_return false;
  }
  co_await wait_for_answers();
  if (broken_ || worker_->draining) co_return false;
  auto connection = make_ws_connection(worker_, stream_, shared_->options.websocket,
                                       limits().write_ms_max, limits().linger_ms_max);
  auto events = match.route->websocket(request, connection);
  if (!events) {
    Slot slot{SteadyClock::now(), shared_->meters[match.index], wire_context(head), std::nullopt};
    completed(push_slot(std::move(slot)), std::move(events.error()));
    co_return head.keep_alive;
  }
  shared_->meters[match.index]->observe(101, 0);
  websocket_ = connection;
  co_await connection->run(std::move(raw_head), std::move(*events));
  websocket_.reset();
  upgraded_ = true;
  co_return false;
}

bool Session::host_served(std::string_view host) const {
  const auto& hosts = shared_->options.hosts;
  if (hosts.empty()) return true;
  // The port after the last colon, unless that stands inside an IPv6 address's brackets.
  const auto colon = host.rfind(':');
  if (colon != std::string_view::npos && host.find(']', colon) == std::string_view::npos) {
    host = host.substr(0, colon);
  }
  return std::ranges::any_of(
      hosts, [&](const std::string& served) { return equal_ignoring_case(served, host); });
}

Request Session::make_request(Head& head, Target& target, Router::Match& match) {
  Request request;
  request.method = head.method;
  request.path = std::move(target.path);
  request.segments = std::move(target.segments);
  request.query = std::move(target.query);
  request.params = std::move(match.params);
  request.headers = std::move(head.headers);
  request.host = std::move(head.host);
  request.remote_address = remote_address_;
  request.secure = stream_.secure();
  return request;
}

// Waits until the answering side has made progress. Deadlines of reading do not run meanwhile.
Awaitable<void> Session::pause() {
  read_deadline_ = kNever;
  wake_.expires_at(kNever);
  co_await wake_.async_wait(kAwait);
}

Awaitable<void> Session::wait_for_answers() {
  while (!broken_ && (!slots_.empty() || writing_)) co_await pause();
}

// Lets all answers leave, then ends the connection so that the peer can read the last of them.
Awaitable<void> Session::finish() {
  read_deadline_ = kNever;
  co_await wait_for_answers();
  if (!broken_ && !upgraded_) co_await linger();
  stream_.close();
  // The operation in progress, if the connection broke, still refers to this session's buffers.
  while (writing_) co_await pause();
}

// Closing a socket with unread input resets it, and the peer may lose our last answer to that. So
// only our side is closed first, and what the peer still sends is read and dropped, within bounds.
Awaitable<void> Session::linger() {
  hard_deadline_ = after(limits().linger_ms_max);
  if (stream_.secure()) {
    const auto [ec] = co_await stream_.tls().async_shutdown(kAwait);
    if (ec) co_return;
  }
  stream_.shutdown_send();
  if (peer_done_ && !timed_out_) co_return;
  std::array<char, 4096> sink{};
  for (std::size_t dropped = 0; dropped < kLingerBytesMax;) {
    const auto [ec, n] = co_await stream_.socket().async_read_some(asio::buffer(sink), kAwait);
    if (ec) co_return;
    dropped += n;
  }
}

// --- answering ---

std::uint64_t Session::push_slot(Slot slot) {
  if (slot.body) pending_bytes_ += slot.body->bytes();
  slots_.push_back(std::move(slot));
  return first_sequence_ + slots_.size() - 1;
}

void Session::pop_slot() {
  if (slots_.front().body) pending_bytes_ -= slots_.front().body->bytes();
  slots_.pop_front();
  ++first_sequence_;
}

WireContext Session::wire_context(const Head& head) const {
  WireContext wire;
  wire.head_only = head.method == Method::kHead;
  wire.keep_alive = head.keep_alive;
  wire.secure = stream_.secure();
  wire.minor_version = head.minor_version;
  return wire;
}

// Refuses what cannot be understood; the connection ends, because nobody knows what follows.
void Session::refuse(HttpError error) {
  Head unknown;
  unknown.keep_alive = false;
  shared_->metrics.refused(info(error).code);
  Slot slot{SteadyClock::now(), nullptr, wire_context(unknown), std::nullopt};
  completed(push_slot(std::move(slot)), problem_response(error));
}

// Refuses a well-formed request. The connection goes on unless a body would have to be skipped.
bool Session::reject(const Head& head, const Response& response, HttpError error) {
  shared_->metrics.refused(info(error).code);
  Slot slot{SteadyClock::now(), nullptr, wire_context(head), std::nullopt};
  slot.wire.keep_alive = head.keep_alive && !head.chunked && head.content_length.value_or(0) == 0;
  const bool goes_on = slot.wire.keep_alive;
  completed(push_slot(std::move(slot)), response);
  return goes_on;
}

bool Session::answer_options(const Head& head, const Target& target) {
  const auto options = shared_->router.options(target.segments);
  if (!options) {
    return reject(head, problem_response(HttpError::kRouteNotFound), HttpError::kRouteNotFound);
  }
  if (head.chunked || head.content_length.value_or(0) > 0) {
    return reject(head, problem_response(HttpError::kBodyTooLarge), HttpError::kBodyTooLarge);
  }
  Response response;
  response.status = 204;
  response.with("Allow", options->allow);
  if (options->is_public) {
    response.with("Access-Control-Allow-Methods", options->allow);
    response.with("Access-Control-Allow-Headers", "Content-Type, Accept");
    response.with("Access-Control-Max-Age", "600");
  }
  Slot slot{SteadyClock::now(), nullptr, wire_context(head), std::nullopt};
  slot.wire.is_public = options->is_public;
  completed(push_slot(std::move(slot)), std::move(response));
  return head.keep_alive;
}

// The Reply holds the worker, so that its thread's queue exists as long as anyone may answer, and
// the session only weakly: an answer to a connection that is gone is dropped.
Reply Session::make_reply(std::uint64_t sequence) {
  return Reply([worker = worker_, session = weak_from_this(), sequence](Response response) mutable {
    const auto keep = std::move(worker);  // not in the posted function: it would hold its own queue
    if (keep->io.get_executor().running_in_this_thread()) {
      if (const auto self = session.lock()) self->completed(sequence, std::move(response));
      return;
    }
    asio::post(keep->io, [session, sequence, answer = std::move(response)]() mutable {
      if (const auto self = session.lock()) self->completed(sequence, std::move(answer));
    });
  });
}

void Session::completed(std::uint64_t sequence, Response response) {
  if (broken_ || sequence < first_sequence_) return;
  auto& slot = slots_[sequence - first_sequence_];
  if (slot.meter != nullptr) {
    const std::chrono::duration<double> seconds = SteadyClock::now() - slot.started;
    slot.meter->observe(response.status, seconds.count());
  }
  if (response.stream && slot.wire.minor_version == 0) slot.wire.keep_alive = false;
  slot.response = std::move(response);
  schedule_flush();
}

// Answers that are completed one after another leave in one write.
void Session::schedule_flush() {
  if (flush_scheduled_ || writing_ || streaming_) return;
  flush_scheduled_ = true;
  asio::post(worker_->io, [self = shared_from_this()] {
    self->flush_scheduled_ = false;
    self->flush();
  });
}

void Session::flush() {
  if (writing_ || streaming_ || broken_) return;
  out_.clear();
  while (!slots_.empty() && slots_.front().response && out_.size() < kWriteBatchBytes) {
    auto& slot = slots_.front();
    slot.wire.date = worker_->date();
    append_response(out_, *slot.response, slot.wire);
    if (slot.response->stream && !slot.wire.head_only) {
      streaming_ = true;
      break;
    }
    pop_slot();
  }
  if (!out_.empty()) start_write();
}

void Session::start_write() {
  writing_ = true;
  write_deadline_ = after(limits().write_ms_max);
  asio::async_write(stream_, asio::buffer(out_),
                    [self = shared_from_this()](error_code ec, std::size_t) { self->written(ec); });
}

void Session::written(error_code ec) {
  writing_ = false;
  write_deadline_ = kNever;
  if (ec) {
    abort();
    return;
  }
  if (streaming_) {
    pull();
  } else {
    flush();
  }
  wake_.cancel();
}

void Session::pull() {
  const auto source = slots_.front().response->stream;
  source(ChunkSink([worker = worker_, session = weak_from_this()](Chunk chunk) mutable {
    const auto keep = std::move(worker);
    asio::post(keep->io, [session, piece = std::move(chunk)]() mutable {
      if (const auto self = session.lock()) self->pulled(std::move(piece));
    });
  }));
}

void Session::pulled(Chunk chunk) {
  if (broken_) return;
  if (chunk.kind == Chunk::Kind::kBroken) {
    abort();
    return;
  }
  const bool chunked = slots_.front().wire.minor_version == 1;
  out_.clear();
  append_chunk(out_, chunk.bytes, chunked);
  if (chunk.kind == Chunk::Kind::kLast) {
    append_last_chunk(out_, chunked);
    streaming_ = false;
    pop_slot();
  }
  if (out_.empty()) {
    written({});
  } else {
    start_write();
  }
}

}  // namespace

void start_session(std::shared_ptr<Worker> worker, std::shared_ptr<Shared> shared, Socket socket,
                   asio::ssl::context* tls, ConnectionLimiter::Permit permit) {
  const auto session = std::make_shared<Session>(worker, std::move(shared), std::move(socket), tls,
                                                 std::move(permit));
  asio::co_spawn(worker->io, session->run(), [session](const std::exception_ptr& failure) {
    if (failure) spdlog::error("a connection ended by an exception");
    session->ended();
  });
}

}  // namespace tally::http
