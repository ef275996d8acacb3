// Those who submit to a simulated node, and the network between: it drops, duplicates, delays and
// so reorders what goes either way. A client sends the same bytes again until it has a final
// answer, and asks by txid where that is said to help. Every answer that leaves the node is noted,
// whether it arrives or not: what was once said must stay so.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "fault/load/workload.hpp"
#include "fault/simulation/ledger_model.hpp"
#include "fault/simulation/rate_model.hpp"
#include "fault/simulation/simulated_node.hpp"

namespace tally::fault {

struct NetworkFaults {
  std::uint64_t drop_pct = 0;       ///< To 30.
  std::uint64_t duplicate_pct = 0;  ///< To 50.
  std::uint64_t delay_steps_max = 1;
};

class SimulatedClients {
 public:
  SimulatedClients(Chance& chance, std::uint64_t seed);

  void set_faults(const NetworkFaults& faults) { faults_ = faults; }

  // ---- One step: each in turn. ----

  /// Makes `count` new submissions, valid from `ledger_ms`, and sends them. `block_ms`: the time of
  /// the last block.
  void arrive(std::size_t count, std::uint64_t ledger_ms, std::uint64_t block_ms);
  /// Sends again what has waited for too long, and at times what was answered.
  void send_again();
  /// Hands what is due to the node, if it is up; else it is lost.
  void deliver(SimulatedNode& node, const LedgerModel& model);
  /// Takes the answers that are due, and asks the node by txid where that is needed.
  void collect(SimulatedNode& node, const LedgerModel& model);
  /// The process has gone: what it had taken and not answered is lost.
  void lose_taken();

  /// Before the model takes the blocks of this step: notes what it says of what was refused. A
  /// refusal is in no block, so it must be right by what was there before or by what is after.
  void foresee(const LedgerModel& model);
  /// The transaction that was submitted under this name.
  [[nodiscard]] std::optional<contracts::Transaction> submitted(const contracts::Txid& txid) const;
  /// What is wrong with the answers of this step, by what has become durable; "" if nothing.
  std::string check_answers(const LedgerModel& model);
  /// What is wrong at the end, when everything should have its answer.
  [[nodiscard]] std::string check_end() const;

  /// How many have no final answer.
  [[nodiscard]] std::size_t open() const { return open_; }
  [[nodiscard]] std::uint64_t sent() const { return sent_; }
  [[nodiscard]] std::uint64_t settled() const { return settled_; }
  [[nodiscard]] std::uint64_t rejected() const { return rejected_; }
  /// How many refusals were held against the model, and how many of them were over a rate.
  [[nodiscard]] std::uint64_t refusals_held() const { return refusals_held_; }
  [[nodiscard]] std::uint64_t over_rate() const { return over_rate_; }
  /// Of all answers, in order: the same seed gives the same.
  [[nodiscard]] std::uint64_t trace() const { return trace_; }

 private:
  struct Case {
    Made made;
    std::uint64_t send_at_step = 0;
    std::size_t copies_out = 0;  ///< In the network, or taken by the node and not answered.
    bool closed = false;         ///< It has its final answer.
    std::optional<contracts::Error> refusal{};  ///< Which no sending again will change.
    std::uint64_t refused_ms = 0;               ///< The ledger's time then.
  };
  struct Message {
    std::size_t about = 0;  ///< A case.
    std::optional<ledger::Outcome> answer{};
    std::uint64_t ledger_ms = 0;  ///< When it was answered.
  };
  struct Said {
    std::size_t about = 0;
    ledger::Outcome outcome;
    bool at_the_door = false;
    std::uint64_t began_ms = 0;   ///< The ledger's time when the step began that gave it.
    std::uint64_t ledger_ms = 0;  ///< And when it was given.
    std::vector<Prediction> foreseen{};
  };

  void send(Message message);
  void answered(std::size_t about, const ledger::Outcome& outcome, const SimulatedNode& node);
  void hand_over(std::size_t about, SimulatedNode& node, const LedgerModel& model);
  bool over_rate(const Made& made, const SimulatedNode& node, const LedgerModel& model);
  [[nodiscard]] static bool is_ledgers(const Said& said);
  void predict(Said& said, const LedgerModel& model) const;
  std::string check_refusal(Said& said, const LedgerModel& model);
  void take(const Message& message);
  void close(Case& one, const ledger::Outcome& outcome, std::uint64_t ledger_ms);
  void ask(SimulatedNode& node, const LedgerModel& model);
  std::string check_said(Said& said, const LedgerModel& model);

  Chance& chance_;
  Workload workload_;
  NetworkFaults faults_;
  std::uint64_t step_ = 0;
  std::vector<Case> cases_;
  std::multimap<std::uint64_t, Message> network_;  // by the step when it arrives
  std::vector<Said> fresh_;                        // answers that are not checked yet
  std::map<contracts::Txid, std::size_t> by_txid_;
  RateModel rates_;
  std::uint64_t rates_of_start_ = 0;
  std::optional<ledger::Outcome>* at_the_door_ = nullptr;  // while something is handed over
  std::uint64_t refusals_held_ = 0;
  std::uint64_t over_rate_ = 0;
  std::map<contracts::Txid, ledger::Outcome> said_;
  std::map<std::uint64_t, std::size_t> settled_of_group_;
  std::map<std::uint64_t, std::size_t> lost_of_group_;  // closed and not settled, if expected
  std::string wrong_;
  std::size_t open_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t settled_ = 0;
  std::uint64_t rejected_ = 0;
  std::uint64_t trace_ = 0;
};

}  // namespace tally::fault
