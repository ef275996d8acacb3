#include "backup/backup.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/failpoint.hpp"
#include "base/planted.hpp"
#include "crypto/hash.hpp"
#include "storage/durable_file.hpp"
#include "storage/file_copy.hpp"

namespace tally::backup {
namespace {

constexpr std::string_view kPartSuffix = ".restoring";

std::unexpected<Failure> failure(std::string text) { return std::unexpected(std::move(text)); }

bool holds_nothing(const std::filesystem::path& directory) {
  std::error_code error;
  return std::filesystem::is_empty(directory, error) && !error;
}

// Makes the directory or finds it empty.
std::expected<void, Failure> claim(const std::filesystem::path& directory) {
  std::error_code error;
  if (std::filesystem::exists(directory, error) && !holds_nothing(directory)) {
    return failure(directory.string() + ": it holds something already; name an empty directory");
  }
  if (const auto made = storage::make_directory(directory); !made) {
    return failure(fmt::format("{}: {}", directory.string(), name(made.error())));
  }
  return {};
}

// Whoever has looked into a copy left its locks.
void remove_locks(const std::filesystem::path& directory) {
  std::error_code ignored;
  std::vector<std::filesystem::path> locks;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory, ignored)) {
    const auto file = entry.path().filename();
    if (file == "LOCK" || file == "lock.mdb") locks.push_back(entry.path());
  }
  for (const auto& lock : locks) std::filesystem::remove(lock, ignored);
}

// The names in a directory and below it.
std::expected<void, Failure> sync_names(const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> all{directory};
  std::error_code error;
  std::filesystem::recursive_directory_iterator at(directory, error), end;
  for (; !error && at != end; at.increment(error)) {
    if (at->is_directory(error)) all.push_back(at->path());
  }
  if (error) return failure(fmt::format("{}: {}", directory.string(), error.message()));
  for (const auto& path : all) {
    if (const auto done = storage::sync_directory(path); !done) {
      return failure(fmt::format("{}: {}", path.string(), name(done.error())));
    }
  }
  return {};
}

std::expected<void, Failure> write_manifest(const std::filesystem::path& directory,
                                            const Manifest& manifest) {
  const auto done =
      storage::write_file(directory / kManifestName, as_bytes(print_manifest(manifest)));
  if (!done) return failure(fmt::format("MANIFEST: {}", name(done.error())));
  return {};
}

// The file of a path, in a list by path.
const FileEntry* find(const std::vector<FileEntry>& files, std::string_view path) {
  const auto at = std::ranges::lower_bound(files, path, {}, &FileEntry::path);
  return at != files.end() && at->path == path ? &*at : nullptr;
}

// Marks the directory, which is made, or is empty.
std::expected<void, Failure> mark(const std::filesystem::path& to) {
  // A process that ended just here left this, and nothing else.
  std::error_code ignored;
  std::filesystem::remove(to / fmt::format("{}.tmp", kRestoringName), ignored);
  if (auto claimed = claim(to); !claimed) return claimed;
  if (const auto marked = storage::write_file(to / kRestoringName, {}); !marked) {
    return failure(fmt::format("{}: {}", to.string(), name(marked.error())));
  }
  return {};
}

// What an earlier attempt has left: whole files of this backup, which are returned and stay, and
// parts of them under names of their own, which go. With anything else there nothing is touched.
std::expected<std::vector<FileEntry>, Failure> take_up(const std::filesystem::path& to,
                                                       const Manifest& manifest) {
  std::error_code error;
  if (std::filesystem::exists(to / kManifestName, error)) {
    return failure(to.string() + ": it holds a backup");
  }
  auto there = list_files(to);
  if (!there) return there;
  std::vector<std::filesystem::path> parts;
  for (const auto& file : *there) {
    const auto path = std::string_view(file.path);
    if (path == kRestoringName) continue;
    const auto* whole = find(manifest.files, path);
    if (whole != nullptr && *whole == file) continue;
    if (path.ends_with(kPartSuffix) &&
        find(manifest.files, path.substr(0, path.size() - kPartSuffix.size())) != nullptr) {
      parts.push_back(to / path);
    } else {
      return failure(fmt::format(
          "{}: it is not this backup's, though a restoring was begun here: restore the backup that "
          "was begun with, or look at what lies there, and empty the directory",
          (to / file.path).string()));
    }
  }
  for (const auto& part : parts) {
    std::filesystem::remove(part, error);
    if (error) return failure(fmt::format("{}: {}", part.string(), error.message()));
  }
  return there;
}

// A file that has its name is whole.
std::expected<void, Failure> restore_file(const std::filesystem::path& from,
                                          const std::filesystem::path& to) {
  auto part = to;
  part += kPartSuffix;
  if (auto copied = backup::copy_file(from, part, {}); !copied) return copied;
  std::error_code error;
  std::filesystem::rename(part, to, error);
  if (error) return failure(fmt::format("{}: {}", to.string(), error.message()));
  return {};
}

}  // namespace

bool lies_in(const std::filesystem::path& path, const std::filesystem::path& directory) {
  const auto resolve = [](const std::filesystem::path& some) {
    std::error_code error;
    const auto whole = std::filesystem::absolute(some, error);
    const auto out = std::filesystem::weakly_canonical(whole, error);
    return out.has_filename() ? out : out.parent_path();
  };
  const auto inner = resolve(path);
  const auto outer = resolve(directory);
  return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

std::expected<Manifest, Failure> take(const Parts& parts, const std::filesystem::path& directory,
                                      std::uint64_t created_ms, const storage::CopyOptions& options,
                                      const std::function<void(std::string_view)>& progress) {
  if (auto claimed = claim(directory); !claimed) return std::unexpected(claimed.error());
  const auto copy_all = [&](const std::vector<Part>& some) -> std::expected<void, Failure> {
    for (const auto& part : some) {
      progress(part.name);
      if (auto done = part.copy(directory, options); !done) {
        return failure(fmt::format("{}: {}", part.name, done.error()));
      }
    }
    return {};
  };
  const bool journal_first = PLANTED(backup_begins_with_the_journal);
  std::expected<JournalEnd, Failure> end;
  if (journal_first) end = parts.journal(directory, options);
  if (auto done = copy_all(parts.before); !done) return std::unexpected(done.error());
  progress("journal");
  if (!journal_first) end = parts.journal(directory, options);
  if (!end) return failure("journal: " + end.error());
  if (auto done = copy_all(parts.after); !done) return std::unexpected(done.error());
  progress("manifest");
  remove_locks(directory);
  Manifest manifest{parts.network_id, created_ms, end->height, end->tip, {}};
  auto files = list_files(directory);
  if (!files) return std::unexpected(files.error());
  manifest.files = std::move(*files);
  if (auto done = sync_names(directory); !done) return std::unexpected(done.error());
  FAILPOINT(backup_before_manifest);
  if (auto done = write_manifest(directory, manifest); !done) return std::unexpected(done.error());
  return manifest;
}

std::expected<void, Failure> copy_file(const std::filesystem::path& from,
                                       const std::filesystem::path& to,
                                       const storage::CopyOptions& options) {
  if (const auto made = storage::make_directory(to.parent_path()); !made) {
    return failure(fmt::format("{}: {}", to.parent_path().string(), name(made.error())));
  }
  if (const auto copied = storage::copy_file(from, to, options); !copied) {
    return failure(fmt::format("{}: {}", to.string(), name(copied.error())));
  }
  return {};
}

std::expected<Manifest, Failure> restore(const std::filesystem::path& from,
                                         const std::filesystem::path& to) {
  if (lies_in(from, to) || lies_in(to, from)) {
    return failure(fmt::format("{} and {}: one lies in the other", from.string(), to.string()));
  }
  auto manifest = check_files(from);
  if (!manifest) return manifest;
  std::vector<FileEntry> there;
  std::error_code error;
  if (std::filesystem::exists(to / kRestoringName, error)) {
    auto earlier = take_up(to, *manifest);
    if (!earlier) return std::unexpected(earlier.error());
    there = std::move(*earlier);
  } else if (auto marked = mark(to); !marked) {
    return std::unexpected(marked.error());
  }
  for (const auto& file : manifest->files) {
    if (find(there, file.path) != nullptr) continue;
    if (auto done = restore_file(from / file.path, to / file.path); !done) {
      return std::unexpected(done.error());
    }
  }
  auto written = list_files(to);
  if (!written) return std::unexpected(written.error());
  std::erase_if(*written, [](const auto& file) { return file.path == kRestoringName; });
  if (*written != manifest->files) {
    return failure(to.string() +
                   ": what was written is not what the backup holds: is the disk good?");
  }
  if (auto done = sync_names(to); !done) return std::unexpected(done.error());
  if (const auto done = storage::remove_file(to / kRestoringName); !done) {
    return failure(fmt::format("{}: {}", to.string(), name(done.error())));
  }
  return manifest;
}

std::expected<void, Failure> check_restored(const std::filesystem::path& data_dir) {
  std::error_code error;
  if (std::filesystem::exists(data_dir / kRestoringName, error)) {
    return failure(data_dir.string() +
                   ": its restoring was not completed: run tally-replay --restore again");
  }
  if (error || !std::filesystem::exists(data_dir, error)) return {};
  // That the marker is gone must outlast whatever is written here from now on.
  if (const auto synced = storage::sync_directory(data_dir); !synced) {
    return failure(fmt::format("{}: {}", data_dir.string(), name(synced.error())));
  }
  return {};
}

}  // namespace tally::backup
