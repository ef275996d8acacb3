#include "cli/failure.hpp"

#include <array>
#include <utility>

namespace tally::cli {

ExitCode exit_code_of(std::string_view error_class) {
  static constexpr auto kClasses = std::to_array<std::pair<std::string_view, ExitCode>>({
      {"malformed", ExitCode::kMalformed},
      {"unauthorised", ExitCode::kUnauthorised},
      {"conflict", ExitCode::kConflict},
      {"rule", ExitCode::kRule},
      {"expired", ExitCode::kExpired},
      {"not_found", ExitCode::kNotFound},
      {"overloaded", ExitCode::kOverloaded},
      {"internal", ExitCode::kInternal},
  });
  for (const auto& [name, code] : kClasses) {
    if (name == error_class) return code;
  }
  return ExitCode::kInternal;
}

std::string_view exit_codes_help() {
  return "Exit codes: 0 ok, 2 usage, 3 malformed, 4 unauthorised, 5 conflict, 6 rule, 7 expired,\n"
         "8 not_found, 9 overloaded, 10 internal or no connection.";
}

}  // namespace tally::cli
