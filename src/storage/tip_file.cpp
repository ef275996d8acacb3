#include "storage/tip_file.hpp"

#include <fcntl.h>

#include <algorithm>

#include "storage/checksum.hpp"
#include "storage/durable_file.hpp"
#include "storage/posix.hpp"

namespace tally::storage {
namespace {

constexpr std::string_view kMagic = "tallytip";
constexpr std::size_t kSlotBytes = 512;
constexpr std::size_t kPageBytes = 4096;
static_assert(TipFile::kBytes == 2 * kPageBytes);
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

class FileMedium final : public TipMedium {
 public:
  explicit FileMedium(FileDescriptor file) : file_(std::move(file)) {}

  std::expected<Bytes, Error> read() override {
    const auto size = size_of(file_);
    if (!size) return std::unexpected(size.error());
    if (*size != TipFile::kBytes) return std::unexpected(Error::corrupt);
    Bytes bytes(TipFile::kBytes);
    if (const auto read = read_at(file_, bytes, 0); !read) return std::unexpected(read.error());
    return bytes;
  }
  std::expected<void, Error> write(std::uint64_t offset, ByteView bytes) override {
    if (const auto written = write_at(file_, bytes, offset); !written) return written;
    return sync_data(file_);
  }

 private:
  FileDescriptor file_;
};

}  // namespace

std::expected<TipFile, Error> TipFile::open(const std::filesystem::path& path, bool create,
                                            OnUnknownOutcome on_unknown_outcome) {
  auto file = open_file(path, O_RDWR);
  if (!file && file.error() == Error::not_found && create) {
    if (const auto made = write_file(path, Bytes(kBytes)); !made) {
      if (made.error() != Error::outcome_unknown) return std::unexpected(made.error());
      return std::unexpected(Fuse(path.string(), std::move(on_unknown_outcome)).blow());
    }
    file = open_file(path, O_RDWR);
  }
  if (!file) return std::unexpected(file.error());
  return open(std::make_unique<FileMedium>(std::move(*file)), std::move(on_unknown_outcome),
              path.string());
}

std::expected<TipFile, Error> TipFile::open(std::unique_ptr<TipMedium> medium,
                                            OnUnknownOutcome on_unknown_outcome,
                                            std::string where) {
  TipFile tip_file(std::move(medium),
                   std::make_unique<Fuse>(std::move(where), std::move(on_unknown_outcome)));
  if (const auto loaded = tip_file.load(); !loaded) return std::unexpected(loaded.error());
  return tip_file;
}

std::expected<void, Error> TipFile::load() {
  const auto bytes = medium_->read();
  if (!bytes) return std::unexpected(bytes.error());
  for (std::size_t i = 0; i < records_.size(); ++i) {
    const auto slot = ByteView(*bytes).subspan(i * kPageBytes, kSlotBytes);
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
  if (halted()) return std::unexpected(Error::halted);
  const auto current = newest();
  const std::size_t target = records_[current].sequence == 0 ? 0 : 1 - current;
  const auto sequence = records_[current].sequence + 1;
  if (!medium_->write(target * kPageBytes, encode_slot(sequence, height, hash))) {
    return std::unexpected(fuse_->blow());
  }
  records_[target] = {sequence, {height, hash}};
  return {};
}

}  // namespace tally::storage
