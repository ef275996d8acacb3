#include "fault/common/program.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace tally::fault {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kLook{2};

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> out;
  for (auto& word : words) out.push_back(word.data());
  out.push_back(nullptr);
  return out;
}

std::vector<std::string> environment_of(const ProgramOptions& options) {
  std::vector<std::string> out;
  for (const auto& [name, value] : options.environment) out.push_back(name + "=" + value);
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    bool replaced = false;
    for (const auto& [name, value] : options.environment) {
      replaced = replaced || text.starts_with(name + "=");
    }
    if (!replaced) out.emplace_back(text);
  }
  return out;
}

}  // namespace

Program::Program(ProgramOptions options) : options_(std::move(options)) {
  std::vector<std::string> words{options_.path.string()};
  words.insert(words.end(), options_.arguments.begin(), options_.arguments.end());
  auto settings = environment_of(options_);
  const auto argv = pointers(words);
  const auto envp = pointers(settings);
  const int output =
      ::open(options_.output.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const auto parent = ::getpid();
  pid_ = output < 0 ? -1 : ::fork();
  if (pid_ == 0) {
    // Between fork and exec: system calls only.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(126);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
    ::execve(argv[0], argv.data(), envp.data());
    ::_exit(127);
  }
  if (output >= 0) ::close(output);
  if (pid_ < 0) throw std::runtime_error(options_.path.string() + " cannot be started");
}

Program::~Program() {
  if (status_) return;
  signal(SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Program::signal(int number) {
  if (!status_) ::kill(pid_, number);
}

std::optional<int> Program::wait(std::chrono::milliseconds time_max) {
  const auto end = Clock::now() + time_max;
  while (!status_) {
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == pid_) {
      status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    } else if (Clock::now() >= end) {
      break;
    } else {
      std::this_thread::sleep_for(kLook);
    }
  }
  return status_;
}

std::string Program::printed() const {
  std::ifstream file(options_.output, std::ios::binary);
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

std::optional<std::string> Program::wait_for_line(std::string_view begin,
                                                  std::chrono::milliseconds time_max) {
  const auto end = Clock::now() + time_max;
  while (true) {
    const bool ended = wait(std::chrono::milliseconds(0)).has_value();
    std::istringstream lines(printed());
    for (std::string line; std::getline(lines, line);) {
      // A line without its end may not be whole yet.
      if (line.starts_with(begin) && !lines.eof()) return line.substr(begin.size());
    }
    if (ended || Clock::now() >= end) return std::nullopt;
    std::this_thread::sleep_for(kLook);
  }
}

}  // namespace tally::fault
