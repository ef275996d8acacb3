#include "http/qr_code.hpp"

#include <qrcodegen/qrcodegen.hpp>

#include "base/bytes.hpp"
#include "http/page_template.hpp"

namespace tally::http {

std::optional<std::string> qr_svg(std::string_view text, std::string_view label) {
  using qrcodegen::QrCode;
  constexpr int kQuiet = 4;
  const auto bytes = as_bytes(text);
  std::optional<QrCode> code;
  try {
    code = QrCode::encodeBinary({bytes.begin(), bytes.end()}, QrCode::Ecc::MEDIUM);
  } catch (const qrcodegen::data_too_long&) {
    return std::nullopt;
  }
  const int size = code->getSize();
  std::string path;
  for (int y = 0; y < size; ++y) {
    for (int x = 0; x < size; ++x) {
      if (!code->getModule(x, y)) continue;
      int run = 1;
      while (x + run < size && code->getModule(x + run, y)) ++run;
      path += fmt::format("M{} {}h{}v1h-{}z", x + kQuiet, y + kQuiet, run, run);
      x += run;
    }
  }
  const int side = size + 2 * kQuiet;
  return fmt::format(R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {0}" role="img" )"
                     R"(aria-label="{1}" shape-rendering="crispEdges">)"
                     R"(<path fill="#fff" d="M0 0h{0}v{0}H0z"/><path fill="#000" d="{2}"/></svg>)",
                     side, escape_html(label), path);
}

}  // namespace tally::http
