// What a node is asked beside transactions, and what it must keep of it: a member's attributes,
// agents, tokens and captures. The calls commit to the stores of documents, profiles, custody and
// provenance; whatever was acknowledged is there after a kill, and what was asked for and not
// answered is there whole or not at all. What was replaced or erased can be read by nobody.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "client/http_client.hpp"
#include "documents/document_store.hpp"
#include "fault/common/answer.hpp"
#include "fault/kill/capture_load.hpp"

namespace tally::fault {

/// One thing that the node keeps, as its owner was told: "" if it is not there.
struct Kept {
  std::string value;
  std::vector<std::string> asked{};  ///< What calls without an answer would make of it.
};
/// By name: an attribute's, an agent's address, a token's id behind its agent's.
using Keeping = std::map<std::string, Kept>;

/// Holds what is there now against what was told, and takes it over as known from here on. One that
/// is there and that nobody was told of must be what `unnamed` had asked for: the node gives such
/// names itself, and the answer with this one was lost. Returns what is wrong.
[[nodiscard]] std::vector<std::string> compare_kept(std::string_view what, Keeping& keeping,
                                                    const std::map<std::string, std::string>& there,
                                                    std::uint64_t& unnamed);

class SideLoad {
 public:
  explicit SideLoad(std::uint64_t seed) : random_(seed), captures_(seed) {}

  /// Of a node that nobody kills, before the first send(). Returns what is wrong, or "".
  [[nodiscard]] std::string set_up(const std::string& url) { return captures_.set_up(url); }

  /// Signs in and calls, one call after the other, until the node is gone or `stop` is set. One
  /// thread, with a connection of its own.
  void send(const std::string& url, const std::atomic<bool>& stop);
  /// Asks a node that runs for everything that is kept. Ends early if the node is gone.
  void check(const std::string& url);
  /// Looks for what was replaced or erased in the directory of a node that has started since, and
  /// does not run any more: none of it may be there.
  void check_erased(const std::filesystem::path& data);
  /// Waits for every capture's end.
  void check_captures_finished(const std::string& url);

  [[nodiscard]] std::vector<std::string> take_wrongs() { return std::exchange(wrongs_, {}); }
  /// How many calls were acknowledged, and how many things were found to be as they should.
  [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_; }
  [[nodiscard]] std::uint64_t found() const { return found_; }
  [[nodiscard]] std::uint64_t erased() const { return erased_; }
  [[nodiscard]] const CaptureLoad& captures() const { return captures_; }

 private:
  bool sign_in(const std::string& url);
  bool once();
  bool put_attribute();
  bool erase_attribute();
  bool make_agent();
  bool remove_agent();
  bool make_token();
  bool revoke_token();
  std::optional<Answer> ask(std::string_view method, const std::string& target,
                            std::string_view type = {}, std::string_view body = {});
  bool change(Kept& kept, std::string to, std::string_view method, const std::string& target,
              std::string_view type = {}, std::string_view body = {});
  std::optional<std::map<std::string, std::string>> list(
      const std::string& target, std::string_view member,
      const std::function<std::string(const Answer&)>& name);
  void forget_tokens_of(std::string_view agent);
  void note_gone(std::string_view attribute, std::string_view content);
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

  std::mt19937_64 random_;
  CaptureLoad captures_;
  std::vector<documents::DocumentHash> gone_;  // not looked for yet
  std::optional<client::HttpClient> client_;
  std::string session_;
  Keeping attributes_;
  Keeping agents_;
  Keeping tokens_;
  std::uint64_t unnamed_agents_ = 0;
  std::uint64_t unnamed_tokens_ = 0;
  std::uint64_t serial_ = 0;
  std::uint64_t acknowledged_ = 0;
  std::uint64_t found_ = 0;
  std::uint64_t erased_ = 0;
  std::vector<std::string> wrongs_;
};

}  // namespace tally::fault
