#include "cli/table.hpp"

#include <gtest/gtest.h>

namespace tally::cli {
namespace {

TEST(DisplayWidth, CountsColumns) {
  struct Row {
    std::string_view text;
    std::size_t width;
  };
  for (const auto& [text, width] : std::initializer_list<Row>{{"", 0},
                                                              {"abc", 3},
                                                              {"8½", 2},
                                                              {"…", 1},
                                                              {"e\u0301", 1},
                                                              {"手袋", 4},
                                                              {"\xff\xfe", 2},
                                                              {"\xe2\x82", 2}}) {
    EXPECT_EQ(display_width(text), width) << text;
  }
}

TEST(Printable, LeavesNothingThatMovesTheCursorOrTurnsTheText) {
  struct Row {
    std::string_view text, shown;
  };
  for (const auto& [text, shown] : std::initializer_list<Row>{{"EUR", "EUR"},
                                                              {"a\x1b[2Jb", "a?[2Jb"},
                                                              {"a\nb\r\tc", "a?b??c"},
                                                              {"a\u202eb", "a?b"},
                                                              {"a\u2066b\u200f", "a?b?"},
                                                              {"\xff", "?"},
                                                              {"8½", "8½"}}) {
    EXPECT_EQ(printable(text), shown);
  }
}

TEST(Table, AlignsColumns) {
  Table table({{"AMOUNT", Table::Align::right}, {"ASSET"}, {"TO"}});
  EXPECT_TRUE(table.empty());
  table.add({"12.50", "EUR", "ana"});
  table.add({"1000.00", "手袋", ""});
  table.add({"7"});
  EXPECT_EQ(table.text(),
            " AMOUNT  ASSET  TO\n"
            "  12.50  EUR    ana\n"
            "1000.00  手袋\n"
            "      7\n");
}

TEST(Table, ACellCannotForgeALine) {
  Table table({{"A"}, {"B"}});
  table.add({"x\n1000.00  EUR", "y"});
  EXPECT_EQ(table.text(), "A               B\nx?1000.00  EUR  y\n");
}

TEST(FieldsText, AlignsValuesAndIndentsTheirLines) {
  EXPECT_EQ(fields_text({{"a", "1"}, {"longer", "2\n3"}}), "a       1\nlonger  2\n        3\n");
}

TEST(CsvLine, QuotesAndDisarms) {
  EXPECT_EQ(csv_line({"a", "b,c", "d\"e", "f\ng", ""}), "a,\"b,c\",\"d\"\"e\",\"f\ng\",\n");
  EXPECT_EQ(csv_line({"=1+1", "@x", "-12.50", "+3", "-x", "+cmd|"}),
            "'=1+1,'@x,-12.50,+3,'-x,'+cmd|\n");
}

TEST(Shortened, KeepsBothEnds) {
  EXPECT_EQ(shortened("short"), "short");
  EXPECT_EQ(shortened("01234567890123456789"), "01234567890123456789");
  EXPECT_EQ(shortened("tallyd1qabcdefghijklmnopqrstuvwxyz"), "tallyd1qabcd…wxyz");
}

}  // namespace
}  // namespace tally::cli
