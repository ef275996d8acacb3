// GS1 Digital Link URIs, as scanned or typed: what is read prints to a URI that reads the same.
#include "epcis/digital_link.hpp"

#include "epcis/percent.hpp"
#include "fuzz/target.hpp"

namespace tally::fuzz {
namespace {

using namespace epcis;

void check(const DigitalLink& link) {
  const auto again = parse_digital_link(link.uri());
  CHECK(again.has_value());
  CHECK(again->key == link.key && again->path == link.path && again->attributes == link.attributes);
  (void)link.element_string();
  const auto canonical = parse_canonical(link.key.canonical());
  CHECK(canonical.has_value() && *canonical == link.key);
  std::vector<AiValue> elements = link.path;
  elements.insert(elements.end(), link.attributes.begin(), link.attributes.end());
  const auto made = make_digital_link(elements);
  CHECK(made.has_value() && made->key == link.key);
}

void run(ByteView input) {
  if (input.empty()) return;
  const auto text = as_text(input.subspan(1));
  const LinkOptions options{.check_digits = CheckDigits::verify,
                            .pad_gtin = (input[0] & 1) != 0,
                            .trailing_slash = (input[0] & 2) != 0,
                            .short_names = (input[0] & 4) != 0};
  if (const auto link = parse_digital_link(text, options)) check(*link);
  if (const auto link = parse_link_path(text, options)) check(*link);
  if (const auto key = parse_canonical(text)) CHECK(key->canonical() == text);
  const auto decoded = percent_decode(text);
  if (decoded && decoded->find('\0') == std::string::npos) {  // which no URI holds
    const auto again = percent_decode(percent_encode(*decoded));
    CHECK(again.has_value() && *again == *decoded);
  }
}

void seed(Seeds& seeds) {
  constexpr std::string_view kTexts[] = {
      "/01/09506000134352/21/ABC123",
      "/01/9506000134352/21/a%2fb%2Fc",
      "/01/95060002/",
      "/01/09506000134352/22/2A/10/LOT/21/S?17=261231&linkType=gs1:pip",
      "/some/stem/8004/95060001AB",
      "/414/9520123456788/254/32a%2Fb",
      "/00/140123451122233341",
      "https://id.gs1.org/01/09506000134352/22/2A/10/L%2F1/21/S%2B1?17=261231&99=%2Fx",
      "https://id.gs1.org/8003/040123450007718765",
      "https://[::1]:8443/gtin/9506000134352/ser/1?3103=000195;99=a%20b",
      "01/09506000134352/21/ABC123",
      "8004/95060001AB",
  };
  for (std::uint8_t i = 0; const auto text : kTexts) {
    seeds.add(std::to_string(i), i % 8, as_bytes(text));
    ++i;
  }
}

}  // namespace

FUZZ_TARGET(digital_link, run, seed);

}  // namespace tally::fuzz
