#include "backup/manifest.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "crypto/hash.hpp"
#include "storage/durable_file.hpp"
#include "storage/posix.hpp"

namespace tally::backup {
namespace {

constexpr std::string_view kFirstLine = "tally-backup 1";
constexpr std::string_view kMagic = "tally-backup ";
constexpr std::string_view kEnd = "end ";
constexpr std::size_t kManifestBytesMax = std::size_t{4} << 30;
constexpr std::size_t kChunkBytes = std::size_t{1} << 20;
// Whoever opens a store leaves these two beside it; they hold nothing.
constexpr std::string_view kLockNames[] = {"LOCK", "lock.mdb"};

std::unexpected<Failure> failure(std::string text) { return std::unexpected(std::move(text)); }

std::optional<std::uint64_t> to_number(std::string_view text) {
  std::uint64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return {};
  return out;
}

// Relative, and never out of its directory.
bool is_safe(std::string_view path) {
  if (path.empty() || path.front() == '/') return false;
  for (const auto& part : std::filesystem::path(path)) {
    if (part.empty() || part == "." || part == "..") return false;
  }
  return std::ranges::none_of(path, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

// The text up to the next of `until`, which is dropped.
std::string_view take(std::string_view& text, char until) {
  const auto end = std::min(text.find(until), text.size());
  const auto out = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return out;
}

bool read_file_line(std::string_view rest, Manifest& out) {
  FileEntry entry;
  const auto hash = array_from_hex<32>(take(rest, ' '));
  const auto size = to_number(take(rest, ' '));
  if (!hash || !size || !is_safe(rest) || out.files.size() == kFilesMax) return false;
  out.files.push_back({std::string(rest), *size, *hash});
  return true;
}

bool read_line(std::string_view line, Manifest& out) {
  const auto name = take(line, ' ');
  if (name == "file") return read_file_line(line, out);
  const auto number = to_number(line);
  const auto hash = array_from_hex<32>(line);
  if (name == "network" && hash) {
    out.network_id = *hash;
  } else if (name == "tip" && hash) {
    out.tip = *hash;
  } else if (name == "created_ms" && number) {
    out.created_ms = *number;
  } else if (name == "height" && number) {
    out.height = *number;
  } else {
    return false;
  }
  return true;
}

std::expected<FileEntry, Failure> read_entry(const std::filesystem::path& directory,
                                             std::string path) {
  const auto file = storage::open_file(directory / path, O_RDONLY | O_NOFOLLOW);
  if (!file) return failure(fmt::format("{}: {}", path, name(file.error())));
  FileEntry out{std::move(path), 0, {}};
  crypto::Sha256 hash;
  Bytes chunk(kChunkBytes);
  while (true) {
    const auto read = storage::read_at(*file, chunk, out.size_bytes);
    if (!read) return failure(fmt::format("{}: {}", out.path, name(read.error())));
    hash.update(ByteView(chunk).first(*read));
    out.size_bytes += *read;
    if (*read < chunk.size()) break;
  }
  out.sha256 = hash.finish();
  return out;
}

}  // namespace

std::string print_manifest(const Manifest& manifest) {
  auto out = fmt::format("{}\nnetwork {}\ncreated_ms {}\nheight {}\ntip {}\n", kFirstLine,
                         to_hex(manifest.network_id), manifest.created_ms, manifest.height,
                         to_hex(manifest.tip));
  for (const auto& file : manifest.files) {
    out += fmt::format("file {} {} {}\n", to_hex(file.sha256), file.size_bytes, file.path);
  }
  out += fmt::format("{}{}\n", kEnd, to_hex(crypto::sha256(as_bytes(out))));
  return out;
}

std::expected<Manifest, Failure> parse_manifest(std::string_view text) {
  if (!text.starts_with(kMagic)) return failure("the manifest is none");
  const auto format = text.substr(0, std::min(text.find('\n'), text.size()));
  if (format != kFirstLine) {
    return failure(fmt::format("the manifest has the format \"{}\": a newer program wrote it",
                               format.substr(0, 40)));
  }
  const auto damaged = failure("the manifest is damaged or was not written to its end");
  const auto end = text.rfind(kEnd);
  if (end == std::string_view::npos || end == 0 || text[end - 1] != '\n') return damaged;
  if (text.substr(end) !=
      fmt::format("{}{}\n", kEnd, to_hex(crypto::sha256(as_bytes(text.substr(0, end)))))) {
    return damaged;
  }
  auto rest = text.substr(0, end);
  take(rest, '\n');
  Manifest out;
  while (!rest.empty()) {
    if (!read_line(take(rest, '\n'), out)) return damaged;
  }
  return out;
}

std::expected<std::vector<FileEntry>, Failure> list_files(const std::filesystem::path& directory) {
  std::vector<FileEntry> out;
  std::error_code error;
  std::filesystem::recursive_directory_iterator at(directory, error), end;
  for (; !error && at != end; at.increment(error)) {
    const auto name = at->path().filename().string();
    if (at->is_directory(error) && !at->is_symlink(error)) continue;
    if (std::ranges::find(kLockNames, name) != std::end(kLockNames)) continue;
    auto path = at->path().lexically_relative(directory).generic_string();
    if (path == kManifestName) continue;
    if (!at->is_regular_file(error) || at->is_symlink(error)) {
      return failure(path + ": neither a file nor a directory");
    }
    auto entry = read_entry(directory, std::move(path));
    if (!entry) return std::unexpected(entry.error());
    out.push_back(std::move(*entry));
  }
  if (error) return failure(fmt::format("{}: {}", directory.string(), error.message()));
  std::ranges::sort(out, {}, &FileEntry::path);
  return out;
}

std::expected<Manifest, Failure> check_files(const std::filesystem::path& directory) {
  const auto text = storage::read_file(directory / kManifestName, kManifestBytesMax);
  if (!text && text.error() == storage::Error::not_found) {
    return failure(directory.string() +
                   ": there is no MANIFEST, so this is no backup, or one that was not completed");
  }
  if (!text) return failure(fmt::format("MANIFEST: {}", name(text.error())));
  auto manifest = parse_manifest(as_text(*text));
  if (!manifest) return manifest;
  const auto there = list_files(directory);
  if (!there) return std::unexpected(there.error());
  std::map<std::string_view, const FileEntry*> found;
  for (const auto& file : *there) found.emplace(file.path, &file);
  for (const auto& file : manifest->files) {
    const auto at = found.find(file.path);
    if (at == found.end()) return failure(file.path + ": the file is missing");
    if (*at->second != file) return failure(file.path + ": the file is not what was written");
    found.erase(at);
  }
  if (!found.empty()) {
    return failure(fmt::format("{}: the manifest does not know the file", found.begin()->first));
  }
  return manifest;
}

}  // namespace tally::backup
