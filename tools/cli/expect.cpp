#include "cli/expect.hpp"

#include "cli/expect_parts.hpp"

#include <fmt/format.h>

#include "base/check.hpp"
#include "base/clock.hpp"
#include "client/development.hpp"
#include "codec/genesis.hpp"
#include "custody/leases.hpp"
#include "market/check_built.hpp"
#include "market/commands/table.hpp"
#include "market/draft.hpp"
#include "market/parameters.hpp"
#include "storage/memory_store.hpp"
#include "views/views.hpp"

namespace tally::cli {

using contracts::PublicKey;
using contracts::Transaction;

namespace {

using contracts::Account;
using contracts::account_of;
using market::Parameters;
using market::ParameterSchema;
using market::ParameterType;

// ---- The assets that parameters name. ----

void collect_assets(const json::value& value, const ParameterSchema& schema,
                    std::vector<std::string>& out) {
  if (const auto* list = value.if_array()) {
    for (const auto& element : *list) collect_assets(element, schema, out);
  } else if (schema.type == ParameterType::asset && value.is_string()) {
    out.emplace_back(plain(value));
  } else if (const auto* object = value.if_object()) {
    for (const auto& member : schema.members) {
      if (const auto* at = object->if_contains(member.name)) collect_assets(*at, member, out);
    }
  }
}

// ---- Coins. ----

Account payer_of(const Again& again) {
  return again.parameters().account("from").value_or(account_of(again.principal()));
}

Result<void> expect_transfer(const Again& again, const Transaction&, Expectation& expected) {
  for (const auto& payment : again.parameters().objects("payments")) {
    const auto* asset = payment.asset("asset");
    if (asset == nullptr) return not_as_asked("an asset that is not known");
    expected.outputs.emplace_back(
        contracts::Coin{asset->id, payment.amount("amount", asset), market::lock_of(payment)});
  }
  expected.commands = {contracts::AssetTransfer{}};
  expected.change_to = {payer_of(again)};
  return {};
}

Result<void> expect_burn(const Again& again, const Transaction&, Expectation& expected) {
  const auto* asset = again.parameters().asset("asset");
  if (asset == nullptr) return not_as_asked("an asset that is not known");
  expected.commands = {contracts::AssetBurn{asset->id, again.parameters().amount("amount", asset)}};
  expected.change_to = {payer_of(again)};
  return {};
}

// What is given back comes from the holder, what is paid for it from the payer: the change of each
// goes to it alone.
Result<void> expect_redeem(const Again& again, const Transaction& built, Expectation& expected) {
  const auto& p = again.parameters();
  const auto* asset = p.asset("asset");
  if (asset == nullptr) return not_as_asked("an asset that is not known");
  const auto amount = p.amount("amount", asset);
  const auto holder = payer_of(again);
  expected.commands = {contracts::AssetRedeem{asset->id, amount}};
  expected.change_to = {holder};
  if (!asset->terms || !asset->terms->promised_asset) return {};
  const auto payer = account_of(p.optional_key("payer").value_or(asset->issuer));
  expected.outputs.emplace_back(contracts::Coin{*asset->terms->promised_asset, amount,
                                                contracts::KeyLock{PublicKey{holder.id}}});
  expected.change_to.push_back(payer);
  bool paid = false;
  for (std::size_t i = 0; i < built.outputs.size(); ++i) {
    const auto* coin = std::get_if<contracts::Coin>(&built.outputs[i]);
    if (coin == nullptr) continue;
    if (!paid && built.outputs[i] == expected.outputs.front()) {
      paid = true;
    } else if (account_of(coin->lock) != (coin->asset == asset->id ? holder : payer)) {
      return not_as_asked("change goes to somebody else");
    }
  }
  return {};
}

Result<void> expect_grants_revoked(const Again& again, const Asked& asked, const Transaction& built,
                                   Node& node, Expectation& expected) {
  const auto& p = again.parameters();
  const auto spent = spent_outputs(built, node);
  if (!spent) return std::unexpected(spent.error());
  const auto numbers = p.numbers("grants");
  for (std::size_t i = 0; i < spent->size(); ++i) {
    const auto* grant = std::get_if<contracts::Grant>(&(*spent)[i]);
    const bool mine = grant != nullptr && grant->owner == asked.account;
    const bool named = numbers.empty()
                           ? mine && grant->reader == p.key("reader")
                           : std::ranges::find(numbers, built.inputs[i].number) != numbers.end();
    if (!mine || !named) return not_as_asked("it revokes another grant");
  }
  expected.commands = {contracts::ProfileRevoke{}};
  expected.spendable = outpoints(built);
  return {};
}

// ---- All together. ----

Result<void> expect_command(Again& again, const Asked& asked, const Transaction& built, Node& node,
                            Expectation& expected) {
  const auto& command = asked.command;
  if (command == "asset_transfer") return expect_transfer(again, built, expected);
  if (command == "asset_burn") return expect_burn(again, built, expected);
  if (command == "asset_redeem") return expect_redeem(again, built, expected);
  if (spends_items(command)) return expect_items(again, asked, built, node, expected);
  if (command == "profile_revoke") {
    return expect_grants_revoked(again, asked, built, node, expected);
  }
  if (command.starts_with("order_")) return expect_order(again, asked, built, node, expected);
  if (command.starts_with("case_") || command.starts_with("appraiser_")) {
    return expect_case(again, asked, built, node, expected);
  }
  expected.spendable.emplace();  // nothing
  return again.build(expected);
}

std::string describe(const market::BuiltMismatch& mismatch) {
  switch (mismatch.fault) {
    case market::BuiltFault::shape:
      return "it is not well formed, or for another network";
    case market::BuiltFault::signers:
      return "somebody else is to sign";
    case market::BuiltFault::validity:
      return "it is valid for longer";
    case market::BuiltFault::idempotency_key:
      return "it has another idempotency key";
    case market::BuiltFault::note:
      return "it has another note";
    case market::BuiltFault::references:
      return "it acts under another delegation";
    case market::BuiltFault::commands:
      return fmt::format("command {} is another", mismatch.index);
    case market::BuiltFault::foreign_input:
      return fmt::format("input {} spends something else", mismatch.index);
    case market::BuiltFault::output_unexpected:
      return fmt::format("output {} was not asked for", mismatch.index);
    case market::BuiltFault::output_missing:
      return fmt::format("expected output {} is missing", mismatch.index);
  }
  return "it differs";
}

// With one signature of one key only its own coins can go in, and they come out as asked or as
// change. With several keys here, one's coins must not become another's change.
Result<void> check_coins_in(const Asked& asked, const Transaction& built,
                            const Expectation& expected, Node& node) {
  const auto own = std::ranges::count_if(built.signers, [&](const PublicKey& key) {
    return std::ranges::find(asked.own_keys, key) != asked.own_keys.end();
  });
  if (own < 2 || expected.change_to.empty()) return {};
  const auto spent = spent_outputs(built, node);
  if (!spent) return std::unexpected(spent.error());
  for (const auto& output : *spent) {
    const auto* coin = std::get_if<contracts::Coin>(&output);
    if (coin == nullptr) continue;
    const auto from = account_of(coin->lock);
    if (std::ranges::find(expected.change_to, from) == expected.change_to.end()) {
      return not_as_asked("it spends somebody else's coins");
    }
  }
  return {};
}

// The account signs first. Whoever else signs binds itself alone.
Result<void> check_signers(const Asked& asked, const Transaction& built) {
  if (built.signers.empty()) {
    if (asked.command == "order_timeout" || asked.command == "case_advance") return {};
    return not_as_asked("nobody is to sign");
  }
  if (built.signers.front() != asked.account) return not_as_asked("somebody else signs first");
  return {};
}

}  // namespace

std::unexpected<Failure> not_as_asked(std::string what) {
  return broken("not_as_asked", "the node built something else than was asked: " + std::move(what) +
                                    ". Nothing was signed");
}

Failure failure_of(const market::BuildError& error) {
  auto field = error.field;
  std::ranges::replace(field, '_', '-');
  if (field.starts_with('/')) field = "--" + field.substr(1);
  return {ExitCode::kUsage, std::string(contracts::name(error.error.code)),
          field.empty() ? error.detail : fmt::format("{}: {}", field, error.detail)};
}

Result<void> Again::build(Expectation& expected) {
  storage::MemoryDisk disk;
  const SystemClock clock;
  static const auto kGenesis = client::development_genesis();
  auto options =
      views::Views::store_options(contracts::network_id(codec::encode_genesis(kGenesis)));
  options.create = true;
  auto store = storage::open_memory_store(disk, clock, options);
  CHECK(store.has_value());
  auto views = views::Views::open(std::move(*store), kGenesis, {});
  CHECK(views.has_value());
  const auto snapshot = (*views)->snapshot();
  CHECK(snapshot.has_value());
  custody::Leases leases(clock);
  const market::BuildContext context{*snapshot, leases, network_.kind, network_.id,
                                     clock.wall_ms()};
  market::BuildRequest request;
  request.command = asked_.command;
  request.parameters = &asked_.parameters;
  request.account = asked_.account;
  market::Draft draft(request, context, reading_);
  const auto* builder = market::find_builder(asked_.command);
  CHECK(builder != nullptr);
  expected.commands = {builder->body(draft, parameters_)};
  expected.outputs = draft.transaction().outputs;
  if (reading_.error) return std::unexpected(failure_of(*reading_.error));
  return {};
}

Result<std::vector<contracts::Output>> spent_outputs(const Transaction& built, Node& node) {
  std::map<contracts::Txid, Transaction> made;
  std::vector<contracts::Output> out;
  for (const auto& input : built.inputs) {
    auto at = made.find(input.outpoint.txid);
    if (at == made.end()) {
      auto transaction = node.transaction(input.outpoint.txid);
      if (!transaction) return std::unexpected(transaction.error());
      at = made.emplace(input.outpoint.txid, std::move(*transaction)).first;
    }
    if (input.outpoint.index >= at->second.outputs.size()) {
      return not_as_asked("it spends an output that is not there");
    }
    out.push_back(at->second.outputs[input.outpoint.index]);
  }
  return out;
}

std::vector<contracts::Outpoint> outpoints(const Transaction& built) {
  std::vector<contracts::Outpoint> out;
  for (const auto& input : built.inputs) out.push_back(input.outpoint);
  return out;
}

Result<void> prepare(const Asked& asked, Node& node, contracts::NetworkKind kind) {
  const auto* schema = market::find_command_schema(asked.command);
  if (schema == nullptr) return usage(asked.command + ": no such command");
  std::vector<std::string> assets;
  for (const auto& parameter : schema->parameters) {
    if (const auto* value = asked.parameters.if_contains(parameter.name)) {
      collect_assets(*value, parameter, assets);
    }
  }
  market::Reading reading{node.known(), kind};
  market::check_parameters(asked.parameters, schema->parameters, {}, reading);
  if (reading.error) return std::unexpected(failure_of(*reading.error));
  for (const auto& asset : assets) {
    const auto found = node.asset(asset);
    if (!found) return std::unexpected(found.error());
    if (!found->terms || !found->terms->promised_asset) continue;
    if (const auto promised = node.asset(found->terms->promised_asset->hex()); !promised) {
      return std::unexpected(promised.error());
    }
  }
  return {};
}

Result<void> check(const Asked& asked, const Transaction& built, Node& node) {
  const auto network = node.network();
  if (!network) return std::unexpected(network.error());
  if (auto signers = check_signers(asked, built); !signers) return signers;

  Expectation expected;
  expected.network_id = network->id;
  expected.signers = built.signers;
  expected.valid_until_ms_max = asked.valid_until_ms_max;
  expected.idempotency_key = asked.idempotency_key;
  expected.note_hash = asked.note_hash;
  if (const auto named = text_at(asked.parameters, "on_behalf_of")) {
    // Whether the delegation holds is the ledger's to say; that it is this one is said here.
    market::Reading reading{node.known(), network->kind};
    const auto principal = Parameters(asked.parameters, {}, reading).optional_key("on_behalf_of");
    if (principal && *principal != asked.account) {
      const auto key = contracts::delegation_key(*principal, asked.account);
      contracts::DelegationEntry delegation;
      delegation.principal = *principal;
      delegation.agent = asked.account;
      delegation.powers.until_ms = UINT64_MAX;
      node.known().put(key, std::move(delegation));
      expected.references = {key};
    }
  }
  if (asked.command == "profile_set" && !asked.parameters.contains("version") &&
      built.commands.size() == 1) {
    // Only the ledger knows the last version; which one comes next binds nobody.
    const auto* set = std::get_if<contracts::ProfileSet>(&built.commands.front().body);
    if (set != nullptr && set->version > 1) {
      contracts::ProfileEntry before;
      before.version = set->version - 1;
      node.known().put(contracts::profile_key(set->owner, set->attribute_id), before);
    }
  }
  Again again(asked, node.known(), *network);
  if (auto made = expect_command(again, asked, built, node, expected); !made) return made;
  if (const auto error = again.error()) return std::unexpected(failure_of(*error));
  const auto same = market::check_built(built, expected);
  if (!same) return not_as_asked(describe(same.error()));
  return check_coins_in(asked, built, expected, node);
}

}  // namespace tally::cli
