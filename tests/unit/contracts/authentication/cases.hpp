// What the tests of cases share: a payment token with a panel and five appraisers, a member who
// asks, and a case that goes through its life transaction by transaction.
#pragma once

#include "contracts/authentication/case_flow.hpp"
#include "contracts/authentication/case_step.hpp"
#include "unit/contracts/asset/world.hpp"
#include "unit/contracts/item/items.hpp"

namespace tally::contracts::cases {

inline constexpr std::uint64_t kFee = 90;
inline constexpr std::uint64_t kBond = 100;
inline constexpr std::uint64_t kChallengeBond = 120;
inline constexpr std::uint64_t kStake = 500;
inline constexpr std::string_view kAppraisers[] = {"a1", "a2", "a3", "a4", "a5"};

inline AssetId eur() { return asset_named("EUR"); }

inline PanelTerms terms() {
  PanelTerms out;
  out.judges = 3;
  out.agreeing = 2;
  out.fee = kFee;
  out.bond = kBond;
  out.challenge_bond = kChallengeBond;
  out.absence_bps = 2'000;
  out.commit_ms = kDayMs;
  out.reveal_ms = 2 * kDayMs;
  out.challenge_ms = 7 * kDayMs;
  out.open_max = 2;
  return out;
}

inline PanelEntry& panel_in(Case& c) { return c.registry.at<PanelEntry>(panel_key(eur())); }

/// Five appraisers, each with a stake and accredited; ana, who has had her free case.
inline Case world() {
  Case c;
  add_asset(c, "EUR", AssetKind::payment);
  PanelEntry panel;
  panel.asset = eur();
  panel.terms = terms();
  for (const auto name : kAppraisers) {
    put_member(c, name);
    put_accreditation(c, name, Role::appraiser);
    change_stake(panel, key_of(name), [](Stake& stake) { stake.amount = kStake; });
  }
  c.registry.put(panel_key(eur()), panel);
  put_member(c, "ana");
  put_member(c, "bob");
  put_item(c, kBag1);
  c.registry.put(requester_key(key_of("ana")), RequesterEntry{key_of("ana"), 1, 0});
  return c;
}

inline CaseId id() { return case_id(key_of("ana"), hash_of("nonce")); }

/// Ana's, with nobody on its panel.
inline CaseEntry entry_of(CaseState state) {
  CaseEntry entry;
  entry.requester = entry.member = key_of("ana");
  entry.asset = eur();
  entry.terms = terms();
  entry.state = state;
  return entry;
}
inline CaseEntry& entry_in(Case& c) { return c.registry.at<CaseEntry>(case_key(id())); }
inline Seat& seat(CaseEntry& entry, std::string_view judge) {
  auto& seat = entry.seats.emplace_back();
  seat.appraiser = key_of(judge);
  return seat;
}

inline CaseOpen opening(std::string_view requester = "ana") {
  CaseOpen open;
  open.requester = key_of(requester);
  open.asset = eur();
  open.nonce = hash_of("nonce");
  open.description_hash = hash_of("a tote");
  open.category_hash = hash_of("handbag");
  open.source_hash = hash_of("a shop");
  open.evidence_root = hash_of("photographs");
  open.sealed_hash = hash_of("nothing");
  open.fee = kFee;
  return open;
}

inline Finding finding(Verdict verdict) {
  return {verdict, 9'000, hash_of("method"), hash_of("points")};
}
inline Hash32 salt_of(const PublicKey& judge) {
  return crypto::tagged_hash("salt", {judge.view()});
}

/// One case's life: each step is a transaction that settles, and what it writes is there for the
/// next. Holds that nothing of the token is made or lost on the way.
struct Life {
  Case c = world();
  std::map<PublicKey, std::uint64_t> paid{};  ///< In coins.

  const CaseEntry& entry() { return c.registry.at<CaseEntry>(case_key(id())); }
  std::uint64_t stake(const PublicKey& judge) {
    const auto* found = find_stake(panel_in(c), judge);
    return found == nullptr ? 0 : found->amount;
  }
  std::uint64_t held_now() {
    std::uint64_t sum = held(panel_in(c));
    if (const auto* now = c.registry.get<CaseEntry>(case_key(id()))) sum += held(*now);
    return sum;
  }
  void clear() {
    c.tx.signers.clear();
    c.tx.inputs.clear();
    c.tx.outputs.clear();
    c.tx.commands.clear();
    c.spent.clear();
    ++c.block.height;
    ++c.block.active_ms;
  }
  /// Runs what stands in `c`, and takes over what it writes.
  void settle() {
    const auto before = held_now();
    const auto delta = c.run();
    ASSERT_TRUE(delta) << name(delta.error().code);
    for (const auto& write : delta->writes) c.registry.put(write.key, write.entry);
    std::uint64_t in = 0;
    std::uint64_t out = 0;
    for (const auto& output : c.spent) {
      if (const auto* coin = std::get_if<Coin>(&output)) in += coin->amount;
    }
    for (const auto& output : c.tx.outputs) {
      const auto* coin = std::get_if<Coin>(&output);
      if (coin == nullptr) continue;
      out += coin->amount;
      paid[std::get<KeyLock>(coin->lock).key] += coin->amount;
    }
    EXPECT_EQ(before + in, held_now() + out);
    for (const auto& one : panel_in(c).roll) EXPECT_LE(one.locked, one.amount);
    clear();
  }
  void open(bool of_the_item = false) {
    auto command = opening();
    if (of_the_item) {
      command.gs1_key = kBag1;
      c.spend(Item{kBag1, lock_of("ana")});
      c.make(Item{kBag1, lock_of("ana")});
    }
    c.spend(coin("EUR", kFee, "ana"));
    c.sign("ana").command(command);
    settle();
  }
  /// Carries the case on; nobody signs.
  void advance() {
    const auto outcome = advance_case(c.registry, id(), entry(), c.block);
    ASSERT_TRUE(outcome);
    for (const auto& output : outcome->outputs) c.make(output);
    c.command(CaseAdvance{id(), entry().state});
    settle();
  }
  void wait() { c.block.active_ms = std::max(c.block.active_ms, entry().deadline_active_ms); }
  std::vector<PublicKey> judges(std::uint32_t round) {
    std::vector<PublicKey> out;
    for (const auto& seat : entry().seats) {
      if (seat.round == round) out.push_back(seat.appraiser);
    }
    return out;
  }
  void commit(const PublicKey& judge, Verdict verdict) {
    c.tx.signers = {judge};
    c.command(
        CaseCommit{id(), judge,
                   case_commitment(id(), judge, entry().round, finding(verdict), salt_of(judge))});
    settle();
  }
  void reveal(const PublicKey& judge, Verdict verdict) {
    c.tx.signers = {judge};
    const auto found = finding(verdict);
    c.command(CaseReveal{id(), judge, verdict, found.confidence_bps, found.method_hash,
                         found.points_hash, salt_of(judge)});
    settle();
  }
  /// From the drawing to the decision of the present round; nothing: the judge stays away.
  void judge(const std::vector<std::optional<Verdict>>& verdicts) {
    advance();
    const auto panel = judges(entry().round);
    ASSERT_EQ(panel.size(), verdicts.size());
    for (std::size_t i = 0; i < panel.size(); ++i) {
      if (verdicts[i]) commit(panel[i], *verdicts[i]);
    }
    if (entry().state == CaseState::commit) {
      wait();
      advance();
    }
    if (entry().state != CaseState::reveal) return;
    for (std::size_t i = 0; i < panel.size(); ++i) {
      if (verdicts[i]) reveal(panel[i], *verdicts[i]);
    }
    wait();
    advance();
  }
  void challenge() {
    CaseChallenge command{id(), key_of("bob"), hash_of("it is not"), kChallengeBond};
    c.spend(coin("EUR", kChallengeBond, "bob"));
    c.sign("bob").command(command);
    settle();
  }
  void close() {
    wait();
    advance();
  }
};

}  // namespace tally::contracts::cases
