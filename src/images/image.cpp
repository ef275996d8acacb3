#include "images/image.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "images/jpeg.hpp"
#include "images/png.hpp"

namespace tally::images {
namespace {

constexpr std::uint8_t kJpegMagic[] = {0xff, 0xd8, 0xff};
constexpr std::uint8_t kPngMagic[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

bool starts_with(ByteView bytes, ByteView magic) {
  return bytes.size() >= magic.size() && std::ranges::equal(bytes.first(magic.size()), magic);
}

std::uint32_t read_number(ByteView bytes, std::size_t at, std::size_t size, bool little) {
  std::uint32_t out = 0;
  for (std::size_t i = 0; i < size; ++i) {
    out = out << 8 | bytes[at + (little ? size - 1 - i : i)];
  }
  return out;
}

// The orientation in a TIFF structure (TIFF 6.0; Exif 2.3, tag 0x0112), or 1.
int tiff_orientation(ByteView tiff) {
  if (tiff.size() < 8) return 1;
  const bool little = tiff[0] == 'I' && tiff[1] == 'I';
  if (!little && !(tiff[0] == 'M' && tiff[1] == 'M')) return 1;
  const std::size_t directory = read_number(tiff, 4, 4, little);
  if (directory + 2 > tiff.size()) return 1;
  const auto count = read_number(tiff, directory, 2, little);
  for (std::size_t i = 0; i < count; ++i) {
    const auto at = directory + 2 + 12 * i;
    if (at + 12 > tiff.size()) return 1;
    if (read_number(tiff, at, 2, little) != 0x0112) continue;
    const auto value = read_number(tiff, at + 8, 2, little);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

// Where the pixel (x, y) of the upright picture stands in the one that was taken.
std::size_t source_of(const Size& size, int orientation, std::uint32_t x, std::uint32_t y) {
  const auto w = size.width;
  const auto h = size.height;
  std::uint32_t from_x = x;
  std::uint32_t from_y = y;
  switch (orientation) {
    case 2:
      from_x = w - 1 - x;
      break;
    case 3:
      from_x = w - 1 - x;
      from_y = h - 1 - y;
      break;
    case 4:
      from_y = h - 1 - y;
      break;
    case 5:
      from_x = y;
      from_y = x;
      break;
    case 6:
      from_x = y;
      from_y = h - 1 - x;
      break;
    case 7:
      from_x = w - 1 - y;
      from_y = h - 1 - x;
      break;
    case 8:
      from_x = w - 1 - y;
      from_y = x;
      break;
    default:
      break;
  }
  return (std::size_t{from_y} * w + from_x) * 3;
}

Pixels upright(Pixels pixels, int orientation) {
  if (orientation == 1) return pixels;
  Pixels out;
  const bool turned = orientation >= 5;
  out.size = turned ? Size{pixels.size.height, pixels.size.width} : pixels.size;
  out.rgb.resize(pixels.rgb.size());
  std::size_t at = 0;
  for (std::uint32_t y = 0; y < out.size.height; ++y) {
    for (std::uint32_t x = 0; x < out.size.width; ++x, at += 3) {
      const auto from = source_of(pixels.size, orientation, x, y);
      std::copy_n(pixels.rgb.begin() + static_cast<std::ptrdiff_t>(from), 3,
                  out.rgb.begin() + static_cast<std::ptrdiff_t>(at));
    }
  }
  return out;
}

}  // namespace

std::string_view name(Error error) {
  switch (error) {
    case Error::unknown_format:
      return "unknown_format";
    case Error::too_large:
      return "too_large";
    case Error::damaged:
      return "damaged";
  }
  return "unknown";
}

std::expected<Format, Error> sniff(ByteView bytes) {
  if (bytes.size() > kInputBytesMax) return std::unexpected(Error::too_large);
  if (starts_with(bytes, kJpegMagic)) return Format::jpeg;
  if (starts_with(bytes, kPngMagic)) return Format::png;
  return std::unexpected(Error::unknown_format);
}

std::expected<Size, Error> declared_size(ByteView bytes) {
  const auto format = sniff(bytes);
  if (!format) return std::unexpected(format.error());
  const auto size = *format == Format::jpeg ? jpeg_size(bytes) : png_size(bytes);
  if (!size) return size;
  if (size->width == 0 || size->height == 0) return std::unexpected(Error::damaged);
  if (size->width > kEdgeMax || size->height > kEdgeMax ||
      std::uint64_t{size->width} * size->height > kPixelsMax) {
    return std::unexpected(Error::too_large);
  }
  return size;
}

std::expected<Pixels, Error> decode(ByteView bytes, std::uint32_t edge_wanted) {
  const auto size = declared_size(bytes);
  if (!size) return std::unexpected(size.error());
  if (sniff(bytes) == Format::png) return decode_png(bytes, *size);
  auto pixels = decode_jpeg(bytes, *size, edge_wanted);
  if (!pixels) return pixels;
  return upright(std::move(*pixels), exif_orientation(bytes));
}

Pixels shrink(const Pixels& pixels, std::uint32_t edge_max) {
  const auto [width, height] = pixels.size;
  CHECK(edge_max > 0 && width > 0 && height > 0);
  const auto edge = std::max(width, height);
  if (edge <= edge_max) return pixels;
  const auto scaled = [&](std::uint32_t length) {
    return std::max<std::uint32_t>(
        1, static_cast<std::uint32_t>(std::uint64_t{length} * edge_max / edge));
  };
  Pixels out{{scaled(width), scaled(height)}, {}};
  out.rgb.reserve(std::size_t{out.size.width} * out.size.height * 3);
  for (std::uint64_t y = 0; y < out.size.height; ++y) {
    const auto top = y * height / out.size.height;
    const auto bottom = std::max(top + 1, (y + 1) * height / out.size.height);
    for (std::uint64_t x = 0; x < out.size.width; ++x) {
      const auto left = x * width / out.size.width;
      const auto right = std::max(left + 1, (x + 1) * width / out.size.width);
      std::uint64_t sum[3] = {0, 0, 0};
      for (auto row = top; row < bottom; ++row) {
        const auto* at = pixels.rgb.data() + (row * width + left) * 3;
        for (auto column = left; column < right; ++column, at += 3) {
          for (int channel = 0; channel < 3; ++channel) sum[channel] += at[channel];
        }
      }
      const auto count = (bottom - top) * (right - left);
      for (const auto channel : sum) {
        out.rgb.push_back(static_cast<std::uint8_t>((channel + count / 2) / count));
      }
    }
  }
  return out;
}

int exif_orientation(ByteView jpeg) {
  constexpr std::uint8_t kApp1 = 0xe1;
  constexpr std::uint8_t kStartOfScan = 0xda;
  constexpr std::string_view kExif("Exif\0\0", 6);
  constexpr int kSegmentsMax = 64;
  std::size_t at = 2;
  for (int segment = 0; segment < kSegmentsMax && at + 4 <= jpeg.size(); ++segment) {
    if (jpeg[at] != 0xff || jpeg[at + 1] == kStartOfScan) return 1;
    const auto marker = jpeg[at + 1];
    const std::size_t length = read_number(jpeg, at + 2, 2, false);
    if (length < 2 || at + 2 + length > jpeg.size()) return 1;
    const auto content = jpeg.subspan(at + 4, length - 2);
    if (marker == kApp1 && as_text(content).starts_with(kExif)) {
      return tiff_orientation(content.subspan(kExif.size()));
    }
    at += 2 + length;
  }
  return 1;
}

}  // namespace tally::images
