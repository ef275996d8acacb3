#include "fault/simulation/simulated_clients.hpp"

#include <fmt/format.h>

#include "engine/engine.hpp"
#include "views/transactions.hpp"

namespace tally::fault {

using contracts::ErrorCode;
using ledger::Outcome;
using Kind = Outcome::Kind;

namespace {

constexpr std::uint64_t kAgainSteps = 6;
constexpr std::uint64_t kCuriousPct = 10;

std::string text(const Outcome& outcome) {
  switch (outcome.kind) {
    case Kind::settled:
      return fmt::format("settled at {} from output {}", outcome.height,
                         outcome.first_output_number);
    case Kind::rejected:
      return fmt::format("rejected at {} ({})", outcome.height, name(outcome.error->code));
    case Kind::refused:
      return fmt::format("refused ({})", name(outcome.error->code));
  }
  return "";
}

bool same(const Outcome& a, const Outcome& b) {
  return a.kind == b.kind && a.height == b.height &&
         a.first_output_number == b.first_output_number && a.error == b.error;
}

}  // namespace

SimulatedClients::SimulatedClients(Chance& chance, std::uint64_t seed)
    : chance_(chance), workload_({.seed = seed}) {}

void SimulatedClients::arrive(std::size_t count, std::uint64_t ledger_ms, std::uint64_t block_ms) {
  for (; count > 0; --count) {
    Case one{.made = workload_.next(ledger_ms, block_ms)};
    one.send_at_step = step_ + kAgainSteps + chance_.below(kAgainSteps);
    by_txid_.emplace(one.made.txid, cases_.size());
    cases_.push_back(std::move(one));
    ++open_;
    send({.about = cases_.size() - 1});
  }
}

void SimulatedClients::send(Message message) {
  auto& one = cases_[message.about];
  const bool request = !message.answer;
  const auto copies = 1 + (chance_.percent(faults_.duplicate_pct) ? 1 + chance_.below(2) : 0);
  for (std::uint64_t i = 0; i < copies; ++i) {
    if (chance_.percent(faults_.drop_pct)) continue;
    one.copies_out += request ? 1 : 0;
    sent_ += request ? 1 : 0;
    network_.emplace(step_ + chance_.below(faults_.delay_steps_max), message);
  }
}

void SimulatedClients::send_again() {
  for (std::size_t i = 0; i < cases_.size(); ++i) {
    auto& one = cases_[i];
    if (one.closed || one.refusal || one.send_at_step > step_) continue;
    one.send_at_step = step_ + kAgainSteps + chance_.below(kAgainSteps);
    send({.about = i});
  }
  // And somebody asks again what was answered long ago.
  if (!cases_.empty() && chance_.percent(kCuriousPct)) {
    const auto old = chance_.below(cases_.size());
    if (said_.contains(cases_[old].made.txid)) send({.about = old});
  }
}

std::optional<contracts::Transaction> SimulatedClients::submitted(
    const contracts::Txid& txid) const {
  const auto found = by_txid_.find(txid);
  if (found == by_txid_.end()) return std::nullopt;
  const auto tx = codec::decode_body(cases_[found->second].made.bytes.body);
  return tx ? std::optional(*tx) : std::nullopt;
}

void SimulatedClients::deliver(SimulatedNode& node, const LedgerModel& model) {
  if (rates_of_start_ != node.starts()) {
    rates_of_start_ = node.starts();
    rates_.start_anew();
  }
  for (auto at = network_.begin(); at != network_.end() && at->first <= step_;) {
    if (at->second.answer) {
      ++at;
      continue;
    }
    const auto about = at->second.about;
    at = network_.erase(at);
    if (!node.is_up()) {
      --cases_[about].copies_out;
      continue;
    }
    hand_over(about, node, model);
  }
}

void SimulatedClients::hand_over(std::size_t about, SimulatedNode& node, const LedgerModel& model) {
  std::optional<Outcome> refusal;
  at_the_door_ = &refusal;
  node.submit(cases_[about].made.bytes,
              [this, about, &node](const Outcome& outcome) { answered(about, outcome, node); });
  at_the_door_ = nullptr;
  const auto& made = cases_[about].made;
  // Whether it was busy is the node's to say.
  if (refusal && refusal->error->code == ErrorCode::queue_full) return;
  auto expected = made.at_the_door;
  if (!expected && over_rate(made, node, model)) expected = ErrorCode::rate_quota;
  const auto code = refusal ? std::optional(refusal->error->code) : std::nullopt;
  refusals_held_ += code.has_value();
  over_rate_ += code == ErrorCode::rate_quota;
  if (code == expected || !wrong_.empty()) return;
  const auto text = [](const auto& each) { return each ? name(*each) : "let in"; };
  wrong_ = fmt::format("{} {} was {} at the door, and should be {}", kind_name(made.kind),
                       made.txid.hex(), text(code), text(expected));
}

bool SimulatedClients::over_rate(const Made& made, const SimulatedNode& node,
                                 const LedgerModel& model) {
  const auto& rate = node.options().member_rate;
  if (rate.per_second == 0) return false;
  const auto tx = codec::decode_body(made.bytes.body);
  const auto payer = model.payer(tx->signers.front()).value_or(contracts::PublicKey{});
  const auto tokens = tx->signers.size() + made.bytes.body.size() / engine::kRateBytes;
  return !rates_.may(rate, payer, node.monotonic_ms(), tokens);
}

// At the node's edge: from here on it has been said.
void SimulatedClients::answered(std::size_t about, const Outcome& outcome,
                                const SimulatedNode& node) {
  --cases_[about].copies_out;
  const auto ledger_ms = node.writer().time_ms();
  if (at_the_door_ != nullptr) *at_the_door_ = outcome;
  fresh_.push_back({.about = about,
                    .outcome = outcome,
                    .at_the_door = at_the_door_ != nullptr,
                    .began_ms = node.step_began_ms(),
                    .ledger_ms = ledger_ms});
  trace_ = (trace_ ^ (about * 31 + outcome.height * 7 + outcome.first_output_number)) *
               0x100000001b3ull +
           static_cast<std::uint64_t>(outcome.kind) +
           (outcome.error ? static_cast<std::uint64_t>(outcome.error->code) : 0);
  send({.about = about, .answer = outcome, .ledger_ms = ledger_ms});
}

void SimulatedClients::lose_taken() {
  std::vector<std::size_t> in_network(cases_.size());
  for (const auto& [step, message] : network_) in_network[message.about] += !message.answer;
  for (std::size_t i = 0; i < cases_.size(); ++i) cases_[i].copies_out = in_network[i];
}

void SimulatedClients::collect(SimulatedNode& node, const LedgerModel& model) {
  for (auto at = network_.begin(); at != network_.end() && at->first <= step_;) {
    if (!at->second.answer) {
      ++at;
      continue;
    }
    const auto message = std::move(at->second);
    at = network_.erase(at);
    take(message);
  }
  ask(node, model);
  ++step_;
}

void SimulatedClients::take(const Message& message) {
  auto& one = cases_[message.about];
  if (one.closed) return;
  const auto& outcome = *message.answer;
  if (outcome.kind != Kind::refused) {
    close(one, outcome, message.ledger_ms);
  } else if (!not_looked_at(outcome.error->code) && !one.refusal) {
    one.refusal = outcome.error;
    one.refused_ms = message.ledger_ms;
    if (!allowed(one.made, outcome.error->code, message.ledger_ms) && wrong_.empty()) {
      wrong_ =
          fmt::format("{} {} was {}", kind_name(one.made.kind), one.made.txid.hex(), text(outcome));
    }
  }
}

// A refusal says nothing of the other copies: once none is on its way, the txid says what became of
// them.
void SimulatedClients::ask(SimulatedNode& node, const LedgerModel& model) {
  if (!node.is_up() || node.views().next_height() != model.next_height()) return;
  for (auto& one : cases_) {
    if (one.closed || !one.refusal || one.copies_out > 0) continue;
    const auto snapshot = node.views().snapshot();
    if (!snapshot) return;
    const auto found = views::find_transaction(*snapshot, one.made.txid);
    if (!found) return;
    Outcome outcome{.txid = one.made.txid, .error = one.refusal};
    if (*found) {
      outcome.kind = (*found)->error ? Kind::rejected : Kind::settled;
      outcome.height = (*found)->height;
      outcome.first_output_number = (*found)->first_output_number;
      outcome.error = (*found)->error;
    }
    const auto truth = model.find(one.made.txid);
    if (truth.has_value() != found->has_value() || (truth && !same(*truth, outcome))) {
      if (wrong_.empty()) {
        wrong_ =
            fmt::format("asked by txid {} the node says: {}", one.made.txid.hex(), text(outcome));
      }
    }
    close(one, outcome, one.refused_ms);
  }
}

void SimulatedClients::close(Case& one, const Outcome& outcome, std::uint64_t ledger_ms) {
  one.closed = true;
  --open_;
  const auto& made = one.made;
  if (outcome.kind == Kind::settled) {
    workload_.settled(made.txid, outcome.first_output_number);
    ++settled_;
    if (made.group != 0 && !made.copy) ++settled_of_group_[made.group];
    if (!made.may_settle && wrong_.empty()) {
      wrong_ = fmt::format("{} {} settled, and must not", kind_name(made.kind), made.txid.hex());
    }
    return;
  }
  const auto code = outcome.error->code;
  workload_.rejected(made.txid, code);
  ++rejected_;
  if (made.group != 0 && code == ErrorCode::expired) ++lost_of_group_[made.group];
  if (!allowed(made, code, ledger_ms) && wrong_.empty()) {
    wrong_ = fmt::format("{} {} was {}, valid to {} at {}", kind_name(made.kind), made.txid.hex(),
                         text(outcome), made.valid_until_ms, ledger_ms);
    for (const auto each : made.may_fail) wrong_ += fmt::format("; it may be {}", name(each));
  }
}

// Whether it is a refusal that the ledger has decided on.
bool SimulatedClients::is_ledgers(const Said& said) {
  return said.outcome.kind == Kind::refused && !said.at_the_door &&
         !not_looked_at(said.outcome.error->code);
}

void SimulatedClients::foresee(const LedgerModel& model) {
  for (auto& said : fresh_) {
    if (is_ledgers(said)) predict(said, model);
  }
}

// The block's time is what it was when the step began, unless the disk was slow before.
void SimulatedClients::predict(Said& said, const LedgerModel& model) const {
  const auto& made = cases_[said.about].made;
  const auto tx = codec::decode_body(made.bytes.body);
  for (const auto time_ms : {said.began_ms, said.ledger_ms}) {
    said.foreseen.push_back(model.predict(*tx, made.txid, time_ms));
  }
}

std::string SimulatedClients::check_refusal(Said& said, const LedgerModel& model) {
  predict(said, model);
  ++refusals_held_;
  const std::optional code(said.outcome.error->code);
  if (std::ranges::find(said.foreseen, code, &Prediction::error) != said.foreseen.end()) return "";
  const auto& should = said.foreseen.front();
  if (should.answer) return "before: " + text(*should.answer);
  if (should.error) return fmt::format("should be {}", name(*should.error));
  return "should be the rules' to judge, and in a block";
}

std::string SimulatedClients::check_answers(const LedgerModel& model) {
  for (auto& said : fresh_) {
    if (!wrong_.empty()) break;
    wrong_ = check_said(said, model);
  }
  fresh_.clear();
  return wrong_;
}

std::string SimulatedClients::check_said(Said& said, const LedgerModel& model) {
  const auto& made = cases_[said.about].made;
  const auto& outcome = said.outcome;
  const auto wrong = [&](std::string_view why) {
    return fmt::format("{} {}: {}: {}", kind_name(made.kind), made.txid.hex(), text(outcome), why);
  };
  if (outcome.kind == Kind::refused) {
    if (!is_ledgers(said)) return "";
    const auto why = check_refusal(said, model);
    return why.empty() ? "" : wrong(why);
  }
  const auto truth = model.find(made.txid);
  if (!truth) return wrong("it is not in the journal");
  if (!same(*truth, outcome)) return wrong("the journal says " + text(*truth));
  const auto [before, fresh] = said_.try_emplace(made.txid, outcome);
  if (!fresh && !same(before->second, outcome)) return wrong("before: " + text(before->second));
  return "";
}

std::string SimulatedClients::check_end() const {
  if (!wrong_.empty()) return wrong_;
  for (const auto& one : cases_) {
    if (one.closed) continue;
    return fmt::format("{} {} has no final answer", kind_name(one.made.kind), one.made.txid.hex());
  }
  for (const auto& one : cases_) {
    const auto group = one.made.group;
    if (group == 0) continue;
    const auto found = settled_of_group_.find(group);
    const auto settled = found == settled_of_group_.end() ? 0 : found->second;
    if (settled > 1 || (settled == 0 && !lost_of_group_.contains(group))) {
      return fmt::format("of group {} with {} {} have settled", group, one.made.txid.hex(),
                         settled);
    }
  }
  return "";
}

}  // namespace tally::fault
