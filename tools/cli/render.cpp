#include "cli/render.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "contracts/limits.hpp"
#include "market/values.hpp"

namespace tally::cli {

std::string signed_amount(std::string_view minor, std::uint64_t decimals) {
  const bool negative = minor.starts_with('-');
  const auto value = market::parse_number(negative ? minor.substr(1) : minor);
  if (!value || decimals > contracts::kDecimalsMax) return std::string(minor);
  return (negative ? "-" : "") +
         market::format_amount(*value, static_cast<std::uint32_t>(decimals));
}

std::string cell_text(const Context& context, const json::value& row, const CellSpec& spec) {
  const auto* value = find(row, spec.path);
  if (value == nullptr || value->is_null()) return {};
  const auto text = plain(*value);
  switch (spec.cell) {
    case Cell::text:
    case Cell::number:
      return text;
    case Cell::id:
      // A hash of zeros says that there is none.
      return text.find_first_not_of('0') == std::string::npos ? "" : context.show(text);
    case Cell::time: {
      const auto ms = number_at(row, spec.path);
      return ms && *ms != 0 ? market::format_time_ms(*ms) : "";
    }
    case Cell::amount: {
      auto decimals = number_at(row, "decimals");
      if (!decimals) decimals = number_at(row, "asset.decimals");
      if (!decimals) decimals = number_at(row, "price_asset.decimals");
      return decimals ? signed_amount(text, *decimals) : text;
    }
  }
  return text;
}

std::string rows_text(const Context& context, const json::value& answer, std::string_view member,
                      const std::vector<CellSpec>& columns, std::string_view none) {
  const auto* rows = array_at(answer, member);
  if (rows == nullptr || rows->empty()) return std::string(none) + "\n";
  std::vector<Table::Column> heads;
  for (const auto& column : columns) {
    const bool right = column.cell == Cell::amount || column.cell == Cell::number;
    heads.push_back({column.head, right ? Table::Align::right : Table::Align::left});
  }
  Table table(std::move(heads));
  for (const auto& row : *rows) {
    std::vector<std::string> cells;
    for (const auto& column : columns) cells.push_back(cell_text(context, row, column));
    table.add(std::move(cells));
  }
  return table.text();
}

std::string object_text(const Context& context, const json::value& object,
                        const std::vector<CellSpec>& fields) {
  std::vector<Field> out;
  for (const auto& field : fields) {
    auto text = cell_text(context, object, field);
    if (!text.empty()) out.push_back({field.head, std::move(text)});
  }
  return fields_text(out);
}

Result<json::value> get_pages(Node& node, const std::string& target, std::string_view member,
                              std::size_t rows_max) {
  json::value all;
  std::string cursor;
  while (true) {
    auto page_target = target + (target.contains('?') ? "&" : "?") + "limit=1000";
    if (!cursor.empty()) page_target += "&cursor=" + escaped(cursor);
    auto page = node.get(page_target);
    if (!page) return page;
    const auto* rows = array_at(*page, member);
    if (rows == nullptr) return broken("bad_answer", "the node's answer is no list");
    if (all.is_null()) {
      all = *page;
    } else {
      auto& list = all.as_object()[member].as_array();
      list.insert(list.end(), rows->begin(), rows->end());
    }
    auto& list = all.as_object()[member].as_array();
    const auto next = text_at(*page, "next_cursor");
    if (!next || list.size() >= rows_max) {
      if (list.size() > rows_max) list.resize(rows_max);
      all.as_object()["next_cursor"] =
          next ? json::value(json::string(*next)) : json::value(nullptr);
      return all;
    }
    cursor = *next;
  }
}

}  // namespace tally::cli
