#include "contracts/authentication/case_end.hpp"

#include "base/checked.hpp"
#include "contracts/authentication/case_step.hpp"
#include "contracts/limits.hpp"

namespace tally::contracts {
namespace {

// Everything the end of one case moves. Every amount that is taken from the case or from a stake is
// given to a stake, to the pool or to `requester` and `challenger`.
class Ending {
 public:
  Ending(const CaseEntry& entry, PanelEntry& panel, std::uint64_t unit)
      : entry_(entry), panel_(panel), unit_(unit) {
    // Without the numbers nothing was decided that could be overturned, and nothing overturns.
    const auto first = agreed_verdict(entry, 1);
    const auto second = agreed_verdict(entry, 2);
    overturned_ = first && second && *first != *second;
  }

  void run() {
    unlock_bonds();
    auto to_second = entry_.challenge_bond;
    if (!entry_.challenger || !has_seats(2)) {  // No challenge, or nobody to judge it.
      challenger_ = std::exchange(to_second, 0);
    } else if (overturned_) {
      const auto half = whole(forfeited_ / 2);
      challenger_ = entry_.challenge_bond + half;
      to_second = forfeited_ - half;
    }
    panel_.pool += share(2, to_second);
    const auto left = share(1, entry_.fee);
    (entry_.free ? panel_.pool : requester_) += left;
  }

  [[nodiscard]] std::uint64_t requester() const { return requester_; }
  [[nodiscard]] std::uint64_t challenger() const { return challenger_; }
  [[nodiscard]] bool overturned(const Seat& seat) const {
    return overturned_ && seat.round == 1 && seat.verdict == entry_.first_verdict;
  }

 private:
  [[nodiscard]] std::uint64_t whole(std::uint64_t amount) const { return amount - amount % unit_; }
  [[nodiscard]] bool has_seats(std::uint32_t round) const {
    return !entry_.seats.empty() && entry_.seats.back().round >= round;
  }

  // Frees every judge's bond, less what it forfeits.
  void unlock_bonds() {
    const auto bond = entry_.terms.bond;
    const auto absence = whole(mul_div(bond, entry_.terms.absence_bps, kBasisPoints).value_or(0));
    for (const auto& seat : entry_.seats) {
      const auto lost = overturned(seat) ? bond : revealed(seat) ? 0 : absence;
      change_stake(panel_, seat.appraiser, [&](Stake& stake) {
        stake.locked -= bond;
        stake.amount -= lost;
      });
      (overturned(seat) ? forfeited_ : panel_.pool) += lost;
    }
  }

  // Shares an amount among the judges of a round that earned it, and returns what is left.
  std::uint64_t share(std::uint32_t round, std::uint64_t amount) {
    const auto wanted = agreed_verdict(entry_, round) ? entry_.verdict : std::nullopt;
    const auto earned = [&](const Seat& seat) {
      return seat.round == round && revealed(seat) && (!wanted || seat.verdict == wanted);
    };
    std::uint64_t judges = 0;
    for (const auto& seat : entry_.seats) judges += earned(seat);
    if (judges == 0) return amount;
    const auto each = whole(amount / judges);
    if (each == 0) return amount;
    for (const auto& seat : entry_.seats) {
      if (!earned(seat)) continue;
      change_stake(panel_, seat.appraiser, [&](Stake& stake) { stake.amount += each; });
    }
    return amount - each * judges;
  }

  const CaseEntry& entry_;
  PanelEntry& panel_;
  const std::uint64_t unit_;
  bool overturned_ = false;
  std::uint64_t forfeited_ = 0;
  std::uint64_t requester_ = 0;
  std::uint64_t challenger_ = 0;
};

void write_records(const Registry& registry, const CaseEntry& entry, const Ending& ending,
                   std::vector<RegistryWrite>& writes) {
  for (const auto& seat : entry.seats) {
    auto record = record_of(registry, seat.appraiser);
    if (revealed(seat)) {
      ++record.cases;
      record.agreed += seat.verdict == entry.verdict;
      record.overturned += ending.overturned(seat);
    } else {
      ++record.absences;
    }
    writes.push_back({appraiser_key(seat.appraiser), record});
  }
}

void pay(const AssetId& asset, std::uint64_t amount, const PublicKey& to,
         std::vector<Output>& outputs) {
  if (amount > 0) outputs.emplace_back(Coin{asset, amount, KeyLock{to}});
}

}  // namespace

Result<void> close_case(const Registry& registry, const CaseId& id, CaseEntry entry,
                        const BlockContext& block, CaseOutcome& out) {
  const auto* panel_before = registry.get<PanelEntry>(panel_key(entry.asset));
  const auto* asset = registry.get<AssetEntry>(asset_key(entry.asset));
  const auto* asker_before = registry.get<RequesterEntry>(requester_key(entry.member));
  if (panel_before == nullptr || asset == nullptr || asker_before == nullptr) {
    return fail(ErrorCode::internal_error);
  }
  auto panel = *panel_before;
  Ending ending(entry, panel, asset->policies.minimum_unit);
  ending.run();

  auto asker = *asker_before;
  --asker.open;
  std::vector<RegistryWrite> writes;
  write_records(registry, entry, ending, writes);
  pay(entry.asset, ending.requester(), entry.requester, out.outputs);
  if (entry.challenger) pay(entry.asset, ending.challenger(), *entry.challenger, out.outputs);
  entry.state = CaseState::closed;
  entry.deadline_active_ms = 0;
  entry.closed_ms = block.time_ms;
  entry.fee = 0;
  entry.challenge_bond = 0;
  const auto panel_at = panel_key(entry.asset);
  const auto asker_at = requester_key(entry.member);
  out.writes.push_back({case_key(id), std::move(entry)});
  out.writes.push_back({panel_at, std::move(panel)});
  out.writes.push_back({asker_at, asker});
  for (auto& write : writes) out.writes.push_back(std::move(write));
  return {};
}

}  // namespace tally::contracts
