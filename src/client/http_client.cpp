#include "client/http_client.hpp"

#include <algorithm>

#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "client/connection.hpp"

namespace tally::client {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return beast::iequals({a.data(), a.size()}, {b.data(), b.size()});
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

ClientError response_error(const error_code& ec) {
  if (ec == http::error::end_of_stream || ec == http::error::partial_message) {
    return ClientError::kClosed;
  }
  if (ec == http::error::body_limit || ec == http::error::header_limit) {
    return ClientError::kTooLarge;
  }
  if (ec.category() == http::make_error_code(http::error::bad_version).category()) {
    return ClientError::kMalformed;
  }
  return client_error(ec);
}

}  // namespace

struct HttpClient::State {
  Url url;
  ClientOptions options;
  asio::io_context io{1};
  std::unique_ptr<Connection> connection;
  beast::flat_buffer buffer;

  std::expected<void, ClientError> connect() {
    if (connection) return {};
    buffer.clear();
    auto opened = Connection::open(io, url, options);
    if (!opened) return std::unexpected(opened.error());
    connection = std::move(*opened);
    return {};
  }
  std::unexpected<ClientError> fail(ClientError error) {
    connection.reset();
    return std::unexpected(error);
  }
};

std::string_view name(ClientError error) {
  switch (error) {
    case ClientError::kUrlInvalid:
      return "the URL is not valid";
    case ClientError::kResolve:
      return "the host name does not resolve";
    case ClientError::kConnect:
      return "no connection to the server";
    case ClientError::kTls:
      return "the TLS handshake failed";
    case ClientError::kTimeout:
      return "the server did not answer in time";
    case ClientError::kClosed:
      return "the connection was closed";
    case ClientError::kMalformed:
      return "the answer is malformed";
    case ClientError::kTooLarge:
      return "the answer is too large";
    case ClientError::kRefused:
      return "the server refused the WebSocket";
  }
  return "unknown";
}

std::optional<std::string_view> ClientResponse::header(std::string_view header_name) const {
  for (const auto& field : headers) {
    if (equal_ignoring_case(field.name, header_name)) return field.value;
  }
  return std::nullopt;
}

HttpClient::HttpClient(std::unique_ptr<State> state) : state_(std::move(state)) {}
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;
HttpClient::~HttpClient() = default;

std::expected<HttpClient, ClientError> HttpClient::open(std::string_view url,
                                                        ClientOptions options) {
  auto parsed = parse_url(url);
  if (!parsed) return std::unexpected(ClientError::kUrlInvalid);
  auto state = std::make_unique<State>();
  state->url = std::move(*parsed);
  state->options = std::move(options);
  return HttpClient(std::move(state));
}

std::expected<ClientResponse, ClientError> HttpClient::get(
    std::string_view target, const std::vector<ClientHeader>& headers) {
  return request("GET", target, {}, {}, headers);
}

std::expected<ClientResponse, ClientError> HttpClient::post(
    std::string_view target, std::string_view content_type, std::string_view body,
    const std::vector<ClientHeader>& headers) {
  return request("POST", target, content_type, body, headers);
}

std::expected<ClientResponse, ClientError> HttpClient::request(
    std::string_view method, std::string_view target, std::string_view content_type,
    std::string_view body, const std::vector<ClientHeader>& headers) {
  if (const auto sent = send(encode(method, target, content_type, body, headers)); !sent) {
    return std::unexpected(sent.error());
  }
  return receive(method == "HEAD");
}

std::string HttpClient::encode(std::string_view method, std::string_view target,
                               std::string_view content_type, std::string_view body,
                               const std::vector<ClientHeader>& headers) const {
  std::string out;
  out.reserve(256 + body.size());
  out.append(method).append(" ").append(target).append(" HTTP/1.1\r\n");
  append_header(out, "Host", state_->url.authority());
  for (const auto& field : state_->options.headers) append_header(out, field.name, field.value);
  for (const auto& field : headers) append_header(out, field.name, field.value);
  if (!content_type.empty()) append_header(out, "Content-Type", content_type);
  if (!body.empty() || method == "POST") {
    append_header(out, "Content-Length", std::to_string(body.size()));
  }
  out.append("\r\n").append(body);
  return out;
}

std::expected<void, ClientError> HttpClient::send(std::string_view encoded) {
  if (const auto connected = state_->connect(); !connected) return connected;
  error_code ec;
  asio::write(*state_->connection, asio::buffer(encoded), ec);
  if (ec) return state_->fail(client_error(ec));
  return {};
}

std::expected<ClientResponse, ClientError> HttpClient::receive(bool to_head) {
  if (!state_->connection) return std::unexpected(ClientError::kClosed);
  while (true) {
    http::response_parser<http::string_body> parser;
    parser.body_limit(state_->options.response_bytes_max);
    parser.skip(to_head);
    error_code ec;
    http::read(*state_->connection, state_->buffer, parser, ec);
    if (ec) return state_->fail(response_error(ec));
    auto& message = parser.get();
    if (message.result_int() < 200) continue;
    ClientResponse response;
    response.status = static_cast<int>(message.result_int());
    for (const auto& field : message) {
      response.headers.push_back({std::string(field.name_string()), std::string(field.value())});
    }
    response.body = std::move(message.body());
    if (!message.keep_alive()) state_->connection.reset();
    return response;
  }
}

void HttpClient::close() { state_->connection.reset(); }

bool HttpClient::connected() const { return state_->connection != nullptr; }

}  // namespace tally::client
