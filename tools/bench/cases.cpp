#include "bench/cases.hpp"

#include <boost/json.hpp>
#include <stdexcept>

#include <fmt/format.h>

#include "bench/workload.hpp"
#include "contracts/authentication.hpp"
#include "contracts/limits.hpp"
#include "engine/core.hpp"

namespace tally::bench {
namespace {

using namespace contracts;

constexpr std::size_t kAppraisers = 30;
constexpr std::size_t kRequesters = 100;
constexpr std::uint64_t kStake = 1'000'000;
constexpr std::size_t kBatch = 4'096;

Hash32 number_hash(std::uint64_t number) {
  Hash32 out{};
  for (std::size_t i = 0; i < 8; ++i) out[i] = static_cast<std::uint8_t>(number >> (8 * i));
  out[31] = 1;
  return out;
}

// A court: ledger and keeper, whose clock this program moves.
class Court {
 public:
  explicit Court(const std::filesystem::path& directory)
      : ledger_(open_ledger(directory, clock_)),
        core_(*ledger_, {}, {now_ms_, now_ms_}),
        admission_(ledger_->network_id()) {}

  [[nodiscard]] const Registry& registry() const { return ledger_->registry(); }
  [[nodiscard]] std::uint64_t settled() const { return settled_; }

  /// One command, to be settled with those around it.
  void add(const std::vector<const Wallet*>& signers, CommandBody body,
           std::vector<Input> inputs = {}, std::vector<Output> outputs = {}) {
    Transaction tx;
    tx.version = kTransactionVersion;
    tx.network_id = ledger_->network_id();
    for (const auto* signer : signers) tx.signers.push_back(signer->key);
    tx.valid_until_ms = now_ms_ + kDayMs / 2;
    Command command{{}, {}, std::move(body)};
    for (std::uint32_t i = 0; i < inputs.size(); ++i) command.inputs.push_back(i);
    for (std::uint32_t i = 0; i < outputs.size(); ++i) command.outputs.push_back(i);
    tx.inputs = std::move(inputs);
    tx.outputs = std::move(outputs);
    tx.commands.push_back(std::move(command));
    auto admitted = admission_.admit(sign(tx, signers));
    if (!admitted) throw std::runtime_error(std::string(name(admitted.error().code)));
    batch_.push_back(std::move(*admitted));
    if (batch_.size() >= kBatch) settle();
  }
  /// Settles what was added; the last one's outcome.
  ledger::Outcome settle(std::uint64_t passed_ms = 1'000) {
    now_ms_ += passed_ms;
    const auto step = core_.step({now_ms_, now_ms_}, batch_);
    if (!step) throw std::runtime_error(ledger::describe(step.error()));
    for (const auto& outcome : step->outcomes) {
      if (outcome.kind != ledger::Outcome::Kind::settled) {
        throw std::runtime_error(
            fmt::format("refused: {}", outcome.error ? name(outcome.error->code) : ""));
      }
    }
    settled_ += batch_.size();
    batch_.clear();
    return step->outcomes.empty() ? ledger::Outcome{} : step->outcomes.back();
  }
  /// Lets time pass until the keeper has nothing to do that is due by then.
  void pass(std::uint64_t ms) {
    settle();
    for (std::uint64_t passed = 0; passed < ms; passed += kActiveStepMsMax) {
      settle(std::min(ms - passed, kActiveStepMsMax));
    }
    while (!ledger_->due(ledger_->head().active_ms, 1).empty()) settle(1);
  }

 private:
  std::uint64_t now_ms_ = 1'900'000'000'000;
  SystemClock clock_;
  std::unique_ptr<ledger::Ledger> ledger_;
  engine::Core core_;
  engine::Admission admission_;
  std::vector<engine::AdmittedTransaction> batch_;
  std::uint64_t settled_ = 0;
};

struct People {
  Wallet bank = wallet("bench-bank");
  Wallet operator_1 = wallet("operator-1");
  Wallet operator_2 = wallet("operator-2");
  std::vector<Wallet> appraisers;
  std::vector<Wallet> requesters;
  std::map<PublicKey, const Wallet*> by_key;
  AssetId asset;

  [[nodiscard]] std::vector<const Wallet*> quorum() const { return {&operator_1, &operator_2}; }
};

void admit(Court& court, People& people) {
  MemberAdmit admit{{people.bank.key}};
  for (std::size_t i = 0; i < kAppraisers; ++i) {
    people.appraisers.push_back(wallet(fmt::format("bench-appraiser-{}", i)));
  }
  for (std::size_t i = 0; i < kRequesters; ++i) {
    people.requesters.push_back(wallet(fmt::format("bench-requester-{}", i)));
  }
  for (const auto* all : {&people.appraisers, &people.requesters}) {
    for (const auto& one : *all) {
      admit.keys.push_back(one.key);
      people.by_key[one.key] = &one;
    }
  }
  court.add(people.quorum(), std::move(admit));
  for (const auto& one : people.appraisers) {
    court.add(people.quorum(), Accredit{one.key, Role::appraiser, number_hash(1), 0});
  }
}

// A payment token, its panel of three, and a stake for each appraiser.
void set_up(Court& court, People& people) {
  admit(court, people);
  court.add(people.quorum(), LicenceGrant{people.bank.key, AssetKind::payment, number_hash(1)});
  AssetDefine define;
  define.issuer = people.bank.key;
  define.symbol = "BENCH";
  define.policies.supply_max = kSupplyMax;
  people.asset = asset_id(define.issuer, *fold_symbol(define.symbol));
  court.add({&people.bank}, define);
  PanelTerms terms;
  terms.judges = 3;
  terms.agreeing = 2;
  terms.bond = terms.challenge_bond = 1;
  terms.commit_ms = terms.reveal_ms = kDayMs;
  terms.challenge_ms = kCasePeriodMsMin;
  terms.open_max = kOpenCasesMax;
  court.add(people.quorum(), PanelDefine{people.asset, terms});
  court.settle();
  for (const auto& one : people.appraisers) {
    court.add({&people.bank}, AssetIssue{people.asset, kStake}, {},
              {Coin{people.asset, kStake, KeyLock{one.key}}});
    const auto made = court.settle();
    court.add({&one}, AppraiserBond{one.key, people.asset, kStake},
              {{made.first_output_number, {made.txid, 0}, std::nullopt}});
  }
  court.settle();
}

Finding finding(const CaseId& id) {
  const bool fake = id.bytes[0] % 3 == 0;
  return {fake ? Verdict::fake : Verdict::genuine, 9'000, number_hash(2), id.bytes};
}

std::vector<CaseId> open_cases(Court& court, const People& people, std::uint64_t count) {
  std::vector<CaseId> ids;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto& requester = people.requesters[i % people.requesters.size()];
    CaseOpen open;
    open.requester = requester.key;
    open.asset = people.asset;
    open.nonce = number_hash(i);
    open.category_hash = number_hash(i % 5);
    ids.push_back(case_id(open.requester, open.nonce));
    court.add({&requester}, std::move(open));
  }
  court.pass(0);
  return ids;
}

// Calls speak(case, wallet) for every judge of every case.
template <typename Speak>
void for_each_judge(Court& court, const People& people, const std::vector<CaseId>& ids,
                    Speak speak) {
  for (const auto& id : ids) {
    const auto* entry = court.registry().get<CaseEntry>(case_key(id));
    if (entry == nullptr) throw std::runtime_error("a case is not there");
    const auto seats = entry->seats;
    for (const auto& seat : seats) speak(id, *people.by_key.at(seat.appraiser));
  }
  court.pass(0);
}

void judge_cases(Court& court, const People& people, const std::vector<CaseId>& ids) {
  for_each_judge(court, people, ids, [&](const CaseId& id, const Wallet& judge) {
    court.add({&judge},
              CaseCommit{id, judge.key, case_commitment(id, judge.key, 1, finding(id), id.bytes)});
  });
  for_each_judge(court, people, ids, [&](const CaseId& id, const Wallet& judge) {
    const auto found = finding(id);
    court.add({&judge}, CaseReveal{id, judge.key, found.verdict, found.confidence_bps,
                                   found.method_hash, found.points_hash, id.bytes});
  });
}

}  // namespace

boost::json::object run_cases(const CasesOptions& options) {
  using Clock = std::chrono::steady_clock;
  const bool temporary = options.directory.empty();
  const auto directory =
      temporary ? std::filesystem::temp_directory_path() /
                      fmt::format("tally-bench-{}", Clock::now().time_since_epoch().count())
                : options.directory;
  boost::json::object out;
  {
    Court court(directory);
    People people;
    set_up(court, people);
    if (options.progress) fmt::print(stderr, "judging {} cases …\n", options.cases);
    const auto before = court.settled();
    const auto start = Clock::now();
    const auto ids = open_cases(court, people, options.cases);
    judge_cases(court, people, ids);
    court.pass(kCasePeriodMsMin);
    const auto took_s = std::chrono::duration<double>(Clock::now() - start).count();
    std::uint64_t decided = 0;
    for (const auto& id : ids) {
      const auto* entry = court.registry().get<CaseEntry>(case_key(id));
      decided += entry != nullptr && entry->state == CaseState::closed &&
                 entry->verdict == finding(id).verdict;
    }
    out["name"] = "cases";
    out["cases"] = options.cases;
    out["decided"] = decided;
    out["transactions"] = court.settled() - before;
    out["seconds"] = took_s;
    out["cases_per_s"] = static_cast<double>(options.cases) / took_s;
  }
  if (temporary) std::filesystem::remove_all(directory);
  return out;
}

}  // namespace tally::bench
