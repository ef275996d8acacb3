#include "contracts/authentication/panel_draw.hpp"

#include <algorithm>

#include "base/checked.hpp"
#include "contracts/authentication/case_flow.hpp"
#include "contracts/authentication/case_step.hpp"
#include "contracts/membership.hpp"
#include "crypto/hash.hpp"

namespace tally::contracts {
namespace {

struct Candidate {
  PublicKey appraiser;
  std::uint32_t lots = 0;
};

bool has_part(const Registry& registry, const CaseEntry& entry, const PublicKey& key) {
  const auto seated = std::ranges::find(entry.seats, key, &Seat::appraiser);
  if (key == entry.requester || key == entry.challenger || seated != entry.seats.end()) return true;
  const auto member = answering_member(registry, key);
  if (!member || (*member)->key == entry.member) return true;  // Or nobody answers for it.
  if (entry.owner && *entry.owner == account_of(key)) return true;
  const auto* item =
      entry.gs1_key.empty() ? nullptr : registry.get<ItemEntry>(item_key(entry.gs1_key));
  return item != nullptr && item->authority == key;
}

std::vector<Candidate> candidates(const Registry& registry, const CaseEntry& entry) {
  std::vector<Candidate> out;
  const auto* panel = registry.get<PanelEntry>(panel_key(entry.asset));
  if (panel == nullptr) return out;
  for (const auto& stake : panel->roll) {
    if (stake.free() < entry.terms.bond || !accredited_appraiser(registry, stake.appraiser) ||
        has_part(registry, entry, stake.appraiser)) {
      continue;
    }
    out.push_back({stake.appraiser,
                   lots(stake.free(), entry.terms.bond, record_of(registry, stake.appraiser))});
  }
  return out;
}

// A number below `bound`. What 128 bits are more likely to give some than others is nothing here.
std::uint64_t number_below(const Hash32& seed, std::uint32_t turn, std::uint64_t bound) {
  static const crypto::TaggedHasher hasher("tally/case-draw");
  const std::array<std::uint8_t, 1> turn_byte{static_cast<std::uint8_t>(turn)};
  const auto hash = hasher({seed, turn_byte});
  Uint128 value = 0;
  for (std::size_t i = 0; i < 16; ++i) value = value << 8 | hash[i];
  return static_cast<std::uint64_t>(value % bound);
}

}  // namespace

Hash32 draw_seed(const CaseId& id, std::uint32_t round, const Hash32& previous_hash) {
  static const crypto::TaggedHasher hasher("tally/case-seed");
  const std::array<std::uint8_t, 1> round_byte{static_cast<std::uint8_t>(round)};
  return hasher({id.view(), round_byte, previous_hash});
}

std::uint32_t lots(std::uint64_t free_stake, std::uint64_t bond, const AppraiserEntry& record) {
  constexpr std::uint64_t kStakesMax = 8;
  constexpr std::uint64_t kRecordMax = 16;
  const auto stakes = std::min(free_stake / bond, kStakesMax);
  // Counts of cases: nowhere near an overflow. The constants are what nobody has done yet.
  const auto good = record.agreed + 2 * record.controls_right + 4;
  const auto all = record.cases + 2 * (record.controls_right + record.controls_wrong) +
                   2 * record.absences + 4 * record.overturned + 8;
  const auto earned = std::clamp<std::uint64_t>(kRecordMax * good / all, 1, kRecordMax);
  return static_cast<std::uint32_t>(stakes * earned);
}

std::vector<PublicKey> draw_panel(const Registry& registry, const CaseEntry& entry,
                                  const Hash32& seed) {
  auto left = candidates(registry, entry);
  std::uint64_t total = 0;
  for (const auto& candidate : left) total += candidate.lots;
  std::vector<PublicKey> drawn;
  while (drawn.size() < entry.terms.judges && !left.empty()) {
    auto at = number_below(seed, static_cast<std::uint32_t>(drawn.size()), total);
    auto chosen = left.begin();
    for (; at >= chosen->lots; ++chosen) at -= chosen->lots;
    total -= chosen->lots;
    drawn.push_back(chosen->appraiser);
    left.erase(chosen);
  }
  return drawn;
}

}  // namespace tally::contracts
