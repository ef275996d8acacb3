// How the tests speak with a node: drafts signed by the development people, answers as JSON, and
// what a network needs before anything can happen on it.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "client/http_client.hpp"
#include "support/small_network.hpp"

namespace tally::test {

/// An answer: its status, its body as JSON (empty if it is none), and as it came.
struct Answer {
  int status = 0;
  boost::json::object json;
  std::string body;
  std::string content_type;
  /// A member that is a string or null, as text; "" if it is not there.
  [[nodiscard]] std::string text(std::string_view member) const;
  [[nodiscard]] std::uint64_t number(std::string_view member) const;
  [[nodiscard]] bool settled() const { return status == 200 && text("outcome") == "settled"; }
  [[nodiscard]] std::string code() const { return text("code"); }
};

Answer parse_answer(const client::ClientResponse& response);

/// A connection to a node. Every call fails the test if the node does not answer at all.
class Conversation {
 public:
  explicit Conversation(const std::string& url, client::ClientOptions options = {});

  Answer get(std::string_view target, std::string_view token = {});
  Answer post(std::string_view target, std::string_view content_type, std::string_view body,
              std::string_view token = {});
  Answer request(std::string_view method, std::string_view target, std::string_view content_type,
                 std::string_view body, const std::vector<client::ClientHeader>& headers);
  Answer submit(const Draft& draft) { return submit(draft.sign()); }
  Answer submit(const codec::SignedTransaction& transaction);
  /// Submits what must settle; the test fails if it does not.
  Answer settle(const Draft& draft);

  /// The ledger's time, and a draft that is valid for the default time from now on.
  std::uint64_t time_ms();
  Draft draft(std::vector<std::string_view> signers) {
    return Draft(std::move(signers), time_ms());
  }
  Draft timely(Draft draft) {
    draft.tx.valid_until_ms = time_ms() + contracts::kValidityMsDefault;
    return draft;
  }
  /// The height of the last block.
  std::uint64_t height();
  /// Signs in with the key of a development name; the session's token.
  std::string sign_in(std::string_view name);

 private:
  client::HttpClient client_;
};

/// Its address on the development network.
std::string address(std::string_view name);

/// What was settled: a txid and the number of its first output.
struct Settled {
  contracts::Txid txid;
  contracts::OutputNumber first = 0;
};
Settled settled(const Answer& answer);

/// Spends an output of a settled transaction.
inline Draft& spend(Draft& draft, const Settled& from, std::uint32_t index = 0) {
  return draft.spend(from.first + index, from.txid, index);
}

/// Admits members, defines TEST, registers the brand's prefix 950600013.
void found(Conversation& node, const std::vector<std::string_view>& members);

inline constexpr std::string_view kPrefix = "950600013";
/// A serialised GTIN of that prefix.
inline std::string bag(std::string_view serial) {
  return "01/09506000134352/21/" + std::string(serial);
}

/// Some hash of a text.
Hash32 hash_of(std::string_view text);

}  // namespace tally::test
