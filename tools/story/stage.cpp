#include "story/stage.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include "client/development.hpp"
#include "contracts/limits.hpp"
#include "crypto/hash.hpp"

namespace tally::story {

using namespace contracts;

namespace {

std::string transaction_path(const Txid& txid) { return "/v1/transactions/" + txid.hex(); }

// What the key signs, computed here: a client never signs a hash that a server gives it.
Hash32 sign_in_digest(const NetworkId& network_id, const PublicKey& account, ByteView nonce,
                      std::uint64_t expires_ms, std::string_view host) {
  Bytes expiry;
  append_be(expiry, expires_ms);
  return crypto::tagged_hash("tally/sign-in",
                             {network_id.view(), account.view(), nonce, expiry, as_bytes(host)});
}

}  // namespace

Stage::Stage(NodeProcess& process, Report& report, std::function<bool()> interrupted)
    : process_(process), report_(report), interrupted_(std::move(interrupted)) {
  reconnect();
  const auto network = node_->get("/v1/network");
  const auto id = NetworkId::parse(network.field("network_id"));
  if (!id) throw StoryBroken("the node does not say which network it is of");
  network_id_ = *id;
  time_ms();
}

void Stage::reconnect() {
  node_ = std::make_unique<NodeClient>(process_.url());
  sessions_.clear();  // they ended with the process
  report_.forget_published();
}

void Stage::tell(Step step) {
  report_.tell(std::move(step));
  report_.publish(*node_);
  if (interrupted_()) throw StoryBroken("interrupted");
}

Signed Stage::sign(const Draft& draft) const {
  return story::sign(draft.transaction(network_id_, valid_until_ms_), draft.signers());
}

Answer Stage::submit(const Signed& transaction) {
  const auto bytes = codec::encode_signed(transaction.bytes);
  auto answer = node_->call({.method = "POST",
                             .target = "/v1/transactions",
                             .content_type = "application/x-protobuf",
                             .body = std::string(as_text(bytes))});
  if (answer.ok()) {
    height_ = std::max(height_, answer.number("height"));
    purse_.settled(transaction, answer.number("first_output_number"));
    acknowledged_.push_back(transaction.txid);
  }
  return answer;
}

Signed Stage::expect_settled(std::string text, const Draft& draft, std::string path) {
  return expect_settled(std::move(text), sign(draft), std::move(path));
}

Signed Stage::expect_settled(std::string text, const Signed& transaction, std::string path) {
  const auto answer = submit(transaction);
  const auto outcome = answer.ok() ? answer.field("outcome") : answer.describe();
  const bool ok =
      answer.ok() && outcome == "settled" && answer.field("txid") == transaction.txid.hex();
  tell({.text = std::move(text),
        .expected = "settled",
        .got = outcome,
        .ok = ok,
        .path = path.empty() ? transaction_path(transaction.txid) : std::move(path),
        .txid = transaction.txid.hex(),
        .us = answer.us});
  if (!ok) throw StoryBroken("a step that the story rests on did not settle");
  return transaction;
}

Answer Stage::expect_code(std::string text, const Draft& draft, ErrorCode code) {
  return expect_code(std::move(text), sign(draft), code);
}

Answer Stage::expect_code(std::string text, const Signed& transaction, ErrorCode code) {
  auto answer = submit(transaction);
  const auto got = answer.ok() ? std::string("settled") : "refused " + answer.code();
  const auto expected = fmt::format("refused {}", name(code));
  const bool ok = got == expected && answer.number("number") == static_cast<std::uint16_t>(code);
  // What was never journaled has no page of its own: the link is to who was first, if to anything.
  const auto first = answer.field("conflicting_txid");
  std::string path;
  if (!first.empty()) {
    path = "/v1/transactions/" + first;
  } else if (answer.number("height") > 0) {
    path = transaction_path(transaction.txid);
  }
  tell({.text = std::move(text),
        .expected = expected,
        .got = got,
        .ok = ok,
        .path = std::move(path),
        .txid = transaction.txid.hex(),
        .us = answer.us});
  return answer;
}

void Stage::expect(std::string text, const std::string& expected, const std::string& got,
                   std::string path, std::uint64_t us) {
  tell({.text = std::move(text),
        .expected = expected,
        .got = got,
        .ok = got == expected,
        .path = std::move(path),
        .us = us});
}

void Stage::show(std::string text, const std::string& figure, std::string path) {
  expect(std::move(text), figure, figure, std::move(path));
}

void Stage::require(std::string text, const std::string& expected, const std::string& got,
                    std::string path, std::uint64_t us) {
  expect(std::move(text), expected, got, std::move(path), us);
  if (got != expected) throw StoryBroken("a step that the story rests on went wrong");
}

Answer Stage::read(std::string target, const std::string& token) {
  target += target.find('?') == std::string::npos ? "?" : "&";
  return node_->get(fmt::format("{}min_height={}", target, height_), token);
}

const std::string& Stage::session(const std::string& name) {
  auto& token = sessions_[name];
  if (!token.empty()) return token;
  const auto key = key_of(name);
  const auto address = address_of(key);
  const auto challenge = node_->post("/v1/sign-in/challenge", {{"address", address}});
  const auto nonce = from_hex(challenge.field("nonce"));
  if (!challenge.ok() || !nonce) throw StoryBroken(name + " cannot sign in");
  const auto expires_ms = challenge.number("expires_ms");
  const auto digest = sign_in_digest(network_id_, key, *nonce, expires_ms, challenge.field("host"));
  const auto signature = crypto::sign(client::development_key(name), digest);
  const auto answer = node_->post("/v1/sign-in", {{"address", address},
                                                  {"nonce", challenge.field("nonce")},
                                                  {"expires_ms", std::to_string(expires_ms)},
                                                  {"signature", to_hex(signature.bytes)}});
  if (!answer.ok()) throw StoryBroken(name + " cannot sign in: " + answer.describe());
  token = answer.field("token");
  return token;
}

void Stage::see_all() {
  height_ = std::max(height_, node_->get("/v1/network").number("head.height"));
}

std::uint64_t Stage::time_ms() {
  const auto now_ms = node_->get("/v1/network").number("time_ms");
  if (now_ms == 0) throw StoryBroken("the node does not say what time it is");
  valid_until_ms_ = now_ms + kDayMs / 2;
  return now_ms;
}

void Stage::advance_time(std::uint64_t ms) {
  const auto answer = node_->post("/v1/admin/advance-time", {{"ms", std::to_string(ms)}},
                                  std::string(client::kDevelopmentToken));
  if (!answer.ok()) throw StoryBroken("time does not advance: " + answer.describe());
  height_ = std::max(height_, answer.number("height"));
  time_ms();
}

}  // namespace tally::story
