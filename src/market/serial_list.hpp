// Lists of serials as brands have them, read line by line and never whole:
//
//   lines       one serial a line, or one GS1 key, Digital Link or EPC URN of the class
//   CSV         RFC 4180 without line breaks in a field; the column `serial`, or the only one
//   JSON lines  one string, or one object with the member `serial`, a line
//
// The first line says which: it begins with { or ", or holds a comma or is `serial`, or neither.
// Empty lines count for nothing.
#pragma once

#include <cstdint>
#include <expected>
#include <istream>
#include <optional>
#include <string>
#include <string_view>

namespace tally::market {

inline constexpr std::size_t kSerialLineBytesMax = 4096;

/// Append-only numbers.
enum class SerialFault : std::uint8_t {
  line_too_long = 1,
  not_json = 2,      ///< JSON lines: neither a string nor an object with a string `serial`.
  no_column = 3,     ///< CSV: no column `serial` among several, or a row without it.
  bad_quotes = 4,    ///< CSV: a quote that is not closed or stands inside a field.
  not_a_serial = 5,  ///< Not one of the class by GS1's rules.
};
[[nodiscard]] std::string_view describe(SerialFault fault);

class SerialList {
 public:
  /// Reads from `in`, which outlives the list, serials of the class of the lot.
  SerialList(std::istream& in, std::string_view lot_key);

  /// The next serial as it stands in a canonical key; nothing at the end.
  std::expected<std::optional<std::string>, SerialFault> next();
  /// The number of the line that next() read last, from 1.
  [[nodiscard]] std::uint64_t line() const { return line_; }

 private:
  enum class Form : std::uint8_t { unknown, lines, csv, json };
  using Field = std::expected<std::string, SerialFault>;

  std::expected<bool, SerialFault> read_line();  ///< Into text_; false at the end.
  std::expected<bool, SerialFault> begin();      ///< Learns the form; true if that took the line.
  [[nodiscard]] Field field() const;
  [[nodiscard]] Field csv_field() const;
  [[nodiscard]] Field json_field() const;
  [[nodiscard]] Field serial_of(const std::string& text) const;

  std::istream& in_;
  std::string gtin_;
  std::string text_;
  std::uint64_t line_ = 0;
  Form form_ = Form::unknown;
  std::size_t column_ = 0;
};

}  // namespace tally::market
