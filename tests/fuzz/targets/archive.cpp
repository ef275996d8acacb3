// A segment of the archive that holds anything: it opens or is known to be damaged, and what is
// read of it does not crash. The first byte chooses whether the input is laid over a real segment.
#include "ledger/archive_segment.hpp"

#include <fstream>

#include "fuzz/support/input.hpp"
#include "fuzz/support/model.hpp"
#include "fuzz/support/samples.hpp"
#include "fuzz/support/scratch.hpp"
#include "fuzz/target.hpp"

namespace tally::fuzz {
namespace {

std::filesystem::path path() {
  static const Scratch kScratch("archive");
  return kScratch.path() / "blocks-0-2.segment";
}

const Bytes& real_segment() {
  static const auto kBytes = [] {
    auto writer = ledger::SegmentWriter::create(path(), network(), 0, 2, {});
    CHECK(writer.has_value());
    Hash32 previous{};
    for (std::uint64_t height = 0; height < 3; ++height) {
      auto block = sample_block();
      block.header.height = height;
      block.header.previous_hash = previous;
      previous = codec::block_hash(block.header);
      CHECK(writer->add(codec::encode_block(block)).has_value());
    }
    CHECK(writer->finish(previous).has_value());
    std::ifstream file(path(), std::ios::binary);
    return Bytes(std::istreambuf_iterator<char>(file), {});
  }();
  return kBytes;
}

void run(ByteView bytes) {
  Input input(bytes);
  Bytes content;
  const bool laid_over = input.flag();
  if (laid_over) {
    content = real_segment();
    while (!input.empty()) {
      const auto at = input.pair() % content.size();
      content[at] = input.byte();
    }
  } else {
    const auto rest = input.rest();
    content.assign(rest.begin(), rest.end());
  }
  std::ofstream(path(), std::ios::binary)
      .write(reinterpret_cast<const char*>(content.data()),
             static_cast<std::streamsize>(content.size()));
  const auto file = ledger::SegmentFile::open(path(), network());
  if (!file) {
    CHECK(!ledger::describe(file.error()).empty());
    return;
  }
  const auto& info = file->info();
  CHECK(info.first <= info.last && info.last - info.first < ledger::kSegmentBlocksMax);
  for (auto height = info.first; height <= info.last && height < info.first + 8; ++height) {
    (void)file->read(height);
  }
  const auto whole = file->verify();
  // Every byte of the file counts.
  if (laid_over) CHECK(whole.has_value() == (content == real_segment()));
}

void seed(Seeds& seeds) {
  seeds.add("real", 0, real_segment());
  seeds.add("unchanged", Bytes{1});
  seeds.add("changed", Bytes{1, 0, 20, 9});
  seeds.add("index", Bytes{1, 5, 200, 9, 5, 201, 9});
}

}  // namespace

FUZZ_TARGET(archive, run, seed, 16'384);

}  // namespace tally::fuzz
