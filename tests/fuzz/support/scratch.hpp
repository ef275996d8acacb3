// A directory of this process's own, in memory where the machine offers that: what targets need
// that read files. It goes when the process ends in an orderly way.
#pragma once

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

namespace tally::fuzz {

class Scratch {
 public:
  explicit Scratch(std::string_view name) : path_(path_of(name)) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  /// Where this process has the one of that name.
  [[nodiscard]] static std::filesystem::path path_of(std::string_view name) {
    const std::filesystem::path memory = "/dev/shm";
    std::error_code error;
    const auto base = std::filesystem::is_directory(memory, error)
                          ? memory
                          : std::filesystem::temp_directory_path();
    return base / fmt::format("tally-fuzz-{}-{}", name, getpid());
  }

 private:
  std::filesystem::path path_;
};

}  // namespace tally::fuzz
