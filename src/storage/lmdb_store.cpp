#include "storage/lmdb_store.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/planted.hpp"
#include "storage/lmdb_environment.hpp"

namespace tally::storage {
namespace {

constexpr const char* kFile = "data.mdb";
constexpr const char* kMaking = "making";  // the directory in which a store is made

bool is_made(const std::filesystem::path& directory) {
  struct stat status{};
  return ::stat((directory / kFile).c_str(), &status) == 0;
}

// A store in `making`, durable, and its file no longer than it need be: what a commit reserves
// ahead would count as the least that the map must have.
std::expected<void, Error> make_file(const std::filesystem::path& making, const Clock& clock,
                                     Options options) {
  options.durability = Durability::durable;
  std::uint64_t used_bytes = 0;
  {
    LmdbEnvironment environment(clock, std::move(options));
    if (const auto opened = environment.open(making); !opened) return opened;
    const auto stat = environment.stat();
    if (!stat) return std::unexpected(stat.error());
    used_bytes = stat->used_bytes;
  }
  const auto file = open_file(making / kFile, O_RDWR);
  if (!file) return std::unexpected(file.error());
  if (::ftruncate(file->get(), static_cast<off_t>(used_bytes)) != 0) {
    return std::unexpected(from_errno(errno));
  }
  return sync_file(*file);
}

// LMDB writes the first pages of a new file without a sync: a loss of power may tear them, and what
// is left is no store and cannot be told from a damaged one. So the file gets its name when the
// store in it is whole and durable, and what lies in `making` was never used.
std::expected<void, Error> make_store(const std::filesystem::path& directory, const Clock& clock,
                                      Options options) {
  if (const auto made = make_directory(directory); !made) return made;
  const auto lock = lock_directory(directory);
  if (!lock) return std::unexpected(lock.error());
  if (is_made(directory)) return {};  // by another, meanwhile
  const auto making = directory / kMaking;
  std::error_code error;
  std::filesystem::remove_all(making, error);
  if (error) return std::unexpected(from_errno(error.value()));
  if (const auto made = make_file(making, clock, std::move(options)); !made) return made;
  if (std::rename((making / kFile).c_str(), (directory / kFile).c_str()) != 0) {
    return std::unexpected(from_errno(errno));
  }
  return sync_directory(directory);
}

}  // namespace

std::expected<std::unique_ptr<Store>, Error> open_lmdb_store(const std::filesystem::path& directory,
                                                             const Clock& clock, Options options) {
  if (options.create && !PLANTED(store_made_in_place)) {
    if (!is_made(directory)) {
      if (const auto made = make_store(directory, clock, options); !made) {
        if (made.error() != Error::outcome_unknown) return std::unexpected(made.error());
        return std::unexpected(Fuse(directory.string(), options.on_unknown_outcome).blow());
      }
    }
    std::error_code ignored;
    std::filesystem::remove_all(directory / kMaking, ignored);
    options.create = false;  // what is there, is whole
  }
  auto environment = std::make_unique<LmdbEnvironment>(clock, std::move(options));
  if (const auto opened = environment->open(directory); !opened) {
    return std::unexpected(opened.error());
  }
  return environment;
}

}  // namespace tally::storage
