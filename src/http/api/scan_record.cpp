#include "http/api/scan_record.hpp"

#include <algorithm>

#include "contracts/item/taint.hpp"
#include "views/items.hpp"
#include "views/registry.hpp"

namespace tally::http {
namespace {

using contracts::AccreditationEntry;
using contracts::ItemEntry;
using contracts::PrefixEntry;

bool accredited(const contracts::Registry& registry, const contracts::PublicKey& key,
                contracts::Role role) {
  const auto* entry = registry.get<AccreditationEntry>(contracts::accreditation_key(key, role));
  return entry != nullptr && entry->revoked_ms == 0;
}

bool stands(const contracts::Registry& registry, const ItemEntry& entry) {
  if (entry.prefix.empty()) {
    return accredited(registry, entry.authority, contracts::Role::centre);
  }
  const auto* prefix = registry.get<PrefixEntry>(contracts::prefix_key(entry.prefix));
  return prefix != nullptr && prefix->registered() && prefix->brand == entry.authority;
}

ScanItem scan_item(const contracts::Registry& registry, const ItemEntry& entry,
                   std::uint64_t now_ms) {
  ScanItem out;
  out.admitted = entry.prefix.empty();
  out.authority = entry.authority;
  out.prefix = entry.prefix;
  out.authority_stands = stands(registry, entry);
  out.since_ms = entry.since_ms;
  out.decommissioned = contracts::ended(entry.status);
  out.for_sale =
      entry.owners == 0 && entry.disposition == contracts::Disposition::sellable_accessible;
  out.owners = entry.owners;
  out.flag = contracts::blocking_flag(entry, registry, now_ms);
  for (const auto& attestation : entry.attestations) {
    out.verdicts.push_back(
        {attestation.appraiser, attestation.verdict, attestation.confidence_bps,
         attestation.time_ms,
         accredited(registry, attestation.appraiser, contracts::Role::appraiser)});
  }
  std::ranges::stable_sort(out.verdicts, std::ranges::greater{}, &ScanVerdict::time_ms);
  out.doubts = entry.challenges.size();
  for (const auto& challenge : entry.challenges) {
    out.last_doubt_ms = std::max(out.last_doubt_ms, challenge.time_ms);
  }
  out.facts = entry.events_count;
  return out;
}

}  // namespace

ledger::Faulty<ScanRecord> read_scan(const views::Snapshot& snapshot, const epcis::Gs1Key& key) {
  auto found = views::find_item(snapshot, key.canonical());
  if (!found) return std::unexpected(found.error());
  // Known or not, as much is looked up and put together: guessing serials learns nothing from time.
  const bool known = found->has_value();
  const auto view = known ? std::move(**found) : views::ItemView{};
  const views::SnapshotRegistry registry(snapshot);
  auto item = scan_item(registry, view.entry, snapshot.time_ms());
  if (registry.fault()) return std::unexpected(*registry.fault());
  ScanRecord out{.key = key,
                 .item = std::move(item),
                 .claims = view.claims_count,
                 .height = snapshot.height(),
                 .time_ms = snapshot.time_ms()};
  if (!known) out.item.reset();
  return out;
}

Finding finding(const ScanRecord& record) {
  if (!record.item) return Finding::unknown;
  const auto& item = *record.item;
  if (item.decommissioned) return Finding::decommissioned;
  if (item.flag) {
    switch (item.flag->flag) {
      case contracts::ItemFlag::stolen:
        return Finding::stolen;
      case contracts::ItemFlag::recalled:
        return Finding::recalled;
      case contracts::ItemFlag::counterfeit:
        return Finding::counterfeit;
    }
  }
  const auto fake = [](const ScanVerdict& verdict) {
    return verdict.accredited && verdict.verdict == contracts::Verdict::fake;
  };
  if (std::ranges::any_of(item.verdicts, fake)) return Finding::fake;
  if (item.doubts > 0) return Finding::disputed;
  if (item.admitted) return item.authority_stands ? Finding::admitted : Finding::admitted_revoked;
  return item.authority_stands ? Finding::genuine : Finding::withdrawn;
}

std::string_view name(Finding finding) {
  switch (finding) {
    case Finding::unknown:
      return "unknown";
    case Finding::genuine:
      return "genuine";
    case Finding::withdrawn:
      return "withdrawn";
    case Finding::admitted:
      return "admitted";
    case Finding::admitted_revoked:
      return "admitted_revoked";
    case Finding::fake:
      return "fake";
    case Finding::disputed:
      return "disputed";
    case Finding::stolen:
      return "stolen";
    case Finding::recalled:
      return "recalled";
    case Finding::counterfeit:
      return "counterfeit";
    case Finding::decommissioned:
      return "decommissioned";
  }
  return "unknown";
}

}  // namespace tally::http
