// A program as a child process: started with its output in a file, watched, ended.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tally::fault {

struct ProgramOptions {
  std::filesystem::path path;
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>> environment;  ///< Beside that of this process.
  std::filesystem::path output;                                  ///< What it prints, errors too.
};

/// It dies with this process. Not thread-safe.
class Program {
 public:
  /// Starts it. Throws std::runtime_error if no process can be started.
  explicit Program(ProgramOptions options);
  /// SIGKILL if it is still running.
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void signal(int number);
  [[nodiscard]] pid_t id() const { return pid_; }
  /// Its exit status, or 128 and the signal that ended it; nothing if it runs on after this time.
  std::optional<int> wait(std::chrono::milliseconds time_max);
  /// What it has printed so far.
  [[nodiscard]] std::string printed() const;
  /// The rest of the first line that it printed which begins with `begin`; nothing if it ended, or
  /// `time_max` passed, without such a line.
  std::optional<std::string> wait_for_line(std::string_view begin,
                                           std::chrono::milliseconds time_max);

 private:
  ProgramOptions options_;
  pid_t pid_ = 0;
  std::optional<int> status_;
};

}  // namespace tally::fault
