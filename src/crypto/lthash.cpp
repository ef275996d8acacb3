#include "crypto/lthash.hpp"

#include "crypto/hash.hpp"

namespace tally::crypto {
namespace {

using Lanes = std::array<std::uint16_t, LtHash::kLanes>;

Lanes expand(ByteView element) {
  static const TaggedHasher hasher("tally/lthash/element");
  constexpr std::size_t kLanesOfBlock = sizeof(Hash32) / 2;
  Sha256 seeded;
  seeded.update(hasher({element}));
  Lanes lanes;
  for (std::size_t i = 0; i < LtHash::kLanes / kLanesOfBlock; ++i) {
    const std::array<std::uint8_t, 4> counter{0, 0, 0, static_cast<std::uint8_t>(i)};
    const Hash32 block = Sha256(seeded).update(counter).finish();
    for (std::size_t j = 0; j < kLanesOfBlock; ++j) {
      lanes[i * kLanesOfBlock + j] = read_be<std::uint16_t>(ByteView(block).subspan(2 * j));
    }
  }
  return lanes;
}

}  // namespace

void LtHash::add(ByteView element) {
  const Lanes lanes = expand(element);
  for (std::size_t i = 0; i < kLanes; ++i) {
    lanes_[i] = static_cast<std::uint16_t>(lanes_[i] + lanes[i]);
  }
}

void LtHash::remove(ByteView element) {
  const Lanes lanes = expand(element);
  for (std::size_t i = 0; i < kLanes; ++i) {
    lanes_[i] = static_cast<std::uint16_t>(lanes_[i] - lanes[i]);
  }
}

void LtHash::merge(const LtHash& other) {
  for (std::size_t i = 0; i < kLanes; ++i) {
    lanes_[i] = static_cast<std::uint16_t>(lanes_[i] + other.lanes_[i]);
  }
}

Hash32 LtHash::digest() const { return tagged_hash("tally/lthash", {serialise()}); }

Bytes LtHash::serialise() const {
  Bytes out;
  out.reserve(kBytes);
  for (const std::uint16_t lane : lanes_) append_be(out, lane);
  return out;
}

std::optional<LtHash> LtHash::parse(ByteView bytes) {
  if (bytes.size() != kBytes) return std::nullopt;
  LtHash out;
  for (std::size_t i = 0; i < kLanes; ++i) {
    out.lanes_[i] = read_be<std::uint16_t>(bytes.subspan(2 * i));
  }
  return out;
}

}  // namespace tally::crypto
