// A person in front of the command line: what they type, and what they are shown.
#pragma once

#include <deque>
#include <filesystem>
#include <string>

#include "cli/terminal.hpp"

namespace tally::cli::test {

class Person final : public Terminal {
 public:
  void out(std::string_view text) override { out_text += text; }
  void err(std::string_view text) override { err_text += text; }
  [[nodiscard]] bool interactive() const override { return is_there; }
  std::optional<std::string> ask(std::string_view question) override {
    err_text += question;
    return next(answers);
  }
  std::optional<crypto::SecretBytes> ask_secret(std::string_view) override {
    const auto secret = next(secrets);
    if (!secret) return std::nullopt;
    return crypto::SecretBytes(as_bytes(*secret));
  }

  std::string out_text;
  std::string err_text;
  bool is_there = false;
  std::deque<std::string> answers;
  std::deque<std::string> secrets;

 private:
  static std::optional<std::string> next(std::deque<std::string>& from) {
    if (from.empty()) return std::nullopt;
    auto text = from.front();
    from.pop_front();
    return text;
  }
};

/// A directory of this test's own, which goes with it.
class Directory {
 public:
  Directory();
  ~Directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::string operator/(std::string_view name) const {
    return (path_ / name).string();
  }

 private:
  std::filesystem::path path_;
};

}  // namespace tally::cli::test
