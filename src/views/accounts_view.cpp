// What a block changes in outputs, balances and movements.
#include <map>

#include "views/account_rows.hpp"
#include "views/tables.hpp"
#include "views/view.hpp"

namespace tally::views {
namespace {

using contracts::Account;
using contracts::AssetId;

// What one command does to one account's holding of one asset. Sums cannot wrap: what exists of an
// asset is at most kSupplyMax.
struct Flow {
  std::uint64_t in = 0;  // into the account
  std::uint64_t out = 0;
  std::int64_t coins = 0;
  std::uint64_t escrow_in = 0;
  std::uint64_t escrow_out = 0;
};
using Flows = std::map<std::pair<AssetId, Account>, Flow>;

// The order that a command is about, and its parties.
struct Deal {
  contracts::OrderId id;
  Account seller;
  std::optional<Account> buyer;
};

struct CommandPlace {
  const BlockFacts& block;
  const SettledFacts& settled;
  std::uint32_t index;
  const contracts::Command& command;
};

std::optional<Bytes> live_key_of(const contracts::Output& output, std::uint64_t number) {
  if (const auto* coin = std::get_if<contracts::Coin>(&output)) {
    return Row()
        .raw(live_key(contracts::account_of(coin->lock), OutputKind::coin))
        .id(coin->asset)
        .u64(number)
        .bytes();
  }
  if (const auto* item = std::get_if<contracts::Item>(&output)) {
    return Row()
        .raw(live_key(contracts::account_of(item->lock), OutputKind::item))
        .u64(number)
        .bytes();
  }
  if (const auto* grant = std::get_if<contracts::Grant>(&output)) {
    return Row()
        .raw(live_key(contracts::account_of(grant->owner), OutputKind::grant))
        .u64(number)
        .bytes();
  }
  return std::nullopt;
}

void put_outputs(const BlockFacts& block, const SettledFacts& settled, Writer& tables) {
  const auto height = block.header.height;
  const auto& tx = settled.transaction;
  for (std::uint32_t i = 0; i < tx.outputs.size(); ++i) {
    const auto number = settled.first_output_number + i;
    const auto stored = codec::encode_stored_output({{settled.txid, i}, tx.outputs[i]});
    tables.append(kOutputsTable, Row().u64(number),
                  Row().u64(height).u32(settled.position).raw(stored));
    if (const auto key = live_key_of(tx.outputs[i], number)) {
      tables.put(kLiveTable, *key, Row().u64(height));
    }
  }
  for (std::size_t i = 0; i < tx.inputs.size(); ++i) {
    const auto number = tx.inputs[i].number;
    tables.put(kSpentTable, Row().u64(number),
               Row().id(settled.txid).u64(height).u32(settled.position));
    if (const auto key = live_key_of(*settled.spent[i], number)) tables.erase(kLiveTable, *key);
  }
}

// A coin or an order's escrow comes (`made`) or goes.
void add_output(const contracts::Output& output, bool made, Flows& flows,
                std::optional<Deal>& deal) {
  if (const auto* coin = std::get_if<contracts::Coin>(&output)) {
    auto& flow = flows[{coin->asset, contracts::account_of(coin->lock)}];
    (made ? flow.in : flow.out) += coin->amount;
    flow.coins += made ? 1 : -1;
  }
  const auto* order = std::get_if<contracts::Order>(&output);
  if (order == nullptr) return;
  deal = Deal{order->id, contracts::account_of(order->terms.seller), {}};
  const auto hold = [&](const AssetId& asset, const Account& party, std::uint64_t amount) {
    if (amount == 0) return;
    auto& flow = flows[{asset, party}];
    (made ? flow.escrow_in : flow.escrow_out) += amount;
  };
  hold(order->terms.price_asset, deal->seller, order->terms.bond);
  if (order->buyer.is_zero()) return;
  deal->buyer = contracts::account_of(order->buyer);
  for (const auto& held : order->payment) hold(held.asset, *deal->buyer, held.amount);
}

std::uint64_t change_balance(const AssetId& asset, const Account& account, const Flow& flow,
                             Writer& tables) {
  const auto key = balance_key(account, asset);
  Balance balance;
  if (const auto value = tables.get(kBalancesTable, key)) {
    RowReader row(*value);
    balance = decode_balance(asset, row);
    if (!row.complete()) tables.corrupt(kBalancesTable);
  }
  const bool held = balance.amount != 0;
  balance.amount += flow.in - flow.out;
  balance.coins += static_cast<std::uint64_t>(flow.coins);
  balance.escrow += flow.escrow_in - flow.escrow_out;
  tables.put(kBalancesTable, key, Row().u64(balance.amount).u64(balance.coins).u64(balance.escrow));
  const bool holds = balance.amount != 0;
  if (held != holds) tables.add(kHoldersTable, asset.view(), holds ? 1 : -1);
  return balance.amount;
}

// The other side of a movement, if it is one account.
std::optional<Account> counterparty(const Flows& flows, const AssetId& asset,
                                    const Account& account, bool gains,
                                    const std::optional<Deal>& deal) {
  if (deal) {
    return account == deal->seller ? deal->buyer : std::optional<Account>(deal->seller);
  }
  std::optional<Account> found;
  for (auto at = flows.lower_bound({asset, Account{}});
       at != flows.end() && at->first.first == asset; ++at) {
    const auto& [in, out] = std::pair(at->second.in, at->second.out);
    if (gains ? in >= out : in <= out) continue;
    if (found) return std::nullopt;
    found = at->first.second;
  }
  return found;
}

void put_movement(const CommandPlace& place, const AssetId& asset, const Account& account,
                  std::uint64_t amount, std::uint64_t balance, const std::optional<Account>& other,
                  const std::optional<Deal>& deal, Writer& tables) {
  const auto height = place.block.header.height;
  const auto position = place.settled.position;
  std::optional<contracts::OrderId> order;
  if (deal) order = deal->id;
  tables.put(kMovementsTable,
             place_key(Row().account(account).id(asset), height, position, place.index),
             Row()
                 .u64(place.block.header.time_ms)
                 .id(place.settled.txid)
                 .u32(contracts::command_number(place.command.body))
                 .u64(amount)
                 .u64(balance)
                 .maybe(other)
                 .maybe(order));
  tables.put(kMovementTimesTable,
             place_key(Row().account(account), height, position, place.index).id(asset), {});
}

void put_flows(const CommandPlace& place, Writer& tables) {
  Flows flows;
  std::optional<Deal> deal;
  for (const auto i : place.command.inputs) add_output(*place.settled.spent[i], false, flows, deal);
  for (const auto i : place.command.outputs) {
    add_output(place.settled.transaction.outputs[i], true, flows, deal);
  }
  for (const auto& [key, flow] : flows) {
    const auto& [asset, account] = key;
    const auto balance = change_balance(asset, account, flow, tables);
    if (flow.in == flow.out) continue;
    const auto other = counterparty(flows, asset, account, flow.in > flow.out, deal);
    put_movement(place, asset, account, flow.in - flow.out, balance, other, deal, tables);
  }
}

class AccountsView final : public View {
 public:
  [[nodiscard]] std::string_view name() const override { return "accounts"; }
  [[nodiscard]] std::uint32_t format() const override { return 1; }
  [[nodiscard]] std::span<const storage::Table> tables() const override {
    static constexpr std::array kTables{kOutputsTable,      kSpentTable,   kLiveTable,
                                        kBalancesTable,     kHoldersTable, kMovementsTable,
                                        kMovementTimesTable};
    return kTables;
  }

  void apply(const BlockFacts& block, Writer& tables) const override {
    for (const auto& settled : block.settled) {
      put_outputs(block, settled, tables);
      const auto& commands = settled.transaction.commands;
      for (std::uint32_t i = 0; i < commands.size(); ++i) {
        put_flows({block, settled, i, commands[i]}, tables);
      }
    }
  }
};

}  // namespace

std::unique_ptr<View> make_accounts_view() { return std::make_unique<AccountsView>(); }

}  // namespace tally::views
