// The stage: the network, its people and what they have; every step is played, held against what
// must come of it, and told.
#pragma once

#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

#include "contracts/error_code.hpp"
#include "story/draft.hpp"
#include "story/node_client.hpp"
#include "story/node_process.hpp"
#include "story/purse.hpp"
#include "story/report.hpp"

namespace tally::story {

/// The story cannot go on: a step that later ones rest on went wrong, or it was interrupted.
struct StoryBroken : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Stage {
 public:
  /// `interrupted` is asked before each step.
  Stage(NodeProcess& process, Report& report, std::function<bool()> interrupted);

  // ---- Steps. `text` says what happens, for people. ----

  /// Signs and sends; it must settle, else StoryBroken. The link is to the transaction unless
  /// `path` says otherwise.
  Signed expect_settled(std::string text, const Draft& draft, std::string path = {});
  Signed expect_settled(std::string text, const Signed& transaction, std::string path = {});
  /// It must be refused with this code. Returns the answer.
  Answer expect_code(std::string text, const Draft& draft, contracts::ErrorCode code);
  Answer expect_code(std::string text, const Signed& transaction, contracts::ErrorCode code);
  /// Any other step: what it gave against what it must.
  void expect(std::string text, const std::string& expected, const std::string& got,
              std::string path, std::uint64_t us = 0);
  /// A figure that is neither right nor wrong.
  void show(std::string text, const std::string& figure, std::string path);
  /// As expect(), but the story ends here if it is not so.
  void require(std::string text, const std::string& expected, const std::string& got,
               std::string path, std::uint64_t us = 0);

  // ---- Without a line of their own. ----

  [[nodiscard]] Signed sign(const Draft& draft) const;
  Answer submit(const Signed& transaction);
  /// A read that knows all that was settled here.
  Answer read(std::string target, const std::string& token = {});
  /// From here on reads know all that anybody settled.
  void see_all();
  /// The token of a short session: the name's key answers the node's challenge, once.
  const std::string& session(const std::string& name);
  /// The ledger's time as the node tells it.
  std::uint64_t time_ms();
  void advance_time(std::uint64_t ms);
  /// After the process was started again.
  void reconnect();

  [[nodiscard]] NodeClient& node() { return *node_; }
  [[nodiscard]] NodeProcess& process() { return process_; }
  [[nodiscard]] Report& report() { return report_; }
  [[nodiscard]] Purse& purse() { return purse_; }
  [[nodiscard]] const contracts::NetworkId& network_id() const { return network_id_; }
  /// Everything that the node acknowledged here.
  [[nodiscard]] const std::vector<contracts::Txid>& acknowledged() const { return acknowledged_; }

 private:
  void tell(Step step);
  void play(std::string text, const Signed& transaction, const Answer& answer, std::string path);

  NodeProcess& process_;
  Report& report_;
  std::function<bool()> interrupted_;
  std::unique_ptr<NodeClient> node_;
  contracts::NetworkId network_id_;
  std::uint64_t valid_until_ms_ = 0;  // for drafts that do not say
  std::uint64_t height_ = 0;          // of the last transaction that settled here
  std::map<std::string, std::string> sessions_;
  std::vector<contracts::Txid> acknowledged_;
  Purse purse_;
};

}  // namespace tally::story
