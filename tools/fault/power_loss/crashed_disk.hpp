// A disk as it may be after the power failed: what was synced is there, and of the rest whatever
// chance leaves. Modelled after ALICE (OSDI 2014).
//
//   for each cut, ascending:  disk.take(event) … ─▶ disk.build(directory, chance)
//
// What a file system promises, and no more:
// - Data. fsync and fdatasync of a file cover what was written to it before they began, and its
//   size; a write through an O_DSYNC descriptor covers itself. Every other write since is applied,
//   dropped, or torn at sectors of 512 bytes, each by itself, so that a later one may be there
//   without an earlier one; or only the file's size has grown, and what is there is zeros.
// - Names. In the strict form each name is durable by the fsync of its directory only, and the
//   names that are not come or stay away one by one. In the ordered form, as journaling file
//   systems do it, changes of names reach the disk in their order, and any sync takes all before it
//   along.
// - A rename happens whole or not at all.
//
// What lock.mdb holds is left out: LMDB makes it anew at the first opening.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "fault/power_loss/write_log.hpp"

namespace tally::fault {

/// What chance did to one image.
struct Losses {
  std::uint64_t kept = 0;
  std::uint64_t dropped = 0;
  std::uint64_t torn = 0;
  std::uint64_t reordered = 0;  ///< Kept or torn, while one before it in the same file was dropped.
  std::uint64_t names = 0;      ///< Dropped changes of names.
  Losses& operator+=(const Losses& other);
};

class CrashedDisk {
 public:
  CrashedDisk() { names_[""] = {}; }

  /// Takes what is in a directory as durable: before the first event.
  void load(const std::filesystem::path& directory);
  /// The next event of the log.
  void take(const LoggedEvent& event);

  /// The files that have writes which are not known to be durable.
  [[nodiscard]] std::vector<std::string> unsynced() const;

  /// Lays what may be on the disk now into an empty directory. `random` decides everything.
  Losses build(const std::filesystem::path& directory, std::mt19937_64& random) const;

 private:
  /// A write, or a change of the size.
  struct Change {
    std::uint64_t number = 0;
    recorder::Event event = recorder::Event::write;
    std::uint64_t offset = 0;
    std::uint64_t size = 0;  // of the file, at least, if event is allocate
    ByteView content;
    bool durable = false;
  };
  struct File {
    Bytes content;           // what is durable, up to the first change that is not
    std::uint64_t size = 0;  // of it; the content may be shorter: zeros
    std::deque<Change> changes;
    std::uint64_t grown = 0;  // its size as the process sees it
    bool keep_content = true;
  };
  /// What has a name; a directory has no file.
  using Entry = std::shared_ptr<File>;
  struct NameChange {
    std::uint64_t number = 0;
    recorder::Event event = recorder::Event::open;
    std::string path;
    std::string to;                 // of a rename or link
    Entry entry;                    // of what is made
    bool durable = false;           // by the syncs of its directory
    bool durable_in_order = false;  // by any sync after it
  };
  using Names = std::map<std::string, Entry, std::less<>>;
  struct Sync {
    std::uint64_t number = 0;
    Entry file;        // of a directory: none
    std::string path;  // of the directory
  };
  struct Dice;

  void take_open(const LoggedEvent& event);
  void take_change(const LoggedEvent& event);
  void take_name(const LoggedEvent& event);
  void end_sync(const LoggedEvent& event);
  static void settle(File& file);
  void settle_names();
  static void apply(Names& names, const NameChange& change);
  [[nodiscard]] Names names_left(Dice& dice, Losses& losses) const;
  static void build_file(const File& file, const std::filesystem::path& path, Dice& dice,
                         Losses& losses);

  std::unordered_map<std::uint64_t, Entry> open_;               // by inode
  std::unordered_map<std::uint64_t, std::string> directories_;  // by inode
  std::unordered_map<std::uint64_t, Sync> syncs_;               // begun, by number
  Names names_;                                                 // as the process sees them
  Names settled_;  // what is durable, up to the first change that is not
  std::deque<NameChange> changes_;
};

}  // namespace tally::fault
