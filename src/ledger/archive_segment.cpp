#include "ledger/archive_segment.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/check.hpp"
#include "base/planted.hpp"
#include "storage/checksum.hpp"

namespace tally::ledger {
namespace {

constexpr std::string_view kMagic = "tallyarc";
constexpr std::string_view kEndMagic = "tallyend";
constexpr std::size_t kHeaderBytes = 96;
constexpr std::size_t kTrailerBytes = 84;
constexpr std::size_t kHashedTrailerBytes = 40;  // last_hash and index_at
constexpr std::size_t kChecksumBytes = 4;
constexpr std::size_t kRecordHeadBytes = 8;  // length and checksum
constexpr std::size_t kOffsetBytes = 8;
constexpr std::size_t kChunkBytes = std::size_t{1} << 20;

void seal(Bytes& bytes) { append_be(bytes, storage::crc32c(bytes)); }

bool is_sealed(ByteView bytes) {
  const auto body = bytes.first(bytes.size() - kChecksumBytes);
  return read_be<std::uint32_t>(bytes.subspan(body.size())) == storage::crc32c(body);
}

Hash32 hash_at(ByteView bytes, std::size_t offset) {
  Hash32 out;
  std::ranges::copy(bytes.subspan(offset, out.size()), out.begin());
  return out;
}

FileIdentity identity_of(const struct stat& status) {
  return {.device = status.st_dev,
          .inode = status.st_ino,
          .bytes = static_cast<std::uint64_t>(status.st_size),
          .changed_ns = status.st_ctim.tv_sec * 1'000'000'000 + status.st_ctim.tv_nsec};
}

std::uint64_t index_bytes(const SegmentInfo& info) {
  return (info.last - info.first + 1) * kOffsetBytes + kChecksumBytes;
}

}  // namespace

std::expected<FileIdentity, storage::Error> identify(const std::filesystem::path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return std::unexpected(storage::from_errno(errno));
  return identity_of(status);
}

Faulty<SegmentWriter> SegmentWriter::create(const std::filesystem::path& path,
                                            const contracts::NetworkId& network,
                                            std::uint64_t first, std::uint64_t last,
                                            const Hash32& previous_hash) {
  CHECK(first <= last && last - first < kSegmentBlocksMax);
  auto file = storage::open_file(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW);
  if (!file) return fault(file.error(), "archive: create " + path.string(), first);
  SegmentWriter out(std::move(*file));
  out.count_ = last - first + 1;
  Bytes header;
  append(header, as_bytes(kMagic));
  append_be(header, kArchiveFormat);
  append(header, network.view());
  append_be(header, first);
  append_be(header, last);
  append(header, previous_hash);
  seal(header);
  if (auto done = out.write(header); !done) return std::unexpected(done.error());
  return out;
}

Faulty<void> SegmentWriter::write(ByteView bytes) {
  if (const auto done = storage::write_at(file_, bytes, at_); !done) {
    return fault(done.error(), "archive: write");
  }
  hash_.update(bytes);
  at_ += bytes.size();
  return {};
}

Faulty<void> SegmentWriter::add(ByteView block) {
  append_be(index_, at_);
  Bytes head;
  append_be(head, static_cast<std::uint32_t>(block.size()));
  append_be(head, storage::crc32c(block));
  if (auto done = write(head); !done) return done;
  return write(block);
}

Faulty<void> SegmentWriter::finish(const Hash32& last_hash) {
  CHECK(index_.size() == count_ * kOffsetBytes);
  const auto index_at = at_;
  seal(index_);
  Bytes trailer;
  append(trailer, last_hash);
  append_be(trailer, index_at);
  if (auto done = write(index_); !done) return done;
  hash_.update(trailer);
  append(trailer, hash_.finish());
  seal(trailer);
  append(trailer, as_bytes(kEndMagic));
  if (const auto done = storage::write_at(file_, trailer, at_); !done) {
    return fault(done.error(), "archive: write");
  }
  if (PLANTED(segment_not_synced)) return {};
  if (const auto done = storage::sync_file(file_); !done)
    return fault(done.error(), "archive: sync");
  return {};
}

Faulty<SegmentFile> SegmentFile::open(const std::filesystem::path& path,
                                      const contracts::NetworkId& network) {
  auto file = storage::open_file(path, O_RDONLY);
  if (!file) return fault(file.error(), "archive: open " + path.string());
  SegmentFile out(std::move(*file), path);
  struct stat status{};
  if (::fstat(out.file_.get(), &status) != 0) {
    return fault(storage::from_errno(errno), "archive: " + path.string());
  }
  out.identity_ = identity_of(status);
  out.info_.bytes = out.identity_.bytes;
  if (auto done = out.read_header(network); !done) return std::unexpected(done.error());
  if (auto done = out.read_trailer(); !done) return std::unexpected(done.error());
  return out;
}

Faulty<void> SegmentFile::read_header(const contracts::NetworkId& network) {
  const auto header = bytes_at(0, kHeaderBytes);
  if (!header) return std::unexpected(header.error());
  if (as_text(ByteView(*header).first(kMagic.size())) != kMagic || !is_sealed(*header)) {
    return corrupt("its header");
  }
  // A newer format may mean anything by what follows: so this first.
  if (read_be<std::uint32_t>(ByteView(*header).subspan(8)) != kArchiveFormat) {
    return fault(storage::Error::newer_format, info_.path.string() + ": a newer program wrote it");
  }
  if (hash_at(*header, 12) != network.bytes) {
    return fault(storage::Error::wrong_network, info_.path.string() + ": it is another network's");
  }
  info_.first = read_be<std::uint64_t>(ByteView(*header).subspan(44));
  info_.last = read_be<std::uint64_t>(ByteView(*header).subspan(52));
  info_.previous_hash = hash_at(*header, 60);
  if (info_.last < info_.first || info_.last - info_.first >= kSegmentBlocksMax) {
    return corrupt("its heights");
  }
  return {};
}

Faulty<void> SegmentFile::read_trailer() {
  if (info_.bytes < kHeaderBytes + index_bytes(info_) + kTrailerBytes) return corrupt("its size");
  const auto trailer = bytes_at(info_.bytes - kTrailerBytes, kTrailerBytes);
  if (!trailer) return std::unexpected(trailer.error());
  const auto view = ByteView(*trailer);
  const auto sealed = view.first(kTrailerBytes - kEndMagic.size());
  if (as_text(view.subspan(sealed.size())) != kEndMagic || !is_sealed(sealed)) {
    return corrupt("its trailer");
  }
  info_.last_hash = hash_at(view, 0);
  index_at_ = read_be<std::uint64_t>(view.subspan(32));
  hash_ = hash_at(view, kHashedTrailerBytes);
  if (index_at_ != info_.bytes - kTrailerBytes - index_bytes(info_)) return corrupt("its size");
  return {};
}

Faulty<Bytes> SegmentFile::bytes_at(std::uint64_t offset, std::size_t count) const {
  Bytes out(count);
  const auto done = storage::read_at(file_, out, offset);
  if (!done) return fault(done.error(), "archive: read " + info_.path.string());
  if (*done != count) return corrupt("its size");
  return out;
}

std::unexpected<Fault> SegmentFile::corrupt(std::string_view what, std::uint64_t height) const {
  return fault(FaultCode::archive_corrupt, height,
               fmt::format("{}: {} is not what was written: restore the file from a backup or "
                           "another node",
                           info_.path.string(), what));
}

Faulty<codec::Block> SegmentFile::read(std::uint64_t height) const {
  CHECK(height >= info_.first && height <= info_.last);
  const auto entry = bytes_at(index_at_ + (height - info_.first) * kOffsetBytes, kOffsetBytes);
  if (!entry) return std::unexpected(entry.error());
  const auto offset = read_be<std::uint64_t>(*entry);
  if (offset < kHeaderBytes || offset > index_at_ - kRecordHeadBytes) {
    return corrupt("its index", height);
  }
  const auto head = bytes_at(offset, kRecordHeadBytes);
  if (!head) return std::unexpected(head.error());
  const auto length = read_be<std::uint32_t>(*head);
  if (length > codec::kBlockBytesMax || length > index_at_ - kRecordHeadBytes - offset) {
    return corrupt("a block's length", height);
  }
  const auto bytes = bytes_at(offset + kRecordHeadBytes, length);
  if (!bytes) return std::unexpected(bytes.error());
  if (storage::crc32c(*bytes) == read_be<std::uint32_t>(ByteView(*head).subspan(4))) {
    auto block = codec::decode_block(*bytes);
    if (block && block->header.height == height) return std::move(*block);
  }
  return corrupt("a block", height);
}

Faulty<void> SegmentFile::sync() const {
  if (PLANTED(segment_not_synced)) return {};
  const auto done = storage::sync_file(file_);
  if (done) return {};
  return fault(done.error(), "archive: sync " + info_.path.string(), info_.first);
}

Faulty<void> SegmentFile::check_hash(const std::function<bool(std::uint64_t bytes)>& go_on) const {
  // What the system still has in memory says nothing of the disk.
  (void)::posix_fadvise(file_.get(), 0, 0, POSIX_FADV_DONTNEED);
  crypto::Sha256 hash;
  const auto end = info_.bytes - kTrailerBytes + kHashedTrailerBytes;
  for (std::uint64_t at = 0; at < end;) {
    const auto chunk = bytes_at(at, std::min<std::uint64_t>(kChunkBytes, end - at));
    if (!chunk) return std::unexpected(chunk.error());
    hash.update(*chunk);
    at += chunk->size();
    if (go_on && !go_on(chunk->size())) return fault(storage::Error::busy, "archive: ended");
  }
  if (hash.finish() != hash_) return corrupt("its hash");
  return {};
}

Faulty<void> SegmentFile::verify(const std::function<bool(std::uint64_t bytes)>& go_on) const {
  if (auto done = check_hash(go_on); !done) return done;
  auto hash = info_.previous_hash;
  for (auto height = info_.first; height <= info_.last; ++height) {
    const auto block = read(height);
    if (!block) return std::unexpected(block.error());
    if (block->header.previous_hash != hash) return corrupt("the order of its blocks", height);
    hash = codec::block_hash(block->header);
  }
  if (hash != info_.last_hash) return corrupt("its last block", info_.last);
  return {};
}

}  // namespace tally::ledger
