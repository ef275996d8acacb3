// QR codes as pictures for pages. The home of qrcodegen.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tally::http {

/// An SVG element with the code of `text` (error correction M, a quiet zone of 4 modules, black on
/// white in any colour scheme), and `label` as its accessible name. Nothing if the text is too long
/// for any code: over 2,331 bytes. Source: ISO/IEC 18004.
[[nodiscard]] std::optional<std::string> qr_svg(std::string_view text, std::string_view label);

}  // namespace tally::http
