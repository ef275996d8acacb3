// From an EPCIS event to the transactions that put it on the ledger: start here. The table is in
// docs/spec/capture.md.
//
// An event is a fact for the items that its author has a say over, and a claim for all others. Who
// has a say is looked up to choose the commands; whether it holds the ledger decides, and what it
// rejects becomes a claim too. A pure function of the event and of LedgerFacts.
#pragma once

#include <cstdint>
#include <vector>

#include "contracts/transaction.hpp"
#include "epcis/event.hpp"
#include "provenance/ledger_facts.hpp"

namespace tally::provenance {

/// Items in one transaction: inputs, outputs and keys of so many fit a body (kBodyBytesMax)
/// whatever is done to them.
inline constexpr std::size_t kItemsPerTransactionMax = 500;

/// In whose name an event is put on the ledger.
struct Author {
  contracts::PublicKey agent;      ///< Signs.
  contracts::PublicKey principal;  ///< Whom it acts for.
  bool operator==(const Author&) const = default;
};

struct EventFacts {
  const epcis::Event& event;
  Hash32 hash{};  ///< The digest in the CBV event hash.
};

/// One transaction, but for what every transaction has.
struct Part {
  std::vector<contracts::Input> inputs;
  std::vector<contracts::Output> outputs;
  std::vector<contracts::Command> commands;
  std::vector<contracts::PublicKey> principals;  ///< Whose delegations to the agent it invokes.
};

/// How many items a transaction says something of.
struct Standing {
  std::uint32_t facts = 0;   ///< Items that an authorised command names.
  std::uint32_t claims = 0;  ///< Claim commands.
  bool operator==(const Standing&) const = default;
};

/// The canonical keys of the ledger items that the event is about (epcis::things(); the parent is
/// not), each once, in their order. Wrong check digits, classes, cartons are none.
[[nodiscard]] std::vector<std::string> subjects(const epcis::Event& event);

/// What a plan of the event may move or write: its subjects and its parent, if that may be an item.
[[nodiscard]] std::vector<std::string> touched(const epcis::Event& event);

/// The slices of `keys` that go into one transaction each; one empty slice if there are none.
[[nodiscard]] std::vector<std::span<const std::string>> slices(
    const std::vector<std::string>& keys);

/// The transaction for one slice of the event's subjects.
[[nodiscard]] Part plan(const EventFacts& event, std::span<const std::string> keys,
                        const Author& author, const LedgerFacts& facts);

/// The transaction that only claims: in the principal's name if its delegation to the agent covers
/// that and `own_name` is false, else in the agent's, who needs nobody's leave.
[[nodiscard]] Part plan_claim(const EventFacts& event, std::span<const std::string> keys,
                              const Author& author, const LedgerFacts& facts, bool own_name);

/// What the commands of a transaction amount to; also of one that was read back.
[[nodiscard]] Standing standing(const std::vector<contracts::Command>& commands);

/// Who may read the event beside its author: the authorities of its items while these are in the
/// trade, the brands of its other identifiers, and the parties that it names (one up, one down).
/// Sorted, each once, at most kReadersMax.
[[nodiscard]] std::vector<contracts::PublicKey> readers(const epcis::Event& event,
                                                        const LedgerFacts& facts);
inline constexpr std::size_t kReadersMax = 32;

}  // namespace tally::provenance
