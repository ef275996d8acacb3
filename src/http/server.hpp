// The HTTP server: listeners, connection threads, limits.
//
//   listener ──► Worker (one thread, one io_context) ──► Session (one connection)
//                                                          head.hpp    judges the raw head
//                                                          router.hpp  finds the route
//                                                          Handler     answers through a Reply
//                                                          writes answers in the order of requests
//
// A connection belongs to one worker for life, so its state needs no lock. A Reply that is called
// on another thread is posted to the worker; that post is the only hop.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/token_bucket.hpp"
#include "http/head.hpp"
#include "http/metrics.hpp"
#include "http/router.hpp"
#include "http/websocket.hpp"

namespace tally::http {

struct ListenAddress {
  std::string host;        ///< an IP address, v6 without its brackets
  std::uint16_t port = 0;  ///< 0: any free one
  bool tls = false;
  bool for_operator = false;  ///< who connects shows a certificate of ServerOptions::client_ca_file
};

/// Parses "http://127.0.0.1:8080" or "https://[::]:8443": scheme, IP address and port, nothing
/// else.
std::optional<ListenAddress> parse_listen(std::string_view text);

struct TlsFiles {
  std::string certificate_file;  ///< PEM, the chain, leaf first
  std::string private_key_file;  ///< PEM
};

/// What one peer, and all together, may cost. Every queue and wait has a bound.
struct ServerLimits {
  HeadLimits head;
  std::size_t chunk_extension_bytes_max = 256;  ///< in all of one body
  std::size_t pipeline_depth_max = 128;         ///< requests of a connection in progress
  std::size_t pipeline_bytes_max = 4 << 20;     ///< their bodies; one larger body goes alone
  std::size_t buffered_bytes_max = 256 << 20;   ///< bodies and unsent answers of all connections
  std::size_t connections_max = 4096;
  // "per ip": of one IPv4 address or IPv6 /64.
  std::size_t connections_per_ip_max = 256;
  std::size_t buffered_bytes_per_ip_max = 64 << 20;
  BucketRate requests_per_ip{5'000, 10'000};  ///< a new connection counts as one
  BucketRate look_ups_per_ip{500, 2'000};     ///< of items, by API or scan
  std::uint32_t head_ms_max = 10000;          ///< first byte to last of a head; TLS handshake
  std::uint32_t body_ms_max = 30000;
  std::uint32_t idle_ms_max = 60000;   ///< between requests, none in progress
  std::uint32_t write_ms_max = 30000;  ///< one write of at most a few answers
  std::uint32_t linger_ms_max = 1000;  ///< for the peer to read a refusal
};

struct ServerOptions {
  std::vector<ListenAddress> listen;
  std::optional<TlsFiles> tls;
  bool allow_plain_http = false;  ///< plain HTTP on addresses other than loopback
  unsigned io_threads = 2;
  /// Hosts that are answered for, without ports (against DNS rebinding); empty: any.
  std::vector<std::string> hosts;
  /// Without `hosts`, only IP addresses and localhost are answered for. The operator's socket and
  /// listener always answer for these, and for `hosts`.
  bool local_hosts_only = false;
  /// The operator's Unix socket, of mode 0600; empty: none. Only its own user and root may connect.
  std::string operator_socket;
  std::string client_ca_file;        ///< PEM; who signs the certificates of operators
  bool operator_everywhere = false;  ///< every listener serves /v1/admin/, not these two alone
  ServerLimits limits;
  WebSocketLimits websocket;
};

enum class StartError : std::uint16_t {
  kNoListener = 1,
  kAddressInvalid = 2,
  kPlainHttpRefused = 3,  ///< not loopback, and allow_plain_http is not set
  kTlsMissing = 4,        ///< an https address without TlsFiles
  kTlsInvalid = 5,        ///< certificate or key unreadable or not a pair
  kBindFailed = 6,
  kClientCaInvalid = 7,  ///< missing or unreadable, with an address for the operator
};

struct StartFault {
  StartError error;
  std::string where;  ///< the address or file, and the system's message
};

class Server {
 public:
  /// `router` is complete; `metrics` and all that the handlers refer to outlive the server and
  /// every Reply that it gave out.
  Server(ServerOptions options, Router router, Metrics& metrics);
  /// As stop() with one second.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Binds all addresses, so that port() is known before anybody is answered. Called at most once;
  /// without it start() does it. On an error nothing is bound.
  std::expected<void, StartFault> bind();
  /// Binds what is not bound yet and starts the threads. Called once. On an error nothing runs.
  std::expected<void, StartFault> start();

  /// Stops accepting, lets requests in progress finish for up to `grace`, says 1001 to WebSockets,
  /// then closes what is left and joins the threads. A Reply that comes later is dropped. Not to be
  /// called on a connection thread.
  void stop(std::chrono::milliseconds grace);

  /// The port bound by the i-th address of `options.listen`.
  [[nodiscard]] std::uint16_t port(std::size_t i = 0) const;
  /// Open connections.
  [[nodiscard]] std::size_t connections() const;
  [[nodiscard]] const Router& router() const;

 private:
  struct Running;
  std::unique_ptr<Running> running_;
};

}  // namespace tally::http
