#include "fuzz/support/conversation.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <charconv>

#include "base/check.hpp"
#include "http/target.hpp"

namespace tally::fuzz {
namespace {

using namespace http;

constexpr int kPollsMax = 1'000;

ServerOptions options() {
  ServerOptions out;
  out.limits.requests_per_ip = {};  // a fuzzer is a flood
  out.limits.look_ups_per_ip = {};
  return out;
}

}  // namespace

Router SampleRoutes::router() {
  Router out;
  out.add({.method = Method::kPost,
           .pattern = "/echo",
           .handler =
               [](const Request& request, const Reply& reply) {
                 reply(text_response(200, "text/plain", std::string(as_text(request.body))));
               },
           .body_bytes_max = 3'000});
  out.add({.method = Method::kGet,
           .pattern = "/hello/{name}",
           .handler =
               [](const Request& request, const Reply& reply) {
                 auto text = request.param("name");
                 for (const auto& item : request.query) text += '&' + item.name + '=' + item.value;
                 reply(text_response(200, "text/plain", std::move(text)));
               },
           .query = {{"limit"}, {"x", true}},
           .is_public = true});
  out.add({.method = Method::kPost,
           .pattern = "/later",
           .handler = [this](const Request&, Reply reply) { parked.push_back(std::move(reply)); },
           .body_bytes_max = 100});
  out.add({.method = Method::kGet,
           .pattern = "/count/{n}",
           .handler = [](const Request& request, const Reply& reply) {
             int n = 0;
             const auto& text = request.param("n");
             std::from_chars(text.data(), text.data() + std::min<std::size_t>(text.size(), 2), n);
             auto left = std::make_shared<int>(n);
             reply(stream_response("text/plain", [left](const ChunkSink& sink) {
               const bool last = --*left <= 0;
               sink({last ? Chunk::Kind::kLast : Chunk::Kind::kMore, std::to_string(*left)});
             }));
           }});
  out.add({.method = Method::kGet,
           .pattern = "/forget",
           .handler = [](const Request&, const Reply&) {}});
  out.add({.method = Method::kGet,
           .pattern = "/stream",
           .handler = {},
           .websocket = [this](const Request&, const std::shared_ptr<WebSocketPeer>& peer)
               -> std::expected<WebSocketEvents, Response> {
             WebSocketEvents events;
             events.on_text = [this, peer](const std::string& text) {
               ++texts;
               longest_text = std::max(longest_text, text.size());
               utf8 = utf8 && is_utf8(text);
               for (std::size_t i = 0; i < copies; ++i) peer->send(text, std::to_string(texts));
             };
             return events;
           }});
  return out;
}

Conversation::Conversation()
    : shared_(std::make_shared<Shared>(options(), routes_.router(), metrics_)) {
  int ends[2];
  CHECK(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
  socket_ = ends[1];
  Socket socket(worker_->io.get_executor(), asio::generic::stream_protocol(AF_UNIX, 0), ends[0]);
  auto permit = shared_->peers.admit("127.0.0.1", 0);
  CHECK(static_cast<bool>(permit));
  start_session(worker_, shared_,
                {.socket = std::move(socket),
                 .tls = nullptr,
                 .address = "127.0.0.1",
                 .key = "127.0.0.1",
                 .by_operator = false,
                 .peers = shared_->peers,
                 .permit = std::move(permit)});
  poll();
}

Conversation::~Conversation() {
  if (socket_ >= 0) ::close(socket_);
  routes_.parked.clear();
  for (int i = 0; i < kPollsMax && !worker_->connections.empty(); ++i) poll();
  CHECK(worker_->connections.empty());
}

void Conversation::poll() {
  for (bool more = true; more;) {
    worker_->io.restart();
    more = worker_->io.poll() > 0;
    char block[16'384];
    for (ssize_t n = 0; socket_ >= 0 && (n = ::recv(socket_, block, sizeof block, 0)) > 0;) {
      output_.append(block, static_cast<std::size_t>(n));
      more = true;
    }
  }
}

void Conversation::send(std::string_view bytes) {
  for (int tries = 0; !bytes.empty() && tries < kPollsMax; ++tries) {
    const auto n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n > 0) bytes.remove_prefix(static_cast<std::size_t>(n));
    poll();
    if (n < 0 && errno != EAGAIN) return;
  }
}

void Conversation::release() {
  while (!routes_.parked.empty()) {
    const auto reply = std::move(routes_.parked.back());
    routes_.parked.pop_back();
    reply(text_response(200, "text/plain", std::to_string(routes_.parked.size())));
    poll();
  }
}

std::string Conversation::finish() {
  ::shutdown(socket_, SHUT_WR);
  for (int i = 0; i < kPollsMax && !worker_->connections.empty(); ++i) {
    poll();
    release();
  }
  CHECK(worker_->connections.empty());
  return output_;
}

}  // namespace tally::fuzz
