#include "storage/scrubber.hpp"

#include "base/log.hpp"

namespace tally::storage {

Scrubber::Scrubber(std::vector<ScrubbedPart> parts, ScrubberOptions options,
                   std::function<void(const std::string&, const Damage&)> on_damage)
    : parts_(std::move(parts)), options_(options), on_damage_(std::move(on_damage)) {
  if (options_.bytes_per_second_max == 0) return;
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Scrubber::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

ScrubberState Scrubber::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

void Scrubber::run(const std::stop_token& stop) {
  while (true) {
    const auto due = std::chrono::steady_clock::now() + options_.pause;
    while (std::chrono::steady_clock::now() < due) {
      if (stop.stop_requested()) return;
      std::this_thread::sleep_for(std::min(options_.pause, std::chrono::milliseconds(100)));
    }
    round(stop);
  }
}

void Scrubber::round(const std::stop_token& stop) {
  const auto begun = std::chrono::steady_clock::now();
  std::uint64_t bytes = 0;
  std::uint64_t damaged = 0;
  bool whole = true;
  ScrubOptions options;
  options.bytes_per_second_max = options_.bytes_per_second_max;
  options.direct = true;
  options.stop = stop;
  for (const auto& part : parts_) {
    const auto report = part.scrub(options);
    if (stop.stop_requested()) return;
    if (report) {
      bytes += report->bytes;
      if (report->ended_early) {
        whole = false;
        spdlog::warn("the scrub has not looked at all of {}: it was written to all the time",
                     part.name);
      }
      continue;
    }
    ++damaged;
    tally::storage::report(report.error());
    on_damage_(part.name, report.error());
    const std::lock_guard lock(mutex_);
    state_.damaged_stores = damaged;
  }
  const auto took = std::chrono::steady_clock::now() - begun;
  const std::lock_guard lock(mutex_);
  state_.rounds += whole ? 1 : 0;
  state_.round_bytes = bytes;
  state_.round_ms = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(took).count());
  state_.damaged_stores = damaged;
}

}  // namespace tally::storage
