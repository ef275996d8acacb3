// The copy of the journal's tip outside it: any bytes there are a tip, none, or known to be
// damaged; and a write on top of whatever is readable is what is read next.
#include "storage/tip_file.hpp"

#include "fuzz/support/disks.hpp"
#include "fuzz/target.hpp"

namespace tally::fuzz {
namespace {

constexpr std::size_t kRecordBytes = 60;
constexpr std::size_t kPageBytes = 4'096;

// Only what a record has: the rest of the file is zeros, as it is on a disk.
void run(ByteView input) {
  Bytes file(storage::TipFile::kBytes);
  const auto first = input.first(std::min(input.size(), kRecordBytes));
  const auto second = input.subspan(first.size());
  std::ranges::copy(first, file.begin());
  std::ranges::copy(second.first(std::min(second.size(), kRecordBytes)), file.begin() + kPageBytes);
  auto tip_file = storage::TipFile::open(std::make_unique<TipInMemory>(file));
  if (!tip_file) {
    CHECK(tip_file.error() == storage::Error::corrupt);
    return;
  }
  const auto before = tip_file->read();
  const storage::Tip next{before ? before->height + 1 : 0, Hash32{3}};
  CHECK(tip_file->write(next.height, next.hash).has_value());
  CHECK(tip_file->read() == next);
  const auto again = storage::TipFile::open(std::make_unique<TipInMemory>(file));
  CHECK(again.has_value() && again->read() == next);
}

void seed(Seeds& seeds) {
  Bytes file(storage::TipFile::kBytes);
  auto tip_file = storage::TipFile::open(std::make_unique<TipInMemory>(file));
  for (std::uint64_t height = 0; height < 3; ++height) {
    CHECK(tip_file && tip_file->write(height, Hash32{static_cast<std::uint8_t>(height)}));
    Bytes records(file.begin(), file.begin() + kRecordBytes);
    append(records, ByteView(file).subspan(kPageBytes, kRecordBytes));
    seeds.add("height-" + std::to_string(height), records);
    records[20] ^= 1;
    seeds.add("torn-" + std::to_string(height), records);
  }
}

}  // namespace

FUZZ_TARGET(tip_file, run, seed, 2 * kRecordBytes);

}  // namespace tally::fuzz
