#include "http/wire.hpp"

#include <array>
#include <iterator>

#include <fmt/format.h>

namespace tally::http {
namespace {

// Defaults of every answer; a route that sets the field itself overrides it. Nothing is cached,
// framed, sniffed or executed unless a route says otherwise.
struct DefaultField {
  std::string_view name;
  std::string_view line;
};
constexpr std::array kDefaults = {
    DefaultField{"Cache-Control", "Cache-Control: no-store\r\n"},
    DefaultField{"X-Content-Type-Options", "X-Content-Type-Options: nosniff\r\n"},
    DefaultField{"Referrer-Policy", "Referrer-Policy: no-referrer\r\n"},
    DefaultField{"Content-Security-Policy",
                 "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"},
};

void append_value(std::string& out, std::string_view value) {
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(byte < 0x20 || byte == 0x7f ? ' ' : c);
  }
}

bool has_body(int status) { return status >= 200 && status != 204 && status != 304; }

}  // namespace

void append_response(std::string& out, const Response& response, const WireContext& context) {
  const bool chunked = response.stream && context.minor_version == 1;
  fmt::format_to(std::back_inserter(out), "HTTP/1.1 {} {}\r\n", response.status,
                 reason_phrase(response.status));
  out.append(context.date);
  for (const auto& field : kDefaults) {
    if (response.headers.empty() || !find_header(response.headers, field.name)) {
      out.append(field.line);
    }
  }
  if (context.secure) out.append("Strict-Transport-Security: max-age=31536000\r\n");
  if (context.is_public) out.append("Access-Control-Allow-Origin: *\r\n");
  for (const auto& header : response.headers) {
    append_value(out, header.name);
    out.append(": ");
    append_value(out, header.value);
    out.append("\r\n");
  }
  if (!response.content_type.empty()) {
    out.append("Content-Type: ");
    append_value(out, response.content_type);
    out.append("\r\n");
  }
  if (chunked) {
    out.append("Transfer-Encoding: chunked\r\n");
  } else if (!response.stream && has_body(response.status)) {
    fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", response.body.size());
  }
  if (!context.keep_alive) {
    out.append("Connection: close\r\n");
  } else if (context.minor_version == 0) {
    out.append("Connection: keep-alive\r\n");
  }
  out.append("\r\n");
  if (!context.head_only && !response.stream && has_body(response.status)) {
    out.append(response.body);
  }
}

void append_chunk(std::string& out, std::string_view bytes, bool chunked) {
  if (bytes.empty()) return;
  if (!chunked) {
    out.append(bytes);
    return;
  }
  fmt::format_to(std::back_inserter(out), "{:x}\r\n", bytes.size());
  out.append(bytes);
  out.append("\r\n");
}

void append_last_chunk(std::string& out, bool chunked) {
  if (chunked) out.append("0\r\n\r\n");
}

}  // namespace tally::http
