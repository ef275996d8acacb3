// What a backup consists of, written last: without it a directory is no backup.
//
//   manifest = "tally-backup 1" LF field* file* "end " sha256 LF
//   field    = name " " value LF               network, created_ms, height, tip
//   file     = "file " sha256 " " size " " path LF
//
// Hashes in hexadecimal, numbers in decimal, paths relative and with "/". The last line's hash is
// over all bytes before that line. docs/spec/backup.md.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"

namespace tally::backup {

inline constexpr std::string_view kManifestName = "MANIFEST";
inline constexpr std::size_t kFilesMax = 20'000'000;

/// What went wrong, for the operator, with what to do.
using Failure = std::string;

struct FileEntry {
  std::string path;
  std::uint64_t size_bytes = 0;
  Hash32 sha256{};
  bool operator==(const FileEntry&) const = default;
};

struct Manifest {
  Hash32 network_id{};
  std::uint64_t created_ms = 0;
  std::uint64_t height = 0;  ///< Of the journal's last block in it.
  Hash32 tip{};              ///< That block's hash.
  std::vector<FileEntry> files;
  bool operator==(const Manifest&) const = default;
};

[[nodiscard]] std::string print_manifest(const Manifest& manifest);
/// Failures: it is no manifest, is damaged, or is of a newer format.
std::expected<Manifest, Failure> parse_manifest(std::string_view text);

/// Entries for every file below `directory` but the manifest and what locks leave behind, by path.
/// Failures: a file cannot be read; something that is neither file nor directory.
std::expected<std::vector<FileEntry>, Failure> list_files(const std::filesystem::path& directory);

/// Reads the manifest in `directory` and holds every file against it. Failures: no or no good
/// manifest; a file that is missing, differs, or is not in the manifest.
std::expected<Manifest, Failure> check_files(const std::filesystem::path& directory);

}  // namespace tally::backup
