// Every read, with any path parameters and query, cursors and page tokens among them: each is
// answered, never by a failure of the node's. The first byte chooses the route, the second the
// caller and the Accept field; then lines: one for each brace of the pattern (empty: a sample), and
// then the query, an item each.
#include <boost/json.hpp>

#include <charconv>

#include "fuzz/support/api_world.hpp"
#include "fuzz/support/input.hpp"
#include "fuzz/target.hpp"
#include "http/target.hpp"

namespace tally::fuzz {
namespace {

const std::vector<const http::Route*>& routes() {
  static const auto kRoutes = [] {
    std::vector<const http::Route*> out;
    for (const auto& route : ApiWorld::instance().routes()) {
      if (route.body_bytes_max == 0 && !route.websocket) out.push_back(&route);
    }
    return out;
  }();
  return kRoutes;
}

// A height that has not come is waited for, seconds long.
bool waits(std::string_view value) {
  std::uint64_t height = 0;
  std::from_chars(value.data(), value.data() + value.size(), height);
  return height >= ApiWorld::instance().next_height();
}

// As a target gives it: decoded, or not at all.
bool arrives(std::string_view text) {
  return http::is_utf8(text) && std::ranges::all_of(text, [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return byte >= 0x20 && byte != 0x7f;
         });
}

void run(ByteView bytes) {
  Input input(bytes);
  auto& world = ApiWorld::instance();
  const auto& route = *routes()[input.choice(routes().size())];
  const auto second = input.byte();
  http::Request request;
  request.method = route.method;
  request.path = route.pattern;
  request.host = "localhost";
  request.remote_address = "127.0.0.1";
  request.headers = world.credentials(static_cast<CallerKind>(second % kCallerKinds));
  constexpr std::string_view kAccept[] = {"", "text/html", "application/ld+json",
                                          "application/linkset+json;q=0.5, */*;q=0.1"};
  if (const auto accept = kAccept[second >> 6]; !accept.empty()) {
    request.headers.push_back({"accept", std::string(accept)});
  }
  for (const auto& name : braces_of(route.pattern)) {
    auto value = std::string(as_text(input.until('\n')));
    if (value.empty()) value = world.sample(name);
    if (!arrives(value)) return;
    request.segments.push_back(value);
    request.params.emplace_back(name, std::move(value));
  }
  while (!input.empty() && request.query.size() < http::kTargetQueryItemsMax) {
    const auto line = as_text(input.until('\n'));
    const auto equal = std::min(line.find('='), line.size());
    request.query.push_back({std::string(line.substr(0, equal)),
                             std::string(line.substr(std::min(equal + 1, line.size())))});
    const auto& item = request.query.back();
    if (!arrives(item.name) || !arrives(item.value)) return;
    if (item.name == "min_height" && waits(item.value)) return;
  }
  if (check_query(route, request.query)) return;
  const auto response = world.ask(route, std::move(request));
  CHECK(response.status >= 200 && response.status < 600);
  CHECK(response.status != 500);
  if (response.content_type.find("json") == std::string::npos || response.stream) return;
  boost::json::error_code error;
  (void)boost::json::parse(response.body, error);
  CHECK(!error);
}

void seed(Seeds& seeds) {
  for (std::uint8_t index = 0; index < routes().size(); ++index) {
    const auto& route = *routes()[index];
    const std::string lines(braces_of(route.pattern).size(), '\n');
    constexpr std::uint8_t kSeconds[] = {0x01, 0x42, 0x83, 0xc0};
    for (const auto second : kSeconds) {
      Bytes bytes{index, second};
      append(bytes, as_bytes(lines));
      seeds.add(std::to_string(index) + "-" + std::to_string(second), bytes);
    }
    for (const auto& rule : route.query) {
      const auto name = rule.name.ends_with('*') ? "EQ_bizStep" : rule.name;
      Bytes bytes{index, 1};
      append(bytes, as_bytes(lines + name + "=" + ApiWorld::instance().sample(name)));
      seeds.add(std::to_string(index) + "-by-" + name, bytes);
    }
    if (route.pattern.starts_with("/epcis")) {
      Bytes bytes{index, 3};
      append(bytes, as_bytes(lines + "perPage=2\nMATCH_epc=urn:epc:id:sgtin:9506000.013435.A1\n"
                                     "GE_eventTime=2026-01-01T00:00:00Z\nnextPageToken=0-1"));
      seeds.add(std::to_string(index) + "-epcis", bytes);
    }
  }
}

}  // namespace

FUZZ_TARGET(api_query, run, seed);

}  // namespace tally::fuzz
