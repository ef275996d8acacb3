#include "http/api/parties.hpp"

#include <algorithm>

#include "views/accounts.hpp"

namespace tally::http {
namespace {

using contracts::Account;
using contracts::account_of;
using contracts::PublicKey;

void add(std::vector<Account>& out, const PublicKey& key) {
  if (!key.is_zero()) out.push_back(account_of(key));
}

void add(std::vector<Account>& out, const std::optional<PublicKey>& key) {
  if (key) add(out, *key);
}

void add(std::vector<Account>& out, const contracts::Lock& lock) {
  out.push_back(account_of(lock));
  if (const auto* multi = std::get_if<contracts::MultiLock>(&lock)) {
    for (const auto& key : multi->keys) add(out, key);
  } else if (const auto* time = std::get_if<contracts::TimeLock>(&lock)) {
    add(out, time->key);
  } else if (const auto* hash = std::get_if<contracts::HashLock>(&lock)) {
    add(out, hash->key);
  }
}

void add(std::vector<Account>& out, const contracts::Order& order) {
  add(out, order.terms.seller);
  add(out, order.terms.named_buyer);
  add(out, order.terms.carrier);
  add(out, order.buyer);
}

void add(std::vector<Account>& out, const contracts::Grant& grant) {
  add(out, grant.owner);
  add(out, grant.reader);
}

void add(std::vector<Account>& out, const contracts::Coin& coin) { add(out, coin.lock); }
void add(std::vector<Account>& out, const contracts::Item& item) { add(out, item.lock); }

void add(std::vector<Account>& out, const contracts::Output& output) {
  std::visit([&](const auto& state) { add(out, state); }, output);
}

void add(std::vector<Account>& out, const contracts::CommandBody& body) {
  if (const auto* grant = std::get_if<contracts::DelegationGrant>(&body)) {
    add(out, grant->principal);
    add(out, grant->agent);
  } else if (const auto* revoke = std::get_if<contracts::DelegationRevoke>(&body)) {
    add(out, revoke->principal);
    add(out, revoke->agent);
  } else if (const auto* freeze = std::get_if<contracts::AssetFreeze>(&body)) {
    if (freeze->holder) out.push_back(*freeze->holder);
  }
}

void sort_unique(std::vector<Account>& accounts) {
  std::ranges::sort(accounts);
  const auto rest = std::ranges::unique(accounts);
  accounts.erase(rest.begin(), rest.end());
}

}  // namespace

ledger::Faulty<std::vector<Account>> parties_of(const views::Snapshot& snapshot,
                                                const contracts::Transaction& transaction) {
  std::vector<Account> out;
  for (const auto& key : transaction.signers) add(out, key);
  for (const auto& output : transaction.outputs) add(out, output);
  for (const auto& command : transaction.commands) add(out, command.body);
  for (const auto& input : transaction.inputs) {
    const auto spent = views::find_output(snapshot, input.number);
    if (!spent) return std::unexpected(spent.error());
    if (*spent) add(out, (*spent)->stored.output);
  }
  sort_unique(out);
  return out;
}

std::vector<Account> parties_of(const contracts::Order& order) {
  std::vector<Account> out;
  add(out, order);
  sort_unique(out);
  return out;
}

bool concerns(const std::vector<Account>& parties, const Caller& caller) {
  if (caller.may(custody::Scope::audit)) return true;
  return caller.account && caller.may(custody::Scope::read_own) &&
         std::ranges::binary_search(parties, account_of(*caller.account));
}

}  // namespace tally::http
