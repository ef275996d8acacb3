// What is malformed or not properly signed, as bytes, as a transaction and as a request, is refused
// over HTTP with its documented code; nothing of it is remembered.
#include <boost/json.hpp>

#include "integration/refusals.hpp"

namespace tally::test {
namespace {

void append_field(Bytes& body, std::initializer_list<std::uint8_t> bytes) {
  body.insert(body.end(), bytes);
}

TEST_F(Refusals, MalformedBytes) {
  const auto raw = [](std::string_view bytes) {
    return node_->post("/v1/transactions", kProtobuf, bytes);
  };
  run({
      {ErrorCode::body_too_large, 413, Fate::open, 0,
       [] { return submit_bytes([](Bytes& body) { body.resize(kBodyBytesMax + 1); }); }},
      {ErrorCode::not_protobuf, 400, Fate::open, 0, [&] { return raw("\xff\xff\xff"); }},
      {ErrorCode::unknown_field, 400, Fate::open, 0,
       [] { return submit_bytes([](Bytes& body) { append_field(body, {0xc0, 0x3e, 1}); }); }},
      // The version a second time: protobuf takes the last, another decoder might take the first.
      {ErrorCode::not_canonical, 400, Fate::open, 0,
       [] { return submit_bytes([](Bytes& body) { append_field(body, {0x08, 1}); }); }},
      {ErrorCode::unknown_version, 400, Fate::open, 0,
       [] { return submit_changed([](Transaction& tx) { tx.version = 2; }); }},
      {ErrorCode::wrong_network, 400, Fate::open, 0,
       [] { return submit_changed([](Transaction& tx) { tx.network_id.bytes[0] ^= 1; }); }},
      {ErrorCode::field_missing, 400, Fate::open, 1,
       [] { return submit_bytes([](Bytes& body) { append_field(body, {0x42, 0x00}); }); }},
      // The network's id begins behind the version: 08 01 12 20.
      {ErrorCode::field_length, 400, Fate::open, 0,
       [] {
         return submit_bytes([](Bytes& body) {
           body[3] = 31;
           body.erase(body.begin() + 4);
         });
       }},
      {ErrorCode::field_value, 400, Fate::open, 0,
       [] {
         auto body = utility("ODD");
         body.kind = static_cast<AssetKind>(9);
         return define(body);
       }},
  });
  // An overlong varint, fields in another order, and a truncated body are one fault or the other.
  const std::vector<std::function<void(Bytes&)>> other_forms{
      [](Bytes& body) { body[1] = 0x81, body.insert(body.begin() + 2, 0x00); },
      [](Bytes& body) { std::rotate(body.begin(), body.begin() + 2, body.begin() + 36); },
      [](Bytes& body) { body.pop_back(); },
  };
  for (const auto& change : other_forms) {
    const auto answer = submit_bytes(change);
    EXPECT_TRUE(answer.code() == "not_canonical" || answer.code() == "not_protobuf") << answer.body;
  }
}

TEST_F(Refusals, MalformedTransactions) {
  const auto with_lock = [](Lock lock) {
    return submit_changed([&](Transaction& tx) { std::get<Coin>(tx.outputs[0]).lock = lock; });
  };
  run({
      {ErrorCode::too_many_signers, 400, Fate::open, 32,
       [] {
         return submit_changed([](Transaction& tx) {
           while (tx.signers.size() <= kSignersMax) {
             tx.signers.push_back(key("k" + std::to_string(tx.signers.size())));
           }
         });
       }},
      {ErrorCode::duplicate_signer, 400, Fate::open, 1,
       [] { return submit(draft({"ana", "ana"}).command(AssetTransfer{})); }},
      {ErrorCode::idempotency_key_length, 400, Fate::open, 0,
       [] { return submit(draft({"ana"}).keyed(std::string(65, 'k')).command(AssetTransfer{})); }},
      {ErrorCode::too_many_inputs, 400, Fate::open, 1'024,
       [] {
         return submit_changed([](Transaction& tx) {
           while (tx.inputs.size() <= kInputsMax) {
             tx.inputs.push_back({1'000'000 + tx.inputs.size(), {}, {}});
           }
         });
       }},
      // CVE-2018-17144.
      {ErrorCode::duplicate_input, 400, Fate::open, 1,
       [] {
         return submit_changed([](Transaction& tx) { tx.inputs.push_back(tx.inputs.front()); });
       }},
      {ErrorCode::too_many_references, 400, Fate::open, 64,
       [] {
         return submit_changed([](Transaction& tx) {
           for (int i = 0; i < 65; ++i) {
             tx.references.push_back({prefix_key(std::to_string(100'000 + i))});
           }
         });
       }},
      {ErrorCode::duplicate_reference, 400, Fate::open, 1,
       [] {
         return submit_changed([](Transaction& tx) { tx.references.assign(2, {network_key()}); });
       }},
      {ErrorCode::no_commands, 400, Fate::open, 0,
       [] { return submit_changed([](Transaction& tx) { tx.commands.clear(); }); }},
      {ErrorCode::too_many_commands, 400, Fate::open, 64,
       [] {
         return submit_changed([](Transaction& tx) {
           tx.commands.resize(kCommandsMax + 1, Command{{}, {}, AssetTransfer{}});
         });
       }},
      {ErrorCode::too_many_outputs, 400, Fate::open, 1'024,
       [] {
         return submit_changed(
             [](Transaction& tx) { tx.outputs.resize(kOutputsMax + 1, coin(1, "bo")); });
       }},
      {ErrorCode::index_out_of_range, 400, Fate::open, 0,
       [] { return submit_changed([](Transaction& tx) { tx.commands[0].inputs = {0, 7}; }); }},
      {ErrorCode::claimed_twice, 400, Fate::open, 1,
       [] {
         return submit_changed([](Transaction& tx) { tx.commands.push_back(tx.commands[0]); });
       }},
      {ErrorCode::unclaimed_input, 400, Fate::open, 0,
       [] { return submit_changed([](Transaction& tx) { tx.commands[0].inputs.clear(); }); }},
      {ErrorCode::unclaimed_output, 400, Fate::open, 0,
       [] { return submit_changed([](Transaction& tx) { tx.commands[0].outputs.clear(); }); }},
      {ErrorCode::invalid_lock, 400, Fate::open, 0,
       [&] { return with_lock(MultiLock{0, {key("ana")}}); }},
      {ErrorCode::signerless_command, 400, Fate::open, 0,
       [] { return submit(draft({}).command(MemberAdmit{{key("x")}})); }},
      // What a rule finds malformed is decided, and stays so.
      {ErrorCode::claim_count, 400, Fate::final, 0,
       [] { return submit(draft({"ana"}).command(AssetTransfer{})); }},
      {ErrorCode::claim_type, 400, Fate::final, 0,
       [] {
         return submit_changed(
             [](Transaction& tx) { tx.outputs[0] = Item{bag("ONE"), KeyLock{key("bo")}}; });
       }},
      {ErrorCode::invalid_key, 400, Fate::final, 0,
       [] { return submit(two_operators(MemberAdmit{{PublicKey{}}})); }},
  });
}

TEST_F(Refusals, MalformedRequests) {
  const auto valid = changed([](Transaction&) {}).sign();
  const auto body = to_base64(valid.body);
  const auto witness = to_base64(valid.witnesses[0]);
  // CVE-2017-12635: two readers of a duplicate key see different documents.
  const auto twice =
      fmt::format(R"({{"body":"{}","body":"{}","witnesses":["{}"]}})", body, body, witness);
  run({
      {ErrorCode::not_json, 400, Fate::open, 0,
       [&] { return node_->post("/v1/transactions", "application/json", twice); }},
      {ErrorCode::unsupported_media_type, 415, Fate::open, 0,
       [&] { return node_->post("/v1/transactions", "text/plain", "x"); }},
      {ErrorCode::bad_parameter, 400, Fate::open, 0,
       [] { return node_->get("/v1/transactions/zz"); }},
      {ErrorCode::unknown_parameter, 400, Fate::open, 0,
       [] {
         return node_->post("/v1/build/asset_transfer", "application/json",
                            R"({"account":")" + address("ana") + R"(","payment":[]})", "dev");
       }},
      {ErrorCode::batch_too_large, 400, Fate::open, 10'000,
       [] { return node_->post("/v1/transactions:batch", kProtobuf, std::string(10'001, '\0')); }},
  });
  for (const std::string_view text :
       {"", "[]", "{", "{}", R"({"body":"AA==","witnesses":[],"more":1})",
        R"({"body":"AA==","witnesses":[1]})", R"({"body":"!","witnesses":[]})"}) {
    const auto answer = node_->post("/v1/transactions", "application/json", text);
    EXPECT_EQ(answer.code(), "not_json") << text << ": " << answer.body;
  }
  // What the transport refuses before a route sees it has its own numbers.
  struct Transport {
    std::string_view method, target, code;
    int status;
    std::uint64_t number;
  };
  for (const auto& row : std::initializer_list<Transport>{
           {"GET", "/v1/network?colour=blue", "query_unknown", 400, 8102},
           {"GET", "/v1/assets?limit=1&limit=2", "query_duplicate", 400, 8103},
           {"GET", "/v1/nothing", "route_not_found", 404, 8104},
           {"DELETE", "/v1/network", "wrong_method", 405, 8105},
           {"GET", "/v1/stream", "upgrade_required", 426, 8106}}) {
    const auto answer = node_->request(row.method, row.target, "", "", {});
    EXPECT_EQ(answer.code(), row.code) << answer.body;
    EXPECT_EQ(answer.status, row.status);
    EXPECT_EQ(answer.number("number"), row.number) << row.code;
  }
}

TEST_F(Refusals, Witnesses) {
  const auto valid = payment();
  run({
      {ErrorCode::witness_count, 403, Fate::open, 0,
       [&] { return submit_with_witnesses(valid, [](auto& list) { list.clear(); }); }},
      {ErrorCode::witness_length, 403, Fate::open, 0,
       [&] { return submit_with_witnesses(valid, [](auto& list) { list[0].pop_back(); }); }},
      {ErrorCode::bad_signature, 403, Fate::open, 0,
       [&] { return submit_with_witnesses(valid, [](auto& list) { list[0][40] ^= 1; }); }},
  });
  const auto added = submit_with_witnesses(valid, [](auto& list) { list.push_back(list.front()); });
  EXPECT_EQ(added.code(), "witness_count") << added.body;
  EXPECT_EQ(added.number("index"), 2u);
  // None of these had any effect: the same body, signed as it must be, settles.
  const auto answer = submit(valid);
  EXPECT_TRUE(answer.settled()) << answer.body;
}

}  // namespace
}  // namespace tally::test
