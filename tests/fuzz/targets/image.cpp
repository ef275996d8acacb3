// Photographs: whatever the bytes are, they are refused, or decoded to as many pixels as they say,
// and what is written of them can be read again and holds nothing but the picture.
#include "images/image.hpp"
#include "fuzz/support/input.hpp"
#include "fuzz/target.hpp"

namespace tally::fuzz {
namespace {

using namespace images;

constexpr std::uint64_t kPixelsTried = 1'000'000;  // more only takes longer

void run(ByteView bytes) {
  const auto size = declared_size(bytes);
  const auto orientation = exif_orientation(bytes);
  CHECK(orientation >= 1 && orientation <= 8);
  if (!size) {
    CHECK(decode(bytes, 64).error() == size.error());
    return;
  }
  CHECK(size->width > 0 && size->width <= kEdgeMax && size->height > 0 && size->height <= kEdgeMax);
  if (std::uint64_t{size->width} * size->height > kPixelsTried) return;
  const auto pixels = decode(bytes, kFullEdge);
  if (!pixels) return;
  CHECK(pixels->rgb.size() == std::size_t{pixels->size.width} * pixels->size.height * 3);
  const auto small = shrink(*pixels, 32);
  CHECK(std::max(small.size.width, small.size.height) <= 32);
  const auto written = encode_jpeg(small, 80);
  CHECK(declared_size(written) == small.size);
  CHECK(decode(written, 32).has_value());
}

Pixels sample() {
  Pixels out{{24, 16}, {}};
  for (int i = 0; i < 24 * 16 * 3; ++i) out.rgb.push_back(static_cast<std::uint8_t>(i * 7));
  return out;
}

void seed(Seeds& seeds) {
  const auto jpeg = encode_jpeg(sample(), 80);
  seeds.add("jpeg", jpeg);
  auto turned = Bytes(jpeg.begin(), jpeg.begin() + 2);
  append(turned, as_bytes(std::string_view("\xff\xe1\0\x22"
                                           "Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"
                                           "\x06\0\0\0\0\0\0",
                                           36)));
  turned.insert(turned.end(), jpeg.begin() + 2, jpeg.end());
  seeds.add("turned", turned);
  // A picture of one white pixel.
  constexpr std::uint8_t kPng[] = {
      0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48,
      0x44, 0x52, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x06, 0x00, 0x00,
      0x00, 0x1f, 0x15, 0xc4, 0x89, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x44, 0x41, 0x54, 0x78,
      0x9c, 0x63, 0xf8, 0xff, 0xff, 0xff, 0x7f, 0x00, 0x09, 0xfb, 0x03, 0xfd, 0x05, 0x43,
      0x45, 0xca, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82};
  seeds.add("png", kPng);
}

}  // namespace

FUZZ_TARGET(image, run, seed);

}  // namespace tally::fuzz
