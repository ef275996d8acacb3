#include "images/image.hpp"

#include <gtest/gtest.h>
#include <png.h>

namespace tally::images {
namespace {

// Left half red, right half blue, the top row green.
Pixels sample(std::uint32_t width, std::uint32_t height) {
  Pixels out{{width, height}, {}};
  for (std::uint32_t y = 0; y < height; ++y) {
    for (std::uint32_t x = 0; x < width; ++x) {
      const bool left = x < width / 2;
      const std::uint8_t top = y < height / 8 ? 255 : 0;
      out.rgb.insert(out.rgb.end(), {static_cast<std::uint8_t>(left ? 255 : 0), top,
                                     static_cast<std::uint8_t>(left ? 0 : 255)});
    }
  }
  return out;
}

Bytes png_of(const Pixels& pixels) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = pixels.size.width;
  image.height = pixels.size.height;
  image.format = PNG_FORMAT_RGB;
  png_alloc_size_t size = 0;
  png_image_write_get_memory_size(image, size, 0, pixels.rgb.data(), 0, nullptr);
  Bytes out(size);
  EXPECT_TRUE(
      png_image_write_to_memory(&image, out.data(), &size, 0, pixels.rgb.data(), 0, nullptr));
  out.resize(size);
  return out;
}

// An APP1 segment with this orientation, and a name and a place beside it, behind the first marker.
Bytes with_exif(const Bytes& jpeg, std::uint8_t orientation) {
  Bytes exif;
  append(exif, as_bytes(std::string_view("Exif\0\0MM\0*\0\0\0\x08", 14)));
  append(exif, as_bytes(std::string_view("\0\x01\x01\x12\0\x03\0\0\0\x01\0", 11)));
  exif.push_back(orientation);
  append(exif, as_bytes(std::string_view("\0\0\0\0\0\0", 6)));
  append(exif, as_bytes("GPS 48.85 N 2.35 E, taken by Ana"));
  Bytes out(jpeg.begin(), jpeg.begin() + 2);
  out.insert(out.end(), {0xff, 0xe1, 0, static_cast<std::uint8_t>(exif.size() + 2)});
  append(out, exif);
  out.insert(out.end(), jpeg.begin() + 2, jpeg.end());
  return out;
}

std::array<int, 3> at(const Pixels& pixels, std::uint32_t x, std::uint32_t y) {
  const auto* p = pixels.rgb.data() + (std::size_t{y} * pixels.size.width + x) * 3;
  return {p[0], p[1], p[2]};
}

TEST(Image, IsKnownByItsFirstBytes) {
  EXPECT_EQ(sniff(encode_jpeg(sample(8, 8), 90)), Format::jpeg);
  EXPECT_EQ(sniff(png_of(sample(8, 8))), Format::png);
  for (const std::string_view text : {"", "GIF89a", "\xff\xd8", "RIFF....WEBP", "<svg/>"}) {
    EXPECT_EQ(sniff(as_bytes(text)), std::unexpected(Error::unknown_format)) << text;
  }
  EXPECT_EQ(sniff(Bytes(kInputBytesMax + 1, 0xff)), std::unexpected(Error::too_large));
}

TEST(Image, ComesBackAsItWas) {
  const auto original = sample(64, 48);
  for (const auto& bytes : {encode_jpeg(original, 95), png_of(original)}) {
    const auto decoded = decode(bytes, 1'000);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->size, original.size);
    EXPECT_NEAR(at(*decoded, 8, 40)[0], 255, 12);
    EXPECT_NEAR(at(*decoded, 56, 40)[2], 255, 12);
    EXPECT_NEAR(at(*decoded, 8, 1)[1], 255, 12);
  }
}

TEST(Image, NothingButThePictureSurvives) {
  const auto original = with_exif(encode_jpeg(sample(64, 48), 90), 6);
  ASSERT_NE(as_text(original).find("taken by Ana"), std::string_view::npos);
  const auto decoded = decode(original, 1'000);
  ASSERT_TRUE(decoded);
  const auto kept = encode_jpeg(*decoded, 90);
  for (const std::string_view word : {"Exif", "GPS", "Ana"}) {
    EXPECT_EQ(as_text(kept).find(word), std::string_view::npos) << word;
  }
}

// Where the green row of the camera's top comes to lie, and red, for each way of holding it.
TEST(Image, IsTurnedUpright) {
  const auto jpeg = encode_jpeg(sample(64, 32), 95);
  struct Held {
    std::uint8_t orientation;
    Size size;
    std::pair<std::uint32_t, std::uint32_t> green;
    std::pair<std::uint32_t, std::uint32_t> red;
  };
  const std::vector<Held> rows{{1, {64, 32}, {8, 1}, {8, 20}},    {2, {64, 32}, {56, 1}, {56, 20}},
                               {3, {64, 32}, {56, 30}, {56, 10}}, {4, {64, 32}, {8, 30}, {8, 10}},
                               {5, {32, 64}, {1, 8}, {20, 8}},    {6, {32, 64}, {30, 8}, {10, 8}},
                               {7, {32, 64}, {30, 56}, {10, 56}}, {8, {32, 64}, {1, 56}, {20, 56}}};
  for (const auto& row : rows) {
    const auto decoded = decode(with_exif(jpeg, row.orientation), 1'000);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->size, row.size) << int{row.orientation};
    EXPECT_GT(at(*decoded, row.green.first, row.green.second)[1], 200) << int{row.orientation};
    EXPECT_GT(at(*decoded, row.red.first, row.red.second)[0], 200) << int{row.orientation};
    EXPECT_LT(at(*decoded, row.red.first, row.red.second)[1], 60) << int{row.orientation};
  }
  EXPECT_EQ(exif_orientation(with_exif(jpeg, 9)), 1) << "there is no ninth way";
  EXPECT_EQ(exif_orientation(jpeg), 1);
}

TEST(Image, ShrinksToTheMean) {
  const auto small = shrink(sample(64, 48), 16);
  EXPECT_EQ(small.size, (Size{16, 12}));
  EXPECT_EQ(at(small, 2, 6), (std::array{255, 0, 0}));
  EXPECT_EQ(at(small, 13, 6), (std::array{0, 0, 255}));
  EXPECT_EQ(shrink(sample(64, 48), 64).rgb, sample(64, 48).rgb);
  EXPECT_EQ(shrink(sample(1'000, 1), 10).size, (Size{10, 1}));
}

TEST(Image, AJpegIsDecodedNoLargerThanWanted) {
  const auto decoded = decode(encode_jpeg(sample(1'600, 800), 80), 400);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->size, (Size{400, 200}));
}

// The bomb: a few bytes that declare more than anybody's memory. Looked at before it is decoded.
TEST(Image, ABombIsRefusedByWhatItDeclares) {
  auto png = png_of(sample(8, 8));
  png[16] = png[20] = 0;
  png[17] = png[21] = 0;
  png[18] = png[22] = 0xea;  // 60,000 by 60,000
  png[19] = png[23] = 0x60;
  EXPECT_EQ(declared_size(png), std::unexpected(Error::too_large));
  EXPECT_EQ(decode(png, 100), std::unexpected(Error::too_large));
  auto jpeg = encode_jpeg(sample(16, 16), 90);
  std::size_t frame = 0;
  for (std::size_t i = 0; i + 9 < jpeg.size(); ++i) {
    if (jpeg[i] == 0xff && jpeg[i + 1] == 0xc0) frame = i;
  }
  ASSERT_GT(frame, 0u);
  jpeg[frame + 5] = jpeg[frame + 7] = 0xfd;  // 64,784 by 64,784
  EXPECT_EQ(declared_size(jpeg), std::unexpected(Error::too_large));
  EXPECT_EQ(decode(jpeg, 100), std::unexpected(Error::too_large));
}

TEST(Image, WhatIsCutShortIsDamaged) {
  for (const auto& whole : {encode_jpeg(sample(64, 48), 90), png_of(sample(64, 48))}) {
    // The last chunk of a PNG says nothing of the picture.
    for (std::size_t cut = 0; cut + 12 < whole.size(); cut += 7) {
      const auto decoded = decode(ByteView(whole).first(cut), 1'000);
      ASSERT_FALSE(decoded) << cut;
      EXPECT_NE(decoded.error(), Error::too_large) << cut;
    }
  }
}

TEST(Image, AnyChangedByteIsRefusedOrDecoded) {
  for (const auto& whole : {encode_jpeg(sample(40, 24), 90), png_of(sample(40, 24))}) {
    for (std::size_t i = 0; i < whole.size(); ++i) {
      auto changed = whole;
      changed[i] ^= 0x41;
      if (const auto decoded = decode(changed, 1'000)) {
        EXPECT_EQ(decoded->rgb.size(), std::size_t{decoded->size.width} * decoded->size.height * 3);
      }
    }
  }
}

}  // namespace
}  // namespace tally::images
