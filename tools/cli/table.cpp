#include "cli/table.hpp"

#include <cstdint>
#include <utility>

namespace tally::cli {
namespace {

struct Character {
  std::uint32_t code = 0;
  std::size_t bytes = 1;
  bool valid = false;
};

// The character at the start of a text that is not empty. A broken sequence is one byte.
Character next_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const auto lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t size = lead >= 0xf0 && lead < 0xf8   ? 4
                           : lead >= 0xe0 && lead < 0xf0 ? 3
                           : lead >= 0xc2 && lead < 0xe0 ? 2
                                                         : 0;
  if (size == 0 || text.size() < size) return {};
  std::uint32_t code = lead & (0xffu >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    code = (code << 6) | (byte(i) & 0x3fu);
  }
  return {code, size, true};
}

bool combining(std::uint32_t c) {
  return (c >= 0x300 && c <= 0x36f) || (c >= 0x1ab0 && c <= 0x1aff) ||
         (c >= 0x20d0 && c <= 0x20ff) || (c >= 0xfe00 && c <= 0xfe0f) || c == 0x200b;
}

bool wide(std::uint32_t c) {
  return (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
         (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
         (c >= 0xfe30 && c <= 0xfe4f) || (c >= 0xff00 && c <= 0xff60) ||
         (c >= 0xffe0 && c <= 0xffe6) || (c >= 0x1f300 && c <= 0x1faff) ||
         (c >= 0x20000 && c <= 0x3fffd);
}

// Controls, and what turns the direction of writing (Unicode UAX 9; CVE-2021-42574).
bool deceptive(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x200e || c == 0x200f ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

void pad(std::string& out, std::string_view cell, std::size_t width, bool right) {
  const auto gap = std::string(width - display_width(cell), ' ');
  if (right) out += gap;
  out += cell;
  if (!right) out += gap;
}

void end_line(std::string& out) {
  while (!out.empty() && out.back() == ' ') out.pop_back();
  out += '\n';
}

bool is_number(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return !text.empty() && text.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const auto character = next_character(text);
    text.remove_prefix(character.bytes);
    if (!character.valid || !combining(character.code)) {
      width += character.valid && wide(character.code) ? 2 : 1;
    }
  }
  return width;
}

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto character = next_character(text);
    if (!character.valid || deceptive(character.code)) {
      out += '?';
    } else {
      out += text.substr(0, character.bytes);
    }
    text.remove_prefix(character.bytes);
  }
  return out;
}

void Table::add(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  for (auto& cell : cells) cell = printable(cell);
  rows_.push_back(std::move(cells));
}

std::string Table::text() const {
  std::vector<std::size_t> widths;
  for (const auto& column : columns_) widths.push_back(display_width(column.head));
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(row[i]));
    }
  }
  std::string out;
  const auto line = [&](auto cell_of) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (i > 0) out += "  ";
      pad(out, cell_of(i), widths[i], columns_[i].align == Align::right);
    }
    end_line(out);
  };
  line([&](std::size_t i) -> const std::string& { return columns_[i].head; });
  for (const auto& row : rows_) line([&](std::size_t i) -> const std::string& { return row[i]; });
  return out;
}

std::string fields_text(const std::vector<Field>& fields) {
  std::size_t width = 0;
  for (const auto& field : fields) width = std::max(width, display_width(field.name));
  std::string out;
  for (const auto& [name, value] : fields) {
    pad(out, name, width, false);
    std::string_view rest = value;
    bool first = true;
    do {
      const auto end = std::min(rest.find('\n'), rest.size());
      out += first ? "  " : std::string(width + 2, ' ');
      out += printable(rest.substr(0, end));
      end_line(out);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      first = false;
    } while (!rest.empty());
  }
  return out;
}

std::string csv_line(const std::vector<std::string>& cells) {
  std::string out;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out += ',';
    auto cell = cells[i];
    if (!cell.empty() && std::string_view("=@\t+-").contains(cell[0]) && !is_number(cell)) {
      cell.insert(0, 1, '\'');
    }
    if (cell.find_first_of(",\"\r\n") == std::string::npos) {
      out += cell;
      continue;
    }
    out += '"';
    for (const char c : cell) {
      if (c == '"') out += '"';
      out += c;
    }
    out += '"';
  }
  return out + "\n";
}

std::string shortened(std::string_view text) {
  constexpr std::size_t kHead = 12, kTail = 4;
  if (text.size() <= kHead + kTail + 4) return std::string(text);
  return std::string(text.substr(0, kHead)) + "…" + std::string(text.substr(text.size() - kTail));
}

}  // namespace tally::cli
