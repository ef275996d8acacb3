#include "market/draft.hpp"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "base/check.hpp"
#include "contracts/delegation/authority.hpp"
#include "contracts/limits.hpp"
#include "market/values.hpp"
#include "views/items.hpp"

namespace tally::market {
namespace {

using contracts::ErrorCode;

// Beyond so many coins of one asset the choice is made among those that were made first.
constexpr std::size_t kCoinsSeenMax = 100'000;

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

std::vector<contracts::PublicKey> keys_of(const contracts::Lock& lock) {
  return std::visit(Overloaded{[](const contracts::MultiLock& multi) { return multi.keys; },
                               [](const auto& single) { return std::vector{single.key}; }},
                    lock);
}

}  // namespace

Draft::Draft(const BuildRequest& request, const BuildContext& context, Reading& reading)
    : request_(request), context_(context), reading_(reading) {
  transaction_.version = contracts::kTransactionVersion;
  transaction_.network_id = context.network_id;
  transaction_.valid_until_ms = request.valid_until_ms != 0
                                    ? request.valid_until_ms
                                    : context.now_ms + contracts::kValidityMsDefault;
  transaction_.idempotency_key = request.idempotency_key;
  transaction_.note_hash = request.note_hash;
  sign(request.account);
}

contracts::PublicKey Draft::principal(const Parameters& parameters) {
  const auto named = parameters.optional_key("on_behalf_of");
  if (!named || *named == account()) return account();
  const auto key = contracts::delegation_key(*named, account());
  const auto* delegation = registry().get<contracts::DelegationEntry>(key);
  if (delegation == nullptr || !contracts::live(*delegation, context_.now_ms)) {
    parameters.refuse(ErrorCode::delegation_missing, "on_behalf_of",
                      "the account has no delegation in force from this principal");
    return *named;
  }
  transaction_.references.push_back({key});
  return *named;
}

void Draft::sign(const contracts::PublicKey& key) {
  auto& signers = transaction_.signers;
  if (std::ranges::find(signers, key) == signers.end()) signers.push_back(key);
}

bool Draft::may_see(const contracts::Lock& lock, const std::string& field,
                    const contracts::AssetEntry* asset) {
  const auto keys = keys_of(lock);
  if (std::ranges::find(keys, account()) != keys.end()) return true;
  const auto& readable = request_.readable;
  if (std::ranges::find(readable, contracts::account_of(lock)) != readable.end()) return true;
  for (const auto& [key] : transaction_.references) {
    const auto* delegation = registry().get<contracts::DelegationEntry>(key);
    if (delegation == nullptr || (asset != nullptr && delegation->powers.asset != asset->id)) {
      continue;
    }
    if (std::ranges::find(keys, delegation->principal) != keys.end()) return true;
  }
  refuse(ErrorCode::not_yours, field, "it belongs to another account");
  return false;
}

void Draft::spend(const views::OutputView& output, const std::optional<Hash32>& preimage) {
  const bool takes_preimage =
      std::visit(Overloaded{[](const contracts::Coin& coin) {
                              return std::holds_alternative<contracts::HashLock>(coin.lock);
                            },
                            [](const contracts::Item& item) {
                              return std::holds_alternative<contracts::HashLock>(item.lock);
                            },
                            [](const auto&) { return false; }},
                 output.stored.output);
  transaction_.inputs.push_back(
      {output.number, output.stored.outpoint, takes_preimage ? preimage : std::optional<Hash32>{}});
  spent_.push_back(output.stored.output);
  if (std::holds_alternative<contracts::Coin>(output.stored.output)) {
    coins_.push_back(output.number);
  }
}

void Draft::spend(const views::OrderView& order) {
  transaction_.inputs.push_back({order.entry.output_number, order.entry.outpoint, std::nullopt});
  spent_.emplace_back(order.order);
}

void Draft::make(contracts::Output output) { transaction_.outputs.push_back(std::move(output)); }

std::optional<contracts::Coin> Draft::spend_coins(const contracts::Account& owner,
                                                  const contracts::AssetEntry& asset,
                                                  std::uint64_t amount, const std::string& field,
                                                  const std::optional<Hash32>& preimage) {
  if (!ok() || amount == 0) return std::nullopt;
  // Whose account a key is, is known before its coins are looked at; of a lock they tell.
  if (owner.kind == contracts::Account::Kind::key &&
      !may_see(contracts::KeyLock{contracts::PublicKey{owner.id}}, field, &asset)) {
    return std::nullopt;
  }
  auto gathered = gather(owner, asset, amount);
  if (!gathered) return std::nullopt;
  if (gathered->lock && !may_see(*gathered->lock, field, &asset)) return std::nullopt;
  const auto inputs_left = contracts::kInputsMax - transaction_.inputs.size();
  const auto chosen = select_coins(gathered->free, amount, inputs_left);
  if (!chosen) {
    refuse_shortage(asset, *gathered, chosen.error(), amount, field);
    return std::nullopt;
  }
  std::unordered_set<contracts::OutputNumber> numbers;
  for (const auto& coin : *chosen) numbers.insert(coin.number);
  Uint128 sum = 0;
  for (const auto& output : gathered->outputs) {
    if (!numbers.contains(output.number)) continue;
    sum += std::get<contracts::Coin>(output.stored.output).amount;
    spend(output, preimage);
  }
  if (sum == amount) return std::nullopt;
  return contracts::Coin{asset.id, static_cast<std::uint64_t>(sum - amount), *gathered->lock};
}

std::optional<views::Page<views::OutputView>> Draft::list_outputs(const contracts::Account& owner,
                                                                  const views::OutputFilter& filter,
                                                                  const views::PageRequest& page) {
  auto answer = views::list_outputs(context_.snapshot, owner, filter, page);
  if (answer) return std::move(*answer);
  // A request of ours is never at fault.
  const auto* fault = std::get_if<ledger::Fault>(&answer.error());
  CHECK(fault != nullptr);
  keep(*fault);
  return std::nullopt;
}

std::optional<views::Page<views::OutputView>> Draft::list_grants(const views::PageRequest& page) {
  const views::OutputFilter filter{.kind = views::OutputKind::grant};
  return list_outputs(contracts::account_of(account()), filter, page);
}

std::optional<Draft::Gathered> Draft::gather(const contracts::Account& owner,
                                             const contracts::AssetEntry& asset,
                                             std::uint64_t amount) {
  Gathered out;
  views::PageRequest page{.limit = views::kPageRowsMax};
  const views::OutputFilter filter{.kind = views::OutputKind::coin, .asset = asset.id};
  do {
    auto answer = list_outputs(owner, filter, page);
    if (!answer) return std::nullopt;
    std::vector<contracts::OutputNumber> numbers;
    for (const auto& row : answer->rows) numbers.push_back(row.number);
    const auto free = context_.leases.free_of(numbers);
    for (auto& row : answer->rows) {
      const auto& coin = std::get<contracts::Coin>(row.stored.output);
      if (!out.lock) out.lock = coin.lock;
      out.total += coin.amount;
      // free_of() keeps the order, and the numbers ascend.
      if (!std::ranges::binary_search(free, row.number)) continue;
      out.free.push_back({row.number, coin.amount});
      out.outputs.push_back(std::move(row));
    }
    page.cursor = answer->next_cursor;
  } while (!page.cursor.empty() && out.free.size() < kCoinsSeenMax && !covers(out.free, amount));
  return out;
}

void Draft::refuse_shortage(const contracts::AssetEntry& asset, const Gathered& gathered,
                            const CoinShortage& shortage, std::uint64_t amount,
                            const std::string& field) {
  const auto text = [&](std::uint64_t minor) {
    return format_amount(minor, asset.decimals) + " " + asset.symbol;
  };
  if (shortage.missing == 0) {
    return refuse(ErrorCode::too_many_inputs, field,
                  fmt::format("the coins are too small: one transaction can pay {}; send some to "
                              "yourself first",
                              text(shortage.payable_max)),
                  shortage.payable_max);
  }
  if (gathered.total >= amount) {
    return refuse(ErrorCode::coins_leased, field,
                  fmt::format("{} more are there, leased to transactions being built",
                              text(shortage.missing)),
                  shortage.missing);
  }
  const auto missing = amount - static_cast<std::uint64_t>(gathered.total);
  refuse(ErrorCode::not_enough_coins, field, fmt::format("{} are missing", text(missing)), missing);
}

std::optional<views::OutputView> Draft::find_output(contracts::OutputNumber number,
                                                    const std::string& field) {
  if (!ok()) return std::nullopt;
  auto found = value_of(views::find_output(context_.snapshot, number));
  if (!found) return std::nullopt;
  if (!*found || (*found)->spending) {
    refuse(ErrorCode::output_unknown, field, "there is no such live output");
    return std::nullopt;
  }
  return std::move(*found);
}

std::optional<views::OutputView> Draft::find_item(const std::string& gs1_key,
                                                  const std::string& field) {
  if (!ok()) return std::nullopt;
  const auto found =
      value_of(views::find_item_alone(context_.snapshot, contracts::item_id(gs1_key)));
  if (!found) return std::nullopt;
  if (!*found || !(*found)->place) {
    refuse(ErrorCode::item_unknown, field, "there is no such item");
    return std::nullopt;
  }
  if (!(*found)->entry.packed_in.empty()) {
    refuse(ErrorCode::container_mismatch, field, "the item is packed in another");
    return std::nullopt;
  }
  if ((*found)->place->order) {
    refuse(ErrorCode::order_state, field, "the item is in an order");
    return std::nullopt;
  }
  auto output = find_output((*found)->place->number, field);
  if (!output) return std::nullopt;
  if (!may_see(std::get<contracts::Item>(output->stored.output).lock, field)) return std::nullopt;
  return output;
}

std::optional<views::OrderView> Draft::find_order(const contracts::OrderId& id,
                                                  const std::string& field) {
  if (!ok()) return std::nullopt;
  auto found = value_of(views::find_order(context_.snapshot, id));
  if (!found) return std::nullopt;
  if (!*found) {
    refuse(ErrorCode::order_unknown, field, "there is no such order");
    return std::nullopt;
  }
  const auto& order = (*found)->order;
  const auto& terms = order.terms;
  const auto is_open_to = [&](const contracts::PublicKey& key) {
    return key == terms.seller || key == terms.carrier || key == terms.named_buyer ||
           (order.state == contracts::OrderState::offered ? !terms.named_buyer
                                                          : key == order.buyer);
  };
  const bool readable = std::ranges::any_of(request_.readable, [&](const auto& reader) {
    return reader.kind == contracts::Account::Kind::key &&
           is_open_to(contracts::PublicKey{reader.id});
  });
  if (!readable && !is_open_to(account())) {
    refuse(ErrorCode::not_yours, field, "the account is no party of this order");
    return std::nullopt;
  }
  if (contracts::ended((*found)->entry.state)) {
    refuse(ErrorCode::order_state, field,
           fmt::format("the order has ended: {}", codec::word((*found)->entry.state)));
    return std::nullopt;
  }
  return std::move(*found);
}

void Draft::command(contracts::CommandBody body) {
  contracts::Command command{{}, {}, std::move(body)};
  for (std::uint32_t i = 0; i < transaction_.inputs.size(); ++i) command.inputs.push_back(i);
  for (std::uint32_t i = 0; i < transaction_.outputs.size(); ++i) command.outputs.push_back(i);
  transaction_.commands.push_back(std::move(command));
}

void Draft::keep(ledger::Fault fault) {
  if (reading_.error) return;
  refuse(ErrorCode::internal_error, {}, "the node failed to read its views");
  reading_.error->fault = std::move(fault);
}

}  // namespace tally::market
