// Authentication as a service: cases that panels of accredited appraisers judge, the stakes that
// answer for it, and the record that each appraiser earns. The source is the design's provenance
// page, "Authentication as a service"; docs/spec/authentication.md has the whole.
//
//     OPEN ──▶ COMMIT ──▶ REVEAL ──▶ DECIDED ─────────────────────────────▶ CLOSED
//       │ drawn  all, or    all, or     │ challenged      nobody did, in time  ▲
//       │        the time   the time    ▼                                      │
//       │                          CHALLENGED ─▶ COMMIT ─▶ REVEAL ─▶ (decided) ┤
//       └── too few to draw from (and likewise a second panel) ────────────────┘
//
// A case is an entry and no output: its judges commit and reveal beside each other, and none of
// them spends what another is about to. What it holds of fee and bonds stands in its entry and its
// panel's; the invariants count it like an output's (docs/adr/0023-cases-in-the-registry.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "contracts/id.hpp"
#include "contracts/item.hpp"
#include "contracts/lock.hpp"

namespace tally::contracts {

/// On what terms cases are judged for one payment token. Amounts in its minor units, multiples of
/// its minimum unit; times in milliseconds of active time.
struct PanelTerms {
  std::uint32_t judges = 0;          ///< Of a panel; 1 … kJudgesMax.
  std::uint32_t agreeing = 0;        ///< So many of them decide: more than half.
  std::uint64_t fee = 0;             ///< Of a case; may be 0.
  std::uint64_t bond = 0;            ///< Locked of each judge's stake while its case lives; not 0.
  std::uint64_t challenge_bond = 0;  ///< Not 0.
  std::uint32_t absence_bps = 0;     ///< Of the bond, lost by a judge that gives no verdict.
  std::uint64_t commit_ms = 0;       ///< From the drawing; kCasePeriodMsMin … kCasePeriodMsMax.
  std::uint64_t reveal_ms = 0;
  std::uint64_t challenge_ms = 0;  ///< From the decision.
  std::uint32_t open_max = 0;      ///< Cases of one member that live at a time; 1 … kOpenCasesMax.
  bool operator==(const PanelTerms&) const = default;
};

/// What an appraiser has put up in one asset.
struct Stake {
  PublicKey appraiser;
  std::uint64_t amount = 0;
  std::uint64_t locked = 0;  ///< Of it, for cases that live.
  [[nodiscard]] std::uint64_t free() const { return amount - locked; }
  bool operator==(const Stake&) const = default;
};

/// The registry entry of the service in one asset: its terms, and from whom panels are drawn.
struct PanelEntry {
  AssetId asset;
  PanelTerms terms;
  std::uint64_t pool = 0;   ///< Forfeits and remainders; pays the judges of free cases.
  std::vector<Stake> roll;  ///< Ascending by appraiser, none of amount 0; at most kRollMax.
  std::uint64_t since_ms = 0;
  bool operator==(const PanelEntry&) const = default;
};

/// The registry entry of an appraiser: what it has done, for everybody to see.
struct AppraiserEntry {
  PublicKey appraiser;
  std::uint64_t cases = 0;           ///< Closed ones in which it gave a verdict.
  std::uint64_t agreed = 0;          ///< Of these, with the verdict that stood.
  std::uint64_t absences = 0;        ///< Closed ones in which it gave none.
  std::uint64_t overturned = 0;      ///< Its verdict had decided, and a second panel overturned it.
  std::uint64_t controls_right = 0;  ///< Blind controls whose answer it gave.
  std::uint64_t controls_wrong = 0;  ///< … or did not: `inconclusive` counts as neither.
  bool operator==(const AppraiserEntry&) const = default;
};

/// The registry entry of a member that asks: itself, and the agents it answers for.
struct RequesterEntry {
  PublicKey member;
  std::uint64_t cases = 0;  ///< Ever. The first was free.
  std::uint64_t open = 0;   ///< Living ones.
  bool operator==(const RequesterEntry&) const = default;
};

enum class CaseState : std::uint8_t {
  open = 1,        ///< To be drawn, in a later block: it is due a millisecond after its own.
  commit = 2,      ///< The judges commit.
  reveal = 3,      ///< Those who have, reveal.
  decided = 4,     ///< There is a verdict; it can be challenged.
  challenged = 5,  ///< A second panel is to be drawn.
  closed = 6,      ///< For ever.
};

/// A judge's place in a case, and what it has said.
struct Seat {
  PublicKey appraiser;
  std::uint32_t round = 1;           ///< 1: the first panel; 2: the one after a challenge.
  Hash32 commitment{};               ///< Zero until committed.
  std::optional<Verdict> verdict{};  ///< Once revealed.
  std::uint32_t confidence_bps = 0;
  Hash32 method_hash{};
  Hash32 points_hash{};  ///< Of the structured inspection.
  bool operator==(const Seat&) const = default;
};

/// The registry entry of a case.
struct CaseEntry {
  PublicKey requester;
  PublicKey member;              ///< Who answers for the requester.
  std::string gs1_key;           ///< The item on the ledger; empty: goods from elsewhere.
  std::optional<Account> owner;  ///< Of that item, when its title was shown.
  Hash32 description_hash{};     ///< Of what the requester says it is.
  Hash32 category_hash{};
  Hash32 source_hash{};    ///< Where it was bought.
  Hash32 evidence_root{};  ///< Of the photographs.
  Hash32 sealed_hash{};    ///< The answer of a blind control; of nothing in all other cases.
  AssetId asset;
  PanelTerms terms;       ///< As they were when it was opened.
  std::uint64_t fee = 0;  ///< Held for the judges.
  bool free = false;      ///< The requester paid nothing.
  CaseState state = CaseState::open;
  std::uint32_t round = 1;
  std::uint64_t deadline_active_ms = 0;  ///< Of the present state; 0 once closed.
  std::vector<Seat> seats;               ///< By round, then as drawn.
  std::optional<Verdict> first_verdict;  ///< Of the first panel; none if none could be drawn.
  std::optional<Verdict> verdict;        ///< The one that stands.
  std::optional<PublicKey> challenger;
  Hash32 reason_hash{};              ///< The challenger's.
  std::uint64_t challenge_bond = 0;  ///< Held.
  std::optional<Verdict> control;    ///< The answer, once the operators have shown it.
  std::uint64_t opened_ms = 0;       ///< Block times; 0 where not reached.
  std::uint64_t decided_ms = 0;
  std::uint64_t closed_ms = 0;
  bool operator==(const CaseEntry&) const = default;
};

/// tagged_hash("tally/case", requester ‖ nonce): known before the case is opened, and nobody
/// else's.
[[nodiscard]] CaseId case_id(const PublicKey& requester, const Hash32& nonce);

/// What a judge finds, as it commits to it.
struct Finding {
  Verdict verdict = Verdict::inconclusive;
  std::uint32_t confidence_bps = 0;
  Hash32 method_hash{};
  Hash32 points_hash{};
};

/// tagged_hash("tally/case-commitment", case ‖ appraiser ‖ round(1) ‖ verdict(1) ‖ confidence(4) ‖
/// method_hash ‖ points_hash ‖ salt), integers big-endian. The appraiser is in it, so that a
/// commitment copied from another is one that the copier can never reveal.
[[nodiscard]] Hash32 case_commitment(const CaseId& id, const PublicKey& appraiser,
                                     std::uint32_t round, const Finding& finding,
                                     const Hash32& salt);

/// tagged_hash("tally/case-answer", case ‖ verdict(1) ‖ salt): the sealed answer of a blind
/// control. Any other case seals a random hash, which looks the same.
[[nodiscard]] Hash32 case_answer(const CaseId& id, Verdict verdict, const Hash32& salt);

/// Whether terms are allowed: every bound that the fields' comments give, but for the multiples of
/// the minimum unit.
[[nodiscard]] bool valid_terms(const PanelTerms& terms);

/// The appraiser's stake in the roll; null if it has none.
[[nodiscard]] const Stake* find_stake(const PanelEntry& panel, const PublicKey& appraiser);

/// Changes the appraiser's stake, which is entered if it is not there and struck out if nothing is
/// left of it.
void change_stake(PanelEntry& panel, const PublicKey& appraiser, auto change);

/// What an entry holds of its asset beside the outputs.
[[nodiscard]] std::uint64_t held(const PanelEntry& panel);
[[nodiscard]] std::uint64_t held(const CaseEntry& entry);

// ---- Only templates below. ----

void change_stake(PanelEntry& panel, const PublicKey& appraiser, auto change) {
  auto at = panel.roll.begin();
  while (at != panel.roll.end() && at->appraiser < appraiser) ++at;
  if (at == panel.roll.end() || at->appraiser != appraiser) {
    at = panel.roll.insert(at, Stake{appraiser, 0, 0});
  }
  change(*at);
  if (at->amount == 0) panel.roll.erase(at);
}

}  // namespace tally::contracts
