#include "provenance/ledger_facts.hpp"

#include "contracts/limits.hpp"
#include "views/accounts.hpp"
#include "views/items.hpp"

namespace tally::provenance {
namespace {

using epcis::KeyKind;

// Where a company prefix may stand in the primary identifier: behind the indicator digit, the
// extension digit or the filling zero of those kinds that have one.
std::string_view company_part(const epcis::Gs1Key& key) {
  const std::string_view digits = key.primary;
  switch (key.kind) {
    case KeyKind::gtin:
    case KeyKind::sgtin:
    case KeyKind::lgtin:
    case KeyKind::upui:
    case KeyKind::sscc:
    case KeyKind::grai:
    case KeyKind::itip:
    case KeyKind::itip_serial:
    case KeyKind::itip_lot:
      return digits.substr(std::min<std::size_t>(1, digits.size()));
    case KeyKind::gln:
    case KeyKind::sgln:
    case KeyKind::pgln:
    case KeyKind::giai:
    case KeyKind::gdti:
    case KeyKind::gcn:
    case KeyKind::ginc:
    case KeyKind::gsin:
    case KeyKind::cpi:
    case KeyKind::cpi_serial:
    case KeyKind::gmn:
    case KeyKind::gsrnp:
    case KeyKind::gsrn:
    case KeyKind::pay_to:
      return digits;
  }
  return digits;
}

}  // namespace

std::optional<Registration> covering(const LedgerFacts& facts, const epcis::Gs1Key& key) {
  const auto part = company_part(key);
  const auto digits = std::min(part.find_first_not_of("0123456789"), part.size());
  const auto longest = std::min(digits, contracts::kPrefixDigitsMax);
  for (auto length = contracts::kPrefixDigitsMin; length <= longest; ++length) {
    if (auto found = facts.registration(part.substr(0, length))) return found;
  }
  return std::nullopt;
}

std::optional<ItemFacts> ViewFacts::item(std::string_view gs1_key) const {
  const auto found = views::find_item_alone(snapshot_, contracts::item_id(gs1_key));
  if (!found) {
    if (!fault_) fault_ = found.error();
    return std::nullopt;
  }
  if (!*found) return std::nullopt;
  const auto& view = **found;
  ItemFacts out{.authority = view.entry.authority,
                .decommissioned = contracts::ended(view.entry.status),
                .owners = view.entry.owners,
                .title = {},
                .packed_in = view.entry.packed_in,
                .fixed_to = view.entry.fixed_to};
  // The place of a packed item is where its container's title is, which is not its own.
  if (!view.place || !view.place->owner || !out.packed_in.empty()) return out;
  const auto output = views::find_output(snapshot_, view.place->number);
  if (!output) {
    if (!fault_) fault_ = output.error();
    return std::nullopt;
  }
  if (!*output) return out;
  if (const auto* item = std::get_if<contracts::Item>(&(*output)->stored.output)) {
    out.title = Title{view.place->number, (*output)->stored.outpoint, item->lock};
  }
  return out;
}

std::optional<Registration> ViewFacts::registration(std::string_view prefix) const {
  const auto* entry = registry_.get<contracts::PrefixEntry>(contracts::prefix_key(prefix));
  if (entry == nullptr || !entry->registered()) return std::nullopt;
  return Registration{entry->prefix, entry->brand};
}

std::optional<contracts::DelegationEntry> ViewFacts::delegation(
    const contracts::PublicKey& principal, const contracts::PublicKey& agent) const {
  const auto* entry =
      registry_.get<contracts::DelegationEntry>(contracts::delegation_key(principal, agent));
  return entry == nullptr ? std::nullopt : std::optional(*entry);
}

std::optional<ledger::Fault> ViewFacts::fault() const {
  return fault_ ? fault_ : registry_.fault();
}

}  // namespace tally::provenance
