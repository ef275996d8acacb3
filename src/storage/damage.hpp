// What happens when a store's bytes are not what was written: it is said, in one place and always
// with the file, the place in it and what to do.
//
// What this program reads itself is checked and becomes the error `corrupt`. LMDB's own code
// follows a damaged page wherever it leads; where that ends in a failed assertion or in an address
// without memory, the process says so and ends with kDamagedStatus, before anything wrong is
// served.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.hpp"

struct MDB_env;

namespace tally::storage {

/// The exit status of a process that met damage which it cannot go on from (EX_IOERR).
inline constexpr int kDamagedStatus = 74;

/// Where bytes are not what was written.
struct Damage {
  std::filesystem::path file;
  std::uint64_t page = 0;
  std::string table;  // empty: none in particular
  Bytes key;          // empty: likewise
  std::string what;
  std::string advice;
};

/// One line: file, page, table, key, what is wrong and what to do.
[[nodiscard]] std::string describe(const Damage& damage);

/// What to do about a damaged store of a kind ("journal", "views"); of static storage.
[[nodiscard]] std::string_view advice_for(std::string_view kind);

/// Logs the damage as an error. Any thread.
void report(const Damage& damage);

/// While it lives, an access to the map of a store that has no memory behind it, and a failed
/// assertion of LMDB's, end the process as above. Any thread; at most 64 at a time (CHECKed).
class MapGuard {
 public:
  MapGuard(MDB_env* env, const std::filesystem::path& file, std::string_view kind);
  ~MapGuard();
  MapGuard(const MapGuard&) = delete;
  MapGuard& operator=(const MapGuard&) = delete;

  /// Where the map is now.
  void set(const void* start, std::size_t bytes);

  /// While it lives, any access without memory by this thread is the store's damage: LMDB may have
  /// copied a damaged page to elsewhere.
  class Inside {
   public:
    explicit Inside(const MapGuard& guard) : before_(std::exchange(current_, guard.slot_)) {}
    ~Inside() { current_ = before_; }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

   private:
    std::size_t before_;
  };
  /// The guard that this thread is inside of; kNowhere: none.
  static std::size_t inside() { return current_; }
  static constexpr std::size_t kNowhere = SIZE_MAX;

 private:
  static inline thread_local constinit std::size_t current_ = kNowhere;
  std::size_t slot_;
};

}  // namespace tally::storage
