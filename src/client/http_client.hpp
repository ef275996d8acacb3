// A blocking HTTP/1.1 client: for the command line, benchmarks, webhooks and other nodes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/url.hpp"

namespace tally::client {

enum class ClientError : std::uint16_t {
  kUrlInvalid = 1,
  kResolve = 2,
  kConnect = 3,
  kTls = 4,        ///< no TLS 1.3, or the certificate is not trusted or not the host's
  kTimeout = 5,    ///< the outcome of what was sent is unknown
  kClosed = 6,     ///< likewise
  kMalformed = 7,  ///< the peer does not speak HTTP or WebSocket
  kTooLarge = 8,
  kRefused = 9,  ///< the peer refused the WebSocket handshake
};

/// The error's name, for people.
std::string_view name(ClientError error);

struct ClientHeader {
  std::string name;
  std::string value;
};

struct ClientOptions {
  std::uint32_t connect_ms_max = 5000;  ///< TCP connect and TLS handshake, each
  std::uint32_t io_ms_max = 30000;      ///< silence while reading, or blocked while writing
  std::size_t response_bytes_max = 64 << 20;
  std::string ca_file;                ///< PEM; trusted instead of the system's authorities
  std::string certificate_file;       ///< PEM chain of our own, shown to a server that asks for it
  std::string private_key_file;       ///< its key
  std::string unix_socket;            ///< connect to this instead of the URL's host, without TLS
  std::vector<ClientHeader> headers;  ///< with each request, e.g. Authorization
};

struct ClientResponse {
  int status = 0;
  std::vector<ClientHeader> headers;
  std::string body;
  /// The first field of that name in any case, or nothing.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view header_name) const;
};

/// One connection, kept alive between requests and opened again when it was closed. Nothing is ever
/// sent a second time by itself: after kTimeout or kClosed the caller decides. Not thread-safe.
class HttpClient {
 public:
  /// Parses the URL of the server (its path is ignored) without connecting yet. Error: kUrlInvalid.
  static std::expected<HttpClient, ClientError> open(std::string_view url,
                                                     ClientOptions options = {});
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;
  ~HttpClient();

  std::expected<ClientResponse, ClientError> get(std::string_view target,
                                                 const std::vector<ClientHeader>& headers = {});
  std::expected<ClientResponse, ClientError> post(std::string_view target,
                                                  std::string_view content_type,
                                                  std::string_view body,
                                                  const std::vector<ClientHeader>& headers = {});
  /// Any method. `content_type` may be empty with an empty body. Headers hold no line breaks.
  std::expected<ClientResponse, ClientError> request(std::string_view method,
                                                     std::string_view target,
                                                     std::string_view content_type,
                                                     std::string_view body,
                                                     const std::vector<ClientHeader>& headers = {});

  // Pipelining, for load: encode() requests, send() many at once, then receive() as many answers.

  /// One request as bytes.
  [[nodiscard]] std::string encode(std::string_view method, std::string_view target,
                                   std::string_view content_type, std::string_view body,
                                   const std::vector<ClientHeader>& headers = {}) const;
  /// Writes encoded requests, connecting first if need be.
  std::expected<void, ClientError> send(std::string_view encoded);
  /// The next answer (interim ones are skipped). `to_head`: it answers a HEAD request.
  std::expected<ClientResponse, ClientError> receive(bool to_head = false);

  void close();
  [[nodiscard]] bool connected() const;

 private:
  struct State;
  explicit HttpClient(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tally::client
