// What commands that spend items must be.
#include "cli/expect_parts.hpp"

#include <algorithm>

#include "market/commands/commands.hpp"

namespace tally::cli {
namespace {

using contracts::Item;
using contracts::Transaction;

void expect_item_transfer(const Again& again, Expectation& expected) {
  const auto& p = again.parameters();
  for (auto& gs1_key : p.gs1_keys("gs1_keys")) {
    expected.outputs.emplace_back(Item{std::move(gs1_key), market::lock_of(p)});
  }
  expected.commands = {contracts::ItemTransfer{p.optional_hash("event_hash")}};
}

// Where items end or are packed the command does not name them: the inputs do. Gives them in order.
Result<std::vector<Item>> spends_exactly(const Transaction& built, Node& node,
                                         const std::vector<std::string>& wanted,
                                         Expectation& expected) {
  const auto spent = spent_outputs(built, node);
  if (!spent) return std::unexpected(spent.error());
  std::vector<Item> items;
  for (const auto& output : *spent) {
    const auto* item = std::get_if<Item>(&output);
    if (item == nullptr) return not_as_asked("it spends what is no item");
    items.push_back(*item);
  }
  if (!std::ranges::equal(items, wanted, {}, &Item::gs1_key)) {
    return not_as_asked("it spends other items");
  }
  expected.spendable = outpoints(built);
  return items;
}

Result<void> expect_decommission(const Again& again, const Transaction& built, Node& node,
                                 Expectation& expected) {
  const auto& p = again.parameters();
  const auto items = spends_exactly(built, node, p.gs1_keys("gs1_keys"), expected);
  if (!items) return std::unexpected(items.error());
  expected.commands = {contracts::ItemDecommission{p.hash("event_hash")}};
  return {};
}

Result<void> expect_packing(const Again& again, const Transaction& built, Node& node,
                            Expectation& expected) {
  const auto& p = again.parameters();
  auto wanted = p.gs1_keys("gs1_keys");
  wanted.insert(wanted.begin(), p.gs1_key("container"));
  const auto items = spends_exactly(built, node, wanted, expected);
  if (!items) return std::unexpected(items.error());
  expected.outputs.emplace_back(items->front());
  expected.commands = {contracts::ItemAggregate{p.hash("event_hash")}};
  return {};
}

Result<void> expect_unpacking(const Again& again, const Transaction& built, Node& node,
                              Expectation& expected) {
  const auto& p = again.parameters();
  const auto items = spends_exactly(built, node, {p.gs1_key("container")}, expected);
  if (!items) return std::unexpected(items.error());
  expected.outputs.emplace_back(items->front());
  for (auto& gs1_key : p.gs1_keys("gs1_keys")) {
    expected.outputs.emplace_back(Item{std::move(gs1_key), items->front().lock});
  }
  expected.commands = {contracts::ItemDisaggregate{p.hash("event_hash")}};
  return {};
}

std::vector<contracts::Quantity> quantities(const std::vector<market::Parameters>& list) {
  std::vector<contracts::Quantity> out;
  for (const auto& each : list) out.push_back({each.text("unit"), each.number("milli")});
  return out;
}

Result<void> expect_transform(const Again& again, const Transaction& built, Node& node,
                              Expectation& expected) {
  const auto& p = again.parameters();
  const auto used = p.objects("used");
  std::vector<std::string> wanted;
  for (const auto& each : used) wanted.push_back(each.gs1_key("gs1_key"));
  const auto items = spends_exactly(built, node, wanted, expected);
  if (!items) return std::unexpected(items.error());
  const auto made = p.objects("made");
  const auto lock = market::lock_of(p, again.principal());
  for (const auto& each : made) expected.outputs.emplace_back(Item{each.gs1_key("gs1_key"), lock});
  contracts::ItemTransform transform;
  transform.prefix = p.text("prefix");
  transform.event_hash = p.hash("event_hash");
  transform.attributes = p.attributes("attributes");
  transform.used = quantities(used);
  transform.made = quantities(made);
  transform.lost = quantities(p.objects("lost"));
  expected.commands = {std::move(transform)};
  return {};
}

Result<void> expect_merge(const Again& again, const Transaction& built, Node& node,
                          Expectation& expected) {
  const auto& p = again.parameters();
  std::vector<std::string> wanted{p.gs1_key("admitted")};
  if (p.boolean("issued", false)) wanted.push_back(p.gs1_key("gs1_key"));
  const auto items = spends_exactly(built, node, wanted, expected);
  if (!items) return std::unexpected(items.error());
  const bool given = p.has("to") || p.has("lock");
  const auto lock = given ? market::lock_of(p) : items->front().lock;
  expected.outputs.emplace_back(Item{p.gs1_key("gs1_key"), lock});
  expected.commands = {
      contracts::ItemMerge{p.text("prefix"), p.hash("event_hash"), p.attributes("attributes")}};
  return {};
}

}  // namespace

bool spends_items(std::string_view command) {
  static constexpr std::string_view kCommands[] = {"item_transfer",  "item_decommission",
                                                   "item_aggregate", "item_disaggregate",
                                                   "item_transform", "item_merge"};
  return std::ranges::find(kCommands, command) != std::end(kCommands);
}

Result<void> expect_items(const Again& again, const Asked& asked, const Transaction& built,
                          Node& node, Expectation& expected) {
  const auto& command = asked.command;
  if (command == "item_decommission") return expect_decommission(again, built, node, expected);
  if (command == "item_aggregate") return expect_packing(again, built, node, expected);
  if (command == "item_disaggregate") return expect_unpacking(again, built, node, expected);
  if (command == "item_transform") return expect_transform(again, built, node, expected);
  if (command == "item_merge") return expect_merge(again, built, node, expected);
  expect_item_transfer(again, expected);
  return {};
}

}  // namespace tally::cli
