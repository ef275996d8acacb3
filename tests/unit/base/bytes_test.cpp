#include "base/bytes.hpp"

#include <gtest/gtest.h>

namespace tally {
namespace {

TEST(Bytes, HexadecimalGoesBothWays) {
  EXPECT_EQ(to_hex(Bytes{0x00, 0x7f, 0xff}), "007fff");
  EXPECT_EQ(from_hex("007FfF"), (Bytes{0x00, 0x7f, 0xff}));
  EXPECT_EQ(from_hex(""), Bytes{});
  for (const auto* bad : {"0", "0g", "g0", " 00", "0x00"}) EXPECT_FALSE(from_hex(bad)) << bad;
  EXPECT_TRUE(array_from_hex<2>("0102"));
  EXPECT_FALSE(array_from_hex<2>("010203"));
}

// RFC 4648, section 10.
TEST(Bytes, Base64IsThatOfTheStandard) {
  const std::pair<std::string_view, std::string_view> rows[] = {{"", ""},
                                                                {"f", "Zg=="},
                                                                {"fo", "Zm8="},
                                                                {"foo", "Zm9v"},
                                                                {"foob", "Zm9vYg=="},
                                                                {"fooba", "Zm9vYmE="},
                                                                {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : rows) {
    EXPECT_EQ(to_base64(as_bytes(plain)), coded);
    const auto back = from_base64(coded);
    ASSERT_TRUE(back) << coded;
    EXPECT_EQ(as_text(*back), plain);
  }
}

TEST(Bytes, Base64IsStrict) {
  for (const auto* bad : {"Zg", "Zg=", "Zg=a", "Zh==", "Zm9=", "=m9v", "Z===", "====", "Zm 9",
                          "Zm-_", "Zg==Zg==", "Zm9vZg=A"}) {
    EXPECT_FALSE(from_base64(bad)) << bad;
  }
}

TEST(Bytes, BigEndianIntegers) {
  Bytes out;
  append_be(out, std::uint16_t{0x0102});
  append_be(out, std::uint64_t{0x1122334455667788});
  EXPECT_EQ(to_hex(out), "01021122334455667788");
  EXPECT_EQ(read_be<std::uint16_t>(out), 0x0102);
  EXPECT_EQ(read_be<std::uint64_t>(ByteView(out).subspan(2)), 0x1122334455667788u);
}

}  // namespace
}  // namespace tally
