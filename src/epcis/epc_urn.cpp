// EPC URNs: `urn:epc:id:sgtin:9506000.013435.ABC123` and its kin.
// Source: EPC Tag Data Standard 1.13, sections 6.3 (URN syntax), 8 (idpat), 12.3 (class forms).
#include <algorithm>
#include <vector>

#include "epcis/gs1_key.hpp"
#include "epcis/key_kinds.hpp"
#include "epcis/percent.hpp"

namespace tally::epcis {

namespace {

constexpr std::uint8_t kPrefixDigitsMin = 6;
constexpr std::uint8_t kPrefixDigitsMax = 12;

// Beside letters and digits, what a URN field may hold unescaped (`-`, `.`, `_` included).
constexpr std::string_view kUrnLiteral = "!'()*+,-.:;=_";

std::unexpected<Gs1Fault> fault(Gs1Error code, std::size_t at) {
  return std::unexpected(Gs1Fault{code, {}, static_cast<std::uint32_t>(at)});
}

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// A field of a URN with its place in the whole text.
struct Field {
  std::string_view text;
  std::size_t at;
};

/// Splits into `count` fields at dots; the last takes the rest, because serials may hold dots.
std::vector<Field> split(std::string_view text, std::size_t at, std::size_t count) {
  std::vector<Field> out;
  while (out.size() + 1 < count) {
    const std::size_t dot = text.find('.');
    if (dot == std::string_view::npos) break;
    out.push_back({text.substr(0, dot), at});
    text.remove_prefix(dot + 1);
    at += dot + 1;
  }
  out.push_back({text, at});
  return out;
}

std::expected<std::string, Gs1Fault> unescape(Field field) {
  for (std::size_t i = 0; i < field.text.size(); ++i) {
    const char c = field.text[i];
    if (!is_alnum(c) && c != '%' && !kUrnLiteral.contains(c)) {
      return fault(Gs1Error::bad_character, field.at + i);
    }
  }
  auto out = percent_decode(field.text);
  if (!out) out.error().at += static_cast<std::uint32_t>(field.at);
  return out;
}

/// How many fields stand behind the scheme.
std::size_t field_count(const KindRow& row) {
  if (row.shape == UrnShape::pieces) return 5;
  const bool serial = !row.qualifier_ai.empty() || row.urn_class == "idpat" ||
                      row.kind == KeyKind::grai || row.kind == KeyKind::gdti ||
                      row.kind == KeyKind::gcn;
  return serial ? 3 : 2;
}

/// The digits before the check digit that the prefix and the reference make up together.
std::size_t body_digits(const KindRow& row) {
  if (row.shape == UrnShape::pieces) return 13;
  return row.primary_digits - (row.shape == UrnShape::zero ? 2u : 1u);
}

/// The primary identifier from the fields, all of which are digits of the right number.
std::string assemble(const KindRow& row, const std::vector<Field>& fields) {
  const std::string prefix(fields[0].text);
  const std::string_view ref = fields[1].text;
  std::string out;
  switch (row.shape) {
    case UrnShape::lead_digit:
    case UrnShape::pieces:
      out = std::string(ref.substr(0, 1)) + prefix + std::string(ref.substr(1));
      break;
    case UrnShape::zero:
      out = "0" + prefix + std::string(ref);
      break;
    case UrnShape::plain:
      out = prefix + std::string(ref);
      break;
    case UrnShape::whole:
    case UrnShape::none:
      return prefix;
  }
  out += check_digit(out);
  if (row.shape == UrnShape::pieces) {
    out += fields[2].text;
    out += fields[3].text;
  }
  return out;
}

/// The length and character checks that the primary identifier's own rule cannot make, because the
/// fields together would still pass it.
std::expected<void, Gs1Fault> check_fields(const KindRow& row, const std::vector<Field>& fields) {
  if (fields.size() != field_count(row)) {
    return fault(Gs1Error::bad_length, fields.back().at + fields.back().text.size());
  }
  const std::string_view prefix = fields[0].text;
  if (prefix.size() < kPrefixDigitsMin || prefix.size() > kPrefixDigitsMax) {
    return fault(Gs1Error::bad_prefix_length, fields[0].at);
  }
  if (!all_digits(prefix)) return fault(Gs1Error::bad_character, fields[0].at);
  if (row.shape == UrnShape::whole) {
    if (fields[1].text.empty()) return fault(Gs1Error::empty, fields[1].at);
    return {};
  }
  if (!all_digits(fields[1].text)) return fault(Gs1Error::bad_character, fields[1].at);
  if (prefix.size() + fields[1].text.size() != body_digits(row)) {
    return fault(Gs1Error::bad_length, fields[1].at);
  }
  if (row.shape == UrnShape::pieces) {
    for (const Field& piece : {fields[2], fields[3]}) {
      if (piece.text.size() != 2) return fault(Gs1Error::bad_length, piece.at);
      if (!all_digits(piece.text)) return fault(Gs1Error::bad_character, piece.at);
    }
  }
  return {};
}

/// `urn:epc:idpat:` names a class: its last field is `*`. GRAI, GDTI and GCN have no kind of their
/// own for that, the qualifier is just empty.
const KindRow* find_row(std::string_view urn_class, std::string_view scheme) {
  if (const KindRow* row = find_urn(urn_class, scheme)) return row;
  if (urn_class != "idpat") return nullptr;
  if (scheme == "grai" || scheme == "gdti" || scheme == "sgcn") return find_urn("id", scheme);
  return scheme == "upui" ? find_urn("idpat", "sgtin") : nullptr;
}

}  // namespace

std::expected<Gs1Key, Gs1Fault> parse_epc_urn(std::string_view text) {
  if (text.size() > kUriBytesMax) return fault(Gs1Error::too_long, kUriBytesMax);
  static constexpr std::string_view kHead = "urn:epc:";
  if (!text.starts_with(kHead)) return fault(Gs1Error::unknown_scheme, 0);
  const std::size_t scheme_at = text.find(':', kHead.size()) + 1;
  const std::size_t body_at = text.find(':', std::max(scheme_at, kHead.size())) + 1;
  if (scheme_at == 0 || body_at == 0) return fault(Gs1Error::unknown_scheme, kHead.size());
  const auto urn_class = text.substr(kHead.size(), scheme_at - 1 - kHead.size());
  const auto scheme = text.substr(scheme_at, body_at - 1 - scheme_at);
  const KindRow* row = find_row(urn_class, scheme);
  if (row == nullptr) return fault(Gs1Error::unknown_scheme, kHead.size());

  const auto fields = split(text.substr(body_at), body_at, field_count(*row));
  const auto checked = check_fields(*row, fields);
  if (!checked) return std::unexpected(checked.error());
  std::string primary = assemble(*row, fields);
  if (row->shape == UrnShape::whole) {
    const auto ref = unescape(fields[1]);
    if (!ref) return std::unexpected(ref.error());
    primary += *ref;
  }
  std::string qualifier;
  KeyKind kind = row->kind;
  if (urn_class == "idpat") {
    if (fields.back().text != "*") return fault(Gs1Error::bad_character, fields.back().at);
  } else if (fields.size() > 2) {
    auto last = unescape(fields.back());
    if (!last) return std::unexpected(last.error());
    if (last->empty()) return fault(Gs1Error::empty, fields.back().at);
    // An SGLN without extension is written with the extension 0.
    if (kind == KeyKind::sgln && *last == "0") {
      kind = KeyKind::gln;
    } else {
      qualifier = std::move(*last);
    }
  }
  auto key = make_key(kind, std::move(primary), std::move(qualifier));
  if (key) key->prefix_digits = static_cast<std::uint8_t>(fields[0].text.size());
  return key;
}

std::expected<std::string, Gs1Fault> Gs1Key::epc_urn(std::uint8_t digits) const {
  const bool place = kind == KeyKind::gln;
  const KindRow& row = kind_row(place ? KeyKind::sgln : kind);
  if (row.scheme.empty()) return fault(Gs1Error::no_such_form, 0);
  if (digits == 0) digits = prefix_digits;
  if (digits < kPrefixDigitsMin || digits > kPrefixDigitsMax || digits > primary.size()) {
    return fault(Gs1Error::bad_prefix_length, 0);
  }
  const bool lead = row.shape == UrnShape::lead_digit || row.shape == UrnShape::pieces;
  const std::size_t at = lead || row.shape == UrnShape::zero ? 1 : 0;
  const bool whole = row.shape == UrnShape::whole;
  const std::string_view body = std::string_view(primary).substr(at);
  const std::string_view prefix = body.substr(0, digits);
  if (!all_digits(prefix)) return fault(Gs1Error::bad_prefix_length, 0);
  const std::string_view ref =
      whole ? body.substr(digits) : body.substr(digits, body_digits(row) - digits - (lead ? 1 : 0));
  if (whole && ref.empty()) return fault(Gs1Error::bad_prefix_length, 0);

  // A type without a serial has the pattern form.
  const bool pattern =
      row.urn_class == "idpat" || (field_count(row) > 2 && !place && qualifier.empty());
  std::string out = "urn:epc:" + std::string(pattern ? "idpat" : row.urn_class) + ":";
  out.append(row.scheme).append(":").append(prefix).append(".");
  if (lead) out += primary.front();
  out += whole ? percent_encode(ref, kUrnLiteral) : std::string(ref);
  if (row.shape == UrnShape::pieces) {
    out.append(".").append(primary, 14, 2).append(".").append(primary, 16, 2);
  }
  if (pattern) return out + ".*";
  if (place) return out + ".0";
  if (field_count(row) > 2) out += "." + percent_encode(qualifier, kUrnLiteral);
  return out;
}

}  // namespace tally::epcis
