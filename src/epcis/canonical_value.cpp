#include "epcis/canonical_value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "epcis/digital_link.hpp"
#include "epcis/vocabulary.hpp"

namespace tally::epcis {

namespace {

// Beyond RFC 3986's unreserved characters, those that the hash's Digital Links leave as they are.
constexpr std::string_view kHashLiteral = "';=";

// A Digital Link is recognised by its shape; its check digits do not matter here.
constexpr LinkOptions kHashOptions{CheckDigits::ignore, true, true, true};

constexpr std::size_t kExactDigits = 15;  // a double holds any decimal of so many digits

std::string_view trim(std::string_view text) {
  static constexpr std::string_view kSpace = " \t\n\r\f\v";
  const std::size_t from = text.find_first_not_of(kSpace);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(kSpace) - from + 1);
}

std::size_t count_digits(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
  text.remove_prefix(end);
  return end;
}

struct NumberShape {
  bool is_number = false;
  bool has_exponent = false;
  std::size_t digits = 0;
};

NumberShape shape_of(std::string_view text) {
  NumberShape out;
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) text.remove_prefix(1);
  out.digits = count_digits(text);
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    out.digits += count_digits(text);
  }
  if (out.digits == 0) return {};
  if (!text.empty() && (text.front() == 'e' || text.front() == 'E')) {
    text.remove_prefix(1);
    if (!text.empty() && (text.front() == '+' || text.front() == '-')) text.remove_prefix(1);
    out.has_exponent = true;
    if (count_digits(text) == 0) return {};
  }
  out.is_number = text.empty();
  return out;
}

/// Sign and digits without zeros at either end that say nothing.
std::string trim_zeros(std::string_view text) {
  const bool negative = text.front() == '-';
  if (negative || text.front() == '+') text.remove_prefix(1);
  std::string out(text.substr(std::min(text.find_first_not_of('0'), text.size())));
  if (out.contains('.')) {
    out.resize(out.find_last_not_of('0') + 1);
    if (out.ends_with('.')) out.pop_back();
  }
  if (out.empty() || out.front() == '.') out.insert(0, 1, '0');
  return negative && out != "0" ? "-" + out : out;
}

const std::string* find_prefix(const Context& context, std::string_view prefix) {
  const auto at = std::find_if(context.prefixes.rbegin(), context.prefixes.rend(),
                               [&](const auto& entry) { return entry.first == prefix; });
  return at == context.prefixes.rend() ? nullptr : &at->second;
}

std::string expand_curie(std::string text, const Context& context) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) return text;
  const std::string* uri = find_prefix(context, std::string_view(text).substr(0, colon));
  // Prefixes of users stay: only the standard's vocabularies are expanded in values.
  if (uri == nullptr ||
      (!uri->starts_with("https://ref.gs1.org/") && !uri->starts_with("https://gs1.org/"))) {
    return text;
  }
  return *uri + text.substr(colon + 1);
}

}  // namespace

std::string canonical_number(std::string_view text) {
  const NumberShape shape = shape_of(text);
  if (!shape.is_number) return std::string(text);
  if (shape.digits > kExactDigits) {
    return shape.has_exponent ? std::string(text) : trim_zeros(text);
  }
  double value = 0;
  if (text.front() == '+') text.remove_prefix(1);
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{} || std::abs(value) >= 1e22) return std::string(text);
  if (value == 0) return "0";
  const bool small = std::abs(value) < 1e-4;
  std::array<char, 64> buffer;
  const auto written =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                    small ? std::chars_format::scientific : std::chars_format::fixed);
  return {buffer.data(), written.ptr};
}

std::string canonical_name(std::string_view name, const Context& context) {
  const std::size_t colon = name.find(':');
  if (colon == std::string_view::npos) return std::string(name);
  const std::string* uri = find_prefix(context, name.substr(0, colon));
  if (uri == nullptr) return std::string(name);
  return "{" + *uri + "}" + std::string(name.substr(colon + 1));
}

std::string canonical_value(std::string_view text, const Context& context) {
  std::string out = web_uri_of_urn(expand_curie(std::string(trim(text)), context));
  if (out.starts_with("urn:epc:")) {
    const auto key = parse_epc_urn(out);
    if (key) return std::string(kGs1Host) + "/" + key->canonical(kHashLiteral);
  } else if (out.starts_with("http") || out.starts_with("HTTP")) {
    const auto link = parse_digital_link(out, kHashOptions);
    if (link) return std::string(kGs1Host) + "/" + link->key.canonical(kHashLiteral);
  }
  return canonical_number(out);
}

}  // namespace tally::epcis
