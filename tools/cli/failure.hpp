// Why a command did not do what it was asked, and the exit code that says so to a script.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace tally::cli {

/// What the process exits with. Numbers are append-only; 3 to 10 follow the ledger's error classes.
enum class ExitCode : std::uint8_t {
  kOk = 0,
  kUsage = 2,         ///< the command line, a file or a passphrase is wrong; nothing was sent
  kMalformed = 3,     ///< the node could not read the request
  kUnauthorised = 4,  ///< a signature, membership, token or power is missing
  kConflict = 5,      ///< somebody was first
  kRule = 6,          ///< a rule of the ledger forbids it
  kExpired = 7,
  kNotFound = 8,
  kOverloaded = 9,
  kInternal = 10,  ///< the connection or the node broke, or it answered nonsense
};

/// The exit code of an error class as the API names it; kInternal for a class that is not known.
[[nodiscard]] ExitCode exit_code_of(std::string_view error_class);

/// The line of `--help` that lists all of them.
[[nodiscard]] std::string_view exit_codes_help();

/// One failure. `code` is stable text: an ErrorCode's name, or one of this program's own.
struct Failure {
  ExitCode exit = ExitCode::kInternal;
  std::string code;
  std::string message;  ///< for people; one or more sentences
  /// The node's problem document as JSON text, if it sent one.
  std::string problem{};
};

template <typename T>
using Result = std::expected<T, Failure>;

/// A mistake in what was typed or in a file: `usage`, exit 2.
[[nodiscard]] inline std::unexpected<Failure> usage(std::string message) {
  return std::unexpected(Failure{ExitCode::kUsage, "usage", std::move(message)});
}

/// What the node did cannot be trusted or understood: exit 10.
[[nodiscard]] inline std::unexpected<Failure> broken(std::string code, std::string message) {
  return std::unexpected(Failure{ExitCode::kInternal, std::move(code), std::move(message)});
}

}  // namespace tally::cli
