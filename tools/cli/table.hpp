// Tables for people: aligned columns of text, and fields under each other.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tally::cli {

/// The columns that a UTF-8 text takes on a terminal: one for each character, none for combining
/// marks, two for wide East Asian ones. Broken sequences count one for each byte.
[[nodiscard]] std::size_t display_width(std::string_view text);

/// The text without what could move the cursor or hide something: control characters (C0, C1, DEL)
/// and the characters that change writing direction become `?`. What a node or a file says is shown
/// through this, so it cannot forge a line of a table.
[[nodiscard]] std::string printable(std::string_view text);

class Table {
 public:
  enum class Align : unsigned char { left, right };
  struct Column {
    std::string head;
    Align align = Align::left;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// As many cells as there are columns; fewer are filled up with empty ones.
  void add(std::vector<std::string> cells);
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  /// Head, then rows, two spaces between columns, no space at a line's end.
  [[nodiscard]] std::string text() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

struct Field {
  std::string name;
  std::string value;  ///< lines after the first are indented to its column
};

/// `name  value` lines with the values aligned.
[[nodiscard]] std::string fields_text(const std::vector<Field>& fields);

/// Comma-separated values as RFC 4180 has them, with line feeds. A cell that a spreadsheet would
/// run as a formula (it begins with = @ tab, or + - and is no number) gets a quote in front.
[[nodiscard]] std::string csv_line(const std::vector<std::string>& cells);

/// An address, hash or key for a narrow column: `tallyd1qz8f…4k2m`. Shorter texts stay whole.
[[nodiscard]] std::string shortened(std::string_view text);

}  // namespace tally::cli
