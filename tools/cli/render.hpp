// What a node answers, as tables. Text from the node goes through printable().
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/context.hpp"
#include "cli/json.hpp"
#include "cli/table.hpp"

namespace tally::cli {

/// How a member is shown.
enum class Cell : unsigned char {
  text,
  id,      ///< An address or a hash: shortened.
  time,    ///< Unix milliseconds.
  amount,  ///< Minor units, with the `decimals` of the same row (or of `asset` in it).
  number,  ///< To the right.
};

struct CellSpec {
  std::string head;
  std::string path;  ///< Of the member, as `entry.state`.
  Cell cell = Cell::text;
};

/// One value of a row.
[[nodiscard]] std::string cell_text(const Context& context, const json::value& row,
                                    const CellSpec& spec);

/// A table of the elements of an array member; `none` if there are none.
[[nodiscard]] std::string rows_text(const Context& context, const json::value& answer,
                                    std::string_view member, const std::vector<CellSpec>& columns,
                                    std::string_view none);

/// A value under another; absent and null ones are left out.
[[nodiscard]] std::string object_text(const Context& context, const json::value& object,
                                      const std::vector<CellSpec>& fields);

/// Every page of a list, as one answer: the elements of `member` after each other, at most
/// `rows_max`, and the rest of the first page. `target` may have a query.
Result<json::value> get_pages(Node& node, const std::string& target, std::string_view member,
                              std::size_t rows_max);

/// The decimal of a signed amount in minor units, as `-12.50`.
[[nodiscard]] std::string signed_amount(std::string_view minor, std::uint64_t decimals);

}  // namespace tally::cli
