#include "storage/tip_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "storage/checksum.hpp"
#include "storage/durable_file.hpp"

namespace tally::storage {
namespace {

constexpr std::string_view kMagic = "tallytip";
constexpr std::size_t kSlotBytes = 512;
constexpr std::size_t kPageBytes = 4096;
constexpr std::size_t kFileBytes = 2 * kPageBytes;
constexpr std::size_t kSequenceAt = 8;
constexpr std::size_t kHeightAt = 16;
constexpr std::size_t kHashAt = 24;
constexpr std::size_t kChecksumAt = 56;

Bytes encode_slot(std::uint64_t sequence, std::uint64_t height, const Hash32& hash) {
  Bytes slot;
  slot.reserve(kSlotBytes);
  append(slot, as_bytes(kMagic));
  append_be(slot, sequence);
  append_be(slot, height);
  append(slot, hash);
  append_be(slot, crc32c(slot));
  slot.resize(kSlotBytes);
  return slot;
}

bool is_valid(ByteView slot) {
  return as_text(slot.first(kMagic.size())) == kMagic &&
         read_be<std::uint32_t>(slot.subspan(kChecksumAt)) == crc32c(slot.first(kChecksumAt)) &&
         read_be<std::uint64_t>(slot.subspan(kSequenceAt)) != 0;
}

}  // namespace

std::expected<TipFile, Error> TipFile::open(const std::filesystem::path& path, bool create) {
  auto file = open_file(path, O_RDWR);
  if (!file && file.error() == Error::not_found && create) {
    if (const auto made = write_file(path, Bytes(kFileBytes)); !made) {
      return std::unexpected(made.error());
    }
    file = open_file(path, O_RDWR);
  }
  if (!file) return std::unexpected(file.error());
  TipFile tip_file(std::move(*file));
  if (const auto loaded = tip_file.load(); !loaded) return std::unexpected(loaded.error());
  return tip_file;
}

std::expected<void, Error> TipFile::load() {
  Bytes bytes(kFileBytes);
  const auto size = size_of(file_);
  if (!size) return std::unexpected(size.error());
  if (*size != kFileBytes) return std::unexpected(Error::corrupt);
  if (const auto read = read_at(file_, bytes, 0); !read) return std::unexpected(read.error());
  for (std::size_t i = 0; i < records_.size(); ++i) {
    const auto slot = ByteView(bytes).subspan(i * kPageBytes, kSlotBytes);
    if (is_valid(slot)) {
      records_[i].sequence = read_be<std::uint64_t>(slot.subspan(kSequenceAt));
      records_[i].tip.height = read_be<std::uint64_t>(slot.subspan(kHeightAt));
      std::ranges::copy(slot.subspan(kHashAt, 32), records_[i].tip.hash.begin());
    } else if (std::ranges::any_of(slot, [](std::uint8_t byte) { return byte != 0; })) {
      ++damaged_slots_;
    }
  }
  // The very first write may be torn; that there is no tip is then the truth. But a second record
  // is written only after the first: if both are damaged, so was the disk.
  if (damaged_slots_ == 2) return std::unexpected(Error::corrupt);
  return {};
}

std::optional<Tip> TipFile::read() const {
  const auto& record = records_[newest()];
  if (record.sequence == 0) return std::nullopt;
  return record.tip;
}

std::expected<void, Error> TipFile::write(std::uint64_t height, const Hash32& hash) {
  if (halted_) return std::unexpected(Error::halted);
  const auto current = newest();
  const std::size_t target = records_[current].sequence == 0 ? 0 : 1 - current;
  const auto sequence = records_[current].sequence + 1;
  const auto written = write_at(file_, encode_slot(sequence, height, hash), target * kPageBytes);
  if (!written || ::fdatasync(file_.get()) != 0) {
    halted_ = true;
    return std::unexpected(Error::outcome_unknown);
  }
  records_[target] = {sequence, {height, hash}};
  return {};
}

}  // namespace tally::storage
