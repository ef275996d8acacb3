#include "images/png.hpp"

#include <png.h>

namespace tally::images {
namespace {

constexpr std::size_t kHeaderBytes = 8 + 8 + 13;  // signature, then IHDR's length, type and data

// libpng's simplified interface, which has no longjmp to its caller.
struct Image : png_image {
  Image() : png_image{} { version = PNG_IMAGE_VERSION; }
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;
  ~Image() { png_image_free(this); }
};

}  // namespace

// IHDR comes first (PNG, section 5.6): nothing else is read, and nothing is reserved.
std::expected<Size, Error> png_size(ByteView bytes) {
  if (bytes.size() < kHeaderBytes || as_text(bytes.subspan(12, 4)) != "IHDR") {
    return std::unexpected(Error::damaged);
  }
  return Size{read_be<std::uint32_t>(bytes.subspan(16, 4)),
              read_be<std::uint32_t>(bytes.subspan(20, 4))};
}

std::expected<Pixels, Error> decode_png(ByteView bytes, const Size& size) {
  Image image;
  if (png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()) == 0 ||
      image.width != size.width || image.height != size.height) {
    return std::unexpected(Error::damaged);
  }
  image.format = PNG_FORMAT_RGB;
  Pixels out{size, {}};
  out.rgb.resize(PNG_IMAGE_SIZE(image));
  const png_color white{255, 255, 255};
  if (png_image_finish_read(&image, &white, out.rgb.data(), 0, nullptr) == 0) {
    return std::unexpected(Error::damaged);
  }
  return out;
}

}  // namespace tally::images
