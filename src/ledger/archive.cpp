#include "ledger/archive.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "base/failpoint.hpp"
#include "base/planted.hpp"

namespace tally::ledger {
namespace {

constexpr std::string_view kSuffix = ".segment";

}  // namespace

std::string segment_name(std::uint64_t first, std::uint64_t last) {
  return fmt::format("blocks-{:012}-{:012}{}", first, last, kSuffix);
}

Faulty<std::unique_ptr<Archive>> Archive::open(std::filesystem::path directory,
                                               const contracts::NetworkId& network) {
  std::unique_ptr<Archive> archive(new Archive(std::move(directory), network));
  auto segments = archive->scan();
  if (!segments) return std::unexpected(segments.error());
  archive->segments_ = std::move(*segments);
  return archive;
}

Faulty<Archive::Segments> Archive::scan() const {
  Segments out;
  std::error_code error;
  for (std::filesystem::directory_iterator at(directory_, error), end; !error && at != end;
       at.increment(error)) {
    if (at->path().extension() != kSuffix) continue;
    auto file = SegmentFile::open(at->path(), network_);
    if (!file) return std::unexpected(file.error());
    const auto first = file->info().first;
    out.emplace(first, std::make_shared<const SegmentFile>(std::move(*file)));
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return fault(storage::from_errno(error.value()), "archive: " + directory_.string());
  }
  std::optional<std::uint64_t> last;
  for (const auto& [first, file] : out) {
    if (last && first <= *last) {
      return fault(FaultCode::archive_corrupt, first,
                   directory_.string() + ": two segments hold the same block");
    }
    last = file->info().last;
  }
  return out;
}

std::vector<SegmentInfo> Archive::segments() const {
  const std::lock_guard lock(mutex_);
  std::vector<SegmentInfo> out;
  for (const auto& [first, file] : segments_) out.push_back(file->info());
  return out;
}

std::uint64_t Archive::end_from(std::uint64_t height) const {
  const std::lock_guard lock(mutex_);
  auto at = segments_.upper_bound(height);
  if (at != segments_.begin()) --at;
  for (; at != segments_.end() && at->first <= height; ++at) {
    height = std::max(height, at->second->info().last + 1);
  }
  return height;
}

std::shared_ptr<const SegmentFile> Archive::find(std::uint64_t height) const {
  const std::lock_guard lock(mutex_);
  const auto after = segments_.upper_bound(height);
  if (after == segments_.begin()) return nullptr;
  const auto& file = std::prev(after)->second;
  return file->info().last >= height ? file : nullptr;
}

Faulty<std::shared_ptr<const SegmentFile>> Archive::find_or_scan(std::uint64_t height) const {
  if (auto file = find(height)) return file;
  auto segments = scan();
  if (!segments) return std::unexpected(segments.error());
  {
    const std::lock_guard lock(mutex_);
    segments_ = std::move(*segments);
  }
  if (auto file = find(height)) return file;
  return fault(FaultCode::history_archived, height,
               fmt::format("block {} was archived, and no segment in {} has it: bring the file "
                           "back that does",
                           height, directory_.string()));
}

Faulty<codec::Block> Archive::read(std::uint64_t height) const {
  const auto file = find_or_scan(height);
  if (!file) return std::unexpected(file.error());
  return (*file)->read(height);
}

Faulty<SegmentInfo> Archive::verify(std::uint64_t first) const {
  const auto file = find_or_scan(first);
  if (!file) return std::unexpected(file.error());
  if (auto whole = (*file)->verify(); !whole) return std::unexpected(whole.error());
  return (*file)->info();
}

Faulty<void> Archive::write(const std::filesystem::path& path, std::uint64_t first,
                            std::uint64_t last, const Source& source) const {
  std::optional<SegmentWriter> writer;
  Hash32 hash{};
  for (auto height = first; height <= last; ++height) {
    const auto block = source(height);
    if (!block) return std::unexpected(block.error());
    if (!writer) {
      auto made = SegmentWriter::create(path, network_, first, last, block->header.previous_hash);
      if (!made) return std::unexpected(made.error());
      writer = std::move(*made);
    }
    hash = codec::block_hash(block->header);
    if (auto added = writer->add(codec::encode_block(*block)); !added) return added;
  }
  return writer->finish(hash);
}

Faulty<void> Archive::add(std::uint64_t first, std::uint64_t last, const Source& source) {
  if (const auto made = storage::make_directory(directory_); !made) {
    return fault(made.error(), "archive: make " + directory_.string(), first);
  }
  const auto path = directory_ / segment_name(first, last);
  auto temporary = path;
  temporary += ".tmp";
  auto done = write(temporary, first, last, source);
  FAILPOINT(archive_before_rename);
  if (done) {
    auto file = SegmentFile::open(temporary, network_);
    if (!file) return std::unexpected(file.error());
    if (auto whole = file->verify(); !whole) return whole;
    if (!PLANTED(segment_is_not_renamed) && ::rename(temporary.c_str(), path.c_str()) != 0) {
      done = fault(storage::from_errno(errno), "archive: rename " + path.string(), first);
    } else if (const auto synced = storage::sync_directory(directory_); !synced) {
      done = fault(synced.error(), "archive: sync " + directory_.string(), first);
    } else {
      FAILPOINT(archive_after_rename);
      const std::lock_guard lock(mutex_);
      segments_.insert_or_assign(first, std::make_shared<const SegmentFile>(std::move(*file)));
    }
  }
  if (!done) ::unlink(temporary.c_str());
  return done;
}

}  // namespace tally::ledger
