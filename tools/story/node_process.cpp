#include "story/node_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <fstream>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>

namespace tally::story {
namespace {

constexpr std::chrono::seconds kListenWaitMax{60};
constexpr std::chrono::seconds kStopWaitMax{30};
constexpr std::string_view kListening = "listening on ";
constexpr const char* kLogFile = "tallyd.log";

// The directory may be gone when somebody could look.
std::string last_line(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string line;
  std::string last = "it printed nothing";
  while (std::getline(in, line)) {
    if (!line.empty()) last = line;
  }
  return last;
}

// Between fork and exec: system calls only.
[[noreturn]] void become(const char* const* arguments, int output, int log, pid_t parent) {
  setpgid(0, 0);  // Ctrl-C reaches the story, which stops its node in order
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(127);
  dup2(output, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  execv(arguments[0], const_cast<char* const*>(arguments));
  _exit(127);
}

}  // namespace

NodeProcess::NodeProcess(NodeOptions options) : options_(std::move(options)) { start(); }

NodeProcess::~NodeProcess() { stop(); }

void NodeProcess::start() {
  const auto log_path = options_.data_dir / kLogFile;
  const int log = open(log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  std::array<int, 2> output{};
  if (log < 0 || pipe2(output.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error(fmt::format("{} cannot be written", log_path.string()));
  }
  const auto binary = options_.binary.string();
  const auto data = options_.data_dir.string();
  const auto listen = fmt::format("127.0.0.1:{}", options_.port);
  const char* const arguments[] = {binary.c_str(), "--dev",        "--data", data.c_str(),
                                   "--listen",     listen.c_str(), nullptr};
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) become(arguments, output[1], log, parent);
  close(output[1]);
  close(log);
  if (pid_ < 0) {
    pid_ = 0;
    close(output[0]);
    throw std::runtime_error("no process can be started");
  }
  try {
    wait_until_listening(output[0]);
  } catch (...) {
    close(output[0]);
    throw;
  }
  close(output[0]);  // it prints nothing more
}

void NodeProcess::wait_until_listening(int output) {
  const auto until = std::chrono::steady_clock::now() + kListenWaitMax;
  std::string text;
  while (text.find('\n') == std::string::npos) {
    pollfd ready{output, POLLIN, 0};
    if (poll(&ready, 1, 100) > 0) {
      std::array<char, 512> part;
      const auto n = read(output, part.data(), part.size());
      if (n <= 0) break;
      text.append(part.data(), static_cast<std::size_t>(n));
    }
    if (std::chrono::steady_clock::now() > until) break;
  }
  const auto at = text.find(kListening);
  const auto end = text.find('\n');
  if (at == std::string::npos || end == std::string::npos) {
    kill();
    throw std::runtime_error(fmt::format("{} did not start: {}", options_.binary.string(),
                                         last_line(options_.data_dir / kLogFile)));
  }
  url_ = text.substr(at + kListening.size(), end - at - kListening.size());
  const auto digits = std::string_view(url_).substr(url_.rfind(':') + 1);
  std::from_chars(digits.data(), digits.data() + digits.size(), options_.port);
}

void NodeProcess::reap(int flags) {
  if (pid_ == 0) return;
  int status = 0;
  const pid_t done = waitpid(pid_, &status, flags);
  if (done == 0 || (done < 0 && errno == EINTR)) return;
  pid_ = 0;
  exit_status_ = status;
}

bool NodeProcess::running() {
  reap(WNOHANG);
  return pid_ != 0;
}

void NodeProcess::kill() {
  if (!running()) return;
  ::kill(pid_, SIGKILL);
  while (pid_ != 0) reap(0);
}

bool NodeProcess::stop() {
  if (!running()) return true;
  ::kill(pid_, SIGTERM);
  const auto until = std::chrono::steady_clock::now() + kStopWaitMax;
  while (running() && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  if (running()) {
    kill();
    return false;
  }
  return WIFEXITED(exit_status_) && WEXITSTATUS(exit_status_) == 0;
}

void NodeProcess::restart() {
  kill();
  start();
}

}  // namespace tally::story
