// Every body that a route takes, given to the route itself on a whole node: each is answered, and
// an answer in JSON is well formed. The first byte chooses the route, the second the caller, the
// third a builder's command or the media type.
#include <boost/json.hpp>

#include "codec/json.hpp"
#include "fuzz/support/api_world.hpp"
#include "fuzz/support/input.hpp"
#include "fuzz/support/samples.hpp"
#include "fuzz/target.hpp"
#include "market/schema.hpp"

namespace tally::fuzz {
namespace {

const std::vector<const http::Route*>& routes() {
  static const auto kRoutes = [] {
    std::vector<const http::Route*> out;
    for (const auto& route : ApiWorld::instance().routes()) {
      if (route.body_bytes_max > 0) out.push_back(&route);
    }
    return out;
  }();
  return kRoutes;
}

// A development network's time is advanced block by block: not years of it in one test.
bool takes_long(const http::Route& route, std::string_view body) {
  if (!route.pattern.ends_with("advance-time")) return false;
  int digits = 0;
  for (const char c : body) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    if (digits > 5) return true;
  }
  return false;
}

// What its first byte suggests, or another: JSON, XML, anything else.
std::string_view media_type(std::size_t choice, ByteView body) {
  constexpr std::string_view kJson[] = {"application/json", "application/ld+json",
                                        "application/x-protobuf", "application/xml"};
  constexpr std::string_view kXml[] = {"application/xml", "text/xml", "application/json",
                                       "application/octet-stream"};
  constexpr std::string_view kBinary[] = {"application/x-protobuf", "application/octet-stream",
                                          "application/json", "application/xml"};
  if (body.empty() || body.front() == '{' || body.front() == '[') return kJson[choice];
  return body.front() == '<' ? kXml[choice] : kBinary[choice];
}

void run(ByteView bytes) {
  Input input(bytes);
  auto& world = ApiWorld::instance();
  const auto& route = *routes()[input.choice(routes().size())];
  const auto caller = input.choice(kCallerKinds);
  const auto third = input.byte();
  const auto body = input.rest();
  if (body.size() > route.body_bytes_max || takes_long(route, as_text(body))) return;
  http::Request request;
  request.method = route.method;
  request.path = route.pattern;
  request.body.assign(body.begin(), body.end());
  request.host = "localhost";
  request.remote_address = "127.0.0.1";
  request.headers = world.credentials(static_cast<CallerKind>(caller));
  request.headers.push_back({"content-type", std::string(media_type(third >> 6, body))});
  for (const auto& name : braces_of(route.pattern)) {
    auto value = world.sample(name);
    const auto& commands = market::command_schemas();
    if (name == "command") value = commands[third % commands.size()].name;
    request.params.emplace_back(name, std::move(value));
  }
  const auto response = world.ask(route, std::move(request));
  CHECK(response.status >= 200 && response.status < 600 && response.status != 500);
  if (response.content_type.find("json") != std::string::npos && !response.stream) {
    boost::json::error_code error;
    (void)boost::json::parse(response.body, error);
    CHECK(!error);
  }
}

// An object with every parameter's own example.
boost::json::object example_of(const std::vector<market::ParameterSchema>& parameters) {
  boost::json::object out;
  for (const auto& parameter : parameters) {
    if (!parameter.instead_of.empty()) continue;
    boost::json::value value = nullptr;
    if (!parameter.members.empty()) {
      value = example_of(parameter.members);
    } else if (!parameter.example.empty()) {
      value = boost::json::parse(parameter.example);
    }
    if (parameter.list) value = boost::json::array{value};
    out[parameter.name] = std::move(value);
  }
  return out;
}

void seed(Seeds& seeds) {
  for (std::uint8_t index = 0; index < routes().size(); ++index) {
    const auto& pattern = routes()[index]->pattern;
    const auto add = [&](std::string_view name, std::uint8_t caller, std::uint8_t third,
                         std::string_view body) {
      Bytes bytes{index, caller, third};
      append(bytes, as_bytes(body));
      seeds.add(std::to_string(index) + "-" + std::string(name), bytes);
    };
    add("empty", 1, 0, "{}");
    add("not-json", 2, 0, "{\"a\":");
    if (pattern.ends_with("{command}")) {
      const auto& commands = market::command_schemas();
      for (std::uint8_t i = 0; i < commands.size(); ++i) {
        auto body = example_of(commands[i].parameters);
        body["account"] = ApiWorld::instance().sample("account");
        add(commands[i].name, 1, i, boost::json::serialize(body));
      }
    } else if (pattern.starts_with("/v1/transactions")) {
      const auto payment = sample_payment();
      add("payment-json", 0, 0, boost::json::serialize(codec::encode_signed_json(payment)));
      add("payment", 0, 0, as_text(codec::encode_signed(payment)));
    } else if (pattern.starts_with("/epcis")) {
      add("document", 3, 0x40,
          R"({"@context":[{"ex":"https://e.example/"}],"type":"EPCISDocument",)"
          R"("schemaVersion":"2.0",)"
          R"("creationDate":"2026-02-02T09:00:00Z",)"
          R"("epcisBody":{"eventList":[{"type":"ObjectEvent",)"
          R"("eventTime":"2026-02-02T09:00:00Z","eventTimeZoneOffset":"+00:00","action":"OBSERVE",)"
          R"("bizStep":"receiving","epcList":["urn:epc:id:sgtin:9506000.013435.A1"]}]}})");
      constexpr std::string_view kXml =
          R"(<e:EPCISDocument xmlns:e="urn:epcglobal:epcis:xsd:2" schemaVersion="2.0" )"
          R"(creationDate="2026-02-02T09:00:00Z"><EPCISBody><EventList><ObjectEvent>)"
          R"(<eventTime>2026-02-02T09:00:00Z</eventTime>)"
          R"(<eventTimeZoneOffset>+00:00</eventTimeZoneOffset>)"
          R"(<epcList><epc>urn:epc:id:sgtin:9506000.013435.A1</epc></epcList>)"
          R"(<action>OBSERVE</action></ObjectEvent></EventList></EPCISBody></e:EPCISDocument>)";
      add("xml", 3, 0, kXml);
      add("xml-as-text", 3, 0x40, kXml);
      add("xml-cut-short", 3, 0, kXml.substr(0, kXml.size() / 2));
    } else {
      add("members", 2, 0,
          R"({"address":")" + ApiWorld::instance().sample("address") + R"(","nonce":")" +
              std::string(64, '0') + R"(","expires_ms":"1","signature":")" + std::string(128, '0') +
              R"(","scopes":["build"],"label":"x","ms":5,"txid":")" + std::string(64, '1') +
              R"(","agent":"a","text":"t"})");
      add("label", 2, 0, R"({"label":"x"})");
      add("token", 2, 0, R"({"scopes":["build"],"label":"x","expires_ms":"1768000000000"})");
      add("challenge", 0, 0, R"({"address":")" + ApiWorld::instance().sample("address") + R"("})");
      add("ms", 1, 0, R"({"ms":500})");
    }
  }
}

}  // namespace

FUZZ_TARGET(api_body, run, seed);

}  // namespace tally::fuzz
