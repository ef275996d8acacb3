// tallyd as a child process: started, killed and stopped by the story.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace tally::story {

struct NodeOptions {
  std::filesystem::path binary;
  std::filesystem::path data_dir;
  std::uint16_t port = 0;  ///< 0: any that is free.
};

/// One `tallyd --dev` on 127.0.0.1. It gets SIGTERM if the story dies.
class NodeProcess {
 public:
  /// Starts it and waits until it listens. Throws std::runtime_error with what to do, if it does
  /// not.
  explicit NodeProcess(NodeOptions options);
  /// stop().
  ~NodeProcess();
  NodeProcess(const NodeProcess&) = delete;
  NodeProcess& operator=(const NodeProcess&) = delete;

  /// As clients reach it: "http://127.0.0.1:8080".
  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] bool running();

  /// SIGKILL, as a power failure would.
  void kill();
  /// SIGTERM, and waits for it. Whether it stopped cleanly; true if it was not running. Idempotent.
  bool stop();
  /// Starts it again after kill(), on the same data and the same port. Throws as the constructor.
  void restart();

 private:
  void start();
  void wait_until_listening(int output);
  void reap(int flags);

  NodeOptions options_;
  std::string url_;
  pid_t pid_ = 0;  // 0: not running
  int exit_status_ = 0;
};

}  // namespace tally::story
