#include "backup/runner.hpp"

#include "base/log.hpp"

namespace tally::backup {

Runner::Runner(Parts parts, std::filesystem::path data_dir, std::uint64_t bytes_per_second_max,
               const Clock& clock)
    : parts_(std::move(parts)),
      data_dir_(std::move(data_dir)),
      bytes_per_second_max_(bytes_per_second_max),
      clock_(clock) {}

Runner::~Runner() { stop(); }

std::expected<void, Failure> Runner::start(const std::filesystem::path& directory) {
  if (!directory.is_absolute()) return std::unexpected("the path must be absolute");
  if (lies_in(directory, data_dir_)) {
    return std::unexpected("the path lies in the data directory: name one on another disk");
  }
  const std::lock_guard lock(mutex_);
  if (status_.state == RunState::running) return std::unexpected("a backup is running already");
  status_ = {.state = RunState::running,
             .directory = directory.string(),
             .part = {},
             .failure = {},
             .begun_ms = clock_.wall_ms()};
  thread_ = std::jthread([this, directory](const std::stop_token& stop) { run(stop, directory); });
  return {};
}

void Runner::run(const std::stop_token& stop, const std::filesystem::path& directory) {
  const auto begun_ms = clock_.monotonic_ms();
  const storage::CopyOptions options{bytes_per_second_max_, stop};
  const auto taken =
      take(parts_, directory, clock_.wall_ms(), options, [this](std::string_view part) {
        const std::lock_guard lock(mutex_);
        status_.part = part;
      });
  const std::lock_guard lock(mutex_);
  status_.took_ms = clock_.monotonic_ms() - begun_ms;
  status_.part.clear();
  if (!taken) {
    status_.state = RunState::failed;
    status_.failure = taken.error();
    spdlog::error("the backup into {} failed: {}", directory.string(), taken.error());
    return;
  }
  status_.state = RunState::done;
  status_.height = taken->height;
  status_.files = taken->files.size();
  for (const auto& file : taken->files) status_.bytes += file.size_bytes;
  spdlog::info("backup into {}: {} files, {} bytes, up to block {}, in {} ms", directory.string(),
               status_.files, status_.bytes, status_.height, status_.took_ms);
}

RunStatus Runner::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

void Runner::stop() {
  std::jthread thread;
  {
    const std::lock_guard lock(mutex_);
    thread = std::move(thread_);
  }
  thread.request_stop();
  if (thread.joinable()) thread.join();
}

}  // namespace tally::backup
