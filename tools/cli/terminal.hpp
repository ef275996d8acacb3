// Where a command reads and writes. Commands speak to people through this alone, so that tests can
// be the person.
#pragma once

#include <expected>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "cli/failure.hpp"
#include "crypto/random.hpp"

namespace tally::cli {

class Terminal {
 public:
  virtual ~Terminal() = default;
  /// Results: standard output.
  virtual void out(std::string_view text) = 0;
  /// Everything that is no result: questions, progress, faults. Standard error.
  virtual void err(std::string_view text) = 0;
  /// Whether a person sits there who can answer: standard input and standard error are terminals.
  [[nodiscard]] virtual bool interactive() const = 0;
  /// Asks and reads one line; nothing at the end of input.
  virtual std::optional<std::string> ask(std::string_view question) = 0;
  /// Asks and reads one line that is not shown; nothing if it is cut off or there is no terminal.
  virtual std::optional<crypto::SecretBytes> ask_secret(std::string_view question) = 0;
};

/// The process's own streams. Secrets are asked of the controlling terminal, whatever standard
/// input is.
class SystemTerminal final : public Terminal {
 public:
  void out(std::string_view text) override;
  void err(std::string_view text) override;
  [[nodiscard]] bool interactive() const override;
  std::optional<std::string> ask(std::string_view question) override;
  std::optional<crypto::SecretBytes> ask_secret(std::string_view question) override;
};

/// Says what is being waited for, once it takes longer than a second, and for how long; then every
/// second, on one line that vanishes at the end. Only where a person sits there.
class Progress {
 public:
  Progress(Terminal& terminal, std::string what);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

 private:
  Terminal& terminal_;
  const std::string what_;
  bool shown_ = false;
  std::jthread thread_;
};

}  // namespace tally::cli
