#include "ledger/archive.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>

#include "base/failpoint.hpp"
#include "base/planted.hpp"

namespace tally::ledger {
namespace {

bool is_missing(const Fault& fault) {
  return fault.code == FaultCode::storage && fault.storage == storage::Error::not_found;
}

// The segment that has a height.
const SegmentInfo* find_in(const std::vector<SegmentInfo>& segments, std::uint64_t height) {
  const auto at = std::ranges::lower_bound(segments, height, {}, &SegmentInfo::last);
  return at != segments.end() && at->first <= height ? &*at : nullptr;
}

}  // namespace

std::string segment_name(std::uint64_t first, std::uint64_t last) {
  return fmt::format("blocks-{:012}-{:012}{}", first, last, kSegmentSuffix);
}

std::uint64_t end_from(std::span<const SegmentInfo> segments, std::uint64_t height) {
  for (const auto& segment : segments) {
    if (segment.first > height) break;
    height = std::max(height, segment.last + 1);
  }
  return height;
}

Faulty<std::unique_ptr<Archive>> Archive::open(std::filesystem::path directory,
                                               const contracts::NetworkId& network) {
  std::unique_ptr<Archive> archive(new Archive(std::move(directory), network));
  if (const auto looked = archive->look(); !looked) return std::unexpected(looked.error());
  return archive;
}

std::shared_ptr<const Archive::Listing> Archive::listing() const {
  const std::lock_guard lock(mutex_);
  return listing_;
}

// Reads the directory anew. Of a file that is known already nothing but its identity is asked.
Faulty<std::shared_ptr<const Archive::Listing>> Archive::look() const {
  auto all = list_files();
  if (!all) return std::unexpected(all.error());
  auto cover = cover_of(*all);
  if (!cover) return std::unexpected(cover.error());
  auto listing = std::make_shared<const Listing>(std::move(*all), std::move(*cover));
  const std::lock_guard lock(mutex_);
  listing_ = listing;
  return listing;
}

// By first height, of those with the same the longest first.
Faulty<std::vector<Archive::Entry>> Archive::list_files() const {
  const auto before = listing();
  std::map<std::filesystem::path, const Entry*> known;
  for (const auto& entry : before->all) known.emplace(entry.info.path, &entry);
  std::vector<Entry> out;
  std::error_code error;
  for (std::filesystem::directory_iterator at(directory_, error), end; !error && at != end;
       at.increment(error)) {
    if (at->path().extension() != kSegmentSuffix) continue;
    const auto same = known.find(at->path());
    const auto identity = identify(at->path());
    if (same != known.end() && identity && same->second->identity == *identity) {
      out.push_back(*same->second);
      continue;
    }
    const auto file = SegmentFile::open(at->path(), network_);
    if (!file && is_missing(file.error())) continue;  // removed since it was listed
    if (!file) return std::unexpected(file.error());
    out.push_back({file->info(), file->identity()});
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return fault(storage::from_errno(error.value()), "archive: " + directory_.string());
  }
  std::ranges::sort(out, [](const Entry& a, const Entry& b) {
    return a.info.first != b.info.first ? a.info.first < b.info.first : a.info.last > b.info.last;
  });
  return out;
}

// Leaves out what the one before has already; where two overlap, they must hold the same.
Faulty<std::vector<SegmentInfo>> Archive::cover_of(const std::vector<Entry>& all) const {
  std::vector<SegmentInfo> out;
  for (const auto& [info, identity] : all) {
    if (!out.empty() && info.first <= out.back().last) {
      // What those before it have of its blocks, the last of them has too.
      if (auto same = compare(out.back(), info); !same) return std::unexpected(same.error());
      if (info.last <= out.back().last) continue;
    }
    out.push_back(info);
  }
  return out;
}

// Each block names the one before it: if the last one that both have is the same, all are.
Faulty<void> Archive::compare(const SegmentInfo& one, const SegmentInfo& other) const {
  const auto height = std::min(one.last, other.last);
  std::vector<Hash32> hashes;
  for (const auto* segment : {&one, &other}) {
    const auto file = open_segment(*segment);
    if (!file) return std::unexpected(file.error());
    const auto block = file->read(height);
    if (!block) return std::unexpected(block.error());
    hashes.push_back(codec::block_hash(block->header));
  }
  if (hashes.front() == hashes.back()) return {};
  return fault(FaultCode::archive_corrupt, height,
               fmt::format("{} and {} hold different blocks: move the file of another history away",
                           one.path.string(), other.path.string()));
}

Faulty<std::vector<SegmentInfo>> Archive::segments() const {
  const auto now = look();
  if (!now) return std::unexpected(now.error());
  return (*now)->cover;
}

Faulty<SegmentFile> Archive::open_segment(const SegmentInfo& segment) const {
  auto file = SegmentFile::open(segment.path, network_);
  if (file && file->info() != segment) {
    return fault(FaultCode::archive_corrupt, segment.first,
                 segment.path.string() + ": another file has taken its place");
  }
  return file;
}

// What is known may have been moved since, and what is not known may have come.
Faulty<SegmentFile> Archive::find(std::uint64_t height) const {
  const auto known = listing();
  if (const auto* segment = find_in(known->cover, height)) {
    if (auto file = open_segment(*segment)) return file;
  }
  const auto now = look();
  if (!now) return std::unexpected(now.error());
  if (const auto* segment = find_in((*now)->cover, height)) return open_segment(*segment);
  return fault(FaultCode::history_archived, height,
               fmt::format("block {} was archived, and no segment in {} has it: bring the file "
                           "back that does",
                           height, directory_.string()));
}

Faulty<codec::Block> Archive::read(std::uint64_t height) const {
  const auto file = find(height);
  if (!file) return std::unexpected(file.error());
  return file->read(height);
}

Faulty<void> Archive::verify(const SegmentInfo& segment) const {
  const auto file = open_segment(segment);
  if (!file) return std::unexpected(file.error());
  // It may have been brought back by a copy that nobody has synced.
  if (auto done = file->sync(); !done) return done;
  if (const auto done = storage::sync_directory(directory_); !done) {
    return fault(done.error(), "archive: sync " + directory_.string(), segment.first);
  }
  if (auto whole = file->verify(); !whole) return whole;
  const auto now = identify(segment.path);
  if (!now) return fault(now.error(), "archive: " + segment.path.string(), segment.first);
  if (*now == file->identity()) return {};
  return fault(FaultCode::archive_corrupt, segment.first,
               segment.path.string() + ": it was changed while it was read");
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
  if (!done) {
    ::unlink(temporary.c_str());
    return done;
  }
  const auto written = SegmentFile::open(temporary, network_);
  if (!written) return std::unexpected(written.error());
  if (auto whole = written->verify(); !whole) return whole;
  if (!PLANTED(segment_is_not_renamed) && ::rename(temporary.c_str(), path.c_str()) != 0) {
    const int cause = errno;
    ::unlink(temporary.c_str());
    return fault(storage::from_errno(cause), "archive: rename " + path.string(), first);
  }
  if (const auto synced = storage::sync_directory(directory_); !synced) {
    return fault(synced.error(), "archive: sync " + directory_.string(), first);
  }
  FAILPOINT(archive_after_rename);
  auto segment = written->info();
  segment.path = path;
  const auto there = open_segment(segment);
  if (!there) return std::unexpected(there.error());
  return {};
}

}  // namespace tally::ledger
