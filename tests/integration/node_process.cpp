#include "integration/node_process.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/check.hpp"

namespace tally::test {
namespace {

using namespace std::chrono_literals;

std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

int open_for_writing(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  CHECK(file >= 0);
  return file;
}

}  // namespace

TemporaryDirectory::TemporaryDirectory() {
  static std::atomic<int> count = 0;
  path_ = std::filesystem::path(testing::TempDir()) /
          ("tally-integration-" + std::to_string(::getpid()) + "-" + std::to_string(count++));
  std::filesystem::remove_all(path_);
  std::filesystem::create_directories(path_);
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Process::Process(const std::string& program, const std::vector<std::string>& arguments) {
  std::vector<std::string> text{program};
  text.insert(text.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (auto& word : text) argv.push_back(word.data());
  argv.push_back(nullptr);
  const int output = open_for_writing(files_ / "output");
  const int errors = open_for_writing(files_ / "errors");
  const auto parent = ::getpid();
  pid_ = ::fork();
  CHECK(pid_ >= 0);
  if (pid_ == 0) {
    // Only what is safe between fork and exec in a process with threads.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(126);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(errors, STDERR_FILENO);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  ::close(output);
  ::close(errors);
}

Process::~Process() {
  if (!running()) return;
  signal(SIGKILL);
  wait();
}

void Process::signal(int number) {
  if (!ended_) ::kill(pid_, number);
}

bool Process::running() {
  if (ended_) return false;
  ended_ = ::waitpid(pid_, &status_, WNOHANG) == pid_;
  return !ended_;
}

Exit Process::wait(std::chrono::milliseconds time_max) {
  const auto end = std::chrono::steady_clock::now() + time_max;
  while (running()) {
    if (std::chrono::steady_clock::now() > end) {
      signal(SIGKILL);
      ::waitpid(pid_, &status_, 0);
      ended_ = true;
      break;
    }
    std::this_thread::sleep_for(1ms);
  }
  Exit out;
  if (WIFEXITED(status_)) out.code = WEXITSTATUS(status_);
  if (WIFSIGNALED(status_)) {
    out.signal = WTERMSIG(status_);
    out.dumped_core = WCOREDUMP(status_);
  }
  out.output = output();
  out.errors = errors();
  return out;
}

std::string Process::output() const { return read_text(files_ / "output"); }
std::string Process::errors() const { return read_text(files_ / "errors"); }

std::string program_path(const std::string& name) {
  const char* directory = std::getenv("TALLY_BIN_DIR");
  return std::string(directory != nullptr ? directory : TALLY_BINARY_DIR "/bin") + "/" + name;
}

Exit run_program(const std::string& name, const std::vector<std::string>& arguments,
                 std::chrono::milliseconds time_max) {
  return Process(program_path(name), arguments).wait(time_max);
}

NodeProcess::NodeProcess(std::filesystem::path data_dir, std::vector<std::string> arguments,
                         std::string listen)
    : data_dir_(std::move(data_dir)),
      arguments_(std::move(arguments)),
      listen_(std::move(listen)) {}

void NodeProcess::launch() {
  auto arguments = arguments_;
  for (const auto& word :
       {std::string("--data"), data_dir_.string(), std::string("--listen"), listen_}) {
    arguments.push_back(word);
  }
  process_.reset();
  process_ = std::make_unique<Process>(program_path("tallyd"), arguments);
}

bool NodeProcess::wait_until_listening() {
  constexpr std::string_view kLine = "listening on ";
  const auto end = std::chrono::steady_clock::now() + 60s;
  while (std::chrono::steady_clock::now() < end) {
    const bool running = process_->running();
    const auto text = process_->output();
    const auto line_end = text.find('\n');
    if (text.starts_with(kLine) && line_end != std::string::npos) {
      url_ = text.substr(kLine.size(), line_end - kLine.size());
      return true;
    }
    if (!running) break;
    std::this_thread::sleep_for(1ms);
  }
  ADD_FAILURE() << "the node does not listen:\n" << process_->errors();
  return false;
}

bool NodeProcess::start() {
  launch();
  return wait_until_listening();
}

Exit NodeProcess::stop() {
  process_->signal(SIGTERM);
  return process_->wait();
}

void NodeProcess::kill() {
  process_->signal(SIGKILL);
  process_->wait();
}

std::uint16_t NodeProcess::port() const {
  return static_cast<std::uint16_t>(std::stoul(url_.substr(url_.rfind(':') + 1)));
}

}  // namespace tally::test
