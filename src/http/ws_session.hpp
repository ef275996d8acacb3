// Private to this folder: one WebSocket connection, after its HTTP session has handed it over.
#pragma once

#include <memory>
#include <string>

#include "http/websocket.hpp"
#include "http/worker.hpp"

namespace tally::http {

/// The peer as its connection sees it.
class WsConnection : public WebSocketPeer {
 public:
  /// Takes over `stream`, whose handshake request has the raw head `head`, answers 101 and runs
  /// until the connection ends. The caller keeps `stream` alive until then.
  virtual Awaitable<void> run(std::string head, WebSocketEvents events) = 0;
  virtual void tick(TimePoint now) = 0;
  virtual void drain() = 0;
};

/// A connection that is not yet taken over: the route's handler gets it as its peer first.
std::shared_ptr<WsConnection> make_ws_connection(std::shared_ptr<Worker> worker, Stream& stream,
                                                 const WebSocketLimits& limits,
                                                 std::uint32_t write_ms_max,
                                                 std::uint32_t linger_ms_max);

/// Whether the fields make a valid handshake (RFC 6455 section 4.2.1).
bool is_websocket_handshake(const Request& request);

}  // namespace tally::http
