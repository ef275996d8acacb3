// Photographs from strangers: JPEG and PNG, looked at before anything is reserved for them, decoded
// within fixed bounds, and written anew, so that nothing of the original's bytes survives: no
// place, no camera, no name, no colour profile, no second picture behind the first.
//
//   bytes ─▶ sniff ─▶ declared size ─▶ decode (scaled down where it can be) ─▶ turn ─▶ shrink ─▶
//   JPEG
//
// docs/adr/0024-libjpeg-and-libpng.md says why these libraries. All functions are pure; any thread,
// but a decode may take kDecodeBytesMax of memory: callers bound how many run at a time.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace tally::images {

inline constexpr std::size_t kInputBytesMax = std::size_t{12} << 20;
inline constexpr std::uint32_t kEdgeMax = 12'000;        // declared pixels of a side
inline constexpr std::uint64_t kPixelsMax = 25'000'000;  // declared, in all
inline constexpr std::size_t kDecodeBytesMax = std::size_t{320} << 20;
inline constexpr std::uint32_t kFullEdge = 3'200;  // of what is kept
inline constexpr int kScansMax = 100;              // of a progressive JPEG

enum class Format : std::uint8_t { jpeg = 1, png = 2 };

/// Append-only numbers.
enum class Error : std::uint16_t {
  unknown_format = 1,  ///< Neither a JPEG nor a PNG by its first bytes.
  too_large = 2,       ///< In bytes, in declared pixels, or in what decoding would take.
  damaged = 3,         ///< It cannot be decoded to its end.
};
[[nodiscard]] std::string_view name(Error error);

/// What the first bytes say it is; whatever it is called elsewhere.
[[nodiscard]] std::expected<Format, Error> sniff(ByteView bytes);

struct Size {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  bool operator==(const Size&) const = default;
};

/// The size that the header declares. Reserves nothing for pixels. Errors: unknown_format,
/// too_large, damaged.
[[nodiscard]] std::expected<Size, Error> declared_size(ByteView bytes);

/// Pixels of three bytes (red, green, blue), row by row.
struct Pixels {
  Size size;
  std::vector<std::uint8_t> rgb;
};

/// Decodes the first picture and turns it upright (EXIF orientation). A JPEG comes scaled down, if
/// that still leaves `edge_wanted` pixels of its longer side. Transparent parts become white.
/// Errors: those of declared_size(), damaged.
[[nodiscard]] std::expected<Pixels, Error> decode(ByteView bytes, std::uint32_t edge_wanted);

/// The picture with at most `edge_max` pixels of its longer side, each the mean of those it stands
/// for; as it is if it is no larger. `edge_max` is not 0, the picture not empty (CHECKed).
[[nodiscard]] Pixels shrink(const Pixels& pixels, std::uint32_t edge_max);

/// A baseline JPEG without any metadata; empty if there is no memory for it. `quality` 1 … 100.
[[nodiscard]] Bytes encode_jpeg(const Pixels& pixels, int quality);

/// How the camera was held, as EXIF's orientation (1 … 8) of a JPEG says; 1 if nothing readable
/// does. Looks at no more than the first segments.
[[nodiscard]] int exif_orientation(ByteView jpeg);

}  // namespace tally::images
