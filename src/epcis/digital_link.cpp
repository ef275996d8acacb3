#include "epcis/digital_link.hpp"

#include <algorithm>
#include <optional>

#include "epcis/key_kinds.hpp"
#include "epcis/percent.hpp"

namespace tally::epcis {

namespace {

using enum Gs1Error;

std::unexpected<Gs1Fault> fault(Gs1Error code, std::string_view ai = {}, std::size_t at = 0) {
  return std::unexpected(Gs1Fault{code, std::string(ai), static_cast<std::uint32_t>(at)});
}

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> out;
  while (true) {
    const std::size_t end = text.find_first_of(separators);
    out.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

/// The names that version 1.1 of the standard allowed in place of digits.
std::string_view digits_of(std::string_view name, const LinkOptions& options) {
  static constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"gtin", "01"},    {"cpv", "22"},    {"lot", "10"},    {"ser", "21"},    {"itip", "8006"},
      {"cpid", "8010"},  {"cpsn", "8011"}, {"gln", "414"},   {"glnx", "254"},  {"party", "417"},
      {"gsrnp", "8017"}, {"gsrn", "8018"}, {"srin", "8019"}, {"gcn", "255"},   {"sscc", "00"},
      {"gdti", "253"},   {"ginc", "401"},  {"gsin", "402"},  {"grai", "8003"}, {"giai", "8004"},
  };
  if (options.short_names) {
    for (const auto& [short_name, digits] : kNames) {
      if (short_name == name) return digits;
    }
  }
  return name;
}

/// True if `present` are all in the ordered list `sequence`; in its order, if `ordered`.
bool fits(std::string_view sequence, std::span<const std::string_view> present, bool ordered) {
  const auto places = split(sequence, ",");
  auto from = places.begin();
  for (const std::string_view ai : present) {
    const auto at = std::find(ordered ? from : places.begin(), places.end(), ai);
    if (at == places.end()) return false;
    from = at + 1;
  }
  return true;
}

bool fits_any(std::string_view alternatives, std::span<const std::string_view> present,
              bool ordered) {
  if (present.empty()) return true;
  const auto sequences = split(alternatives, "|");
  return std::any_of(sequences.begin(), sequences.end(), [&](std::string_view sequence) {
    return !sequence.empty() && fits(sequence, present, ordered);
  });
}

std::vector<std::string_view> qualifier_ais(const std::vector<AiValue>& path) {
  std::vector<std::string_view> out;
  for (std::size_t i = 1; i < path.size(); ++i) out.push_back(path[i].ai);
  return out;
}

/// The finest key that the path holds.
std::expected<Gs1Key, Gs1Fault> key_of(const std::vector<AiValue>& path,
                                       const LinkOptions& options) {
  for (const std::string_view finest : {"21", "235", "10", "254", "8011", "8020"}) {
    const auto at = std::find_if(path.begin() + 1, path.end(),
                                 [&](const AiValue& element) { return element.ai == finest; });
    const KindRow* row = at == path.end() ? nullptr : find_kind(path.front().ai, finest);
    if (row != nullptr)
      return make_key(row->kind, path.front().value, at->value, options.check_digits);
  }
  const KindRow* row = find_kind(path.front().ai, "");
  if (row == nullptr) return fault(bad_qualifier, path.front().ai);
  return make_key(row->kind, path.front().value, {}, options.check_digits);
}

/// Finds the primary key from the right and returns the elements from there on, still escaped.
std::expected<std::vector<AiValue>, Gs1Fault> take_path(std::string_view path,
                                                        const LinkOptions& options) {
  if (options.trailing_slash && path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const auto segments = split(path, "/");
  std::vector<AiValue> out;
  for (std::size_t i = segments.size(); i >= 3; i -= 2) {
    const std::string_view ai = digits_of(segments[i - 2], options);
    const AiRule* rule = find_ai(ai);
    if (rule == nullptr) {
      return all_digits(ai) ? fault(unknown_ai, ai) : fault(no_primary_key);
    }
    out.push_back({std::string(ai), std::string(segments[i - 1])});
    if (rule->role == AiRule::Role::key) {
      std::reverse(out.begin(), out.end());
      return out;
    }
  }
  return fault(no_primary_key);
}

std::expected<void, Gs1Fault> unescape_path(std::vector<AiValue>& path,
                                            const LinkOptions& options) {
  for (AiValue& element : path) {
    auto value = percent_decode(element.value);
    if (!value) return fault(bad_escape, element.ai, value.error().at);
    element.value = std::move(*value);
    const std::size_t length = element.value.size();
    if (options.pad_gtin && element.ai == "01" && (length == 8 || length == 12 || length == 13)) {
      element.value.insert(0, 14 - length, '0');
    }
  }
  return {};
}

std::expected<std::vector<AiValue>, Gs1Fault> take_query(std::string_view query) {
  std::vector<AiValue> out;
  for (const std::string_view parameter : split(query, "&;")) {
    const std::size_t equals = parameter.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view ai = parameter.substr(0, equals);
    if (!all_digits(ai)) continue;
    if (find_ai(ai) == nullptr) return fault(unknown_ai, ai);
    auto value = percent_decode(parameter.substr(equals + 1), true);
    if (!value) return fault(bad_escape, ai, value.error().at);
    out.push_back({std::string(ai), std::move(*value)});
  }
  return out;
}

/// Which identifiers stand where, without looking at their values.
std::expected<void, Gs1Fault> check_places(const DigitalLink& link) {
  const std::string_view alternatives = find_ai(link.path.front().ai)->qualifiers;
  const auto in_path = qualifier_ais(link.path);
  if (!fits_any(alternatives, in_path, true)) return fault(bad_qualifier, link.path.back().ai);
  std::vector<std::string_view> seen;
  for (const AiValue& element : link.path) seen.push_back(element.ai);
  for (const AiValue& element : link.attributes) {
    if (std::find(seen.begin(), seen.end(), element.ai) != seen.end()) {
      return fault(duplicate_ai, element.ai);
    }
    seen.push_back(element.ai);
    if (find_ai(element.ai)->role == AiRule::Role::qualifier || element.ai == "01") {
      return fault(not_an_attribute, element.ai);
    }
    auto with = in_path;
    with.push_back(element.ai);
    if (fits_any(alternatives, with, false)) return fault(qualifier_in_query, element.ai);
  }
  return {};
}

std::expected<void, Gs1Fault> check_values(DigitalLink& link, const LinkOptions& options) {
  for (const auto* elements : {&link.path, &link.attributes}) {
    for (const AiValue& element : *elements) {
      const auto checked = check_ai_value(element.ai, element.value, options.check_digits);
      if (!checked) return checked;
    }
  }
  auto key = key_of(link.path, options);
  if (!key) return std::unexpected(key.error());
  link.key = std::move(*key);
  return {};
}

/// The characters that RFC 3986 allows anywhere in a URI.
std::expected<void, Gs1Fault> check_uri_text(std::string_view text) {
  static constexpr std::string_view kMarks = "-._~:/?#[]@!$&'()*+,;=%";
  if (text.size() > kUriBytesMax) return fault(too_long, {}, kUriBytesMax);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!alnum && !kMarks.contains(c)) return fault(bad_character, {}, i);
  }
  return {};
}

bool is_authority(std::string_view text) {
  std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos || end == 1) return false;
    if (text.substr(1, end - 1).find_first_not_of("0123456789abcdefABCDEF:.") !=
        std::string_view::npos) {
      return false;
    }
    text.remove_prefix(end + 1);
    return text.empty() || (text.front() == ':' && all_digits(text.substr(1)));
  }
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos && !all_digits(text.substr(colon + 1))) return false;
  text = text.substr(0, colon);
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

}  // namespace

std::expected<DigitalLink, Gs1Fault> parse_link_path(std::string_view path_and_query,
                                                     const LinkOptions& options) {
  if (const auto checked = check_uri_text(path_and_query); !checked) {
    return std::unexpected(checked.error());
  }
  path_and_query = path_and_query.substr(0, path_and_query.find('#'));
  const std::size_t mark = path_and_query.find('?');
  const std::string_view query =
      mark == std::string_view::npos ? std::string_view{} : path_and_query.substr(mark + 1);
  DigitalLink link;
  auto path = take_path(path_and_query.substr(0, mark), options);
  if (!path) return std::unexpected(path.error());
  link.path = std::move(*path);
  if (const auto done = unescape_path(link.path, options); !done) {
    return std::unexpected(done.error());
  }
  auto attributes = take_query(query);
  if (!attributes) return std::unexpected(attributes.error());
  link.attributes = std::move(*attributes);
  if (const auto checked = check_places(link); !checked) return std::unexpected(checked.error());
  if (const auto checked = check_values(link, options); !checked) {
    return std::unexpected(checked.error());
  }
  return link;
}

std::expected<DigitalLink, Gs1Fault> parse_digital_link(std::string_view uri,
                                                        const LinkOptions& options) {
  if (const auto checked = check_uri_text(uri); !checked) return std::unexpected(checked.error());
  std::size_t at = 0;
  for (const std::string_view scheme : {"http://", "https://", "HTTP://", "HTTPS://"}) {
    if (uri.starts_with(scheme)) at = scheme.size();
  }
  if (at == 0) return fault(unknown_scheme);
  const std::size_t end = std::min(uri.find_first_of("/?#", at), uri.size());
  if (!is_authority(uri.substr(at, end - at))) return fault(bad_host, {}, at);
  return parse_link_path(uri.substr(end), options);
}

std::expected<DigitalLink, Gs1Fault> make_digital_link(std::span<const AiValue> elements) {
  std::vector<AiValue> rest;
  std::optional<AiValue> primary;
  for (const AiValue& element : elements) {
    const AiRule* rule = find_ai(element.ai);
    if (rule == nullptr) return fault(unknown_ai, element.ai);
    if (!primary && rule->role == AiRule::Role::key) {
      primary = element;
      continue;
    }
    const auto same = std::find_if(rest.begin(), rest.end(),
                                   [&](const AiValue& other) { return other.ai == element.ai; });
    const AiValue* earlier = same != rest.end() ? &*same : nullptr;
    if (primary && primary->ai == element.ai) earlier = &*primary;
    if (earlier == nullptr) {
      rest.push_back(element);
    } else if (earlier->value != element.value) {
      return fault(duplicate_ai, element.ai);
    }
  }
  if (!primary) return fault(no_primary_key);

  // Of the alternative qualifier lists, the one that takes the most of what there is.
  DigitalLink link;
  for (const std::string_view sequence : split(find_ai(primary->ai)->qualifiers, "|")) {
    std::vector<AiValue> path{*primary};
    for (const std::string_view ai : split(sequence, ",")) {
      for (const AiValue& element : rest) {
        if (element.ai == ai) path.push_back(element);
      }
    }
    if (path.size() > link.path.size()) link.path = std::move(path);
  }
  for (const AiValue& element : rest) {
    if (std::find(link.path.begin(), link.path.end(), element) == link.path.end()) {
      link.attributes.push_back(element);
    }
  }
  if (const auto checked = check_places(link); !checked) return std::unexpected(checked.error());
  if (const auto checked = check_values(link, {}); !checked) {
    return std::unexpected(checked.error());
  }
  return link;
}

std::string DigitalLink::uri(std::string_view stem) const {
  std::string out(stem);
  for (const AiValue& element : path) {
    out += "/" + element.ai + "/" + percent_encode(element.value);
  }
  char separator = '?';
  for (const AiValue& element : attributes) {
    out += separator + element.ai + "=" + percent_encode(element.value);
    separator = '&';
  }
  return out;
}

std::string DigitalLink::element_string() const {
  std::string out;
  bool separator = true;
  for (const auto* elements : {&path, &attributes}) {
    for (const AiValue& element : *elements) {
      if (separator) out += '^';
      out += element.ai + element.value;
      separator = !has_predefined_length(element.ai);
    }
  }
  return out;
}

}  // namespace tally::epcis
