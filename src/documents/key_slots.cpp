#include "documents/key_slots.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "base/planted.hpp"
#include "storage/checksum.hpp"

namespace tally::documents {
namespace {

constexpr std::size_t kSlotBytes = 128;
constexpr std::size_t kSealedAt = 32;
constexpr std::size_t kChecksumAt = 92;
constexpr std::uint64_t kSlotsAtOnce = 512;  // what the file grows by, and is read by
constexpr std::uint64_t kSlotsMax = std::uint64_t{1} << 32;

bool is_zero(ByteView bytes) {
  return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

std::uint64_t offset_of(std::uint64_t slot) { return slot * kSlotBytes; }

}  // namespace

std::expected<KeySlots, Error> KeySlots::open(const std::filesystem::path& path,
                                              storage::OnUnknownOutcome on_unknown_outcome) {
  auto file = storage::open_file(path, O_RDWR | O_CREAT);
  if (!file) return std::unexpected(from_storage(file.error()));
  const auto size = storage::size_of(*file);
  if (!size) return std::unexpected(from_storage(size.error()));
  if (*size % kSlotBytes != 0) return std::unexpected(Error::corrupt);
  if (const auto synced = storage::sync_directory(path.parent_path()); !synced) {
    return std::unexpected(from_storage(synced.error()));
  }
  KeySlots slots(std::move(*file),
                 std::make_unique<storage::Fuse>(path.string(), std::move(on_unknown_outcome)));
  slots.count_ = *size / kSlotBytes;
  return slots;
}

std::expected<void, Error> KeySlots::wipe_all_but(
    const std::function<bool(std::uint32_t)>& is_live) {
  free_.clear();
  bool wiped = false;
  Bytes chunk(kSlotsAtOnce * kSlotBytes);
  const Bytes zeros(kSlotBytes);
  for (std::uint64_t first = 0; first < count_; first += kSlotsAtOnce) {
    const auto read = storage::read_at(file_, chunk, offset_of(first));
    if (!read) return std::unexpected(from_storage(read.error()));
    for (std::uint64_t i = 0; i < *read / kSlotBytes; ++i) {
      const auto slot = static_cast<std::uint32_t>(first + i);
      if (is_live(slot)) continue;
      free_.push_back(slot);
      if (is_zero(ByteView(chunk).subspan(i * kSlotBytes, kSlotBytes))) continue;
      wiped = true;
      if (const auto done = storage::write_at(file_, zeros, offset_of(slot)); !done) {
        return std::unexpected(from_storage(done.error()));
      }
    }
  }
  std::ranges::reverse(free_);
  return wiped ? sync() : std::expected<void, Error>();
}

std::expected<std::uint32_t, Error> KeySlots::store(const Hash32& hash, const SealedKey& key) {
  if (fuse_->blown()) return std::unexpected(Error::halted);
  if (free_.empty()) {
    if (const auto extended = extend(); !extended) return std::unexpected(extended.error());
  }
  const auto slot = free_.back();
  Bytes bytes;
  append(bytes, hash);
  append(bytes, key);
  append_be(bytes, storage::crc32c(bytes));
  bytes.resize(kSlotBytes);
  const auto written = storage::write_at(file_, bytes, offset_of(slot));
  if (!written) return std::unexpected(from_storage(written.error()));
  if (const auto synced = sync(); !synced) return std::unexpected(synced.error());
  free_.pop_back();
  return slot;
}

std::expected<SealedKey, Error> KeySlots::read(std::uint32_t slot, const Hash32& hash) const {
  std::array<std::uint8_t, kSlotBytes> bytes{};
  const auto read = storage::read_at(file_, bytes, offset_of(slot));
  if (!read) return std::unexpected(from_storage(read.error()));
  const auto view = ByteView(bytes);
  if (*read != kSlotBytes || !std::ranges::equal(view.first(kSealedAt), hash) ||
      read_be<std::uint32_t>(view.subspan(kChecksumAt)) !=
          storage::crc32c(view.first(kChecksumAt))) {
    return std::unexpected(Error::corrupt);
  }
  SealedKey key;
  std::ranges::copy(view.subspan(kSealedAt, key.size()), key.begin());
  return key;
}

std::expected<void, Error> KeySlots::wipe(std::uint32_t slot) {
  if (fuse_->blown()) return std::unexpected(Error::halted);
  const auto written = storage::write_at(file_, Bytes(kSlotBytes), offset_of(slot));
  if (!written) return std::unexpected(from_storage(written.error()));
  if (const auto synced = sync(); !synced) return synced;
  free_.push_back(slot);
  return {};
}

std::expected<void, Error> KeySlots::sync() {
  if (PLANTED(document_key_not_synced)) return {};
  if (!storage::sync_data(file_)) return std::unexpected(from_storage(fuse_->blow()));
  return {};
}

std::expected<void, Error> KeySlots::extend() {
  if (count_ + kSlotsAtOnce > kSlotsMax) return std::unexpected(Error::map_full);
  const Bytes zeros(kSlotsAtOnce * kSlotBytes);
  if (const auto written = storage::write_at(file_, zeros, offset_of(count_)); !written) {
    // Back to whole slots; should that fail too, open() will say so.
    if (::ftruncate(file_.get(), static_cast<off_t>(offset_of(count_))) != 0) {
      return std::unexpected(Error::io);
    }
    return std::unexpected(from_storage(written.error()));
  }
  for (std::uint64_t i = kSlotsAtOnce; i-- > 0;) {
    free_.push_back(static_cast<std::uint32_t>(count_ + i));
  }
  count_ += kSlotsAtOnce;
  return {};
}

}  // namespace tally::documents
