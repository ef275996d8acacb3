// The node as the command line sees it: requests, its problems as failures, and what it says of
// network and assets. A node is not trusted further than a wrong answer can be noticed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/failure.hpp"
#include "cli/json.hpp"
#include "cli/terminal.hpp"
#include "client/http_client.hpp"
#include "contracts/genesis.hpp"
#include "contracts/registry.hpp"
#include "contracts/transaction.hpp"

namespace tally::cli {

inline constexpr std::string_view kNodeDefault = "http://127.0.0.1:8080";

/// How to get to a node beside its URL.
struct NodeAccess {
  std::string socket;   ///< Its operator's Unix socket, instead of the URL.
  std::string ca_file;  ///< Who signed its certificate, instead of the system's authorities.
  std::string certificate_file;  ///< What to show to a node that asks for a certificate.
  std::string private_key_file;
  /// It is the operator's way, which needs no token.
  [[nodiscard]] bool is_operators() const { return !socket.empty() || !certificate_file.empty(); }
};

struct Network {
  contracts::NetworkId id;
  contracts::NetworkKind kind = contracts::NetworkKind::main;
  std::string name;
  /// It is the well-known development network, whose genesis this program has.
  [[nodiscard]] bool is_development() const;
};

/// The registries as far as the node was asked about them: the assets of a request.
class KnownRegistry final : public contracts::Registry {
 public:
  void put(const contracts::RegistryKey& key, contracts::RegistryEntry entry) {
    entries_[key] = std::move(entry);
  }
  void put_asset(contracts::AssetEntry asset);
  [[nodiscard]] const contracts::RegistryEntry* find(
      const contracts::RegistryKey& key) const override;
  [[nodiscard]] const contracts::AssetEntry* asset(const contracts::AssetId& id) const;

 private:
  std::map<contracts::RegistryKey, contracts::RegistryEntry> entries_;
};

class Node {
 public:
  /// `url` as given; nothing is sent yet. `usage`: not a URL; a certificate without its key.
  static Result<Node> open(std::string_view url, const NodeAccess& access, Terminal& terminal);

  /// The value of `Authorization: Bearer` from now on; empty: none.
  void set_token(std::string token) { token_ = std::move(token); }
  [[nodiscard]] const std::string& token() const { return token_; }
  /// Sessions of others who take part in what is built (docs/spec/builders.md).
  void set_parties(std::vector<std::string> sessions) { parties_ = std::move(sessions); }
  [[nodiscard]] const std::string& url() const { return url_; }

  /// Sends one request and reads its JSON. Failures: the connection's (`no_connection`,
  /// `outcome_unknown` if it broke with the request under way), the node's problem with the exit
  /// code of its class, `bad_answer`.
  Result<json::value> get(std::string_view target);
  Result<json::value> post(std::string_view target, const json::value& body);
  Result<json::value> put(std::string_view target, std::string_view media_type,
                          std::string_view body);
  Result<json::value> remove(std::string_view target);
  /// One request, its answer as text of any media type.
  Result<std::string> get_text(std::string_view target);
  /// Sends bytes that may be sent twice, and again the same ones after a broken connection, until
  /// there is an answer or `wait_s` seconds have passed.
  Result<json::value> post_again(std::string_view target, std::string_view media_type,
                                 std::string_view body, std::uint32_t wait_s);

  /// GET /v1/network, once.
  Result<Network> network();
  /// What the node says of an asset, by symbol or id, kept in known(). It is refused unless symbol
  /// and issuer hash to the id, and it is the one asked for.
  Result<contracts::AssetEntry> asset(std::string_view symbol_or_id);
  [[nodiscard]] KnownRegistry& known() { return known_; }
  /// The settled transaction of a txid: the body that the node gives must hash to it.
  Result<contracts::Transaction> transaction(const contracts::Txid& txid);

 private:
  Node(client::HttpClient client, std::string url, Terminal& terminal)
      : client_(std::move(client)), url_(std::move(url)), terminal_(&terminal) {}
  Result<client::ClientResponse> request(std::string_view method, std::string_view target,
                                         std::string_view media_type, std::string_view body);

  client::HttpClient client_;
  std::string url_;
  Terminal* terminal_;
  std::string token_;
  std::vector<std::string> parties_;
  std::optional<Network> network_;
  KnownRegistry known_;
};

/// A text for one segment of a path or one value of a query.
[[nodiscard]] std::string escaped(std::string_view text);

/// The failure that a problem document says; `status` if it is none.
[[nodiscard]] Failure failure_of_problem(std::string_view body, int status);

}  // namespace tally::cli
