// Time as an explicit input: everything that needs a clock is handed one.
#pragma once

#include <atomic>
#include <cstdint>

namespace tally {

/// Wall and monotonic time. Implementations are safe to call from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Milliseconds since the Unix epoch, UTC. May jump.
  [[nodiscard]] virtual std::uint64_t wall_ms() const = 0;
  /// Milliseconds since an arbitrary start. Never decreases.
  [[nodiscard]] virtual std::uint64_t monotonic_ms() const = 0;
};

/// The machine's clocks.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] std::uint64_t wall_ms() const override;
  [[nodiscard]] std::uint64_t monotonic_ms() const override;
};

/// A clock that moves only when told: for tests and the simulator. Also carries the offset by which
/// a development network has advanced its time.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(std::uint64_t wall_ms) : wall_ms_(wall_ms) {}
  [[nodiscard]] std::uint64_t wall_ms() const override { return wall_ms_; }
  [[nodiscard]] std::uint64_t monotonic_ms() const override { return monotonic_ms_; }
  /// Both clocks move forward together.
  void advance(std::uint64_t ms) {
    wall_ms_ += ms;
    monotonic_ms_ += ms;
  }
  /// The wall clock alone is set, as an administrator or a broken NTP server would.
  void step_wall(std::uint64_t wall_ms) { wall_ms_ = wall_ms; }

 private:
  std::atomic<std::uint64_t> wall_ms_;
  std::atomic<std::uint64_t> monotonic_ms_{0};
};

}  // namespace tally
