// The log of what a process wrote and synced (recorder/record.hpp): made for it, and read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "recorder/record.hpp"

namespace tally::fault {

/// One record, with what follows it. Views into the log.
struct LoggedEvent {
  const recorder::Record& record;
  ByteView content;

  [[nodiscard]] std::string_view path() const;  ///< The first, of two.
  [[nodiscard]] std::string_view second_path() const;
};

/// Owns the mapping; the file goes with its directory.
class WriteLog {
 public:
  /// Makes the file with room for `bytes_max`, sparse. Throws std::runtime_error if it cannot.
  WriteLog(const std::filesystem::path& path, std::uint64_t bytes_max);
  ~WriteLog();
  WriteLog(const WriteLog&) = delete;
  WriteLog& operator=(const WriteLog&) = delete;

  /// What is complete so far, in bytes: what somebody was told before is in it. Any thread.
  [[nodiscard]] std::uint64_t position() const;
  /// Why the recording is of no use.
  [[nodiscard]] std::optional<std::string> complaint() const;

  /// Passes the records from the position `from` (0: the first) to `to`. Returns where it ended.
  std::uint64_t for_each(std::uint64_t from, std::uint64_t to,
                         const std::function<void(const LoggedEvent&)>& visit) const;

 private:
  std::uint64_t bytes_max_;
  std::byte* map_ = nullptr;
};

}  // namespace tally::fault
