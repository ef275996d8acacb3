// Two readers of one text must not see two documents: every other way to write what was signed, and
// every JSON that readers disagree on, is refused, at every endpoint that reads any.
#include <boost/json.hpp>
#include <map>
#include <set>

#include "integration/attacks.hpp"

namespace tally::test {
namespace {

// ---- protobuf ----

// A field of a message: its bytes, and those of its value if it has a length.
struct Field {
  std::size_t begin = 0, value = 0, end = 0;
  std::uint64_t tag = 0;
};

std::uint64_t read_varint(ByteView bytes, std::size_t& at) {
  std::uint64_t out = 0;
  for (int shift = 0; at < bytes.size(); shift += 7) {
    out |= std::uint64_t{bytes[at] & 0x7fu} << shift;
    if ((bytes[at++] & 0x80) == 0) break;
  }
  return out;
}

std::vector<Field> fields_of(ByteView message) {
  std::vector<Field> out;
  for (std::size_t at = 0; at < message.size();) {
    Field field{.begin = at};
    field.tag = read_varint(message, at);
    field.value = at;
    const auto number = read_varint(message, at);
    if ((field.tag & 7) == 2) {
      field.value = at;
      at += number;
    }
    field.end = at;
    out.push_back(field);
  }
  return out;
}

Bytes varint(std::uint64_t value, std::size_t needless = 0) {
  Bytes out;
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<std::uint8_t>(value | 0x80));
  out.push_back(static_cast<std::uint8_t>(value));
  for (std::size_t i = 0; i < needless; ++i) {
    out.back() |= 0x80;
    out.push_back(0);
  }
  return out;
}

Bytes with_length(std::uint64_t tag, ByteView value) {
  auto out = varint(tag);
  append(out, varint(value.size()));
  append(out, value);
  return out;
}

Bytes joined(const std::vector<Bytes>& parts) {
  Bytes out;
  for (const auto& part : parts) append(out, part);
  return out;
}

// Every other way to write this message, one fault at one place: a field twice, fields in another
// order, unknown ones, tags and numbers longer than need be; then the same inside of the messages
// in it. `schema` names the fields that are messages, by their path.
std::vector<Bytes> rewritten(ByteView message, const std::set<std::string>& schema,
                             const std::string& path = {}) {
  std::vector<Bytes> parts, out;
  const auto fields = fields_of(message);
  for (const auto& field : fields) {
    const auto bytes = message.subspan(field.begin, field.end - field.begin);
    parts.emplace_back(bytes.begin(), bytes.end());
  }
  const auto changed = [&](const std::function<void(std::vector<Bytes>&)>& change) {
    auto copy = parts;
    change(copy);
    auto whole = joined(copy);
    if (!std::ranges::equal(whole, message)) out.push_back(std::move(whole));
  };
  for (const auto& unknown :
       {Bytes{0xc0, 0x3e, 1}, Bytes{0xc2, 0x3e, 0}, Bytes{0xc3, 0x3e, 0xc4, 0x3e}}) {
    changed([&](auto& all) { all.push_back(unknown); });
    changed([&](auto& all) { all.insert(all.begin(), unknown); });
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto& field = fields[i];
    const auto value = message.subspan(field.value, field.end - field.value);
    const bool is_list = (i > 0 && fields[i - 1].tag == field.tag) ||
                         (i + 1 < fields.size() && fields[i + 1].tag == field.tag);
    if (!is_list) changed([&](auto& all) { all.insert(all.begin() + i, all[i]); });
    if (i > 0 && fields[i - 1].tag != field.tag) {
      changed([&](auto& all) { std::swap(all[i - 1], all[i]); });
    }
    changed([&](auto& all) {
      all[i].erase(all[i].begin(), all[i].begin() + static_cast<int>(varint(field.tag).size()));
      all[i] = joined({varint(field.tag, 1), all[i]});
    });
    if ((field.tag & 7) == 2) {
      changed([&](auto& all) {
        all[i] =
            joined({varint(field.tag), varint(value.size(), 2), Bytes(value.begin(), value.end())});
      });
      const auto inner = path + "/" + std::to_string(field.tag >> 3);
      if (!schema.contains(inner)) continue;
      for (const auto& other : rewritten(value, schema, inner)) {
        changed([&](auto& all) { all[i] = with_length(field.tag, other); });
      }
    } else {
      std::size_t at = field.value;
      const auto number = read_varint(message, at);
      changed([&](auto& all) { all[i] = joined({varint(field.tag), varint(number, 1)}); });
    }
  }
  return out;
}

// protobuf 3.21 takes the last of two fields, any order, any length of a varint, and hands unknown
// fields on. None of it is the same transaction here, even when the signers sign it so.
TEST_F(Attacks, ProtobufIsReadInOneFormAlone) {
  auto paid = payment().keyed("one form");
  paid.tx.note_hash = hash_of("note");
  const auto whole = paid.sign();
  // Inputs with their outpoints, commands with their bodies, outputs with their coins and locks.
  const std::set<std::string> schema{"/6", "/6/2", "/8",     "/8/32",
                                     "/9", "/9/1", "/9/1/3", "/9/1/3/1"};
  std::vector<Signed> forged;
  for (auto& body : rewritten(whole.body, schema)) forged.push_back(sign(std::move(body), {"ana"}));
  EXPECT_GT(forged.size(), 100u);
  const auto answers = submit_all(forged);
  // A list's only element, written twice, is another list, which has faults of its own.
  for (std::size_t i = 0; i < answers.size(); ++i) {
    EXPECT_EQ(answers[i].text("class"), "malformed") << i << ": " << answers[i].body;
    EXPECT_EQ(answers[i].json.at("final"), false);
  }
  // The envelope too: what is around the body is not signed.
  for (const auto& bytes : rewritten(codec::encode_signed(whole), {})) {
    const auto answer = node_->post("/v1/transactions", kProtobuf, as_text(bytes));
    EXPECT_TRUE(answer.status == 400 || answer.code() == "witness_count") << answer.body;
  }
  EXPECT_TRUE(node_->submit(whole).settled());
}

// Messages in messages until the parser's stack is gone.
TEST_F(Attacks, ProtobufNestingIsCapped) {
  const auto raw = [](const Bytes& bytes) {
    return node_->post("/v1/transactions", kProtobuf, as_text(bytes));
  };
  const auto body = payment().sign().body;
  for (const std::size_t depth : {20u, 99u, 101u, 30'000u}) {
    Bytes groups(depth, 0x0b);  // field 1 begins as a group
    groups.insert(groups.end(), depth, 0x0c);
    Bytes nested = with_length(0x0a, {});
    while (nested.size() < std::min<std::size_t>(2 * depth, 10'000)) {
      nested = with_length(0x42, nested);  // a command in a command
    }
    for (const auto& deep : {groups, nested}) {
      EXPECT_EQ(raw(deep).status, 400);
      auto inside = body;
      append(inside, deep);
      EXPECT_EQ(node_->submit(sign(inside, {"ana"})).status, 400);
    }
  }
  EXPECT_EQ(node_->get("/healthz").status, 200);
}

// ---- JSON ----

// A request whose body is JSON, with a body that is well formed.
struct JsonRoute {
  std::string_view method, pattern, target, media_type;
  std::string body;
  std::string_view token;
};

// What reads no JSON: why.
const std::map<std::string_view, std::string_view> kNoJson{
    {"PUT /v1/profile/{attribute}", "ciphertext"},
    {"PUT /v1/profile/{attribute}/keys/{reader}", "a wrapped key"},
    {"POST /v1/admin/resume", "takes no body"},
    {"POST /v1/cases/{case}/photographs", "a picture"},
};

// Of a case that nobody has opened: its findings are read first.
const std::string kInspection = "/v1/cases/" + std::string(64, '0') + "/inspection";

std::vector<JsonRoute> json_routes() {
  constexpr std::string_view kJson = "application/json";
  const std::string_view signed_body = R"({"body":"AAAA","witnesses":["AAAA"]})";
  return {
      {"POST", "/v1/transactions", "/v1/transactions", kJson, std::string(signed_body), ""},
      {"POST", "/v1/transactions:batch", "/v1/transactions:batch", "application/x-ndjson",
       std::string(signed_body), ""},
      {"POST", "/v1/transactions:simulate", "/v1/transactions:simulate", kJson,
       R"({"body":"AAAA"})", "dev"},
      {"POST", "/v1/build/{command}", "/v1/build/asset_transfer", kJson,
       fmt::format(R"({{"account":"{}","payments":[]}})", address("ana")), "dev"},
      {"POST", "/epcis/v2/capture", "/epcis/v2/capture", "application/ld+json",
       R"({"@context":[],"type":"EPCISDocument"})", "agent"},
      {"POST", "/v1/sign-in/challenge", "/v1/sign-in/challenge", kJson,
       fmt::format(R"({{"address":"{}"}})", address("ana")), ""},
      {"POST", "/v1/sign-in", "/v1/sign-in", kJson,
       fmt::format(R"({{"address":"{}","nonce":"00"}})", address("ana")), ""},
      {"POST", "/v1/tokens", "/v1/tokens", kJson, R"({"scopes":["query"],"label":"x"})", "ana"},
      {"POST", "/v1/agents", "/v1/agents", kJson, R"({"label":"x"})", "ana"},
      {"POST", "/v1/cases", "/v1/cases", kJson,
       R"({"category":"bags","source":"shop","description":"x"})", "ana"},
      {"PUT", "/v1/cases/{case}/inspection", kInspection, kJson,
       R"({"verdict":"fake","confidence_bps":1,"method":"x","points":[]})", "ana"},
      {"POST", "/v1/admin/advance-time", "/v1/admin/advance-time", kJson, R"({"ms":"1"})", "dev"},
      {"POST", "/v1/admin/quarantine", "/v1/admin/quarantine", kJson,
       fmt::format(R"({{"txid":"{}"}})", std::string(64, '0')), "dev"},
      {"POST", "/v1/admin/backup", "/v1/admin/backup", kJson, R"({"to":"somewhere"})", "dev"},
      {"POST", "/v1/admin/archive", "/v1/admin/archive", kJson, R"({"keep_blocks":"9"})", "dev"},
      {"POST", "/v1/admin/story", "/v1/admin/story", kJson, R"({"type":"beat"})", "dev"},
  };
}

class AttacksOnJson : public Attacks {
 protected:
  static void SetUpTestSuite() {
    Refusals::SetUpTestSuite();
    tokens_["ana"] = node_->sign_in("ana");
    const auto post = [](std::string_view target, const std::string& body) {
      return node_->post(target, "application/json", body, tokens_["ana"]);
    };
    const auto agent = post("/v1/agents", R"({"label":"scanner"})").text("address");
    tokens_["agent"] =
        post("/v1/tokens", fmt::format(R"({{"agent":"{}","scopes":["capture"],"expires_ms":"{}"}})",
                                       agent, node_->time_ms() + kDayMs))
            .text("token");
    ASSERT_FALSE(tokens_["agent"].empty());
  }
  // Sends a body to a route; of a batch the answer is that to its only line.
  static Answer send(const JsonRoute& route, const std::string& body) {
    std::vector<client::ClientHeader> headers;
    const auto kept = tokens_.find(std::string(route.token));
    const auto token = kept == tokens_.end() ? std::string(route.token) : kept->second;
    if (!token.empty()) headers.push_back({"Authorization", "Bearer " + token});
    auto answer = node_->request(route.method, route.target, route.media_type, body, headers);
    if (route.pattern == "/v1/transactions:batch" && answer.status == 200) {
      answer.json = boost::json::parse(answer.body).as_object();
      answer.status = static_cast<int>(answer.number("status"));
    }
    return answer;
  }
  static void expect_not_json(const JsonRoute& route, const std::string& body) {
    const auto answer = send(route, body);
    const std::set<std::string> codes{"not_json", "json_invalid", "request_too_large"};
    EXPECT_TRUE(codes.contains(answer.code()) || answer.text("type").contains("epcis"))
        << route.pattern << ": " << body.substr(0, 100) << ": " << answer.body;
    EXPECT_TRUE(answer.status == 400 || answer.status == 413) << route.pattern << answer.body;
  }
  // The body with a member put in front of the others.
  static std::string with_member(const JsonRoute& route, std::string_view member) {
    return "{" + std::string(member) + "," + route.body.substr(1);
  }
  static std::string first_key(const JsonRoute& route) {
    return route.body.substr(2, route.body.find('"', 2) - 2);
  }
  static inline std::map<std::string, std::string> tokens_;
};

// A new endpoint joins the tests below by a row, or by a reason in kNoJson.
TEST_F(AttacksOnJson, KnowEveryEndpointThatTakesABody) {
  const TemporaryDirectory data;
  const auto printed = run_program("tallyd", {"--dev", "--data", data.path().string(), "--listen",
                                              "127.0.0.1:0", "--print-routes"});
  std::set<std::string> known;
  for (const auto& route : json_routes()) {
    known.insert(std::string(route.method) + " " + std::string(route.pattern));
  }
  for (const auto& [route, why] : kNoJson) known.insert(std::string(route));
  std::istringstream in(printed.output);
  std::size_t seen = 0;
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("POST ") && !line.starts_with("PUT ") && !line.starts_with("PATCH ")) {
      continue;
    }
    ++seen;
    EXPECT_TRUE(known.contains(line)) << line << ": is its JSON read strictly?";
  }
  EXPECT_EQ(seen, known.size()) << printed.errors;
}

// CouchDB's two parsers took the first and the last of two "roles": CVE-2017-12635.
TEST_F(AttacksOnJson, DuplicateJsonKeyCve2017_12635) {
  for (const auto& route : json_routes()) {
    const auto name = first_key(route);
    auto escaped = fmt::format("\\u{:04x}", static_cast<unsigned>(name[0])) + name.substr(1);
    for (const auto& twin : {name, escaped}) {
      expect_not_json(route, with_member(route, fmt::format(R"("{}":"x")", twin)));
    }
    expect_not_json(route, with_member(route, R"("deep":[{"a":{"b":1,"c":2,"b":1}}])"));
  }
}

// Above 2^53 readers that keep numbers as doubles round: 9007199254740993 is not what it says.
TEST_F(AttacksOnJson, IntegersBeyond2To53AreNotRead) {
  for (const auto& route : json_routes()) {
    for (const auto* number :
         {"9007199254740993", "-9007199254740993", "18446744073709551616", "1e400", "1e19"}) {
      const auto answer = send(route, with_member(route, fmt::format(R"("x":{})", number)));
      EXPECT_EQ(answer.status, 400) << route.pattern << ' ' << number << ": " << answer.body;
    }
  }
}

TEST_F(AttacksOnJson, DeepNestingIsCapped) {
  for (const auto& route : json_routes()) {
    for (const std::size_t depth : {40u, 1'500u}) {
      expect_not_json(
          route, with_member(route, R"("x":)" + std::string(depth, '[') + std::string(depth, ']')));
      expect_not_json(route, std::string(depth, '['));
    }
  }
  EXPECT_EQ(node_->get("/healthz").status, 200);
}

}  // namespace
}  // namespace tally::test
