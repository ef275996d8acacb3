// The real programs as child processes: a node that can be stopped, killed and started again on the
// same data, and any program run to its end.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace tally::test {

/// A directory that goes with the test that made it.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path operator/(std::string_view name) const {
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

/// How a process ended: its exit code, or the signal that ended it.
struct Exit {
  int code = -1;
  int signal = 0;
  bool dumped_core = false;
  std::string output;  ///< Standard output.
  std::string errors;  ///< Standard error.
};

/// A child process with its output in files; killed, if it still runs, when this goes and when the
/// test's process dies.
class Process {
 public:
  Process(const std::string& program, const std::vector<std::string>& arguments);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  void signal(int number);
  /// Waits for the end; kills it at the time limit, which shows as signal 9.
  Exit wait(std::chrono::milliseconds time_max = std::chrono::seconds(60));
  [[nodiscard]] bool running();
  /// What it has printed so far.
  [[nodiscard]] std::string output() const;
  [[nodiscard]] std::string errors() const;
  [[nodiscard]] pid_t id() const { return pid_; }

 private:
  TemporaryDirectory files_;
  pid_t pid_ = -1;
  bool ended_ = false;
  int status_ = 0;
};

/// The path of a program of this build, or of TALLY_BIN_DIR.
std::string program_path(const std::string& name);

/// Runs a program to its end.
Exit run_program(const std::string& name, const std::vector<std::string>& arguments,
                 std::chrono::milliseconds time_max = std::chrono::seconds(60));

/// A node on a data directory.
class NodeProcess {
 public:
  /// `arguments` beside --data and --listen; none of them starts it yet.
  explicit NodeProcess(std::filesystem::path data_dir,
                       std::vector<std::string> arguments = {"--dev"},
                       std::string listen = "127.0.0.1:0");

  /// Starts it and waits until it listens. Whether it does; if not, the test has failed with what
  /// it said.
  bool start();
  /// Starts it and does not wait.
  void launch();
  /// Waits for the line that says where it listens.
  bool wait_until_listening();
  /// Asks it to stop and waits for its end.
  Exit stop();
  /// kill -9.
  void kill();

  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] Process& process() { return *process_; }
  [[nodiscard]] bool running() { return process_ && process_->running(); }

 private:
  std::filesystem::path data_dir_;
  std::vector<std::string> arguments_;
  std::string listen_;
  std::string url_;
  std::unique_ptr<Process> process_;
};

}  // namespace tally::test
