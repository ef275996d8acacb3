#include "http/api/statement.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>
#include <ctime>
#include <map>

#include "http/json.hpp"
#include "views/registry.hpp"
#include "views/statements.hpp"

namespace tally::http {
namespace {

constexpr std::size_t kCsvPageRows = 1'000;
constexpr std::string_view kCsvHead =
    "row,time,height,position,txid,command,order,counterparty,asset,symbol,amount,balance\r\n";

OrProblem<views::StatementRange> parse_range(const Read& read) {
  views::StatementRange range;
  if (const auto asset = read.request.query_value("asset")) {
    const auto id = find_asset_id(read.snapshot, *asset);
    if (!id) return std::unexpected(id.error());
    range.asset = *id;
  }
  const auto from = number_parameter(read.request, "from_height", range.from_height);
  if (!from) return std::unexpected(from.error());
  const auto to = number_parameter(read.request, "to_height", range.to_height);
  if (!to) return std::unexpected(to.error());
  if (*from > *to) return std::unexpected(bad_parameter("to_height", "not before from_height"));
  range.from_height = *from;
  range.to_height = *to;
  return range;
}

OrProblem<bool> wants_csv(const Request& request) {
  const auto format = request.query_value("format");
  if (!format) return request.accepts("text/csv");
  if (*format == "csv") return true;
  if (*format == "json") return false;
  return std::unexpected(bad_parameter("format", "json or csv"));
}

boost::json::array sums(const Read& read, const std::vector<views::AssetAmount>& amounts) {
  boost::json::array out;
  for (const auto& sum : amounts) {
    auto row = asset_label(read.api, read.snapshot, sum.asset);
    row["amount"] = json_number(sum.amount);
    out.push_back(std::move(row));
  }
  return out;
}

boost::json::value optional_address(const Api& api,
                                    const std::optional<contracts::Account>& account) {
  if (!account) return nullptr;
  return boost::json::string(address_of(api, *account));
}

boost::json::object movement_json(const Read& read, const views::Movement& movement) {
  auto row = asset_label(read.api, read.snapshot, movement.asset);
  row["height"] = json_number(movement.height);
  row["position"] = movement.position;
  row["command_index"] = movement.command_index;
  row["time_ms"] = json_number(movement.time_ms);
  row["txid"] = movement.txid.hex();
  row["command"] = contracts::command_name(movement.command);
  row["amount"] = std::to_string(movement.amount);
  row["balance"] = json_number(movement.balance);
  row["counterparty"] = optional_address(read.api, movement.counterparty);
  row["order"] = movement.order ? boost::json::value(movement.order->hex().c_str())
                                : boost::json::value(nullptr);
  return row;
}

OrProblem<Response> answer_json(const Read& read, const contracts::Account& account,
                                const views::StatementRange& range) {
  const auto request = page_request(read.request);
  if (!request) return std::unexpected(request.error());
  const auto statement = checked(views::read_statement(read.snapshot, account, range, *request));
  if (!statement) return std::unexpected(statement.error());
  boost::json::array movements;
  for (const auto& movement : statement->movements.rows) {
    movements.push_back(movement_json(read, movement));
  }
  boost::json::object body{{"address", address_of(read.api, account)},
                           {"from_height", json_number(statement->from_height)},
                           {"to_height", json_number(statement->to_height)},
                           {"opening", sums(read, statement->opening)},
                           {"closing", sums(read, statement->closing)},
                           {"sums_complete", statement->sums_complete},
                           {"movements", std::move(movements)}};
  add_page(body, statement->movements);
  return read.answer(std::move(body));
}

// 12345 minor units with 2 decimals: 123.45.
std::string decimal(std::uint64_t minor, std::uint32_t decimals, bool negative) {
  auto digits = std::to_string(minor);
  if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
  if (decimals > 0) digits.insert(digits.size() - decimals, ".");
  return (negative ? "-" : "") + digits;
}

std::string iso_time(std::uint64_t ms) {
  const auto seconds = static_cast<std::time_t>(ms / 1'000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  const auto size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  return fmt::format("{}.{:03}Z", std::string_view(text, size), ms % 1'000);
}

// A statement as CSV, a page at each pull; no field can hold a comma, a quote or a line break.
class CsvStatement {
 public:
  CsvStatement(const Api& api, const contracts::Account& account,
               const views::StatementRange& range)
      : api_(api), account_(account), range_(range) {}

  Chunk next() {
    const auto snapshot = api_.views.snapshot();
    if (!snapshot) return {Chunk::Kind::kBroken, {}};
    const auto statement = views::read_statement(*snapshot, account_, range_,
                                                 {.limit = kCsvPageRows, .cursor = cursor_});
    if (!statement) return {Chunk::Kind::kBroken, {}};
    Chunk chunk;
    if (cursor_.empty()) {
      chunk.bytes = kCsvHead;
      add_sums(chunk.bytes, *snapshot, "opening", statement->from_height, statement->opening);
    }
    for (const auto& row : statement->movements.rows) add_movement(chunk.bytes, *snapshot, row);
    cursor_ = statement->movements.next_cursor;
    if (cursor_.empty()) {
      chunk.kind = Chunk::Kind::kLast;
      add_sums(chunk.bytes, *snapshot, "closing", statement->to_height, statement->closing);
    }
    return chunk;
  }

 private:
  struct Label {
    std::string symbol;
    std::uint32_t decimals = 0;
  };
  const Label& label(const views::Snapshot& snapshot, const contracts::AssetId& asset) {
    const auto known = labels_.find(asset);
    if (known != labels_.end()) return known->second;
    Label made;
    const auto found = views::find_entry(snapshot, contracts::asset_key(asset));
    if (found && *found) {
      if (const auto* entry = std::get_if<contracts::AssetEntry>(&(*found)->entry)) {
        made = {entry->symbol, entry->decimals};
      }
    }
    return labels_.emplace(asset, std::move(made)).first->second;
  }
  void add_sums(std::string& out, const views::Snapshot& snapshot, std::string_view row,
                std::uint64_t height, const std::vector<views::AssetAmount>& amounts) {
    for (const auto& sum : amounts) {
      const auto& of = label(snapshot, sum.asset);
      out += fmt::format("{},,{},,,,,,{},{},,{}\r\n", row, height, sum.asset.hex(), of.symbol,
                         decimal(sum.amount, of.decimals, false));
    }
  }
  void add_movement(std::string& out, const views::Snapshot& snapshot, const views::Movement& row) {
    const auto& of = label(snapshot, row.asset);
    const auto size = row.amount < 0 ? 0 - static_cast<std::uint64_t>(row.amount)
                                     : static_cast<std::uint64_t>(row.amount);
    out += fmt::format("movement,{},{},{},{},{},{},{},{},{},{},{}\r\n", iso_time(row.time_ms),
                       row.height, row.position, row.txid.hex(),
                       contracts::command_name(row.command), row.order ? row.order->hex() : "",
                       row.counterparty ? address_of(api_, *row.counterparty) : "", row.asset.hex(),
                       of.symbol, decimal(size, of.decimals, row.amount < 0),
                       decimal(row.balance, of.decimals, false));
  }

  const Api& api_;
  const contracts::Account account_;
  const views::StatementRange range_;
  std::string cursor_;
  std::map<contracts::AssetId, Label> labels_;
};

}  // namespace

OrProblem<Response> read_statement(const Read& read, const contracts::Account& account) {
  const auto range = parse_range(read);
  if (!range) return std::unexpected(range.error());
  const auto csv = wants_csv(read.request);
  if (!csv) return std::unexpected(csv.error());
  if (!*csv) return answer_json(read, account, *range);
  if (read.request.query_value("limit") || read.request.query_value("cursor")) {
    return std::unexpected(bad_parameter("cursor", "a statement in CSV is whole, not in pages"));
  }
  auto rows = std::make_shared<CsvStatement>(read.api, account, *range);
  auto response = stream_response("text/csv; charset=utf-8; header=present",
                                  [rows](const ChunkSink& sink) { sink(rows->next()); });
  return std::move(response.with("Content-Disposition", "attachment; filename=\"statement.csv\""));
}

}  // namespace tally::http
