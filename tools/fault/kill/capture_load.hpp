// Captures, which are acknowledged before they are done: whatever was, is kept after a kill, is
// done in the end, and then stays as it was told.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "client/http_client.hpp"
#include "fault/common/answer.hpp"

namespace tally::fault {

/// What was told of a capture job. Running is nothing but its name.
struct ToldJob {
  bool finished = false;
  std::string told{};  ///< When it finished, with how many events, facts and claims.
};

/// Holds what a job is told to be now against what was told of it, and takes it over. What is
/// wrong;
/// "" if nothing is.
[[nodiscard]] std::string compare_job(std::string_view id, ToldJob& job, const Answer& now);

class CaptureLoad {
 public:
  explicit CaptureLoad(std::uint64_t seed) : random_(seed) {}

  /// Gets the right to capture from a node that nobody kills. Returns what is wrong, or "".
  [[nodiscard]] std::string set_up(const std::string& url);
  /// Captures a document. False if there was no answer, or one that it was not taken.
  bool once(client::HttpClient& client);
  /// Asks for every job that was not finished and for some that were. Ends early if the node is
  /// gone.
  void check(client::HttpClient& client);
  /// As check(), until no job runs any more; one that does not end is wrong.
  void check_all_finished(client::HttpClient& client);

  [[nodiscard]] std::vector<std::string> take_wrongs() { return std::exchange(wrongs_, {}); }
  /// How many captures were acknowledged, and how many of them were found finished.
  [[nodiscard]] std::uint64_t acknowledged() const { return jobs_.size(); }
  [[nodiscard]] std::uint64_t finished() const { return finished_; }

 private:
  [[nodiscard]] bool ask(client::HttpClient& client, const std::string& id, ToldJob& job);

  std::mt19937_64 random_;
  std::string token_;
  std::map<std::string, ToldJob> jobs_;  // by captureID
  std::uint64_t serial_ = 0;
  std::uint64_t finished_ = 0;
  std::vector<std::string> wrongs_;
};

}  // namespace tally::fault
