// The mixed load of the kills, and what its submitters have been promised: several connections send
// from one seeded load, and every answer that arrives is held against what the node says ever
// after.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "client/http_client.hpp"
#include "fault/common/journal_check.hpp"
#include "fault/common/verdict.hpp"

namespace tally::fault {

class KillLoad {
 public:
  explicit KillLoad(std::uint64_t seed) : load_({.seed = seed}) {}

  /// Sends on one connection, a window at a time, until the node is gone or `stop` is set. Called
  /// from several threads, each with a connection of its own.
  void send(const std::string& url, const std::atomic<bool>& stop);

  /// Of those that have no answer: asks by txid, sends the same bytes again, and compares. Then
  /// asks for the last `count` that were answered and as many of the others. Ends early if the node
  /// is gone; what has no answer then keeps waiting.
  void check(const std::string& url, std::size_t count);

  /// All that was answered and is in the journal.
  [[nodiscard]] std::vector<JournaledPromise> journaled() const;

  /// What is wrong so far.
  [[nodiscard]] std::vector<std::string> take_wrongs();
  [[nodiscard]] std::uint64_t answered() const { return answers_.size(); }
  [[nodiscard]] std::uint64_t unanswered() const { return unanswered_; }
  [[nodiscard]] std::uint64_t found() const { return found_; }

 private:
  std::vector<Made> take(std::size_t count);
  void note(const Made& made, const client::ClientResponse& response);
  void note_final(const Made& made, const Verdict& verdict);
  bool resolve(client::HttpClient& client, const Made& made);
  bool ask(client::HttpClient& client, const contracts::Txid& txid, const Verdict& told);
  void wrong(std::string text);

  std::mutex mutex_;
  Workload load_;
  std::vector<Made> waiting_;                   // sent, and no answer came
  std::map<contracts::Txid, Verdict> answers_;  // those in the journal
  std::vector<contracts::Txid> order_;          // in which they were answered
  std::map<std::uint64_t, std::uint64_t> settled_of_group_;
  std::vector<std::string> wrongs_;
  std::uint64_t unanswered_ = 0;  // that had no answer when the node died
  std::uint64_t found_ = 0;       // of these, had an outcome all the same
  std::uint64_t rotation_ = 0;
};

}  // namespace tally::fault
