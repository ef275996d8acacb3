#include "fault/power_loss/crashed_disk.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "base/check.hpp"

namespace tally::fault {
namespace {

using recorder::Event;

constexpr std::uint64_t kSectorBytes = 512;
constexpr double kTorn = 0.25;      // of the writes over more than a sector that are kept
constexpr double kSizeOnly = 0.25;  // of the dropped writes that had grown the file

std::string directory_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? std::string_view() : path.substr(0, slash));
}

// The directories whose sync makes a change of names durable.
bool concerns(std::string_view directory, std::string_view path, std::string_view to) {
  return directory == directory_of(path) || (!to.empty() && directory == directory_of(to));
}

void write_all(int fd, ByteView bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    const auto n = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    CHECK(n > 0);
    bytes = bytes.subspan(static_cast<std::size_t>(n));
    offset += static_cast<std::uint64_t>(n);
  }
}

// Writes some of the sectors that the bytes lie in: the first, the last, or any. Returns where the
// last one ends.
std::uint64_t write_torn(int fd, ByteView bytes, std::uint64_t offset, std::mt19937_64& random) {
  const auto end = offset + bytes.size();
  const auto first = offset / kSectorBytes;
  const auto last = (end - 1) / kSectorBytes;
  const auto form = random() % 3;
  const auto split = first + 1 + random() % (last - first);
  std::uint64_t written = 0;
  for (auto sector = first; sector <= last; ++sector) {
    const bool there = form == 0 ? sector < split : form == 1 ? sector >= split : random() % 2 == 0;
    if (!there) continue;
    const auto from = std::max(sector * kSectorBytes, offset);
    written = std::min((sector + 1) * kSectorBytes, end);
    write_all(fd, bytes.subspan(from - offset, written - from), from);
  }
  return written;
}

}  // namespace

// How one image comes out: the same chance for each of its writes, since a disk that lost
// everything and one that lost nothing must be among the images.
struct CrashedDisk::Dice {
  std::mt19937_64& random;
  double keep;
  double keep_name;
  bool ordered_names;

  explicit Dice(std::mt19937_64& from) : random(from) {
    constexpr std::array kChances{0.0, 0.1, 0.5, 0.5, 0.9, 1.0};
    keep = kChances[random() % kChances.size()];
    keep_name = kChances[random() % kChances.size()];
    ordered_names = random() % 2 == 0;
  }
  bool falls(double chance) { return std::uniform_real_distribution()(random) < chance; }
};

Losses& Losses::operator+=(const Losses& other) {
  kept += other.kept;
  dropped += other.dropped;
  torn += other.torn;
  reordered += other.reordered;
  names += other.names;
  return *this;
}

void CrashedDisk::load(const std::filesystem::path& directory) {
  for (const auto& found : std::filesystem::recursive_directory_iterator(directory)) {
    const auto path = found.path().lexically_relative(directory).string();
    Entry entry;
    if (found.is_regular_file()) {
      entry = std::make_shared<File>();
      entry->keep_content = !path.ends_with("lock.mdb");
      std::ifstream file(found.path(), std::ios::binary);
      entry->content.assign(std::istreambuf_iterator<char>(file), {});
      entry->size = entry->grown = entry->content.size();
    }
    names_[path] = settled_[path] = entry;
  }
}

void CrashedDisk::take(const LoggedEvent& event) {
  switch (event.record.event) {
    case Event::open:
      return take_open(event);
    case Event::write:
    case Event::truncate:
    case Event::allocate:
      return take_change(event);
    case Event::sync_begin: {
      const auto file = open_.find(event.record.file);
      const auto directory = directories_.find(event.record.file);
      syncs_[event.record.number] = {event.record.number,
                                     file == open_.end() ? nullptr : file->second,
                                     directory == directories_.end() ? "" : directory->second};
      return;
    }
    case Event::sync_end:
      return end_sync(event);
    case Event::make_dir:
    case Event::rename:
    case Event::remove:
    case Event::link:
      return take_name(event);
  }
}

void CrashedDisk::take_open(const LoggedEvent& event) {
  const std::string path(event.path());
  const auto inode = event.record.file;
  const auto flags = static_cast<int>(event.record.argument);
  auto found = names_.find(path);
  if (found == names_.end()) {
    NameChange made{event.record.number, Event::open, path, {}, std::make_shared<File>()};
    made.entry->keep_content = !path.ends_with("lock.mdb");
    apply(names_, made);
    changes_.push_back(std::move(made));
    found = names_.find(path);
  }
  open_.erase(inode);
  directories_.erase(inode);  // numbers of files come again
  if (found->second == nullptr) {
    directories_[inode] = path;
    return;
  }
  open_[inode] = found->second;
  if ((flags & O_TRUNC) != 0 && found->second->grown > 0) {
    found->second->changes.push_back({event.record.number, Event::truncate, 0, 0, {}, false});
    found->second->grown = 0;
  }
}

void CrashedDisk::take_change(const LoggedEvent& event) {
  const auto found = open_.find(event.record.file);
  CHECK(found != open_.end());
  auto& file = *found->second;
  if (!file.keep_content) return;
  Change change{
      event.record.number, event.record.event, event.record.offset, 0, event.content, false};
  if (change.event == Event::truncate) {
    file.grown = change.offset;
  } else {
    change.size = change.offset +
                  (change.event == Event::allocate ? event.record.argument : event.content.size());
    file.grown = std::max(file.grown, change.size);
  }
  file.changes.push_back(change);
}

void CrashedDisk::take_name(const LoggedEvent& event) {
  NameChange change{event.record.number, event.record.event, std::string(event.path()),
                    std::string(event.second_path()), nullptr};
  const auto found = names_.find(change.path);
  if (change.event != Event::make_dir) {
    if (found == names_.end()) return;  // a socket: nothing that a disk would keep
    change.entry = found->second;
    // A directory is not moved: what is in it would have to move along.
    CHECK(change.event == Event::remove || change.entry != nullptr);
  }
  apply(names_, change);
  changes_.push_back(std::move(change));
}

void CrashedDisk::end_sync(const LoggedEvent& event) {
  const auto number = event.record.argument;
  const auto begun = syncs_.find(number);
  if (begun == syncs_.end()) {  // a write that was durable by itself
    auto& file = *open_.at(event.record.file);
    for (auto& change : file.changes) {
      if (change.number == number) change.durable = true;
    }
    settle(file);
    return;
  }
  if (begun->second.file != nullptr) {
    for (auto& change : begun->second.file->changes) {
      if (change.number < number) change.durable = true;
    }
    settle(*begun->second.file);
  }
  for (auto& change : changes_) {
    if (change.number > number) continue;
    change.durable_in_order = true;
    if (begun->second.file == nullptr && concerns(begun->second.path, change.path, change.to)) {
      change.durable = true;
    }
  }
  settle_names();
  syncs_.erase(begun);
}

void CrashedDisk::settle(File& file) {
  while (!file.changes.empty() && file.changes.front().durable) {
    const auto& change = file.changes.front();
    if (change.event == Event::truncate) {
      file.size = change.offset;
      file.content.resize(std::min<std::uint64_t>(file.content.size(), file.size));
    } else {
      file.size = std::max(file.size, change.size);
      if (change.event == Event::write) {
        file.content.resize(std::max<std::uint64_t>(file.content.size(), change.size));
        std::ranges::copy(change.content,
                          file.content.begin() + static_cast<std::ptrdiff_t>(change.offset));
      }
    }
    file.changes.pop_front();
  }
}

void CrashedDisk::settle_names() {
  while (!changes_.empty() && changes_.front().durable) {
    apply(settled_, changes_.front());
    changes_.pop_front();
  }
}

// What cannot be, since a change before it was dropped, does not happen.
void CrashedDisk::apply(Names& names, const NameChange& change) {
  switch (change.event) {
    case Event::open:
    case Event::make_dir:
      names[change.path] = change.entry;
      return;
    case Event::remove:
      names.erase(change.path);
      return;
    case Event::rename:
      names.erase(change.path);
      [[fallthrough]];
    case Event::link:
      names[change.to] = change.entry;
      return;
    case Event::write:
    case Event::truncate:
    case Event::allocate:
    case Event::sync_begin:
    case Event::sync_end:
      CHECK(false);
  }
}

std::vector<std::string> CrashedDisk::unsynced() const {
  std::vector<std::string> out;
  for (const auto& [path, file] : names_) {
    if (file != nullptr && !file->changes.empty()) out.push_back(path);
  }
  return out;
}

CrashedDisk::Names CrashedDisk::names_left(Dice& dice, Losses& losses) const {
  auto names = settled_;
  bool lost = false;
  for (const auto& change : changes_) {
    const bool durable = dice.ordered_names ? change.durable_in_order : change.durable;
    bool keep = durable || (dice.falls(dice.keep_name) && !(dice.ordered_names && lost));
    // Its file's name before was never there: then the file is not found under the new one.
    if (change.event == Event::rename && !names.contains(change.path)) keep = false;
    if (keep) {
      apply(names, change);
    } else {
      lost = true;
      ++losses.names;
    }
  }
  return names;
}

void CrashedDisk::build_file(const File& file, const std::filesystem::path& path, Dice& dice,
                             Losses& losses) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  CHECK(fd >= 0);
  write_all(fd, file.content, 0);
  auto size = file.size;
  bool dropped = false;
  for (const auto& change : file.changes) {
    const bool keep = change.durable || dice.falls(dice.keep);
    if (change.event != Event::write) {
      if (!keep) continue;
      if (change.event == Event::allocate) {
        size = std::max(size, change.size);
      } else {
        CHECK(::ftruncate(fd, static_cast<off_t>(change.offset)) == 0);
        size = change.offset;
      }
      continue;
    }
    if (!keep) {
      dropped = true;
      ++losses.dropped;
      if (change.size > size && dice.falls(kSizeOnly)) size = change.size;
      continue;
    }
    if (!change.durable && dropped) ++losses.reordered;
    const auto first = change.offset / kSectorBytes;
    const auto last = (change.size - 1) / kSectorBytes;
    if (change.durable || first == last || !dice.falls(kTorn)) {
      write_all(fd, change.content, change.offset);
      size = std::max(size, change.size);
      if (!change.durable) ++losses.kept;
      continue;
    }
    ++losses.torn;
    size = std::max(size, write_torn(fd, change.content, change.offset, dice.random));
  }
  CHECK(::ftruncate(fd, static_cast<off_t>(size)) == 0);
  ::close(fd);
}

Losses CrashedDisk::build(const std::filesystem::path& directory, std::mt19937_64& random) const {
  Dice dice(random);
  Losses losses;
  const auto names = names_left(dice, losses);
  for (const auto& [path, file] : names) {  // a directory comes before what is in it
    const auto parent = directory_of(path);
    if (path.empty() || (!parent.empty() && !names.contains(parent))) continue;
    if (!std::filesystem::is_directory(directory / parent)) continue;
    if (file == nullptr) {
      CHECK(::mkdir((directory / path).c_str(), 0700) == 0);
    } else {
      build_file(*file, directory / path, dice, losses);
    }
  }
  return losses;
}

}  // namespace tally::fault
