#include "cli/terminal.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdio>
#include <iostream>

#include <fmt/format.h>

namespace tally::cli {
namespace {

constexpr std::size_t kLineBytesMax = 4096;

void write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // nobody reads any more
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

// The terminal without echo, line editing and signals: ^C is then a character, so that the terminal
// is always put back as it was.
class RawTerminal {
 public:
  explicit RawTerminal(int file) : file_(file) {
    if (::tcgetattr(file, &before_) != 0) return;
    auto raw = before_;
    raw.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    ok_ = ::tcsetattr(file, TCSAFLUSH, &raw) == 0;
  }
  ~RawTerminal() {
    if (ok_) ::tcsetattr(file_, TCSAFLUSH, &before_);
  }
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;
  [[nodiscard]] bool ok() const { return ok_; }

 private:
  int file_;
  termios before_{};
  bool ok_ = false;
};

// Reads to the end of the line; nothing on ^C, ^D on an empty line, the end of input, or a line too
// long. `line` has kLineBytesMax bytes.
std::optional<std::size_t> read_hidden(int file, std::span<std::uint8_t> line) {
  std::size_t size = 0;
  while (true) {
    std::uint8_t c = 0;
    const auto n = ::read(file, &c, 1);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0 || c == 3 || (c == 4 && size == 0)) return std::nullopt;
    if (c == '\n' || c == '\r' || c == 4) return size;
    if (c == 0x7f || c == 8) {
      size -= size > 0 ? 1 : 0;
    } else if (c == 0x15) {
      size = 0;
    } else {
      if (size == line.size()) return std::nullopt;
      line[size++] = c;
    }
  }
}

}  // namespace

void SystemTerminal::out(std::string_view text) { write_all(STDOUT_FILENO, text); }

void SystemTerminal::err(std::string_view text) { write_all(STDERR_FILENO, text); }

bool SystemTerminal::interactive() const {
  return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1;
}

std::optional<std::string> SystemTerminal::ask(std::string_view question) {
  err(question);
  std::string line;
  if (!std::getline(std::cin, line) || line.size() > kLineBytesMax) return std::nullopt;
  return line;
}

std::optional<crypto::SecretBytes> SystemTerminal::ask_secret(std::string_view question) {
  const int file = ::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (file < 0) return std::nullopt;
  std::optional<crypto::SecretBytes> secret;
  if (const RawTerminal raw(file); raw.ok()) {
    write_all(file, question);
    crypto::SecretBytes line(kLineBytesMax);
    if (const auto size = read_hidden(file, line.span())) {
      secret.emplace(ByteView(line.view()).first(*size));
    }
    write_all(file, "\n");
  }
  ::close(file);
  return secret;
}

Progress::Progress(Terminal& terminal, std::string what)
    : terminal_(terminal), what_(std::move(what)) {
  if (!terminal_.interactive()) return;
  thread_ = std::jthread([this](const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    for (int seconds = 1;; ++seconds) {
      wake.wait_for(lock, stop, std::chrono::seconds(1), [] { return false; });
      if (stop.stop_requested()) return;
      terminal_.err(fmt::format("\r{} … {} s", what_, seconds));
      shown_ = true;
    }
  });
}

Progress::~Progress() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
  if (shown_) terminal_.err("\r\033[K");
}

}  // namespace tally::cli
