// A backup of a whole node while it runs, and its restoring. Start here.
//
//   take:    state, views, provenance ─▶ journal, its tip ─▶ archive ─▶ custody, profiles,
//            documents and keys ─▶ every file read back and hashed ─▶ MANIFEST
//   restore: every file held against MANIFEST ─▶ copied, hashed again, synced ─▶ marker removed
//
// The order makes one consistent set of parts that are copied one after the other while the node
// goes on. What follows the journal is copied before it: a checkpoint, a view or a capture job
// never speaks of a block that the journal's copy lacks, and what they lack they replay. What the
// journal refers to is copied after it: a document, a profile attribute or an agent's key is stored
// before the transaction that names it. The archive is copied after the journal, because what is
// pruned from the one is in the other before. So everything that was acknowledged before the backup
// began is in it.
//
// The parts copy themselves (storage::Store::copy_to and what is built on it); who has them all
// puts them together (app/node.cpp).
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "backup/manifest.hpp"
#include "storage/posix.hpp"
#include "storage/store.hpp"

namespace tally::backup {

/// The file that marks a directory whose restoring was not completed: no program opens it.
inline constexpr std::string_view kRestoringName = "RESTORING";

/// Where the journal's copy ends.
struct JournalEnd {
  std::uint64_t height = 0;
  Hash32 tip{};
};

struct Part {
  std::string name;  ///< For failures: "views"
  std::function<std::expected<void, Failure>(const std::filesystem::path& directory,
                                             const storage::CopyOptions& options)>
      copy;
};

struct Parts {
  Hash32 network_id{};
  std::vector<Part> before;  ///< What follows the journal.
  std::function<std::expected<JournalEnd, Failure>(const std::filesystem::path& directory,
                                                   const storage::CopyOptions& options)>
      journal;
  std::vector<Part> after;  ///< What the journal refers to; the archive first.
};

/// Writes a backup into `directory`, which is made, or is empty. `progress` is told each part
/// before it is copied. Failures: the directory holds something; a part cannot be copied, with its
/// name; what is there then has no manifest.
std::expected<Manifest, Failure> take(const Parts& parts, const std::filesystem::path& directory,
                                      std::uint64_t created_ms, const storage::CopyOptions& options,
                                      const std::function<void(std::string_view part)>& progress);

/// Restores `from` into `to`, which is made, or is empty, or holds an earlier attempt at the same:
/// its marker, whole files of this backup under their names, parts of them under other ones. It is
/// gone on with; a file that is anything else is not touched. Failures: those of check_files();
/// one lies in the other; `to` holds something else; it cannot be written.
std::expected<Manifest, Failure> restore(const std::filesystem::path& from,
                                         const std::filesystem::path& to);

/// Whether a data directory may be opened: no restoring of it is unfinished, durably so. Failures:
/// it is not, or it cannot be synced.
std::expected<void, Failure> check_restored(const std::filesystem::path& data_dir);

/// Whether `path`, which need not be there, lies in the directory or is it.
[[nodiscard]] bool lies_in(const std::filesystem::path& path,
                           const std::filesystem::path& directory);

/// Copies one file, synced; its directories are made. Failures: it cannot be read or written.
std::expected<void, Failure> copy_file(const std::filesystem::path& from,
                                       const std::filesystem::path& to,
                                       const storage::CopyOptions& options);

}  // namespace tally::backup
