// CHECK: an always-on assertion for bugs. A failed CHECK stops the process at once, because a
// ledger that is wrong must not go on writing. User input never reaches a CHECK: it gets an
// ErrorCode.
#pragma once

namespace tally {

/// Prints the failed condition with its place to standard error and aborts. Never returns.
[[noreturn]] void check_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace tally

#define CHECK(condition)                                     \
  do {                                                       \
    if (!(condition)) [[unlikely]]                           \
      ::tally::check_failed(#condition, __FILE__, __LINE__); \
  } while (false)
