#include "base/check.hpp"
#include "contracts/authentication/case_flow.hpp"
#include "contracts/membership.hpp"
#include "fuzz/support/draft.hpp"

namespace tally::fuzz {
namespace {

// One of the entries of a kind that `fits`; null if there is none.
template <typename Entry>
const std::pair<const RegistryKey, RegistryEntry>* entry_of(Draft& draft, auto fits) {
  std::vector<const std::pair<const RegistryKey, RegistryEntry>*> found;
  for (const auto& each : draft.model.registry.entries) {
    const auto* entry = std::get_if<Entry>(&each.second);
    if (entry != nullptr && fits(*entry)) found.push_back(&each);
  }
  if (found.empty()) return nullptr;
  return found[draft.input.choice(std::min<std::size_t>(found.size(), 256))];
}

// Spends a coin that covers the amount, and makes the change.
void pay_in(Draft& draft, const AssetId& asset, std::uint64_t amount) {
  const auto* coin =
      draft.pick<Coin>([&](const Coin& x) { return x.asset == asset && x.amount >= amount; });
  if (coin != nullptr && coin->amount > amount) {
    draft.make(Coin{asset, coin->amount - amount, coin->lock});
  }
}

// What all judges of the fuzzed cases find, and how they hide it.
constexpr Hash32 kSalt{9};
Finding finding_of(const PublicKey& judge) {
  return {judge.bytes[0] % 4 == 0 ? Verdict::fake : Verdict::genuine, 5'000, {1}, {2}};
}

}  // namespace

void claim(Draft& /*draft*/, PanelDefine& body) {
  auto& terms = body.terms;
  terms.judges = 1 + terms.judges % 3;
  terms.agreeing = terms.judges / 2 + 1;
  terms.fee = terms.fee % 100 * 10;
  terms.bond = 10 + terms.bond % 10 * 10;
  terms.challenge_bond = 10 + terms.challenge_bond % 10 * 10;
  terms.absence_bps %= kBasisPoints + 1;
  terms.open_max = 1 + terms.open_max % 5;
  for (auto* period : {&terms.commit_ms, &terms.reveal_ms, &terms.challenge_ms}) {
    *period = kCasePeriodMsMin + *period % kDayMs;
  }
}
void claim(Draft& draft, AppraiserBond& body) {
  const auto* coin = draft.pick<Coin>();
  if (coin == nullptr) return;
  body.asset = coin->asset;
  body.amount = coin->amount;
}
void claim(Draft& draft, AppraiserWithdraw& body) {
  const auto* found = entry_of<PanelEntry>(draft, [](const auto& x) { return !x.roll.empty(); });
  if (found == nullptr) return;
  const auto& panel = std::get<PanelEntry>(found->second);
  const auto& stake = panel.roll[draft.input.choice(std::min<std::size_t>(panel.roll.size(), 256))];
  body.appraiser = stake.appraiser;
  body.asset = panel.asset;
  body.amount = stake.free();
  if (body.amount > 0) draft.make(Coin{body.asset, body.amount, KeyLock{draft.person()}});
}
void claim(Draft& draft, CaseOpen& body) {
  const auto* found = entry_of<PanelEntry>(draft, [](const auto&) { return true; });
  if (found == nullptr) return;
  const auto& panel = std::get<PanelEntry>(found->second);
  body.asset = panel.asset;
  body.sealed_hash = case_answer(case_id(body.requester, body.nonce), Verdict::fake, kSalt);
  body.gs1_key.clear();
  if (draft.input.flag()) {
    if (const auto* item = draft.pick<Item>()) {
      body.gs1_key = item->gs1_key;
      draft.make(*item);
    }
  }
  const auto member = answering_member(draft.model.registry, body.requester);
  const auto* asker =
      member ? draft.model.registry.get<RequesterEntry>(requester_key((*member)->key)) : nullptr;
  body.fee = asker != nullptr && asker->cases > 0 ? panel.terms.fee : 0;
  if (body.fee > 0) pay_in(draft, body.asset, body.fee);
}
void claim(Draft& draft, CaseCommit& body) {
  const auto* found = entry_of<CaseEntry>(
      draft, [](const auto& x) { return x.state == CaseState::commit && !x.seats.empty(); });
  if (found == nullptr) return;
  const auto& entry = std::get<CaseEntry>(found->second);
  body.case_id = CaseId{found->first.id};
  body.appraiser = entry.seats[draft.input.choice(entry.seats.size())].appraiser;
  body.commitment =
      case_commitment(body.case_id, body.appraiser, entry.round, finding_of(body.appraiser), kSalt);
}
void claim(Draft& draft, CaseReveal& body) {
  const auto* found = entry_of<CaseEntry>(
      draft, [](const auto& x) { return x.state == CaseState::reveal && !x.seats.empty(); });
  if (found == nullptr) return;
  const auto& entry = std::get<CaseEntry>(found->second);
  body.case_id = CaseId{found->first.id};
  body.appraiser = entry.seats[draft.input.choice(entry.seats.size())].appraiser;
  const auto finding = finding_of(body.appraiser);
  body = {body.case_id,
          body.appraiser,
          finding.verdict,
          finding.confidence_bps,
          finding.method_hash,
          finding.points_hash,
          kSalt};
}
void claim(Draft& draft, CaseChallenge& body) {
  const auto* found =
      entry_of<CaseEntry>(draft, [](const auto& x) { return x.state == CaseState::decided; });
  if (found == nullptr) return;
  const auto& entry = std::get<CaseEntry>(found->second);
  body.case_id = CaseId{found->first.id};
  body.bond = entry.terms.challenge_bond;
  pay_in(draft, entry.asset, body.bond);
}
void claim(Draft& draft, CaseAdvance& body) {
  const auto* found =
      entry_of<CaseEntry>(draft, [](const auto& x) { return x.state != CaseState::closed; });
  if (found == nullptr) return;
  const auto& entry = std::get<CaseEntry>(found->second);
  body = {CaseId{found->first.id}, entry.state};
  const auto of = advance_case(draft.model.registry, body.case_id, entry, draft.model.block);
  CHECK(of.has_value());
  for (const auto& output : of->outputs) draft.make(output);
  if (draft.input.flag()) draft.tx.signers.clear();
}
void claim(Draft& draft, CaseCalibrate& body) {
  const auto* found = entry_of<CaseEntry>(
      draft, [](const auto& x) { return x.state == CaseState::closed && !x.control; });
  if (found != nullptr) body = {CaseId{found->first.id}, Verdict::fake, kSalt};
}

}  // namespace tally::fuzz
