// GET /v1/stream on a whole node: who is let in, and what the filter and the cursor of a query make
// of the events. Nobody is told the body of what does not concern them. The first byte chooses the
// caller; then lines, each an item of the query.
#include <boost/json.hpp>

#include "fuzz/support/api_world.hpp"
#include "fuzz/support/input.hpp"
#include "fuzz/target.hpp"
#include "http/api/parties.hpp"
#include "http/target.hpp"

namespace tally::fuzz {
namespace {

const http::Route& route() {
  static const auto& kRoute = [] -> const http::Route& {
    for (const auto& route : ApiWorld::instance().routes()) {
      if (route.websocket) return route;
    }
    CHECK(false);
  }();
  return kRoute;
}

http::Request request_of(Input& input) {
  http::Request out;
  out.method = route().method;
  out.path = route().pattern;
  out.host = "localhost";
  out.remote_address = "127.0.0.1";
  out.headers =
      ApiWorld::instance().credentials(static_cast<CallerKind>(input.choice(kCallerKinds)));
  while (!input.empty() && out.query.size() < http::kTargetQueryItemsMax) {
    const auto line = as_text(input.until('\n'));
    const auto equal = std::min(line.find('='), line.size());
    out.query.push_back({std::string(line.substr(0, equal)),
                         std::string(line.substr(std::min(equal + 1, line.size())))});
  }
  return out;
}

bool is_set(const http::StreamFilter& filter) {
  return filter.account || filter.asset || filter.item || filter.order;
}

// What a reader with this filter gets of everything that there is.
void look(const http::StreamFilter& filter, const http::Caller& caller) {
  const http::StreamFilter none;
  for (const auto& event : ApiWorld::instance().events()) {
    const auto* text = http::text_for(event, filter, caller);
    const auto* unfiltered = http::text_for(event, none, caller);
    CHECK(unfiltered != nullptr && (text == nullptr || text == unfiltered));
    const bool is_private = text == &event.private_text;
    if (is_private) CHECK(http::concerns(event.parties, caller));
    if (text != nullptr && is_set(filter)) CHECK(is_private);
  }
}

void run(ByteView bytes) {
  Input input(bytes);
  auto& world = ApiWorld::instance();
  const auto request = request_of(input);
  for (const auto& item : request.query) {
    if (!http::is_utf8(item.name) || !http::is_utf8(item.value)) return;
  }
  if (check_query(route(), request.query)) return;
  if (const auto text = request.query_value("cursor")) {
    if (const auto cursor = http::parse_cursor(*text)) {
      CHECK(http::parse_cursor(http::to_text(*cursor)) == cursor);
    }
  }
  const auto greeted = world.greet(route(), request);
  if (!greeted) {
    CHECK(greeted.error().status >= 400 && greeted.error().status < 500);
    boost::json::error_code error;
    (void)boost::json::parse(greeted.error().body, error);
    CHECK(!error);
    return;
  }
  const auto read = world.read(request);
  CHECK(read.has_value());
  const auto filter = http::parse_filter(*read);
  CHECK(filter.has_value());
  look(*filter, read->caller);
}

void seed(Seeds& seeds) {
  const auto& world = ApiWorld::instance();
  const auto order = world.sample("order");
  const auto account = world.sample("account");
  const auto add = [&](std::string_view name, CallerKind caller, std::string_view lines) {
    seeds.add(name, static_cast<std::uint8_t>(caller), as_bytes(lines));
  };
  add("stranger", CallerKind::stranger, "cursor=1:0\nkind=block");
  add("all", CallerKind::anything, "");
  add("own", CallerKind::account, "account=" + account + "\nkind=asset_transfer\nkind=settled");
  add("of-another", CallerKind::stranger, "account=" + account);
  add("asset", CallerKind::account, "asset=EUR\ncursor=1:99999999999999999999");
  add("item", CallerKind::anything, "item=01/09506000134352/21/A1");
  add("order", CallerKind::anything, "order=" + order + "\nkind=order_offer");
  add("beyond", CallerKind::agent, "cursor=18446744073709551615:18446744073709551615");
  add("wrong", CallerKind::wrong, "kind=rejected");
  add("no-kind", CallerKind::account, "kind=nothing\ncursor=:");
}

}  // namespace

FUZZ_TARGET(stream, run, seed, 1'024);

}  // namespace tally::fuzz
