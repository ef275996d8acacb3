#include "http/qr_code.hpp"

#include <gtest/gtest.h>

namespace tally::http {
namespace {

TEST(QrSvg, HasAQuietZoneAndAnEscapedLabel) {
  const auto svg = qr_svg("https://host.example/01/09506000130019/21/A1", "a \"code\" <of>");
  ASSERT_TRUE(svg);
  // Version 4 has 33 modules a side at error correction M; 4 quiet ones on each side.
  EXPECT_NE(svg->find(R"(viewBox="0 0 41 41")"), std::string::npos) << *svg;
  EXPECT_NE(svg->find(R"(aria-label="a &quot;code&quot; &lt;of&gt;")"), std::string::npos);
  EXPECT_NE(svg->find("M4 4h7v1"), std::string::npos) << "the finder pattern's upper edge";
  EXPECT_EQ(svg->find("M3 "), std::string::npos);
}

TEST(QrSvg, TheSameTextGivesTheSameCodeAndAnotherAnother) {
  EXPECT_EQ(qr_svg("a", "x"), qr_svg("a", "x"));
  EXPECT_NE(qr_svg("a", "x"), qr_svg("b", "x"));
}

TEST(QrSvg, ATextThatIsTooLongHasNone) {
  EXPECT_TRUE(qr_svg(std::string(2331, 'x'), ""));
  EXPECT_FALSE(qr_svg(std::string(2332, 'x'), ""));
}

}  // namespace
}  // namespace tally::http
