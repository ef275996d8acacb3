#include "http/session.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/vector_body.hpp>

#include "base/log.hpp"
#include "base/planted.hpp"
#include "http/problem.hpp"

namespace tally::http {
namespace {

constexpr std::size_t kBodyStepBytes = 65536;     // a body grows as it arrives, not as announced
constexpr std::size_t kLingerBytesMax = 1 << 20;  // read and dropped after a refusal
constexpr std::uint32_t kHoldBackMs = 1'000;      // what Retry-After says

std::uint64_t steady_ms() {
  const auto now = SteadyClock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

std::string_view without_port(std::string_view host) {
  // The port after the last colon, unless that stands inside an IPv6 address's brackets.
  const auto colon = host.rfind(':');
  if (colon == std::string_view::npos || host.find(']', colon) != std::string_view::npos) {
    return host;
  }
  return host.substr(0, colon);
}

// Names that no other's DNS can lead here: an IP address says where it leads, and localhost is
// never looked up (RFC 6761).
bool is_local_host(std::string_view host) {
  if (host.starts_with('[') || equal_ignoring_case(host, "localhost")) return true;
  error_code ec;
  asio::ip::make_address_v4(std::string(host), ec);
  return !ec;
}

}  // namespace

// --- deadlines ---

void Session::tick(TimePoint now) {
  if (websocket_) websocket_->tick(now);
  if (now >= write_deadline_ || now >= hard_deadline_) {
    write_deadline_ = hard_deadline_ = kNever;
    abort();
  } else if (now >= read_deadline_ && !PLANTED(header_deadline_never_fires)) {
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
  wake_.cancel();
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
  awaits_peer_ = false;
  if (ec) abort();
  co_return !ec;
}

// Reads one request and hands it on. Returns whether another may follow on this connection.
Awaitable<bool> Session::serve_one() {
  while (!broken_ && backlogged()) co_await pause();
  const bool ends = worker_->draining || dismissed_;
  if (broken_ || (ends && in_.view().empty())) co_return false;
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
  head->keep_alive = head->keep_alive && !worker_->draining && !dismissed_;

  if (!peers_.take_request(*permit_.peer(), steady_ms())) co_return co_await hold_back(*head);
  if (!host_served(*head)) {
    co_return reject(*head, problem_response(HttpError::kHostNotServed), HttpError::kHostNotServed);
  }
  auto target = parse_target(head->target);
  if (!target) co_return reject(*head, problem_response(target.error()), target.error());
  if (!path_served(*target)) {
    co_return reject(*head, problem_response(HttpError::kRouteNotFound), HttpError::kRouteNotFound);
  }
  if (head->method == Method::kOptions) co_return answer_options(*head, *target);
  auto match = shared_->router.find(head->method, target->segments);
  if (!match) {
    auto response = problem_response(match.error().error);
    if (!match.error().allow.empty()) response.with("Allow", match.error().allow);
    co_return reject(*head, response, match.error().error);
  }
  const Route& route = *match->route;
  if (route.look_up && !peers_.take_look_up(*permit_.peer(), steady_ms())) {
    co_return co_await hold_back(*head);
  }
  if (const auto refusal = check_query(route, target->query)) {
    co_return reject(*head, problem_response(refusal->error, refusal->name), refusal->error);
  }
  if (head->content_length.value_or(0) > route.body_bytes_max ||
      (head->chunked && route.body_bytes_max == 0)) {
    co_return reject(*head, problem_response(HttpError::kBodyTooLarge), HttpError::kBodyTooLarge);
  }

  Slot slot{SteadyClock::now(), shared_->meters[match->index], wire_context(*head),
            ByteLease(peers_.bytes(), permit_.peer())};
  slot.wire.is_public = route.is_public;
  auto request = make_request(*head, *target, *match);
  if (route.websocket) {
    has_request();
    co_return co_await upgrade(*head, std::move(raw_head), std::move(request), *match);
  }
  const bool whole =
      co_await read_body(*head, std::move(raw_head), route.body_bytes_max, request, *slot.bytes);
  if (!whole) co_return false;
  has_request();
  const auto sequence = push_slot(std::move(slot));
  try {
    route.handler(std::move(request), make_reply(sequence));
  } catch (const std::exception& e) {
    // The Reply went uncalled with its last copy, so the peer has its answer: `internal`.
    spdlog::error("handler of {} {} failed: {}", name(route.method), route.pattern, e.what());
  }
  co_return head->keep_alive;
}

// From here on it is the peer's turn, and the place may go to another.
void Session::wait_for_peer() {
  permit_.rest([worker = worker_, session = weak_from_this()] {
    asio::post(worker->io, [session] {
      if (const auto self = session.lock()) self->dismissed();
    });
  });
}

void Session::has_request() {
  if (std::exchange(awaits_peer_, false)) permit_.work();
}

void Session::dismissed() {
  dismissed_ = true;
  // A whole request may have come meanwhile, which is still answered.
  if (slots_.empty() && awaits_peer_) abort();
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
    if (!std::exchange(awaits_peer_, true) && slots_.empty()) wait_for_peer();
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
  if (!lease.grow_body(buffered.size())) {
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
    if (!lease.grow_body(n)) {
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
    if (size > lease.body() && !lease.grow_body(size - lease.body())) {
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
  const auto permit = peers_.admit_websocket(permit_.peer());
  if (!permit) {
    co_return reject(head, problem_response(HttpError::kOverloaded), HttpError::kOverloaded);
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

// Refuses a request over its address's rate. The next one is read after as long as the answer asks
// to wait, so a peer that does not wait costs nothing more.
Awaitable<bool> Session::hold_back(const Head& head) {
  const bool goes_on =
      reject(head, problem_response(HttpError::kRequestRate), HttpError::kRequestRate);
  const auto until = after(kHoldBackMs);
  while (goes_on && !broken_ && !worker_->draining && SteadyClock::now() < until) {
    wake_.expires_at(until);
    co_await wake_.async_wait(kAwait);
  }
  co_return goes_on;
}

// Against DNS rebinding: a page from elsewhere, whose name leads to us, says that name. On the
// operator's listener a browser that holds the operator's certificate would act for it, so what a
// page sends (it bears an Origin) is refused whatever its Host.
bool Session::host_served(const Head& head) const {
  const auto& options = shared_->options;
  const auto host = without_port(head.host);
  if (by_operator_ && find_header(head.headers, "origin")) return false;
  const bool local_only = by_operator_ || (options.hosts.empty() && options.local_hosts_only);
  if (local_only && is_local_host(host)) return true;
  if (options.hosts.empty()) return !local_only;
  return std::ranges::any_of(
      options.hosts, [&](const std::string& served) { return equal_ignoring_case(served, host); });
}

// What an operator does to its node is not there for others.
bool Session::path_served(const Target& target) const {
  const bool for_operator =
      target.segments.size() >= 2 && target.segments[0] == "v1" && target.segments[1] == "admin";
  return !for_operator || by_operator_ || shared_->options.operator_everywhere;
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
  request.peer = peer_key_;
  request.secure = stream_.secure();
  request.by_operator = by_operator_;
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

void start_session(std::shared_ptr<Worker> worker, std::shared_ptr<Shared> shared,
                   Accepted accepted) {
  const auto session = std::make_shared<Session>(worker, std::move(shared), std::move(accepted));
  session->arrived();
  asio::co_spawn(worker->io, session->run(), [session](const std::exception_ptr& failure) {
    if (failure) spdlog::error("a connection ended by an exception");
    session->ended();
  });
}

}  // namespace tally::http
