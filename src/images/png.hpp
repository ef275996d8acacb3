// PNG by libpng. Private to this folder.
#pragma once

#include "images/image.hpp"

namespace tally::images {

/// Reads the header alone. Errors: damaged.
std::expected<Size, Error> png_size(ByteView bytes);

/// `size` is what png_size() says, within the bounds. Errors: damaged.
std::expected<Pixels, Error> decode_png(ByteView bytes, const Size& size);

}  // namespace tally::images
