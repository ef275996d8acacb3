// GS1 Digital Link: the unit tests of the GS1 syntax engine, parsing and generating. Compressed
// links are not part of the product.
#include "epcis/digital_link.hpp"

#include "conformance/vectors.hpp"

namespace tally::conformance {
namespace {

class DigitalLinkVectors : public Vectors {
 protected:
  [[nodiscard]] boost::json::value vectors() const { return json("digital-link/uri-vectors.json"); }

  static std::string shown(const std::expected<epcis::DigitalLink, epcis::Gs1Fault>& link) {
    return link ? link->element_string() : std::string(epcis::to_string(link.error().code));
  }
};

TEST_F(DigitalLinkVectors, Parse) {
  const auto all = vectors();
  const auto& cases = all.at("parse").as_array();
  EXPECT_GE(cases.size(), 41U);
  for (const auto& c : cases) {
    const std::string uri = string_of(c, "uri");
    SCOPED_TRACE(uri);
    const auto link = epcis::parse_digital_link(uri);
    ASSERT_EQ(link.has_value(), c.at("valid").as_bool()) << shown(link);
    if (link) {
      EXPECT_EQ(link->element_string(), string_of(c, "ai"));
    }
  }
}

TEST_F(DigitalLinkVectors, ParseWithPaddedGtin) {
  const epcis::LinkOptions padded{.check_digits = epcis::CheckDigits::verify,
                                  .pad_gtin = true,
                                  .trailing_slash = false,
                                  .short_names = false};
  const auto all = vectors();
  for (const auto& c : all.at("parse_with_permit_zero_suppressed_gtin").as_array()) {
    const std::string uri = string_of(c, "uri");
    SCOPED_TRACE(uri);
    EXPECT_EQ(shown(epcis::parse_digital_link(uri, padded)), string_of(c, "ai"));
  }
}

/// `(01)12312312312326(21)abc123`. A value may hold brackets, but none of these does.
std::vector<epcis::AiValue> elements_of(const std::string& text) {
  std::vector<epcis::AiValue> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t close = text.find(')', at);
    const std::size_t next = std::min(text.find('(', close), text.size());
    out.push_back({text.substr(at + 1, close - at - 1), text.substr(close + 1, next - close - 1)});
    at = next;
  }
  return out;
}

TEST_F(DigitalLinkVectors, Generate) {
  const auto all = vectors();
  for (const auto& c : all.at("generate").as_array()) {
    const std::string text = string_of(c, "ai");
    SCOPED_TRACE(text);
    const auto link = epcis::make_digital_link(elements_of(text));
    ASSERT_EQ(link.has_value(), c.at("expect").is_string()) << shown(link);
    if (!link) continue;
    const std::string stem =
        c.at("stem").is_string() ? string_of(c, "stem") : std::string(epcis::kGs1Host);
    EXPECT_EQ(link->uri(stem), string_of(c, "expect"));
  }
}

}  // namespace
}  // namespace tally::conformance
