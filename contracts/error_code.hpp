// The errors that a caller can get: one append-only list (error_code.def) for rules, engine and
// HTTP. Modelled after XRPL's TER families: the class says what the caller must do.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

namespace tally::contracts {

enum class ErrorCode : std::uint16_t {
#define X(name, number, error_class, retry, title) name = number,
#include "contracts/error_code.def"
#undef X
};

/// What the caller must do about it.
enum class ErrorClass : std::uint8_t {
  malformed,
  unauthorised,
  conflict,
  rule,
  expired,
  not_found,
  overloaded,
  internal,
};

/// When sending again can help.
enum class Retry : std::uint8_t {
  never,
  same_bytes,
  rebuild,
  later,
};

[[nodiscard]] std::string_view name(ErrorCode code);   ///< Stable text, as `already_spent`.
[[nodiscard]] std::string_view title(ErrorCode code);  ///< One sentence for people.
[[nodiscard]] ErrorClass error_class(ErrorCode code);
[[nodiscard]] Retry retry(ErrorCode code);
[[nodiscard]] std::string_view name(ErrorClass error_class);
[[nodiscard]] std::string_view name(Retry retry);
/// The code with this number, if there is one: for decoding journals.
[[nodiscard]] std::expected<ErrorCode, std::uint16_t> error_code(std::uint16_t number);

/// Why a transaction was refused: the code, the index of the offending input, output, signer, line
/// or command as the code's title names it, and a figure (what is missing, the limit, the time) or
/// 0.
struct Error {
  ErrorCode code;
  std::uint32_t index = 0;
  std::uint64_t figure = 0;
  bool operator==(const Error&) const = default;
};

template <typename T>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::size_t index = 0,
                                                 std::uint64_t figure = 0) {
  return std::unexpected(Error{code, static_cast<std::uint32_t>(index), figure});
}

}  // namespace tally::contracts
