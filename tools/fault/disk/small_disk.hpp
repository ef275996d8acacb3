// A small disk that can be filled: a tmpfs of its own. Needs the right to mount one.
#pragma once

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

namespace tally::fault {

class SmallDisk {
 public:
  /// Mounts it on `directory`, which is made.
  SmallDisk(std::filesystem::path directory, std::size_t kib) : directory_(std::move(directory)) {
    std::filesystem::create_directories(directory_);
    const auto options = "mode=0700,size=" + std::to_string(kib) + "k";
    mounted_ =
        ::mount("tmpfs", directory_.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, options.c_str()) == 0;
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    if (mounted_) ::umount2(directory_.c_str(), MNT_DETACH);
  }

  [[nodiscard]] bool mounted() const { return mounted_; }
  [[nodiscard]] const std::filesystem::path& path() const { return directory_; }
  [[nodiscard]] std::filesystem::path operator/(std::string_view name) const {
    return directory_ / name;
  }

  /// Takes all the room that is left, but `spare_kib`.
  void fill(std::size_t spare_kib = 0) const {
    const int file = ::open(filler().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0) return;
    std::vector<char> block(std::size_t{1} << 20, 'x');
    while (block.size() >= 4'096) {
      if (free_kib() <= spare_kib) break;
      const auto wanted = std::min(block.size(), (free_kib() - spare_kib) * 1'024);
      if (::write(file, block.data(), wanted) <= 0) block.resize(block.size() / 2);
    }
    ::close(file);
  }
  void make_room() const { std::filesystem::remove(filler()); }
  [[nodiscard]] std::size_t free_kib() const {
    return static_cast<std::size_t>(std::filesystem::space(directory_).available) / 1'024;
  }

 private:
  [[nodiscard]] std::filesystem::path filler() const { return directory_ / "filler"; }

  const std::filesystem::path directory_;
  bool mounted_ = false;
};

}  // namespace tally::fault
