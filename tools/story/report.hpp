// What the story tells: one line for each step, as text or as JSON, on the terminal and on the
// node's page (/story).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "story/node_client.hpp"

namespace tally::story {

struct Step {
  std::string text;      ///< What happens, for people.
  std::string expected;  ///< What must come of it: "settled", "refused already_spent".
  std::string got;
  bool ok = false;
  std::string path;  ///< Of a link, below the node's URL.
  std::string txid = {};
  std::uint64_t us = 0;  ///< How long it took.
};

class Report {
 public:
  Report(bool as_json, std::string url) : as_json_(as_json), url_(std::move(url)) {}

  /// The steps that follow belong to this act.
  void begin_act(int number, std::string title);
  void tell(Step step);
  /// A line outside the acts; in JSON `object` stands for it.
  void say(const std::string& line, const json::object& object = {});
  /// A line for people alone.
  void remark(const std::string& line);

  /// Sends to the page at /story what it does not have yet. Throws std::runtime_error if it does
  /// not take that.
  void publish(NodeClient& node);
  /// The node was started again and knows nothing.
  void forget_published() { published_ = 0; }

  [[nodiscard]] int failures() const { return failures_; }
  [[nodiscard]] std::size_t steps() const { return steps_.size(); }

 private:
  const bool as_json_;
  const std::string url_;
  int act_ = 0;
  std::string title_;
  int failures_ = 0;
  std::vector<json::object> steps_;
  std::size_t published_ = 0;
};

}  // namespace tally::story
