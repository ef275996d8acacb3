#include "base/failpoint.hpp"

#ifdef TALLY_FAILPOINTS

#include <unistd.h>

#include <array>
#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "base/check.hpp"

namespace tally {
namespace {

constexpr auto kPoints = static_cast<std::size_t>(Failpoint::kCount);
constexpr std::array<std::string_view, kPoints> kNames = {
#define TALLY_FAILPOINT(name, where) #name,
#include "base/failpoints.def"
#undef TALLY_FAILPOINT
};

struct Armed {
  Failpoint point = Failpoint::kCount;
  std::uint64_t hit = 1;
};

// A misspelt name must not look like a failpoint that was never passed.
Armed read_environment() {
  const char* text = std::getenv("TALLY_FAILPOINT");
  if (text == nullptr || *text == '\0') return {};
  const std::string_view value(text);
  const auto colon = value.find(':');
  const auto wanted = value.substr(0, colon);
  Armed armed;
  for (std::size_t i = 0; i < kPoints; ++i) {
    if (kNames[i] == wanted) armed.point = static_cast<Failpoint>(i);
  }
  CHECK(armed.point != Failpoint::kCount && "TALLY_FAILPOINT names no failpoint");
  if (colon != std::string_view::npos) {
    const auto* end = value.data() + value.size();
    const auto [stop, error] = std::from_chars(value.data() + colon + 1, end, armed.hit);
    CHECK(error == std::errc{} && stop == end && armed.hit > 0);
  }
  return armed;
}

}  // namespace

std::string_view name(Failpoint point) { return kNames.at(static_cast<std::size_t>(point)); }

void pass(Failpoint point) noexcept {
  static const Armed kArmed = read_environment();
  static std::atomic<std::uint64_t> passes{0};
  if (point != kArmed.point || ++passes != kArmed.hit) return;
  std::array<char, 128> line;
  const auto size = std::snprintf(line.data(), line.size(), "failpoint %s\n",
                                  kNames[static_cast<std::size_t>(point)].data());
  if (write(STDERR_FILENO, line.data(), static_cast<std::size_t>(size)) < 0) {
    // Nobody reads it: the process ends all the same.
  }
  kill(getpid(), SIGKILL);
}

}  // namespace tally

#endif
