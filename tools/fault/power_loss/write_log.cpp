#include "fault/power_loss/write_log.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

namespace tally::fault {
namespace {

std::string_view describe(recorder::Complaint complaint) {
  using recorder::Complaint;
  switch (complaint) {
    case Complaint::none:
      return "nothing";
    case Complaint::log_full:
      return "the log is full";
    case Complaint::shared_map:
      return "a file is written through a shared map";
    case Complaint::unsupported:
      return "a call that is not recorded";
    case Complaint::sync_failed:
      return "a sync failed";
    case Complaint::files_max:
      return "a descriptor beyond those that are followed";
  }
  return "an unknown complaint";
}

const recorder::LogHeader& header_of(const std::byte* map) {
  return *reinterpret_cast<const recorder::LogHeader*>(map);
}

}  // namespace

std::string_view LoggedEvent::path() const {
  const auto text = as_text(content);
  return text.substr(0, text.find('\0'));
}

std::string_view LoggedEvent::second_path() const {
  const auto text = as_text(content);
  const auto end = text.find('\0');
  return end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
}

WriteLog::WriteLog(const std::filesystem::path& path, std::uint64_t bytes_max)
    : bytes_max_(bytes_max) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd >= 0 && ::ftruncate(fd, static_cast<off_t>(bytes_max)) == 0) {
    void* map = ::mmap(nullptr, bytes_max, PROT_READ, MAP_SHARED, fd, 0);
    if (map != MAP_FAILED) map_ = static_cast<std::byte*>(map);
  }
  if (fd >= 0) ::close(fd);
  if (map_ == nullptr) throw std::runtime_error(fmt::format("{} cannot be made", path.string()));
}

WriteLog::~WriteLog() { ::munmap(map_, bytes_max_); }

std::uint64_t WriteLog::position() const {
  return header_of(map_).used_bytes.load(std::memory_order_acquire);
}

std::optional<std::string> WriteLog::complaint() const {
  const auto& header = header_of(map_);
  if (header.magic != recorder::kMagic) return "nothing was recorded";
  const auto complaint = static_cast<recorder::Complaint>(header.complaint.load());
  if (complaint == recorder::Complaint::none) return std::nullopt;
  return fmt::format("{}: {}", describe(complaint), header.complaint_path);
}

std::uint64_t WriteLog::for_each(std::uint64_t from, std::uint64_t to,
                                 const std::function<void(const LoggedEvent&)>& visit) const {
  auto at = std::max<std::uint64_t>(from, sizeof(recorder::LogHeader));
  to = std::min(to, position());
  while (at < to) {
    const auto& record = *reinterpret_cast<const recorder::Record*>(map_ + at);
    const auto* content = reinterpret_cast<const std::uint8_t*>(&record + 1);
    visit({record, ByteView(content, record.content_bytes)});
    at += record.bytes;
  }
  return at;
}

}  // namespace tally::fault
