// What a block is to the streams: one event for each outcome, then one for the block itself. And
// which of them a reader gets.
//
//   cursor = height ":" position        of an event; a stream resumes behind it
//
// The outcomes of a block have the positions 0 … n − 1, as everywhere; the block's own event has n.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "codec/block.hpp"
#include "contracts/lock.hpp"
#include "contracts/transaction.hpp"
#include "http/api/caller.hpp"
#include "http/api/read.hpp"
#include "views/views.hpp"

namespace tally::http {

struct StreamCursor {
  std::uint64_t height = 0;
  std::uint64_t position = 0;
  auto operator<=>(const StreamCursor&) const = default;
};

[[nodiscard]] std::string to_text(const StreamCursor& cursor);
[[nodiscard]] std::optional<StreamCursor> parse_cursor(std::string_view text);

enum class EventKind : std::uint8_t { settled, rejected, block };

struct StreamEvent {
  StreamCursor cursor;
  EventKind kind = EventKind::block;
  std::string public_text{};   ///< JSON: that it exists, its txid, its outcome.
  std::string private_text{};  ///< With the body; empty if there is none.
  // What a settled transaction is about; each ascending.
  std::vector<contracts::Account> parties{};
  std::vector<contracts::CommandNumber> commands{};
  std::vector<contracts::AssetId> assets{};
  std::vector<contracts::ItemId> items{};
  std::vector<contracts::OrderId> orders{};
};

/// The events of a block, in order. `snapshot` has reached its height. Faults: storage,
/// journal_corrupt.
ledger::Faulty<std::vector<StreamEvent>> stream_events(const Api& api,
                                                       const views::Snapshot& snapshot,
                                                       const codec::Block& block);

/// What a reader asked for; every member that is set narrows further.
struct StreamFilter {
  std::vector<EventKind> kinds{};
  std::vector<contracts::CommandNumber> commands{};  ///< Any of them.
  std::optional<contracts::Account> account{};
  std::optional<contracts::AssetId> asset{};
  std::optional<contracts::ItemId> item{};
  std::optional<contracts::OrderId> order{};
};

/// The filter of a request's query: `kind` (settled, rejected, block, or a command's name; may be
/// repeated), `account`, `asset`, `item`, `order`. Errors: bad_parameter, asset_unknown, those of
/// require_own() for an account.
OrProblem<StreamFilter> parse_filter(const Read& read);

/// The text that this reader gets of the event, or null: the body only if the transaction concerns
/// it; and what is filtered by content only where it may see the content.
[[nodiscard]] const std::string* text_for(const StreamEvent& event, const StreamFilter& filter,
                                          const Caller& caller);

}  // namespace tally::http
