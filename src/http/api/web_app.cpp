#include "http/api/web_app.hpp"

#include <algorithm>

#include "http/pages.hpp"
#include "http/problem.hpp"

namespace tally::http {
namespace {

// The page may load what it came with, speak to its own node and show pictures that the person
// gives it; no style or script that somebody writes into it.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

// The addresses of tools/web/src/app.tsx.
constexpr std::string_view kPages[] = {"", "scan", "sign-in"};

struct FileType {
  std::string_view ending;
  std::string_view type;
};
constexpr FileType kTypes[] = {{".html", "text/html; charset=utf-8"},
                               {".js", "text/javascript; charset=utf-8"},
                               {".css", "text/css; charset=utf-8"},
                               {".svg", "image/svg+xml"},
                               {".png", "image/png"},
                               {".webmanifest", "application/manifest+json"}};

std::string_view type_of(std::string_view path) {
  const auto* found =
      std::ranges::find_if(kTypes, [&](const FileType& row) { return path.ends_with(row.ending); });
  return found == std::end(kTypes) ? "application/octet-stream" : found->type;
}

// A browser names it alone; a weight of nothing is written by nobody, and refused all the same.
bool accepts_gzip(const Request& request) {
  bool accepted = false;
  for_each_element(request.header("accept-encoding").value_or(""), [&](std::string_view element) {
    const auto semicolon = element.find(';');
    const bool weighed = semicolon != std::string_view::npos;
    const auto weight = weighed ? trim(element.substr(semicolon + 1)) : std::string_view("q=1");
    const bool refused = weight.find_first_of("123456789") == std::string_view::npos;
    accepted |= equal_ignoring_case(trim(element.substr(0, semicolon)), "gzip") && !refused;
  });
  return accepted;
}

Response file_response(int status, std::string_view path, bool gzip) {
  const auto compressed = gzip ? web_file(std::string(path) + ".gz") : std::string_view{};
  const auto content = compressed.empty() ? web_file(path) : compressed;
  auto response = text_response(status, std::string(type_of(path)), std::string(content));
  const bool hashed = path.starts_with("assets/");
  response.with("Content-Security-Policy", std::string(kPolicy))
      .with("Vary", "Accept-Encoding")
      .with("Cache-Control", hashed ? "public, max-age=31536000, immutable" : "no-cache");
  if (!compressed.empty()) response.with("Content-Encoding", "gzip");
  return response;
}

}  // namespace

bool has_web_app() { return !web_file("index.html").empty(); }

Response web_app_response(std::string_view path, bool accepts_gzip) {
  const bool compressed_alone = path.ends_with(".gz");
  if (!compressed_alone && path != "index.html" && !web_file(path).empty()) {
    return file_response(200, path, accepts_gzip);
  }
  if (!has_web_app() || path.starts_with("assets/")) {
    return problem_response(HttpError::kRouteNotFound);
  }
  const bool known = std::ranges::find(kPages, path) != std::end(kPages);
  return file_response(known ? 200 : 404, "index.html", accepts_gzip);
}

void add_web_app_routes(Router& router) {
  for (const std::string_view pattern : {"/app", "/app/", "/app/{file...}"}) {
    const bool is_first = !pattern.ends_with('}');
    router.add({.method = Method::kGet,
                .pattern = std::string(pattern),
                .handler =
                    [is_first](const Request& request, const Reply& reply) {
                      const auto path = is_first ? std::string() : request.param("file");
                      reply(web_app_response(path, accepts_gzip(request)));
                    },
                .query = {{"*", true}}});  // the pages' own, as ?code=
  }
}

}  // namespace tally::http
