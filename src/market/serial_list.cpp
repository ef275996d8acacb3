#include "market/serial_list.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <vector>

#include "codec/json.hpp"
#include "epcis/gs1_key.hpp"

namespace tally::market {
namespace {

// The fields of a line; nothing if its quotes are wrong.
std::optional<std::vector<std::string>> csv_fields(std::string_view line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    auto& field = fields.back();
    if (quoted) {
      if (line[i] != '"') {
        field += line[i];
      } else if (i + 1 < line.size() && line[i + 1] == '"') {
        field += line[++i];
      } else {
        quoted = false;
        if (i + 1 < line.size() && line[i + 1] != ',') return std::nullopt;
      }
    } else if (line[i] == ',') {
      fields.emplace_back();
    } else if (line[i] == '"') {
      if (!field.empty()) return std::nullopt;
      quoted = true;
    } else {
      field += line[i];
    }
  }
  if (quoted) return std::nullopt;
  return fields;
}

}  // namespace

std::string_view describe(SerialFault fault) {
  switch (fault) {
    case SerialFault::line_too_long:
      return "the line is too long";
    case SerialFault::not_json:
      return "neither a JSON string nor an object with the member serial";
    case SerialFault::no_column:
      return "there is no column serial";
    case SerialFault::bad_quotes:
      return "the quotes of the row are wrong";
    case SerialFault::not_a_serial:
      return "this is no serial of the lot's class";
  }
  return "unknown";
}

SerialList::SerialList(std::istream& in, std::string_view lot_key)
    : in_(in), gtin_(lot_key.substr(3, 14)) {}

std::expected<bool, SerialFault> SerialList::read_line() {
  do {
    text_.clear();
    int c = in_.get();
    if (c == std::istream::traits_type::eof()) return false;
    ++line_;
    for (; c != std::istream::traits_type::eof() && c != '\n'; c = in_.get()) {
      if (text_.size() == kSerialLineBytesMax) return std::unexpected(SerialFault::line_too_long);
      text_ += static_cast<char>(c);
    }
    if (line_ == 1 && text_.starts_with("\xef\xbb\xbf")) text_.erase(0, 3);
    if (text_.ends_with('\r')) text_.pop_back();
  } while (text_.empty());
  return true;
}

std::expected<bool, SerialFault> SerialList::begin() {
  if (text_.starts_with('{')) {
    form_ = Form::json;
    return false;
  }
  const auto fields = csv_fields(text_);
  if (text_.starts_with('"') && (!fields || fields->size() == 1)) {
    form_ = Form::json;
    return false;
  }
  if (!fields) return std::unexpected(SerialFault::bad_quotes);
  const auto named = std::ranges::find(*fields, "serial");
  if (named == fields->end()) {
    if (fields->size() > 1) return std::unexpected(SerialFault::no_column);
    form_ = Form::lines;
    return false;
  }
  form_ = Form::csv;
  column_ = static_cast<std::size_t>(named - fields->begin());
  return true;
}

SerialList::Field SerialList::csv_field() const {
  const auto fields = csv_fields(text_);
  if (!fields) return std::unexpected(SerialFault::bad_quotes);
  if (column_ >= fields->size()) return std::unexpected(SerialFault::no_column);
  return (*fields)[column_];
}

SerialList::Field SerialList::json_field() const {
  const auto value = codec::parse_json(text_, kSerialLineBytesMax);
  if (!value) return std::unexpected(SerialFault::not_json);
  const auto* serial = &*value;
  if (const auto* object = value->if_object()) serial = object->if_contains("serial");
  if (serial == nullptr || !serial->is_string()) return std::unexpected(SerialFault::not_json);
  return std::string(serial->get_string());
}

SerialList::Field SerialList::field() const {
  switch (form_) {
    case Form::csv:
      return csv_field();
    case Form::json:
      return json_field();
    case Form::lines:
    case Form::unknown:
      break;
  }
  return text_;
}

// The serial itself, or a key of the class that has it.
SerialList::Field SerialList::serial_of(const std::string& text) const {
  auto key = epcis::parse_canonical(text);
  if (!key) key = epcis::parse_key_uri(text);
  if (!key) key = epcis::make_key(epcis::KeyKind::sgtin, gtin_, text);
  if (!key || key->kind != epcis::KeyKind::sgtin || key->primary != gtin_) {
    return std::unexpected(SerialFault::not_a_serial);
  }
  const auto canonical = key->canonical();
  const auto before = std::string_view("01/").size() + gtin_.size() + 4;  // and /21/
  return canonical.substr(before);
}

std::expected<std::optional<std::string>, SerialFault> SerialList::next() {
  auto there = read_line();
  if (there && *there && form_ == Form::unknown) {
    const auto taken = begin();
    if (!taken) return std::unexpected(taken.error());
    if (*taken) there = read_line();
  }
  if (!there) return std::unexpected(there.error());
  if (!*there) return std::nullopt;
  const auto text = field();
  if (!text) return std::unexpected(text.error());
  auto serial = serial_of(*text);
  if (!serial) return std::unexpected(serial.error());
  return std::optional(*std::move(serial));
}

}  // namespace tally::market
