#include "base/failpoint.hpp"

#ifdef TALLY_FAILPOINTS

#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdio>

#include "base/named_switch.hpp"

namespace tally {
namespace {

constexpr auto kPoints = static_cast<std::size_t>(Failpoint::kCount);
constexpr std::array<std::string_view, kPoints> kNames = {
#define TALLY_FAILPOINT(name, phase, where) #name,
#include "base/failpoints.def"
#undef TALLY_FAILPOINT
};
constexpr std::array<Phase, kPoints> kPhases = {
#define TALLY_FAILPOINT(name, phase, where) Phase::phase,
#include "base/failpoints.def"
#undef TALLY_FAILPOINT
};

}  // namespace

std::string_view name(Failpoint point) { return kNames.at(static_cast<std::size_t>(point)); }

Phase phase(Failpoint point) { return kPhases.at(static_cast<std::size_t>(point)); }

void pass(Failpoint point) noexcept {
  static const NamedSwitch kArmed = read_switch("TALLY_FAILPOINT", kNames);
  static std::atomic<std::uint64_t> passes{0};
  const auto index = static_cast<std::size_t>(point);
  if (index != kArmed.index || ++passes != kArmed.number) return;
  std::array<char, 128> line;
  const auto size = std::snprintf(line.data(), line.size(), "failpoint %s\n", kNames[index].data());
  if (write(STDERR_FILENO, line.data(), static_cast<std::size_t>(size)) < 0) {
    // Nobody reads it: the process ends all the same.
  }
  kill(getpid(), SIGKILL);
}

}  // namespace tally

#endif
