#include "epcis/gs1_key.hpp"

#include "base/check.hpp"
#include "epcis/digital_link.hpp"
#include "epcis/key_kinds.hpp"
#include "epcis/percent.hpp"

namespace tally::epcis {

namespace {

using enum UrnShape;

constexpr KindRow kKinds[] = {
    {KeyKind::gtin, "01", "", "sgtin", "idpat", lead_digit, 14},
    {KeyKind::sgtin, "01", "21", "sgtin", "id", lead_digit, 14},
    {KeyKind::lgtin, "01", "10", "lgtin", "class", lead_digit, 14},
    {KeyKind::upui, "01", "235", "upui", "id", lead_digit, 14},
    {KeyKind::sscc, "00", "", "sscc", "id", lead_digit, 18},
    {KeyKind::gln, "414", "", "", "", plain, 13},
    {KeyKind::sgln, "414", "254", "sgln", "id", plain, 13},
    {KeyKind::pgln, "417", "", "pgln", "id", plain, 13},
    {KeyKind::grai, "8003", "", "grai", "id", zero, 14},
    {KeyKind::giai, "8004", "", "giai", "id", whole, 0},
    {KeyKind::gdti, "253", "", "gdti", "id", plain, 13},
    {KeyKind::gcn, "255", "", "sgcn", "id", plain, 13},
    {KeyKind::ginc, "401", "", "ginc", "id", whole, 0},
    {KeyKind::gsin, "402", "", "gsin", "id", plain, 17},
    {KeyKind::itip, "8006", "", "itip", "idpat", pieces, 18},
    {KeyKind::itip_serial, "8006", "21", "itip", "id", pieces, 18},
    {KeyKind::itip_lot, "8006", "10", "", "", pieces, 18},
    {KeyKind::cpi, "8010", "", "cpi", "idpat", whole, 0},
    {KeyKind::cpi_serial, "8010", "8011", "cpi", "id", whole, 0},
    {KeyKind::gmn, "8013", "", "", "", none, 0},
    {KeyKind::gsrnp, "8017", "", "gsrnp", "id", plain, 18},
    {KeyKind::gsrn, "8018", "", "gsrn", "id", plain, 18},
    {KeyKind::pay_to, "415", "8020", "", "", none, 13},
};

/// Where the company prefix begins in the primary identifier.
std::size_t prefix_at(KeyKind kind) {
  const UrnShape shape = kind_row(kind).shape;
  return shape == lead_digit || shape == zero || shape == pieces ? 1 : 0;
}

}  // namespace

const KindRow& kind_row(KeyKind kind) {
  const std::size_t index = static_cast<std::size_t>(kind) - 1;
  CHECK(index < std::size(kKinds) && kKinds[index].kind == kind);
  return kKinds[index];
}

const KindRow* find_kind(std::string_view ai, std::string_view qualifier_ai) {
  for (const KindRow& row : kKinds) {
    if (row.ai == ai && row.qualifier_ai == qualifier_ai) return &row;
  }
  return nullptr;
}

const KindRow* find_urn(std::string_view urn_class, std::string_view scheme) {
  for (const KindRow& row : kKinds) {
    if (!scheme.empty() && row.urn_class == urn_class && row.scheme == scheme) return &row;
  }
  return nullptr;
}

std::string Gs1Key::canonical(std::string_view literal) const {
  const KindRow& row = kind_row(kind);
  std::string out(row.ai);
  out += '/';
  out += percent_encode(primary, literal);
  if (!row.qualifier_ai.empty()) {
    out += '/';
    out += row.qualifier_ai;
    out += '/';
  }
  out += percent_encode(qualifier, literal);
  return out;
}

std::string Gs1Key::digital_link(std::string_view host) const {
  return std::string(host) + "/" + canonical();
}

bool Gs1Key::is_item() const {
  switch (kind) {
    case KeyKind::sgtin:
    case KeyKind::upui:
    case KeyKind::sscc:
    case KeyKind::giai:
    case KeyKind::itip_serial:
    case KeyKind::cpi_serial:
      return true;
    case KeyKind::grai:
      return !qualifier.empty();
    case KeyKind::gtin:
    case KeyKind::lgtin:
    case KeyKind::gln:
    case KeyKind::sgln:
    case KeyKind::pgln:
    case KeyKind::gdti:
    case KeyKind::gcn:
    case KeyKind::ginc:
    case KeyKind::gsin:
    case KeyKind::itip:
    case KeyKind::itip_lot:
    case KeyKind::cpi:
    case KeyKind::gmn:
    case KeyKind::gsrnp:
    case KeyKind::gsrn:
    case KeyKind::pay_to:
      return false;
  }
  return false;
}

std::optional<std::string_view> Gs1Key::company_prefix() const {
  if (prefix_digits == 0) return std::nullopt;
  return std::string_view(primary).substr(prefix_at(kind), prefix_digits);
}

bool Gs1Key::is_under(std::string_view prefix) const {
  if (prefix.empty() || (prefix_digits != 0 && prefix_digits != prefix.size())) return false;
  return std::string_view(primary).substr(prefix_at(kind)).starts_with(prefix);
}

std::expected<Gs1Key, Gs1Fault> make_key(KeyKind kind, std::string primary, std::string qualifier,
                                         CheckDigits check_digits) {
  const KindRow& row = kind_row(kind);
  const bool attached = row.qualifier_ai.empty();
  if (attached && !qualifier.empty() && row.primary_digits != 0 &&
      primary.size() != row.primary_digits) {
    return std::unexpected(Gs1Fault{Gs1Error::bad_length, std::string(row.ai),
                                    static_cast<std::uint32_t>(primary.size())});
  }
  const auto checked =
      check_ai_value(row.ai, attached ? primary + qualifier : primary, check_digits);
  if (!checked) return std::unexpected(checked.error());
  if (!attached) {
    if (qualifier.empty()) {
      return std::unexpected(Gs1Fault{Gs1Error::bad_qualifier, std::string(row.qualifier_ai)});
    }
    const auto second = check_ai_value(row.qualifier_ai, qualifier, check_digits);
    if (!second) return std::unexpected(second.error());
  } else if (row.primary_digits != 0) {
    primary += qualifier;
    qualifier = primary.substr(row.primary_digits);
    primary.resize(row.primary_digits);
  } else {
    primary += qualifier;
    qualifier.clear();
  }
  return Gs1Key{kind, std::move(primary), std::move(qualifier)};
}

std::expected<Gs1Key, Gs1Fault> parse_canonical(std::string_view text) {
  auto link = parse_link_path("/" + std::string(text.substr(0, kUriBytesMax + 1)));
  if (!link) return std::unexpected(link.error());
  if (link->key.canonical() != text) {
    return std::unexpected(Gs1Fault{Gs1Error::not_canonical, link->path.front().ai});
  }
  return std::move(link->key);
}

std::expected<Gs1Key, Gs1Fault> parse_key_uri(std::string_view text) {
  if (text.starts_with("urn:")) return parse_epc_urn(text);
  auto link = parse_digital_link(text);
  if (!link) return std::unexpected(link.error());
  return std::move(link->key);
}

}  // namespace tally::epcis
