#include "market/serial_list.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <vector>

namespace tally::market {
namespace {

constexpr std::string_view kLot = "01/09506000134352/10/SPRING";

// What a list reads as: the serials, or what is wrong in which line.
std::string read(const std::string& text) {
  std::istringstream in(text);
  SerialList list(in, kLot);
  std::string out;
  while (true) {
    const auto serial = list.next();
    if (!serial) {
      return out + "line " + std::to_string(list.line()) + ": " +
             std::string(describe(serial.error()));
    }
    if (!*serial) return out;
    out += **serial + " ";
  }
}

TEST(SerialList, ReadsEveryForm) {
  const struct {
    std::string_view what;
    std::string text;
    std::string_view serials;
  } rows[] = {
      {"nothing", "", ""},
      {"lines", "A1\nB2\n\nC3", "A1 B2 C3 "},
      {"line ends of Windows, and a byte order mark",
       "\xef\xbb\xbf"
       "A1\r\nB2\r\n",
       "A1 B2 "},
      {"what must be escaped", "a/b\n", "a%2Fb "},
      {"keys and links of the class",
       "01/09506000134352/21/a%2Fb\nhttps://id.gs1.org/01/09506000134352/21/X\n"
       "urn:epc:id:sgtin:950600013.0435.Y\n",
       "a%2Fb X Y "},
      {"CSV with one column", "serial\nA1\nB2\n", "A1 B2 "},
      {"CSV with several", "size,serial,note\n38,A1,\"a, b\"\n39,\"B2\",\n", "A1 B2 "},
      {"CSV with quotes in quotes", "serial,note\nA1,\"say \"\"hi\"\"\"\n", "A1 "},
      {"JSON strings", "\"A1\"\n\"a\\u002fb\"\n", "A1 a%2Fb "},
      {"JSON objects", "{\"size\": 38, \"serial\": \"A1\"}\n{\"serial\": \"B2\"}\n", "A1 B2 "},
  };
  for (const auto& [what, text, serials] : rows) EXPECT_EQ(read(text), serials) << what;
}

TEST(SerialList, SaysWhichLineIsWrong) {
  const struct {
    std::string text;
    std::string_view answer;
  } rows[] = {
      {"A1\n" + std::string(kSerialLineBytesMax + 1, 'x'), "A1 line 2: the line is too long"},
      {"A1\n" + std::string(21, 'x'), "A1 line 2: this is no serial of the lot's class"},
      {"A1\n\nb c\n", "A1 line 3: this is no serial of the lot's class"},
      {"01/09506000134369/21/A1\n", "line 1: this is no serial of the lot's class"},
      {"8004/9506000134352\n", "line 1: this is no serial of the lot's class"},
      {"size,colour\n38,red\n", "line 1: there is no column serial"},
      {"size,serial\n38\n", "line 2: there is no column serial"},
      {"size,serial\n38,\"A1\n", "line 2: the quotes of the row are wrong"},
      {"{\"serial\": \"A1\"}\n{\"serial\": 2}\n",
       "A1 line 2: neither a JSON string nor an object with the member serial"},
      {"{\"serial\": \"A1\"\n",
       "line 1: neither a JSON string nor an object with the member serial"},
  };
  for (const auto& [text, answer] : rows) EXPECT_EQ(read(text), answer) << text.substr(0, 40);
}

}  // namespace
}  // namespace tally::market
