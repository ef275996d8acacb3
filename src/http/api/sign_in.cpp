#include "http/api/sign_in.hpp"

#include <boost/json.hpp>

#include "http/api/read.hpp"
#include "http/json.hpp"

namespace tally::http {
namespace {

using contracts::ErrorCode;

constexpr std::size_t kBodyBytesMax = 4'096;

OrProblem<Response> challenge(const Api& api, const Request& request) {
  const auto body = body_object(request, {"address"});
  if (!body) return std::unexpected(body.error());
  const auto address = text_member(*body, "address");
  if (!address) return std::unexpected(address.error());
  const auto account = parse_key(api, "address", *address);
  if (!account) return std::unexpected(account.error());
  const auto challenge = api.sessions.challenge(*account);
  return json_response(200, {{"address", *address},
                             {"network_id", api.network_id().hex()},
                             {"host", api.sign_in_host},
                             {"nonce", to_hex(challenge.nonce)},
                             {"expires_ms", json_number(challenge.expires_ms)},
                             {"digest", to_hex(challenge.digest)}});
}

struct Answered {
  crypto::PublicKey account;
  Hash32 nonce{};
  std::uint64_t expires_ms = 0;
  crypto::Signature signature;
};

OrProblem<Answered> parse_answer(const Api& api, const Request& request) {
  const auto body = body_object(request, {"address", "nonce", "expires_ms", "signature"});
  if (!body) return std::unexpected(body.error());
  const auto address = text_member(*body, "address");
  if (!address) return std::unexpected(address.error());
  const auto account = parse_key(api, "address", *address);
  if (!account) return std::unexpected(account.error());
  const auto nonce = text_member(*body, "nonce");
  if (!nonce) return std::unexpected(nonce.error());
  const auto nonce_bytes = array_from_hex<32>(*nonce);
  if (!nonce_bytes) return std::unexpected(bad_parameter("nonce", "64 hexadecimal digits"));
  const auto expires_ms = number_member(*body, "expires_ms");
  if (!expires_ms) return std::unexpected(expires_ms.error());
  const auto signature = text_member(*body, "signature");
  if (!signature) return std::unexpected(signature.error());
  const auto signature_bytes = array_from_hex<64>(*signature);
  if (!signature_bytes) {
    return std::unexpected(bad_parameter("signature", "128 hexadecimal digits"));
  }
  return Answered{*account, *nonce_bytes, *expires_ms, {*signature_bytes}};
}

OrProblem<Response> sign_in(const Api& api, const Request& request) {
  const auto answered = parse_answer(api, request);
  if (!answered) return std::unexpected(answered.error());
  auto known = is_member(api, answered->account);
  if (known && !*known) known = is_operator(api, answered->account);
  const auto made = api.sessions.redeem(answered->account, answered->nonce, answered->expires_ms,
                                        answered->signature, {request.peer, known.value_or(false)});
  if (!made) {
    const bool full = made.error() == custody::Error::too_many;
    return std::unexpected(problem(full ? ErrorCode::queue_full : ErrorCode::sign_in_failed));
  }
  const boost::json::value answer{{"token", as_text(made->text.view())},
                                  {"address", address_of(api, answered->account)},
                                  {"expires_ms", json_number(made->session.expires_ms)}};
  auto response = json_response(200, answer);
  return std::move(response.with("Cache-Control", "no-store"));
}

OrProblem<Response> sign_out(const Api& api, const Request& request) {
  const auto token = request.bearer_token();
  if (!token) return std::unexpected(problem(ErrorCode::token_missing));
  if (!api.sessions.end(*token)) return std::unexpected(problem(ErrorCode::token_invalid));
  return Response{.status = 204};
}

// These touch memory alone, so they may run on the connection's thread.
void add(Router& router, const Api& api, Method method, std::string pattern,
         OrProblem<Response> (*handler)(const Api&, const Request&)) {
  router.add({.method = method,
              .pattern = std::move(pattern),
              .handler =
                  [&api, handler](const Request& request, const Reply& reply) {
                    auto answer = handler(api, request);
                    reply(answer ? std::move(*answer) : problem_response(answer.error()));
                  },
              .body_bytes_max = method == Method::kPost ? kBodyBytesMax : 0});
}

}  // namespace

void add_sign_in_routes(Router& router, const Api& api) {
  add(router, api, Method::kPost, "/v1/sign-in/challenge", challenge);
  add(router, api, Method::kPost, "/v1/sign-in", sign_in);
  add(router, api, Method::kDelete, "/v1/session", sign_out);
}

}  // namespace tally::http
