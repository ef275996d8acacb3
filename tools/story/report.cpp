#include "story/report.hpp"

#include <cstdio>
#include <stdexcept>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "client/development.hpp"

namespace tally::story {

void Report::begin_act(int number, std::string title) {
  act_ = number;
  title_ = std::move(title);
  remark(fmt::format("\nAct {} · {}", act_, title_));
}

void Report::tell(Step step) {
  if (!step.ok) ++failures_;
  const auto link = step.path.empty() ? std::string() : url_ + step.path;
  json::object object{{"act", act_},
                      {"step", step.text},
                      {"expected", step.expected},
                      {"got", step.got},
                      {"ok", step.ok},
                      {"url", link},
                      {"txid", step.txid.empty() ? json::value(nullptr) : json::value(step.txid)},
                      {"ms", (step.us + 999) / 1000}};
  if (as_json_) {
    fmt::print("{}\n", json::serialize(object));
  } else {
    const auto time = step.us == 0 ? std::string()
                                   : fmt::format("{:.1f} ms", static_cast<double>(step.us) / 1000);
    fmt::print("  {} {:<78} {:<33} {:>10}  {}\n", step.ok ? "✓" : "✗", step.text, step.got, time,
               link);
    if (!step.ok) fmt::print("      expected: {}\n", step.expected);
  }
  std::fflush(stdout);
  object["title"] = title_;
  object["url"] = step.path;
  steps_.push_back(std::move(object));
}

void Report::say(const std::string& line, const json::object& object) {
  fmt::print("{}\n", as_json_ ? json::serialize(object) : line);
  std::fflush(stdout);
}

void Report::remark(const std::string& line) {
  if (as_json_) return;
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

void Report::publish(NodeClient& node) {
  for (; published_ < steps_.size(); ++published_) {
    const auto answer =
        node.post("/v1/admin/story", steps_[published_], std::string(client::kDevelopmentToken));
    if (!answer.ok()) throw std::runtime_error("the page of the story: " + answer.describe());
  }
}

}  // namespace tally::story
