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

std::string_view trim(std::string_view text) {
  static constexpr std::string_view kSpace = " \t\n\r\f\v";
  const std::size_t from = text.find_first_not_of(kSpace);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(kSpace) - from + 1);
}

/// Drops the digits at the front; whether there were any.
bool drop_digits(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
  text.remove_prefix(end);
  return end > 0;
}

bool is_number(std::string_view text) {
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  bool digits = drop_digits(text);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    digits = drop_digits(text) || digits;
  }
  if (!digits) return false;
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    if (!drop_digits(text)) return false;
  }
  return text.empty();
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
  if (!is_number(text)) return std::string(text);
  const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
  double value = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (read.ec != std::errc{}) return std::string(text);
  if (value == 0) return "0";
  std::array<char, 320> buffer;  // the largest double has 309 digits
  char* const end = buffer.data() + buffer.size();
  const bool whole = std::trunc(value) == value;
  const bool small = std::abs(value) < 1e-4;
  const auto written =
      whole ? std::to_chars(buffer.data(), end, value, std::chars_format::fixed, 0)
            : std::to_chars(buffer.data(), end, value,
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
