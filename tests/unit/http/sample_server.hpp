// A server with one route of each kind, on a free port of the loopback.
#pragma once

#include <condition_variable>
#include <mutex>
#include <vector>

#include "base/check.hpp"
#include "http/server.hpp"

namespace tally::http {

// Holds replies back until the test lets them go, as the engine's writer thread would.
class Parked {
 public:
  void add(Reply reply) {
    {
      const std::lock_guard lock(mutex_);
      replies_.push_back(std::move(reply));
    }
    changed_.notify_all();
  }
  // Waits for the i-th and takes it.
  Reply take(std::size_t i) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return replies_.size() > i; });
    return replies_[i];
  }
  void clear() {
    const std::lock_guard lock(mutex_);
    replies_.clear();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Reply> replies_;
};

struct SampleServer {
  Metrics metrics;
  Parked parked;
  std::mutex peers_mutex;
  std::condition_variable peers_changed;
  std::vector<std::shared_ptr<WebSocketPeer>> peers;
  std::unique_ptr<Server> server;

  explicit SampleServer(ServerOptions options = {}) {
    if (options.listen.empty()) options.listen.push_back({"127.0.0.1", 0, options.tls.has_value()});
    server = std::make_unique<Server>(std::move(options), make_router(), metrics);
    CHECK(server->start().has_value());
  }
  [[nodiscard]] std::uint16_t port() const { return server->port(); }
  [[nodiscard]] std::string url(std::string_view scheme = "http") const {
    return std::string(scheme) + "://127.0.0.1:" + std::to_string(port());
  }
  std::shared_ptr<WebSocketPeer> first_peer() {
    std::unique_lock lock(peers_mutex);
    peers_changed.wait(lock, [&] { return !peers.empty(); });
    return peers.front();
  }

 private:
  Router make_router() {
    Router router;
    router.add({.method = Method::kGet,
                .pattern = "/hello/{name}",
                .handler =
                    [](const Request& request, const Reply& reply) {
                      reply(text_response(200, "text/plain", "hello " + request.param("name")));
                    },
                .query = {{"limit"}},
                .is_public = true});
    router.add({.method = Method::kPost,
                .pattern = "/echo",
                .handler =
                    [](const Request& request, const Reply& reply) {
                      reply(text_response(200, "application/octet-stream",
                                          std::string(as_text(request.body))));
                    },
                .body_bytes_max = 100000});
    router.add({.method = Method::kPost,
                .pattern = "/park",
                .handler = [this](const Request&, Reply reply) { parked.add(std::move(reply)); },
                .body_bytes_max = 1000});
    router.add({.method = Method::kGet,
                .pattern = "/forget",
                .handler = [](const Request&, const Reply&) {}});
    router.add({.method = Method::kGet,
                .pattern = "/throw",
                .handler = [](const Request&, const Reply&) { throw std::bad_alloc(); }});
    router.add(
        {.method = Method::kGet,
         .pattern = "/count/{n}",
         .handler = [](const Request& request, const Reply& reply) {
           auto left = std::make_shared<int>(std::stoi(request.param("n")));
           reply(stream_response("text/plain", [left](const ChunkSink& sink) {
             const int n = (*left)--;
             if (n < 0) {
               sink({Chunk::Kind::kBroken, {}});
             } else {
               sink({n == 0 ? Chunk::Kind::kLast : Chunk::Kind::kMore, std::to_string(n) + ";"});
             }
           }));
         }});
    router.add(
        {.method = Method::kGet,
         .pattern = "/stream",
         .handler = {},
         .query = {{"refuse"}},
         .websocket = [this](const Request& request, const std::shared_ptr<WebSocketPeer>& peer)
             -> std::expected<WebSocketEvents, Response> {
           if (request.query_value("refuse")) {
             return std::unexpected(text_response(403, "text/plain", "no"));
           }
           {
             const std::lock_guard lock(peers_mutex);
             peers.push_back(peer);
           }
           peers_changed.notify_all();
           WebSocketEvents events;
           events.on_text = [peer](std::string text) { peer->send("echo " + text, "c"); };
           return events;
         }});
    return router;
  }
};

}  // namespace tally::http
