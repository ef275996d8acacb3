// A node that answers what a test tells it to, lies included: HTTP over a socket of its own.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace tally::cli::test {

class ScriptedNode {
 public:
  ScriptedNode();
  ~ScriptedNode();
  ScriptedNode(const ScriptedNode&) = delete;
  ScriptedNode& operator=(const ScriptedNode&) = delete;

  /// The JSON that a GET or POST of this target is answered with, 200; anything else is a 404.
  void answer(const std::string& target, const std::string& json);
  [[nodiscard]] std::string url() const;

 private:
  void serve();
  [[nodiscard]] std::string answer_of(const std::string& request);

  int listener_ = -1;
  unsigned port_ = 0;
  std::mutex mutex_;  // guards answers_
  std::map<std::string, std::string> answers_;
  std::thread thread_;
};

}  // namespace tally::cli::test
