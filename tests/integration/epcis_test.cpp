// EPCIS capture and queries, and the scan of an item, over HTTP: what each reader gets, and the
// standard's own errors.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <thread>

#include "contracts/address.hpp"
#include "integration/conversation.hpp"
#include "integration/node_process.hpp"

namespace tally::test {
namespace {

namespace json = boost::json;

constexpr std::string_view kCapture = "/epcis/v2/capture";
constexpr std::string_view kEvents = "/epcis/v2/events";

json::object object_event(std::string_view action, std::string_view step,
                          std::initializer_list<std::string_view> serials) {
  json::array epcs;
  for (const auto serial : serials) epcs.emplace_back("https://id.gs1.org/" + bag(serial));
  return {{"type", "ObjectEvent"},
          {"eventTime", "2026-02-02T09:00:00Z"},
          {"eventTimeZoneOffset", "+01:00"},
          {"action", action},
          {"bizStep", step},
          {"epcList", std::move(epcs)}};
}

std::string document(json::array events) {
  return json::serialize(
      json::object{{"@context", "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"},
                   {"type", "EPCISDocument"},
                   {"schemaVersion", "2.0"},
                   {"creationDate", "2026-03-01T00:00:00Z"},
                   {"epcisBody", {{"eventList", std::move(events)}}}});
}

class Epcis : public ::testing::Test {
 protected:
  Epcis() : process_(directory_ / "data") {
    EXPECT_TRUE(process_.start());
    node_ = std::make_unique<Conversation>(process_.url());
    found(*node_, {"stranger"});
    brand_ = agent_token("brand", {40, 42, 48});
    stranger_ = agent_token("stranger", {48});
  }

  // A token of an agent of the account, with a delegation to these commands under the prefix.
  std::string agent_token(std::string_view name, std::vector<contracts::CommandNumber> commands) {
    const auto session = node_->sign_in(name);
    const auto agent = node_->post("/v1/agents", "application/json", R"({"label":"erp"})", session);
    const auto account =
        contracts::decode_address(agent.text("address"), contracts::NetworkKind::development);
    EXPECT_TRUE(account) << agent.body;
    contracts::DelegationGrant grant;
    grant.principal = key(name);
    grant.agent = contracts::PublicKey{account->id};
    grant.powers.commands = std::move(commands);
    grant.powers.prefixes = {std::string(kPrefix)};
    grant.powers.items_max = 1'000;
    grant.powers.until_ms = node_->time_ms() + contracts::kDayMs;
    node_->settle(node_->draft({name}).command(std::move(grant)));
    const auto token = node_->post(
        "/v1/tokens", "application/json",
        json::serialize(json::object{{"scopes", {"capture"}},
                                     {"label", "erp"},
                                     {"agent", agent.text("address")},
                                     {"expires_ms", std::to_string(node_->time_ms() + 3'600'000)}}),
        session);
    EXPECT_EQ(token.status, 201) << token.body;
    return token.text("token");
  }

  // The job, when it has ended.
  Answer capture(std::string_view token, const std::string& text,
                 std::string_view behaviour = "rollback",
                 std::string_view type = "application/ld+json") {
    auto job = node_->request("POST", kCapture, type, text,
                              {{"Authorization", "Bearer " + std::string(token)},
                               {"GS1-Capture-Error-Behaviour", std::string(behaviour)}});
    if (job.status != 202) return job;
    const auto path = fmt::format("{}/{}", kCapture, job.text("captureID"));
    do {
      job = node_->get(path, token);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    } while (job.status == 200 && job.json.at("running").as_bool());
    return job;
  }

  std::size_t count_events(std::string_view token, std::string_view query = "") {
    const auto answer = node_->get(std::string(kEvents) + std::string(query), token);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.json.at("epcisBody")
        .at("queryResults")
        .at("resultsBody")
        .at("eventList")
        .as_array()
        .size();
  }

  TemporaryDirectory directory_;
  NodeProcess process_;
  std::unique_ptr<Conversation> node_;
  std::string brand_, stranger_;
};

TEST_F(Epcis, AFactForTheBrandAClaimForAStrangerAndEachSeesItsOwn) {
  const auto fact = capture(brand_, document({object_event("ADD", "commissioning", {"A1", "A2"})}));
  EXPECT_EQ(fact.json.at("success"), true) << fact.body;
  EXPECT_EQ(fact.number("facts"), 2u);
  const auto claim = capture(stranger_, document({object_event("DELETE", "destroying", {"A1"})}));
  EXPECT_EQ(claim.json.at("success"), true);
  EXPECT_EQ(claim.number("claims"), 1u);

  EXPECT_EQ(count_events(brand_), 2u);
  EXPECT_EQ(count_events(stranger_), 1u);
  EXPECT_EQ(count_events("dev"), 2u);
  EXPECT_EQ(
      count_events(brand_, "?MATCH_epc=https%3A%2F%2Fid.gs1.org%2F01%2F09506000134352%2F21%2FA2"),
      1u);
  EXPECT_EQ(count_events(brand_, "?EQ_bizStep=destroying&eventType=ObjectEvent"), 1u);
  EXPECT_EQ(count_events(brand_, "?LT_eventTime=2026-02-02T09%3A00%3A00Z"), 0u);
  EXPECT_EQ(count_events(brand_, "?perPage=1"), 1u);

  // What is not the caller's is as if it were not there.
  const auto foreign =
      node_->get(fmt::format("{}/{}", kCapture, fact.text("captureID")), stranger_);
  EXPECT_EQ(foreign.status, 404);
  EXPECT_EQ(foreign.text("type"), "epcisException:NoSuchResourceException");

  const auto page = node_->get("/" + bag("A1"));
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.text("finding"), "genuine");
  EXPECT_EQ(page.text("facts"), "1");
  EXPECT_EQ(page.text("claims"), "1");
}

TEST_F(Epcis, AnEventIsFoundByItsId) {
  capture(brand_, document({object_event("ADD", "commissioning", {"A1"})}));
  const auto list = node_->get(kEvents, brand_);
  const auto& event =
      list.json.at("epcisBody").at("queryResults").at("resultsBody").at("eventList").at(0);
  std::string path(kEvents);
  path += '/';
  for (const char c : std::string_view(event.at("eventID").as_string())) {
    path += std::isalnum(static_cast<unsigned char>(c)) != 0 ? std::string(1, c)
                                                             : fmt::format("%{:02X}", c);
  }
  const auto found = node_->get(path, brand_);
  EXPECT_EQ(found.status, 200) << found.body;
  EXPECT_EQ(found.json.at("tally:ledger").at("standing"), "fact");
  EXPECT_EQ(node_->get(path, stranger_).status, 404);
  EXPECT_EQ(node_->get(path).status, 401);
}

TEST_F(Epcis, XmlOfAnOlderVersionIsCapturedAsJsonIs) {
  const auto text = [](std::string_view step) {
    return "<?xml version=\"1.0\"?><e:EPCISDocument xmlns:e=\"urn:epcglobal:epcis:xsd:1\" "
           "schemaVersion=\"1.2\" creationDate=\"2026-03-01T00:00:00Z\"><EPCISBody><EventList>"
           "<ObjectEvent><eventTime>2026-02-02T09:00:00Z</eventTime>"
           "<eventTimeZoneOffset>+01:00</eventTimeZoneOffset>"
           "<epcList><epc>https://id.gs1.org/" +
           bag("A1") + "</epc></epcList><action>ADD</action><bizStep>" + std::string(step) +
           "</bizStep></ObjectEvent></EventList></EPCISBody></e:EPCISDocument>";
  };
  const auto wrong = capture(brand_, text("no_such_step"), "rollback", "application/xml");
  EXPECT_EQ(wrong.json.at("success"), false) << wrong.body;
  EXPECT_EQ(wrong.json.at("errors").at(0).at("field"),
            "/EPCISDocument/EPCISBody/EventList/*[1]/bizStep");
  const auto fact =
      capture(brand_, text("urn:epcglobal:cbv:bizstep:commissioning"), "rollback", "text/xml");
  EXPECT_EQ(fact.json.at("success"), true) << fact.body;
  EXPECT_EQ(fact.number("facts"), 1u);
  EXPECT_EQ(count_events(brand_, "?EQ_bizStep=commissioning"), 1u);
  EXPECT_EQ(node_->get("/" + bag("A1")).text("finding"), "genuine");
}

TEST_F(Epcis, ErrorsOfAJobSayWhichEventWhichFieldWhy) {
  const auto text = document(
      {object_event("ADD", "commissioning", {"A1"}), object_event("ADD", "no_such_step", {"A2"})});
  const auto rolled_back = capture(brand_, text);
  EXPECT_EQ(rolled_back.json.at("success"), false);
  EXPECT_EQ(rolled_back.number("events"), 0u);
  const auto proceeded = capture(brand_, text, "proceed");
  EXPECT_EQ(proceeded.number("events"), 1u);
  const auto& error = proceeded.json.at("errors").at(0);
  EXPECT_EQ(error.at("event"), 1);
  EXPECT_EQ(error.at("field"), "/epcisBody/eventList/1/bizStep");
  EXPECT_EQ(error.at("code"), "unknown_word");
  const auto jobs = node_->get(kCapture, brand_);
  EXPECT_NE(jobs.body.find(proceeded.text("captureID")), std::string::npos);
}

TEST_F(Epcis, RefusalsAreTheStandardsExceptions) {
  struct Row {
    std::string_view method, target, type, body, token, exception;
    int status;
  };
  const Row rows[] = {
      {"POST", kCapture, "application/json", "{}", "", "SecurityException", 401},
      {"POST", kCapture, "application/json", "{}", "dev", "SecurityException", 403},
      {"POST", kCapture, "text/plain", "{}", brand_, "UnsupportedMediaTypeException", 415},
      {"POST", kCapture, "application/xml", "{}", brand_, "UnsupportedMediaTypeException", 415},
      {"POST", kCapture, "application/json", "<a/>", brand_, "UnsupportedMediaTypeException", 415},
      {"POST", kCapture, "application/xml", "<a/>", brand_, "ValidationException", 400},
      {"POST", kCapture, "text/xml", "<!DOCTYPE a><a/>", brand_, "ValidationException", 400},
      {"POST", kCapture, "application/json", "{", brand_, "ValidationException", 400},
      {"POST", kCapture, "application/json", R"({"type":"Other"})", brand_, "ValidationException",
       400},
      {"GET", "/epcis/v2/capture/none", "", "", brand_, "NoSuchResourceException", 404},
      {"GET", "/epcis/v2/events/none", "", "", brand_, "NoSuchResourceException", 404},
      {"GET", "/epcis/v2/events?EQ_disposition=x", "", "", brand_, "QueryParameterException", 400},
      {"GET", "/epcis/v2/events?perPage=0", "", "", brand_, "QueryParameterException", 400},
      {"GET", "/epcis/v2/events?perPage=501", "", "", brand_, "QueryParameterException", 400},
      {"GET", "/epcis/v2/events?GE_eventTime=now", "", "", brand_, "QueryParameterException", 400},
      {"GET", "/epcis/v2/events?eventType=Other", "", "", brand_, "QueryParameterException", 400},
      {"GET", "/epcis/v2/events?MATCH_epc=urn:epc:idpat:sgtin:1.2.*", "", "", brand_,
       "QueryParameterException", 400},
      {"GET", "/epcis/v2/events?nextPageToken=00", "", "", brand_, "QueryParameterException", 400},
  };
  for (const auto& row : rows) {
    std::vector<client::ClientHeader> headers;
    if (!row.token.empty())
      headers.push_back({"Authorization", "Bearer " + std::string(row.token)});
    const auto answer = node_->request(row.method, row.target, row.type, row.body, headers);
    EXPECT_EQ(answer.status, row.status) << row.method << " " << row.target << answer.body;
    EXPECT_EQ(answer.text("type"), "epcisException:" + std::string(row.exception)) << row.target;
    EXPECT_EQ(answer.content_type, "application/problem+json") << row.target;
  }
}

TEST_F(Epcis, AScanIsNeverOkForAnError) {
  struct Row {
    std::string target;
    int status;
  };
  for (const auto& row : {Row{"/" + bag("UNKNOWN"), 404}, Row{"/01/09506000134353/21/A1", 400},
                          Row{"/01/09506000134352", 404}, Row{"/8004/950600013X", 404},
                          Row{"/8003/1", 400}, Row{"/01/09506000134352/10/L/21/U", 404}}) {
    for (const auto* accept : {"text/html", "application/json", "application/linkset+json"}) {
      const auto answer = node_->request("GET", row.target, "", "", {{"Accept", accept}});
      EXPECT_EQ(answer.status, row.status) << row.target << " " << accept;
      const bool html = std::string_view(accept) == "text/html";
      EXPECT_EQ(answer.content_type, html ? "text/html; charset=utf-8" : "application/problem+json")
          << row.target;
    }
  }
  EXPECT_EQ(node_->request("GET", "/" + bag("A1"), "", "", {{"Accept", "image/png"}}).status, 406);
}

TEST_F(Epcis, AJobSurvivesAKill) {
  json::array events;
  for (int i = 0; i < 100; ++i) {
    const auto serial = fmt::format("K{}", i);
    events.push_back(object_event("ADD", "commissioning", {serial}));
    events.push_back(object_event("OBSERVE", "shipping", {serial}));
  }
  const auto job = node_->post(kCapture, "application/json", document(std::move(events)), brand_);
  ASSERT_EQ(job.status, 202) << job.body;
  process_.kill();
  ASSERT_TRUE(process_.start());
  node_ = std::make_unique<Conversation>(process_.url());
  Answer now;
  do {
    now = node_->get(fmt::format("{}/{}", kCapture, job.text("captureID")), brand_);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  } while (now.status == 200 && now.json.at("running").as_bool());
  EXPECT_EQ(now.json.at("success"), true) << now.body;
  EXPECT_EQ(now.number("facts"), 200u);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(node_->get("/" + bag(fmt::format("K{}", i))).text("facts"), "2");
  }
}

}  // namespace
}  // namespace tally::test
