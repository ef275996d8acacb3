// Lists in pages. What a list query takes and gives, and why it may refuse.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <variant>
#include <vector>

#include "contracts/error_code.hpp"
#include "ledger/fault.hpp"

namespace tally::views {

inline constexpr std::size_t kPageRowsMax = 1'000;
/// How many rows one page may pass over because a filter leaves them out.
inline constexpr std::size_t kPageScanMax = 10'000;

struct PageRequest {
  std::size_t limit = 100;  ///< 1 … kPageRowsMax.
  std::string cursor{};     ///< Empty: the first page; else as the page before gave it.
};

/// One page. It is pinned to the height of the first page's snapshot: what came to be after it is
/// left out of every later page. A row's content is as of the snapshot that answers, and a row that
/// has left the list since (an output that was spent, an order that went on) is not in it any more.
/// A page may hold fewer rows than its limit, even none, and still have a cursor.
template <typename Row>
struct Page {
  std::vector<Row> rows;
  std::string next_cursor;   ///< Empty: there are no more.
  std::uint64_t height = 0;  ///< What it is pinned to.
};

/// Why a query gives no answer: the request is at fault, or the node is.
using QueryError = std::variant<contracts::Error, ledger::Fault>;

/// The answer to a list query. Errors in precedence order: bad_parameter with index 0 (the limit;
/// figure: kPageRowsMax) or index 1 (the cursor is not one of this list); the node's faults.
template <typename T>
using Answer = std::expected<T, QueryError>;

}  // namespace tally::views
