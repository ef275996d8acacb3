// `tally statement`: every movement of an account, with what it had before and after.
#include "cli/render.hpp"
#include "cli/tree.hpp"

#include <fmt/format.h>

#include "contracts/address.hpp"
#include "market/values.hpp"

namespace tally::cli {
namespace {

constexpr std::size_t kRowsMax = 1'000'000;

struct StatementOptions {
  std::string who;
  std::string asset;
  std::uint64_t from_height = 0;
  std::uint64_t to_height = 0;
  bool csv = false;
};

const std::vector<CellSpec>& columns() {
  static const std::vector<CellSpec> kColumns{
      {"WHEN", "time_ms", Cell::time},      {"WHAT", "command"},
      {"WITH", "counterparty", Cell::id},   {"AMOUNT", "amount", Cell::amount},
      {"BALANCE", "balance", Cell::amount}, {"ASSET", "symbol"},
      {"ISSUER", "issuer", Cell::id},       {"ORDER", "order", Cell::id}};
  return kColumns;
}

std::string csv_of(Context& context, const json::value& statement) {
  std::vector<std::string> head;
  for (const auto& column : columns()) head.push_back(column.head);
  head.emplace_back("TXID");
  auto out = csv_line(head);
  for (const auto& row : *array_at(statement, "movements")) {
    std::vector<std::string> cells;
    for (auto column : columns()) {
      // Whole, whatever the screen is like: a file is read by programs.
      if (column.cell == Cell::id) column.cell = Cell::text;
      cells.push_back(cell_text(context, row, column));
    }
    cells.push_back(text_at(row, "txid").value_or(""));
    out += csv_line(cells);
  }
  return out;
}

std::string text_of(Context& context, const json::value& statement) {
  const std::vector<CellSpec> sums{
      {"AMOUNT", "amount", Cell::amount}, {"ASSET", "symbol"}, {"ISSUER", "issuer", Cell::id}};
  return fmt::format("before block {}\n{}\n{}\nafter block {}\n{}",
                     text_at(statement, "from_height").value_or("?"),
                     rows_text(context, statement, "opening", sums, "nothing"),
                     rows_text(context, statement, "movements", columns(), "no movements"),
                     text_at(statement, "to_height").value_or("?"),
                     rows_text(context, statement, "closing", sums, "nothing"));
}

Result<void> statement(Context& context, const StatementOptions& options) {
  if (auto in = context.sign_in(); !in) return in;
  const auto account = context.account_or(options.who);
  if (!account) return std::unexpected(account.error());
  const auto network = context.network();
  if (!network) return std::unexpected(network.error());
  auto target = fmt::format("/v1/accounts/{}/statement?format=json",
                            contracts::encode_address(*account, network->kind));
  if (!options.asset.empty()) target += "&asset=" + escaped(options.asset);
  if (options.from_height > 0) target += fmt::format("&from_height={}", options.from_height);
  if (options.to_height > 0) target += fmt::format("&to_height={}", options.to_height);
  const auto answer = get_pages(**context.node(), target, "movements", kRowsMax);
  if (!answer) return std::unexpected(answer.error());
  context.print(*answer, options.csv ? csv_of(context, *answer) : text_of(context, *answer));
  return {};
}

}  // namespace

void add_statement(Tree& tree) {
  auto options = std::make_shared<StatementOptions>();
  auto& app = tree.leaf("statement", "Shows an account's movements with running balances.",
                        "tally statement --asset EUR --csv --dev ana",
                        [options](Context& context) { return statement(context, *options); });
  app.add_option("--account", options->who, "Whose: an address; your own if left out");
  app.add_option("--asset", options->asset, "Of one asset alone");
  app.add_option("--from-height", options->from_height, "From this block on");
  app.add_option("--to-height", options->to_height, "Up to this block");
  app.add_flag("--csv", options->csv, "As comma-separated values");
}

}  // namespace tally::cli
