#include "cli/node.hpp"

#include <fmt/format.h>

#include "base/clock.hpp"
#include "client/development.hpp"
#include "codec/genesis.hpp"
#include "codec/json.hpp"
#include "codec/transaction.hpp"
#include "codec/words.hpp"
#include "contracts/address.hpp"

namespace tally::cli {
namespace {

constexpr std::size_t kAnswerBytesMax = std::size_t{64} << 20;
constexpr std::string_view kJson = "application/json";

bool under_way(client::ClientError error) {
  return error == client::ClientError::kTimeout || error == client::ClientError::kClosed;
}

Failure connection_failure(client::ClientError error, std::string_view url) {
  if (under_way(error)) {
    return {ExitCode::kInternal, "outcome_unknown",
            fmt::format("{}: the connection broke ({}) before there was an answer", url,
                        client::name(error))};
  }
  return {ExitCode::kInternal, "no_connection",
          fmt::format("{}: no answer ({}). Is the node there? --node says where", url,
                      client::name(error))};
}

Result<json::value> parse_answer(const client::ClientResponse& answer) {
  if (answer.status >= 300 || answer.status < 200) {
    return std::unexpected(failure_of_problem(answer.body, answer.status));
  }
  if (answer.body.empty()) return json::value(json::object{});
  auto value = codec::parse_json(answer.body, kAnswerBytesMax);
  if (!value) return broken("bad_answer", "the node's answer is not JSON");
  return std::move(*value);
}

std::optional<contracts::NetworkKind> kind_of_address(std::string_view address) {
  for (const auto& word : codec::kWords<contracts::NetworkKind>) {
    if (contracts::decode_address(address, word.value)) return word.value;
  }
  return std::nullopt;
}

std::optional<contracts::PublicKey> key_of(const json::value& value, std::string_view path) {
  const auto text = text_at(value, path);
  const auto kind = text ? kind_of_address(*text) : std::nullopt;
  const auto account = kind ? contracts::decode_address(*text, *kind) : std::nullopt;
  if (!account || account->kind != contracts::Account::Kind::key) return std::nullopt;
  return contracts::PublicKey{account->id};
}

// What a check of a built transaction needs: identity, decimals, unit, and what an IOU promises.
std::optional<contracts::AssetEntry> read_asset(const json::value& value) {
  contracts::AssetEntry out;
  const auto id = text_at(value, "id");
  const auto parsed = id ? contracts::AssetId::parse(*id) : std::nullopt;
  const auto symbol = text_at(value, "symbol");
  const auto decimals = number_at(value, "decimals");
  const auto issuer = key_of(value, "issuer");
  if (!parsed || !symbol || !decimals || *decimals > contracts::kDecimalsMax || !issuer) {
    return std::nullopt;
  }
  out.id = *parsed;
  out.symbol = *symbol;
  out.decimals = static_cast<std::uint32_t>(*decimals);
  out.issuer = *issuer;
  const auto kind = text_at(value, "kind");
  out.kind = codec::from_word<contracts::AssetKind>(kind.value_or("")).value_or(out.kind);
  out.policies.minimum_unit = number_at(value, "policies.minimum_unit").value_or(1);
  if (out.kind == contracts::AssetKind::iou) {
    out.terms.emplace();
    const auto promised = text_at(value, "terms.promised_asset");
    if (promised) out.terms->promised_asset = contracts::AssetId::parse(*promised);
  }
  return out;
}

}  // namespace

bool Network::is_development() const {
  static const auto kId =
      contracts::network_id(codec::encode_genesis(client::development_genesis()));
  return kind == contracts::NetworkKind::development && id == kId;
}

void KnownRegistry::put_asset(contracts::AssetEntry asset) {
  const auto folded = contracts::fold_symbol(asset.symbol);
  if (folded) put(contracts::symbol_key(*folded), contracts::SymbolEntry{asset.id});
  put(contracts::asset_key(asset.id), std::move(asset));
}

const contracts::RegistryEntry* KnownRegistry::find(const contracts::RegistryKey& key) const {
  const auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : &found->second;
}

const contracts::AssetEntry* KnownRegistry::asset(const contracts::AssetId& id) const {
  return get<contracts::AssetEntry>(contracts::asset_key(id));
}

Result<Node> Node::open(std::string_view url, const NodeAccess& access, Terminal& terminal) {
  if (access.certificate_file.empty() != access.private_key_file.empty()) {
    return usage("--client-cert and --client-key go together");
  }
  client::ClientOptions options;
  options.response_bytes_max = kAnswerBytesMax;
  options.ca_file = access.ca_file;
  options.certificate_file = access.certificate_file;
  options.private_key_file = access.private_key_file;
  options.unix_socket = access.socket;
  if (!access.socket.empty()) url = "http://localhost";
  auto client = client::HttpClient::open(url, std::move(options));
  if (!client) return usage(fmt::format("--node: {} is not a URL", url));
  const auto shown = access.socket.empty() ? std::string(url) : access.socket;
  return Node(std::move(*client), shown, terminal);
}

Result<client::ClientResponse> Node::request(std::string_view method, std::string_view target,
                                             std::string_view media_type, std::string_view body) {
  const Progress progress(*terminal_, fmt::format("waiting for {}", url_));
  std::vector<client::ClientHeader> headers;
  if (!token_.empty()) headers.push_back({"Authorization", "Bearer " + token_});
  for (const auto& party : parties_) headers.push_back({"Tally-Party", party});
  auto answer = client_.request(method, target, media_type, body, headers);
  // A kept-alive connection may have been closed since; a read is asked once more.
  if (!answer && method == "GET" && under_way(answer.error())) {
    answer = client_.request(method, target, media_type, body, headers);
  }
  if (!answer) return std::unexpected(connection_failure(answer.error(), url_));
  return std::move(*answer);
}

Result<json::value> Node::get(std::string_view target) {
  const auto answer = request("GET", target, {}, {});
  if (!answer) return std::unexpected(answer.error());
  return parse_answer(*answer);
}

Result<std::string> Node::get_text(std::string_view target) {
  auto answer = request("GET", target, {}, {});
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != 200) {
    return std::unexpected(failure_of_problem(answer->body, answer->status));
  }
  return std::move(answer->body);
}

Result<json::value> Node::post(std::string_view target, const json::value& body) {
  const auto answer =
      request("POST", target, kJson, body.is_null() ? std::string() : json::serialize(body));
  if (!answer) return std::unexpected(answer.error());
  return parse_answer(*answer);
}

Result<json::value> Node::put(std::string_view target, std::string_view media_type,
                              std::string_view body) {
  const auto answer = request("PUT", target, media_type, body);
  if (!answer) return std::unexpected(answer.error());
  return parse_answer(*answer);
}

Result<json::value> Node::remove(std::string_view target) {
  const auto answer = request("DELETE", target, {}, {});
  if (!answer) return std::unexpected(answer.error());
  return parse_answer(*answer);
}

Result<json::value> Node::post_again(std::string_view target, std::string_view media_type,
                                     std::string_view body, std::uint32_t wait_s) {
  const SystemClock clock;
  const auto give_up_ms = clock.monotonic_ms() + std::uint64_t{wait_s} * 1000;
  for (std::uint64_t pause_ms = 200;; pause_ms = std::min<std::uint64_t>(2 * pause_ms, 5000)) {
    const auto answer = request("POST", target, media_type, body);
    auto result =
        answer ? parse_answer(*answer) : Result<json::value>(std::unexpected(answer.error()));
    const bool again = !result && (result.error().code == "outcome_unknown" ||
                                   result.error().code == "no_connection" ||
                                   result.error().exit == ExitCode::kOverloaded);
    if (!again || clock.monotonic_ms() + pause_ms > give_up_ms) return result;
    terminal_->err(fmt::format("{}; sending the same bytes again\n", result.error().message));
    client_.close();
    std::this_thread::sleep_for(std::chrono::milliseconds(pause_ms));
  }
}

Result<Network> Node::network() {
  if (network_) return *network_;
  const auto answer = get("/v1/network");
  if (!answer) return std::unexpected(answer.error());
  const auto id_text = text_at(*answer, "network_id");
  const auto id = id_text ? contracts::NetworkId::parse(*id_text) : std::nullopt;
  const auto kind = codec::from_word<contracts::NetworkKind>(text_at(*answer, "kind").value_or(""));
  if (!id || !kind) return broken("bad_answer", "the node does not say which network it is on");
  network_ = Network{*id, *kind, text_at(*answer, "name").value_or("")};
  return *network_;
}

Result<contracts::AssetEntry> Node::asset(std::string_view symbol_or_id) {
  const auto wanted = contracts::AssetId::parse(symbol_or_id);
  if (wanted) {
    if (const auto* found = known_.asset(*wanted)) return *found;
  }
  const auto answer = get("/v1/assets/" + escaped(symbol_or_id));
  if (!answer) return std::unexpected(answer.error());
  const auto* entry = find(*answer, "asset");
  auto asset = entry == nullptr ? std::nullopt : read_asset(*entry);
  const auto folded = asset ? contracts::fold_symbol(asset->symbol) : std::nullopt;
  if (!folded) return broken("bad_answer", "the node's asset is not one");
  if (contracts::asset_id(asset->issuer, *folded) != asset->id) {
    return broken("bad_answer", "the node's asset has another issuer or symbol than its id says");
  }
  const bool is_it = wanted ? *wanted == asset->id : contracts::fold_symbol(symbol_or_id) == folded;
  if (!is_it) {
    return broken("bad_answer",
                  fmt::format("asked for {}, the node answers {}", symbol_or_id, asset->symbol));
  }
  known_.put_asset(*asset);
  return std::move(*asset);
}

Result<contracts::Transaction> Node::transaction(const contracts::Txid& txid) {
  const auto net = network();
  if (!net) return std::unexpected(net.error());
  auto answer = get("/v1/transactions/" + txid.hex());
  // What does not concern the first signer may concern one of the others.
  for (const auto& party : parties_) {
    if (!answer || text_at(*answer, "body")) break;
    auto own = std::exchange(token_, party);
    answer = get("/v1/transactions/" + txid.hex());
    token_ = std::move(own);
  }
  if (!answer) return std::unexpected(answer.error());
  const auto text = text_at(*answer, "body");
  const auto body = text ? from_base64(*text) : std::nullopt;
  if (!body) {
    return std::unexpected(
        Failure{ExitCode::kUnauthorised, "not_yours",
                fmt::format("the node does not show the body of {}", txid.hex())});
  }
  if (contracts::txid(net->id, *body) != txid) {
    return broken("bad_answer", "the node's body is of another transaction");
  }
  auto transaction = codec::decode_body(*body);
  if (!transaction) return broken("bad_answer", "the node's body does not decode");
  return std::move(*transaction);
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain_character = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                 (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' ||
                                 c == '~';
    if (plain_character) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

Failure failure_of_problem(std::string_view body, int status) {
  const auto value = codec::parse_json(body, kAnswerBytesMax);
  const auto code = value ? text_at(*value, "code") : std::nullopt;
  if (!code) {
    return {ExitCode::kInternal, "bad_answer",
            fmt::format("the node answered {} without saying why", status)};
  }
  Failure out{exit_code_of(text_at(*value, "class").value_or("")), *code,
              text_at(*value, "title").value_or(*code), std::string(body)};
  if (const auto detail = text_at(*value, "detail")) out.message += ": " + *detail;
  if (const auto field = text_at(*value, "field")) out.message += fmt::format(" ({})", *field);
  if (const auto figure = text_at(*value, "figure")) out.message += fmt::format(" [{}]", *figure);
  if (const auto first = text_at(*value, "conflicting_txid")) {
    out.message += fmt::format("; first was {}", *first);
  }
  if (const auto txid = text_at(*value, "txid")) out.message += fmt::format("; txid {}", *txid);
  return out;
}

}  // namespace tally::cli
