// JPEG by libjpeg-turbo. Private to this folder.
#pragma once

#include "images/image.hpp"

namespace tally::images {

/// Reads the header alone. Errors: damaged.
std::expected<Size, Error> jpeg_size(ByteView bytes);

/// `size` is what jpeg_size() says, within the bounds. Errors: damaged, too_large.
std::expected<Pixels, Error> decode_jpeg(ByteView bytes, const Size& size,
                                         std::uint32_t edge_wanted);

}  // namespace tally::images
